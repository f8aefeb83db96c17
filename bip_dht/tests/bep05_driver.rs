//! The node on tokio, over real sockets on loopback.
#![cfg(feature = "tokio")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, UdpSocket};
use std::ops::Range;
use std::path::PathBuf;

use bip_dht::{
    BeginError, DhtBuilder, DhtError, Family, Key, MAX_WAITING_PEERS, MainlineDht, NodeEvent,
    NodeId, OperationError, Status, Testnet,
};
use tokio::task::JoinHandle;

const LOOPBACK: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0);

fn alone() -> DhtBuilder {
    DhtBuilder::new()
        .without_routers()
        .without_v6()
        .bind_v4(LOOPBACK)
}

async fn on(testnet: &Testnet) -> MainlineDht {
    let dht = testnet.builder().start().unwrap();
    dht.ready().await.unwrap();
    dht
}

fn peer(port: u16) -> SocketAddr {
    SocketAddrV4::new(Ipv4Addr::LOCALHOST, port).into()
}

/// A file that is gone with the test.
struct TempFile(PathBuf);

impl TempFile {
    fn new(name: &str) -> TempFile {
        let name = format!("bip_dht.{}.{name}", std::process::id());
        TempFile(std::env::temp_dir().join(name))
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[tokio::test]
async fn what_one_of_fifty_nodes_announces_every_other_finds() {
    let testnet = Testnet::start(50).await.unwrap();
    let key = Key::of_name("fifty");
    let announced = testnet.nodes()[7].announce(key, 4007).await.unwrap();
    assert!(announced.stored >= 8, "{announced:?}");
    for node in testnet.nodes() {
        let mut peers = node.get_peers(key);
        assert_eq!(peers.next().await, Some(peer(4007)));
        assert_eq!(peers.next().await, None);
        let report = peers.report().await.unwrap();
        assert!(report.answered >= 1, "{report:?}");
    }
    testnet.close().await;
}

#[tokio::test]
async fn each_peer_comes_once_however_many_nodes_name_it() {
    let testnet = Testnet::start(20).await.unwrap();
    let key = Key::of_name("many");
    for (node, port) in testnet.nodes().iter().zip(4000..4010) {
        node.announce(key, port).await.unwrap();
    }
    let mut peers = on(&testnet).await.get_peers(key);
    let mut found = Vec::new();
    while let Some(peer) = peers.next().await {
        found.push(peer);
    }
    assert_eq!(found.len(), 10);
    let wanted: BTreeSet<_> = (4000..4010).map(peer).collect();
    assert_eq!(BTreeSet::from_iter(found), wanted);
}

/// Somebody who answers each query as a node with this id would that knows nobody and keeps these peers.
async fn keeper_of(peers: Range<usize>) -> (SocketAddr, JoinHandle<()>) {
    let socket = tokio::net::UdpSocket::bind(LOOPBACK).await.unwrap();
    let address = socket.local_addr().unwrap();
    let id = Key::of_name(address.to_string());
    let mut values = Vec::new();
    for number in peers {
        values.extend_from_slice(b"6:\x7f\x00\x01");
        values.extend_from_slice(&(number as u32).to_be_bytes()[1..]);
    }
    let serve = async move {
        let mut query = [0; 1024];
        loop {
            let (length, from) = socket.recv_from(&mut query).await.unwrap();
            let query = &query[..length];
            let at = query.windows(5).position(|part| part == b"1:t4:");
            let Some(transaction) = at.map(|at| &query[at + 5..at + 9]) else {
                continue;
            };
            let head = [
                b"d1:rd2:id20:",
                id.as_bytes().as_slice(),
                b"5:token1:t6:valuesl",
            ];
            let tail = [b"ee1:t4:".as_slice(), transaction, b"1:y1:re"];
            let answer = [&head.concat(), values.as_slice(), &tail.concat()].concat();
            socket.send_to(&answer, from).await.unwrap();
        }
    };
    (address, tokio::spawn(serve))
}

#[tokio::test]
async fn who_reads_nothing_before_the_end_loses_no_peer() {
    for (there, told) in [
        (MAX_WAITING_PEERS - 1, MAX_WAITING_PEERS - 1),
        (MAX_WAITING_PEERS, MAX_WAITING_PEERS),
        (MAX_WAITING_PEERS + 1, MAX_WAITING_PEERS),
    ] {
        let dht = alone().start().unwrap();
        let mut keepers = Vec::new();
        for part in 0..5 {
            let (from, to) = (part * there / 5, (part + 1) * there / 5);
            let (address, keeper) = keeper_of(from + 256..to + 256).await;
            dht.add_node(address);
            keepers.push(keeper);
        }
        dht.ready().await.unwrap();
        let mut peers = dht.get_peers(Key::of_name("many"));
        while dht.stats().operations > 0 {
            tokio::task::yield_now().await;
        }
        let mut found = BTreeSet::new();
        while let Some(peer) = peers.next().await {
            assert!(found.insert(peer), "{peer} twice");
        }
        assert_eq!(found.len(), told);
        for keeper in keepers {
            keeper.abort();
        }
    }
}

#[tokio::test]
async fn an_implied_port_is_the_one_that_the_node_sends_from() {
    let testnet = Testnet::start(10).await.unwrap();
    let (one, other) = (on(&testnet).await, on(&testnet).await);
    let key = Key::of_name("implied");
    one.announce(key, 0).await.unwrap();
    assert_eq!(other.get_peers(key).next().await, one.local_addr_v4());
}

#[tokio::test]
async fn peers_are_forwarded_to_whoever_dials_them() {
    let testnet = Testnet::start(10).await.unwrap();
    let key = Key::of_name("forwarded");
    testnet.nodes()[0].announce(key, 4000).await.unwrap();
    let (sink, mut dials) = tokio::sync::mpsc::channel(1);
    let report = testnet.nodes()[1].forward(key, sink).await.unwrap();
    assert!(report.answered > 0);
    assert_eq!(dials.recv().await, Some(peer(4000)));
    assert_eq!(dials.recv().await, None);
}

#[tokio::test]
async fn single_nodes_can_be_pinged_and_found_and_told_of() {
    let testnet = Testnet::start(10).await.unwrap();
    let (node, other) = (&testnet.nodes()[0], &testnet.nodes()[1]);
    let address = other.local_addr_v4().unwrap();
    let id = other.id(Family::V4).unwrap();
    let pong = node.ping(address).await.unwrap();
    assert_eq!((pong.node.id, pong.node.address), (id, address));
    let nodes = node.find_node(id).await.unwrap();
    assert_eq!(nodes.first().map(|node| node.id), Some(id));
}

#[tokio::test]
async fn what_is_asked_at_once_waits_for_the_network() {
    let testnet = Testnet::start(10).await.unwrap();
    let key = Key::of_name("at once");
    let announced = testnet.builder().start().unwrap().announce(key, 4000).await;
    assert!(announced.unwrap().stored >= 1);
    let dht = testnet.builder().start().unwrap();
    assert_eq!(dht.get_peers(key).next().await, Some(peer(4000)));
    // By name, too, which takes its time until it is resolved.
    let port = testnet.nodes()[0].local_addr_v4().unwrap().port();
    let dht = alone().bootstrap([format!("localhost:{port}")]).start();
    assert_eq!(dht.unwrap().get_peers(key).next().await, Some(peer(4000)));
}

#[tokio::test]
async fn what_waits_hears_that_there_is_no_network() {
    let silent = UdpSocket::bind(LOOPBACK).unwrap();
    let dht = alone().bootstrap([silent.local_addr().unwrap()]).start();
    let got = dht.unwrap().get(Key::of_name("nobody")).await.unwrap_err();
    let error = OperationError::NotBootstrapped { asked: 1 };
    assert_eq!(got.operation(), Some(&error));
    let nameless = alone().bootstrap(["no port at all"]).start().unwrap();
    let got = nameless.get(Key::of_name("nobody")).await.unwrap_err();
    assert_eq!(got.operation(), Some(&OperationError::NoNodes));
}

#[tokio::test]
async fn who_does_not_wait_for_the_network_any_more_leaves_nothing_behind() {
    let silent = UdpSocket::bind(LOOPBACK).unwrap();
    let dht = alone().bootstrap([silent.local_addr().unwrap()]).start();
    let dht = dht.unwrap();
    let waiting = dht.get_peers(Key::of_name("waiting"));
    assert_eq!(dht.stats().operations, 1);
    drop(waiting);
    assert_eq!(dht.stats().operations, 0);
}

#[tokio::test]
async fn a_node_that_knows_nobody_says_so() {
    let dht = alone().start().unwrap();
    let report = dht.get_peers(Key::of_name("nobody")).report().await;
    let Err(DhtError::Operation { error, .. }) = report else {
        panic!("{report:?}");
    };
    assert_eq!(error, OperationError::NoNodes);
}

#[tokio::test]
async fn one_operation_more_than_allowed_does_not_begin() {
    let silent = UdpSocket::bind(LOOPBACK).unwrap();
    let dht = alone().max_operations(1).start().unwrap();
    let id = NodeId::new([7; 20]);
    dht.add_node(silent.local_addr().unwrap());
    let first = dht.get_peers(Key::of_name("first"));
    let refused = Err(DhtError::Begin(BeginError::TooManyOperations { limit: 1 }));
    assert_eq!(dht.find_node(id).await, refused);
    let second = dht.get_peers(Key::of_name("second"));
    assert_eq!(second.report().await.map(drop), refused.map(drop));
    // Who drops a lookup ends it, and there is room again.
    drop(first);
    assert_eq!(dht.stats().operations, 0);
}

#[tokio::test]
async fn all_that_waits_ends_when_the_node_is_closed_and_its_port_is_free() {
    let silent = UdpSocket::bind(LOOPBACK).unwrap();
    let dht = alone().start().unwrap();
    dht.add_node(silent.local_addr().unwrap());
    let mut peers = dht.get_peers(Key::of_name("closed"));
    let mut room = dht.rendezvous(Key::of_name("closed"), 4000).unwrap();
    let mut events = dht.events();
    let clone = dht.clone();
    let waiting = tokio::spawn(async move { clone.ready().await });
    dht.close().await;
    assert_eq!(peers.next().await, None);
    assert_eq!(peers.report().await, Err(DhtError::Closed));
    assert_eq!(room.next().await, None);
    assert_eq!(room.renewal().await, Err(DhtError::Closed));
    assert_eq!(waiting.await.unwrap(), Err(DhtError::Closed));
    while events.next().await.is_some() {}
    assert_eq!(
        dht.announce(Key::of_name("closed"), 1).await,
        Err(DhtError::Closed)
    );
    UdpSocket::bind(dht.local_addr_v4().unwrap()).unwrap();
    dht.close().await;
}

#[tokio::test]
async fn dropping_the_last_handle_ends_the_task_and_frees_the_port() {
    let (dht, mut shared) = alone().start_shared().unwrap();
    let address = dht.local_addr_v4().unwrap();
    let clone = dht.clone();
    drop(dht);
    clone.add_node(peer(4000));
    drop(clone);
    assert_eq!(shared.recv_from().await, None);
    drop(shared);
    UdpSocket::bind(address).unwrap();
}

#[test]
fn who_waits_hears_of_it_when_the_runtime_goes() {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    let first = runtime();
    let dht = first.block_on(async { alone().start().unwrap() });
    drop(first);
    assert_eq!(runtime().block_on(dht.ready()), Err(DhtError::Closed));
}

#[tokio::test]
async fn a_cache_file_brings_a_node_back_as_itself_without_routers() {
    let file = TempFile::new("cache");
    let testnet = Testnet::start(10).await.unwrap();
    let first = testnet.builder().cache(&file.0).start().unwrap();
    first.ready().await.unwrap();
    let id = first.id(Family::V4);
    first.close().await;
    let again = alone().cache(&file.0).start().unwrap();
    again.ready().await.unwrap();
    assert_eq!(again.id(Family::V4), id);
}

#[tokio::test]
async fn a_file_that_is_no_cache_is_told_of_and_replaced() {
    let file = TempFile::new("nonsense");
    std::fs::write(&file.0, b"nonsense").unwrap();
    let testnet = Testnet::start(10).await.unwrap();
    let dht = testnet.builder().cache(&file.0).start().unwrap();
    let mut events = dht.events();
    let first = events.next().await;
    assert!(
        matches!(first, Some(NodeEvent::CacheFailed { .. })),
        "{first:?}"
    );
    dht.ready().await.unwrap();
    dht.close().await;
    let again = alone().cache(&file.0).start().unwrap();
    again.ready().await.unwrap();
}

#[tokio::test]
async fn a_name_that_cannot_be_resolved_is_told_of() {
    let dht = alone().bootstrap(["no port at all"]).start().unwrap();
    let mut events = dht.events();
    loop {
        match events.next().await.unwrap() {
            NodeEvent::Unresolved { name, .. } => {
                assert_eq!(name, "no port at all");
                return;
            }
            other => assert!(matches!(other, NodeEvent::Status(_)), "{other:?}"),
        }
    }
}

#[tokio::test]
async fn names_are_resolved_and_lead_into_the_network() {
    let testnet = Testnet::start(10).await.unwrap();
    let port = testnet.nodes()[0].local_addr_v4().unwrap().port();
    let dht = alone()
        .bootstrap([format!("localhost:{port}")])
        .start()
        .unwrap();
    let mut events = dht.events();
    dht.ready().await.unwrap();
    let ready = |event: &NodeEvent| matches!(event, NodeEvent::Status(Status::Ready { .. }));
    while !ready(&events.next().await.unwrap()) {}
}

#[tokio::test]
async fn a_shared_socket_carries_the_other_protocol_both_ways() {
    let testnet = Testnet::start(10).await.unwrap();
    let (dht, mut shared) = testnet.builder().start_shared().unwrap();
    dht.ready().await.unwrap();
    let other = tokio::net::UdpSocket::bind(LOOPBACK).await.unwrap();
    let (ours, theirs) = (dht.local_addr_v4().unwrap(), other.local_addr().unwrap());
    assert_eq!(shared.local_addr_v4(), Some(ours));

    other.send_to(b"\x41uTP", ours).await.unwrap();
    other.send_to(b"", ours).await.unwrap();
    let (from, datagram) = shared.recv_from().await.unwrap();
    assert_eq!((from, &*datagram), (theirs, b"\x41uTP".as_slice()));
    assert_eq!(&*shared.recv_from().await.unwrap().1, b"");

    shared.send_to(b"\x21back", theirs).await.unwrap();
    let mut buffer = [0; 16];
    let (length, from) = other.recv_from(&mut buffer).await.unwrap();
    assert_eq!((&buffer[..length], from), (b"\x21back".as_slice(), ours));

    // The DHT goes on meanwhile, and its messages never come out.
    let key = Key::of_name("shared");
    dht.announce(key, 0).await.unwrap();
    let mut peers = testnet.nodes()[3].get_peers(key);
    assert_eq!(peers.next().await, Some(ours));
    dht.close().await;
    assert_eq!(shared.recv_from().await, None);
    assert_eq!(shared.dropped(), 0);
}

#[tokio::test]
async fn one_datagram_more_than_may_wait_is_dropped_and_counted() {
    let (dht, mut shared) = alone().start_shared().unwrap();
    let other = tokio::net::UdpSocket::bind(LOOPBACK).await.unwrap();
    let ours = dht.local_addr_v4().unwrap();
    // In portions, so that none is lost in the socket; the answer to a ping says that all before have been taken.
    for number in 0..=bip_dht::MAX_WAITING_DATAGRAMS {
        other.send_to(b"x", ours).await.unwrap();
        if number % 32 == 0 || number == bip_dht::MAX_WAITING_DATAGRAMS {
            let ping = b"d1:ad2:id20:aaaaaaaaaaaaaaaaaaaae1:q4:ping1:t2:aa1:y1:qe";
            other.send_to(ping, ours).await.unwrap();
            let mut buffer = [0; 512];
            loop {
                let length = other.recv(&mut buffer).await.unwrap();
                if buffer[..length].ends_with(b"1:y1:re") {
                    break;
                }
            }
        }
    }
    assert_eq!(shared.dropped(), 1);
    let mut taken = 0;
    dht.close().await;
    while shared.recv_from().await.is_some() {
        taken += 1;
    }
    assert_eq!(taken, bip_dht::MAX_WAITING_DATAGRAMS);
}
