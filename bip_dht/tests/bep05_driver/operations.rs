//! What a node is asked to do.

use std::collections::BTreeSet;
use std::net::{SocketAddr, UdpSocket};
use std::ops::Range;

use bip_dht::{BeginError, DhtError, Family, Key, MAX_WAITING_PEERS, MainlineDht, NodeId, Testnet};
use tokio::task::JoinHandle;

use super::{LOOPBACK, alone, peer};

async fn on(testnet: &Testnet) -> MainlineDht {
    let dht = testnet.builder().start().unwrap();
    dht.ready().await.unwrap();
    dht
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
