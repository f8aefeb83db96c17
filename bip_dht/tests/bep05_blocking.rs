//! The node on plain threads, over real sockets on loopback.
#![cfg(feature = "blocking")]
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, UdpSocket};
use std::thread;
use std::time::Duration;

use bip_dht::blocking::MainlineDht;
use bip_dht::{DhtBuilder, DhtError, Family, Key, OperationError};

const LOOPBACK: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0);
const PATIENCE: Duration = Duration::from_secs(60);

fn alone() -> DhtBuilder {
    DhtBuilder::new()
        .without_routers()
        .without_v6()
        .bind_v4(LOOPBACK)
}

/// So many nodes that know each other.
fn network(count: usize) -> Vec<MainlineDht> {
    let mut nodes: Vec<MainlineDht> = Vec::new();
    for _ in 0..count {
        let known = nodes
            .iter()
            .rev()
            .take(4)
            .filter_map(MainlineDht::local_addr_v4);
        let node = alone().bootstrap(known).start_blocking().unwrap();
        nodes.push(node);
    }
    nodes[0].add_node(nodes[1].local_addr_v4().unwrap());
    for node in &nodes {
        node.ready_within(PATIENCE).unwrap();
    }
    nodes
}

fn peer(port: u16) -> SocketAddr {
    SocketAddrV4::new(Ipv4Addr::LOCALHOST, port).into()
}

#[test]
fn what_one_node_announces_every_other_finds() {
    let nodes = network(10);
    let key = Key::of_name("blocking");
    let announced = nodes[3].announce(key, 4003).unwrap();
    assert!(announced.stored >= 1);
    for node in &nodes {
        let mut peers = node.get_peers(key);
        assert_eq!(peers.by_ref().collect::<Vec<_>>(), [peer(4003)]);
        assert!(peers.report().unwrap().answered >= 1);
    }
}

#[test]
fn what_one_node_puts_another_gets() {
    let nodes = network(10);
    let stored = nodes[0].put(b"4:text").unwrap();
    assert_eq!(nodes[9].get(stored.key).unwrap(), b"4:text");
}

#[test]
fn what_one_node_republishes_another_gets_until_it_is_dropped() {
    let nodes = network(10);
    let mut kept = nodes[0].republish(b"4:kept").unwrap();
    kept.renewal().unwrap().unwrap();
    assert_eq!(nodes[9].get(kept.key()).unwrap(), b"4:kept");
    assert_eq!(nodes[0].stats().leases, 1);
    drop(kept);
    assert_eq!(nodes[0].stats().leases, 0);
}

#[cfg(feature = "ed25519")]
#[test]
fn what_one_node_publishes_another_follows() {
    use bip_dht::{MutableItem, SecretKey, TorrentPointer};
    let nodes = network(10);
    let owner = SecretKey::from_seed(&[7; 32]);
    let torrent = TorrentPointer {
        info_hash: Key::of_name("torrent"),
    };
    nodes[0].publish(&owner, b"", torrent).unwrap();
    let key = *owner.public_key();
    let mut updates = nodes[9].follow(key, b"", Duration::from_secs(10)).unwrap();
    let update = updates.next().unwrap();
    assert_eq!((update.seq, update.torrent), (1, Some(torrent)));
    assert_eq!(updates.next_within(Duration::ZERO), None);

    let second = MutableItem::sign(&owner, b"", 2, &torrent.encode()).unwrap();
    let mut kept = nodes[1].republish_mutable(second.clone()).unwrap();
    kept.renewal().unwrap().unwrap();
    assert_eq!(kept.item(), Some(second));
    nodes[9].close();
    assert_eq!(updates.next(), None);
}

#[test]
fn who_knows_the_same_name_meets_and_who_is_alone_does_not_wait_for_ever() {
    let nodes = network(10);
    let key = Key::of_name("room");
    let mut first = nodes[0].rendezvous(key, 4000).unwrap();
    first.renewal().unwrap().unwrap();
    let mut second = nodes[1].rendezvous(key, 4001).unwrap();
    assert!(second.by_ref().any(|found| found == peer(4000)));
    let mut other = nodes[2].rendezvous(Key::of_name("empty"), 4002).unwrap();
    other.renewal().unwrap().unwrap();
    assert_eq!(other.next_within(Duration::ZERO), None);
}

#[test]
fn what_is_asked_at_once_waits_for_the_network_or_hears_that_there_is_none() {
    let nodes = network(10);
    let known = nodes[5].local_addr_v4().unwrap();
    let dht = alone().bootstrap([known]).start_blocking().unwrap();
    let stored = dht.put(b"4:soon").unwrap();
    let named = format!("localhost:{}", known.port());
    let dht = alone().bootstrap([named]).start_blocking().unwrap();
    assert_eq!(dht.get(stored.key).unwrap(), b"4:soon");

    let silent = UdpSocket::bind(LOOPBACK).unwrap();
    let dht = alone().bootstrap([silent.local_addr().unwrap()]);
    let got = dht.start_blocking().unwrap().get(stored.key).unwrap_err();
    let error = OperationError::NotBootstrapped { asked: 1 };
    assert_eq!(got.operation(), Some(&error));
    let nameless = alone().bootstrap(["no port at all"]).start_blocking();
    let got = nameless.unwrap().get(stored.key).unwrap_err();
    assert_eq!(got.operation(), Some(&OperationError::NoNodes));
}

#[test]
fn a_node_without_a_network_is_not_ready() {
    let dht = alone().start_blocking().unwrap();
    assert_eq!(dht.ready_within(Duration::ZERO), Err(DhtError::NotReady));
}

#[test]
fn closing_ends_all_that_waits_and_frees_the_port() {
    let silent = UdpSocket::bind(LOOPBACK).unwrap();
    let dht = alone()
        .bootstrap([silent.local_addr().unwrap()])
        .start_blocking()
        .unwrap();
    let mut room = dht.rendezvous(Key::of_name("closed"), 4000).unwrap();
    let waiting = thread::spawn(move || room.next());
    let clone = dht.clone();
    let closing = thread::spawn(move || clone.close());
    dht.close();
    UdpSocket::bind(dht.local_addr_v4().unwrap()).unwrap();
    assert_eq!(waiting.join().unwrap(), None);
    closing.join().unwrap();
    assert_eq!(dht.get(Key::of_name("closed")), Err(DhtError::Closed));
    assert!(dht.id(Family::V4).is_some());
}

#[test]
fn both_families_are_served() {
    let builder = || {
        DhtBuilder::new()
            .without_routers()
            .bind_v4(LOOPBACK)
            .bind_v6("[::1]:0".parse().unwrap())
    };
    let first = builder()
        .start_blocking()
        .expect("this machine has no IPv6 on loopback (::1), which the test needs");
    let addresses = [
        first.local_addr_v4().unwrap(),
        first.local_addr_v6().unwrap(),
    ];
    let second = builder().bootstrap(addresses).start_blocking().unwrap();
    let third = builder().bootstrap(addresses).start_blocking().unwrap();
    for address in addresses {
        assert_eq!(second.ping(address).unwrap().node.address, address);
    }
    let key = Key::of_name("both");
    second.announce(key, 4000).unwrap();
    let mut found: Vec<SocketAddr> = third.get_peers(key).collect();
    found.sort();
    let wanted = [peer(4000), "[::1]:4000".parse().unwrap()];
    assert_eq!(found, wanted);
    let stored = third.put(b"4:both").unwrap();
    assert_eq!(second.get(stored.key).unwrap(), b"4:both");
}
