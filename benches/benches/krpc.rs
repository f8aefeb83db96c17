//! The codec of the DHT: what a node spends on a message before it has done anything for it.

#![allow(
    unsafe_code,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "an allocator that counts cannot be written without, a message that does not decode must stop the run, and \
              measuring time is the purpose"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bip_dht::{
    Body, Call, Family, Key, MAX_ANSWER_LENGTH, Message, MessageDecoder, NodeId, NodeInfo, Nodes,
    Query, Response, Values,
};

/// How often each row gets its turn, and the runs of one turn: about a millisecond.
const ROUNDS: u32 = 300;
const RUNS: u32 = 2000;

const OWN: NodeId = NodeId::new([0x5a; 20]);

fn main() {
    // `cargo test --all-targets` starts benchmarks too.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let (nodes, peers) = (nodes(), peers());
    let query = find_node();
    let answer = encoded(&answer(b"abcd", &nodes));
    let mut with_peers = Response::new(OWN);
    with_peers.nodes = Some(Nodes::new(Family::V4, &nodes));
    with_peers.token = Some(b"12345678");
    with_peers.values = Some(Values::new(&peers));
    let with_peers = Message::response(b"abcd", with_peers);
    let peers_answer = encoded(&with_peers);

    let [mut asked, mut answered, mut listed] = [(); 3].map(|()| MessageDecoder::new());
    let [mut out, mut again] = [(); 2].map(|()| Vec::with_capacity(MAX_ANSWER_LENGTH));
    let mut rows: [Row<'_>; 5] = [
        Row::new("read a find_node, write its answer of 8 nodes", || {
            let message = asked.decode(black_box(&query)).unwrap();
            assert!(matches!(message.body, Body::Query(_)));
            out.clear();
            self::answer(message.transaction, black_box(&nodes))
                .encode_within(MAX_ANSWER_LENGTH, &mut out);
            black_box(&out);
        }),
        Row::new("read the answer and its 8 nodes", || {
            let message = answered.decode(black_box(&answer)).unwrap();
            let Body::Response(response) = message.body else {
                return;
            };
            response.all_nodes().for_each(|node| {
                black_box(node);
            });
        }),
        Row::new(
            "read an answer to get_peers of 8 nodes and 50 peers",
            || {
                let message = listed.decode(black_box(&peers_answer)).unwrap();
                let Body::Response(response) = message.body else {
                    return;
                };
                response
                    .values
                    .into_iter()
                    .flat_map(|values| values.iter())
                    .for_each(|peer| {
                        black_box(peer);
                    });
            },
        ),
        Row::new(
            "write an answer to get_peers of 8 nodes and 50 peers",
            || {
                again.clear();
                black_box(&with_peers).encode_within(MAX_ANSWER_LENGTH, &mut again);
                black_box(&again);
            },
        ),
        Row::new("hash a name", || {
            black_box(Key::of_name(black_box("a chat's room")));
        }),
    ];
    for _ in 0..ROUNDS {
        rows.iter_mut().for_each(Row::take_turn);
    }
    println!("| a message of the DHT | time | allocations |");
    println!("|---|--:|--:|");
    for row in &rows {
        println!(
            "| {} | {:.0} ns | {} |",
            row.name,
            row.least.as_secs_f64() * 1e9,
            row.allocations
        );
    }
}

/// Something to measure. Rows take turns, and the least time of each counts: other work only ever adds to it.
struct Row<'r> {
    name: &'static str,
    run: Box<dyn FnMut() + 'r>,
    allocations: u64,
    least: Duration,
}

impl<'r> Row<'r> {
    fn new(name: &'static str, mut run: impl FnMut() + 'r) -> Row<'r> {
        // The second run counts: memory that is kept has been set aside by then.
        run();
        let before = ALLOCATIONS.load(Ordering::Relaxed);
        run();
        let allocations = ALLOCATIONS.load(Ordering::Relaxed) - before;
        Row {
            name,
            run: Box::new(run),
            allocations,
            least: Duration::MAX,
        }
    }

    fn take_turn(&mut self) {
        let start = Instant::now();
        for _ in 0..RUNS {
            (self.run)();
        }
        self.least = self.least.min(start.elapsed() / RUNS);
    }
}

fn find_node() -> Vec<u8> {
    let target = NodeId::new([0xa5; 20]);
    let query = Query::new(NodeId::new([0x3c; 20]), Call::FindNode { target });
    let mut message = Message::query(b"abcd", query);
    message.version = Some(b"LT\x02\x01");
    encoded(&message)
}

fn answer<'a>(transaction: &'a [u8], nodes: &'a [NodeInfo]) -> Message<'a> {
    let mut response = Response::new(OWN);
    response.nodes = Some(Nodes::new(Family::V4, nodes));
    let mut message = Message::response(transaction, response);
    message.version = Some(b"bi\0\x14");
    message.ip = Some(SocketAddr::from(([192, 0, 2, 1], 6881)));
    message
}

fn nodes() -> Vec<NodeInfo> {
    let node = |n: u8| NodeInfo {
        id: NodeId::new([n; 20]),
        address: SocketAddr::from(([192, 0, 2, n], 6881)),
    };
    (1..=8).map(node).collect()
}

fn peers() -> Vec<SocketAddr> {
    (1..=50)
        .map(|n| SocketAddr::from(([192, 0, 2, n], 6881)))
        .collect()
}

fn encoded(message: &Message<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    message.encode(&mut out);
    out
}

/// The system's allocator, counting.
struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: every call is passed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's promises are passed on.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's promises are passed on.
        unsafe { System.realloc(pointer, layout, size) }
    }
}
