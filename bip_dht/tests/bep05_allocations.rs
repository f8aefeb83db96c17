//! BEP 5, "KRPC Protocol": answering allocates nothing.

#![allow(
    unsafe_code,
    clippy::unwrap_used,
    reason = "an allocator that counts cannot be written without, and a test may fail"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::net::SocketAddr;

use bip_dht::{
    Body, Call, Family, Key, MAX_ANSWER_LENGTH, Message, MessageDecoder, NodeId, NodeInfo, Nodes,
    Put, Query, Response, Samples, Values,
};

struct Counting;

thread_local! {
    /// Allocations of this thread, since tests run side by side.
    static SEEN: Cell<usize> = const { Cell::new(0) };
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: every call is passed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = SEEN.try_with(|seen| seen.set(seen.get() + 1));
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's promises are passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

fn allocations(run: impl FnOnce()) -> usize {
    let before = SEEN.get();
    run();
    SEEN.get() - before
}

const ID: NodeId = NodeId::new([1; 20]);

fn nodes() -> Vec<NodeInfo> {
    let node = |n| NodeInfo {
        id: NodeId::new([n; 20]),
        address: SocketAddr::new([192, 0, 2, n].into(), 6881),
    };
    (1..=8).map(node).collect()
}

#[test]
fn a_find_node_is_read_and_answered_with_eight_nodes_without_allocating() {
    let (nodes, mut query, mut out) = (nodes(), Vec::new(), Vec::with_capacity(MAX_ANSWER_LENGTH));
    let target = NodeId::new([7; 20]);
    Message::query(b"abcd", Query::new(ID, Call::FindNode { target })).encode(&mut query);
    let mut decoder = MessageDecoder::new();
    decoder.decode(&query).unwrap();
    let count = allocations(|| {
        for _ in 0..100 {
            let asked = decoder.decode(&query).unwrap();
            assert!(
                matches!(asked.body, Body::Query(query) if query.call == Call::FindNode { target })
            );
            let mut response = Response::new(ID);
            response.nodes = Some(Nodes::new(Family::V4, &nodes));
            let mut answer = Message::response(asked.transaction, response);
            answer.ip = Some(SocketAddr::new([192, 0, 2, 1].into(), 6881));
            answer.version = Some(b"bi\0\x14");
            out.clear();
            answer.encode_within(MAX_ANSWER_LENGTH, &mut out);
        }
    });
    assert_eq!(count, 0);
}

#[test]
fn the_answer_is_read_without_allocating() {
    let (nodes, mut bytes) = (nodes(), Vec::new());
    let mut response = Response::new(ID);
    response.nodes = Some(Nodes::new(Family::V4, &nodes));
    Message::response(b"abcd", response).encode(&mut bytes);
    let mut decoder = MessageDecoder::new();
    decoder.decode(&bytes).unwrap();
    let count = allocations(|| {
        for _ in 0..100 {
            let Body::Response(answer) = decoder.decode(&bytes).unwrap().body else {
                panic!("no answer");
            };
            assert!(answer.all_nodes().eq(nodes.iter().copied()));
        }
    });
    assert_eq!(count, 0);
}

/// Peers, filters, samples, a value and keys out of order: once the decoder has seen as much, nothing is allocated
/// either, and refusing what is malformed costs no more.
#[test]
fn no_message_makes_the_decoder_allocate_twice() {
    let peers: Vec<SocketAddr> = (1..500).map(|port| ([192, 0, 2, 7], port).into()).collect();
    let mut response = Response::new(ID);
    response.values = Some(Values::new(&peers));
    response.samples = Some(Samples::new(&[7; 400]));
    response.seeds = Some(&[1; 256]);
    response.value = Some(b"d1:ali1ei2ei3eee");
    let mut messages = vec![Vec::new(); 3];
    Message::response(b"abcd", response).encode(&mut messages[0]);
    let put = Put::immutable(b"token", b"d1:ali1ei2ei3eee");
    Message::query(b"abcd", Query::new(ID, Call::Put(put))).encode(&mut messages[1]);
    let info_hash = Key::new([3; 20]);
    let get_peers = Call::GetPeers {
        info_hash,
        scrape: true,
        no_seed: false,
    };
    Message::query(b"abcd", Query::new(ID, get_peers)).encode(&mut messages[2]);
    messages.push(b"d1:y1:q1:t2:aa1:q4:ping1:ad2:id20:abcdefghij0123456789ee".to_vec());
    let malformed: [&[u8]; 4] = [
        b"d1:ad2:id20:abcdefghij0123456789e1:q3:put1:t2:aa1:y1:qe",
        b"d1:rde1:t2:aa1:y1:re",
        b"d1:t2:aae",
        b"le",
    ];
    let mut decoder = MessageDecoder::new();
    let mut run = || {
        for message in &messages {
            assert!(decoder.decode(message).is_ok());
        }
        for message in malformed {
            assert!(decoder.decode(message).is_err());
        }
    };
    run();
    assert_eq!(allocations(run), 0);
}

/// The error of the bencode decoder, which knows where it happened.
#[test]
fn bytes_that_are_no_bencode_cost_one_allocation() {
    let mut decoder = MessageDecoder::new();
    let truncated = b"d1:ad2:id20:abcdefghij0123";
    assert!(decoder.decode(truncated).is_err());
    let count = allocations(|| assert!(decoder.decode(truncated).is_err()));
    assert!(count <= 1, "{count}");
}
