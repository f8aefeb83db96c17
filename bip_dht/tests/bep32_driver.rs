//! Nodes over IPv6, and over both families at once, on real sockets on loopback (BEP 32).
#![cfg(feature = "tokio")]
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use bip_dht::{DhtBuilder, Family, Key, MainlineDht, Testnet};

const NO_IPV6: &str = "this machine has no IPv6 on loopback (::1), which the test needs";

async fn ipv6(count: usize) -> Testnet {
    Testnet::start_ipv6(count).await.expect(NO_IPV6)
}

async fn dual_stack(count: usize) -> Testnet {
    Testnet::start_dual_stack(count).await.expect(NO_IPV6)
}

fn v4(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

fn v6(port: u16) -> SocketAddr {
    (Ipv6Addr::LOCALHOST, port).into()
}

/// All peers that a node finds.
async fn peers(node: &MainlineDht, key: Key) -> BTreeSet<SocketAddr> {
    let mut peers = node.get_peers(key);
    let mut found = BTreeSet::new();
    while let Some(peer) = peers.next().await {
        found.insert(peer);
    }
    found
}

#[tokio::test]
async fn what_one_of_twenty_nodes_announces_over_ipv6_every_other_finds() {
    let testnet = ipv6(20).await;
    let key = Key::of_name("twenty");
    let announced = testnet.nodes()[7].announce(key, 4007).await.unwrap();
    assert!(announced.stored >= 8, "{announced:?}");
    for node in testnet.nodes() {
        assert_eq!(node.local_addr_v4(), None);
        assert_eq!(peers(node, key).await, [v6(4007)].into());
    }
    let implied = Key::of_name("implied");
    testnet.nodes()[3].announce(implied, 0).await.unwrap();
    let own = testnet.nodes()[3].local_addr_v6().unwrap();
    assert_eq!(peers(&testnet.nodes()[9], implied).await, [own].into());
    testnet.close().await;
}

#[tokio::test]
async fn items_cross_over_ipv6() {
    let testnet = ipv6(10).await;
    let stored = testnet.nodes()[0].put(b"12:Hello World!").await.unwrap();
    assert!(stored.stored >= 1, "{stored:?}");
    for node in testnet.nodes() {
        assert_eq!(node.get(stored.key).await.unwrap(), b"12:Hello World!");
    }
}

#[tokio::test]
async fn programs_meet_over_ipv6() {
    let testnet = ipv6(10).await;
    let key = Key::of_name("room");
    let mut early = testnet.nodes()[0].rendezvous(key, 4000).unwrap();
    early.renewal().await.unwrap().unwrap();
    let mut late = testnet.nodes()[1].rendezvous(key, 4001).unwrap();
    assert_eq!(late.next().await, Some(v6(4000)));
}

#[tokio::test]
async fn single_nodes_are_reached_over_either_family() {
    let testnet = dual_stack(4).await;
    let (node, other) = (&testnet.nodes()[0], &testnet.nodes()[1]);
    for (family, address) in [
        (Family::V4, other.local_addr_v4().unwrap()),
        (Family::V6, other.local_addr_v6().unwrap()),
    ] {
        let pong = node.ping(address).await.unwrap();
        assert_eq!(pong.node.address, address);
        assert_eq!(Some(pong.node.id), other.id(family));
        let sample = node.sample(address, Key::of_name("any")).await.unwrap();
        assert_eq!(sample.node.address, address);
    }
}

#[tokio::test]
async fn one_handle_announces_and_finds_in_both_families() {
    let testnet = dual_stack(20).await;
    let key = Key::of_name("both");
    let announced = testnet.nodes()[7].announce(key, 4007).await.unwrap();
    // The 8 closest of each family.
    assert!(announced.stored > 8, "{announced:?}");
    for node in testnet.nodes() {
        assert_eq!(peers(node, key).await, [v4(4007), v6(4007)].into());
    }
    // Who takes part in one of the networks finds what is there.
    let only_v4 = testnet.builder().without_v6().start().unwrap();
    assert_eq!(peers(&only_v4, key).await, [v4(4007)].into());
    let only_v6 = testnet.builder().without_v4().start().unwrap();
    assert_eq!(peers(&only_v6, key).await, [v6(4007)].into());
}

/// BEP 32, "Bootstrapping": nodes of either family tell of those of the other.
#[tokio::test]
async fn who_is_told_of_one_family_finds_the_other() {
    let testnet = dual_stack(10).await;
    let key = Key::of_name("both");
    testnet.nodes()[7].announce(key, 4007).await.unwrap();
    for known in [
        testnet.nodes()[0].local_addr_v4().unwrap(),
        testnet.nodes()[0].local_addr_v6().unwrap(),
    ] {
        let dht = DhtBuilder::new()
            .without_routers()
            .bind_v4("127.0.0.1:0".parse().unwrap())
            .bind_v6("[::1]:0".parse().unwrap())
            .bootstrap([known])
            .start()
            .expect(NO_IPV6);
        assert_eq!(peers(&dht, key).await, [v4(4007), v6(4007)].into());
    }
}

#[tokio::test]
async fn a_shared_socket_carries_the_other_protocol_over_both_families() {
    let testnet = dual_stack(4).await;
    let (dht, mut shared) = testnet.builder().start_shared().unwrap();
    dht.ready().await.unwrap();
    for (ours, theirs) in [
        (dht.local_addr_v4().unwrap(), v4(0)),
        (dht.local_addr_v6().unwrap(), v6(0)),
    ] {
        let other = tokio::net::UdpSocket::bind(theirs).await.unwrap();
        other.send_to(b"\x41uTP", ours).await.unwrap();
        let (from, datagram) = shared.recv_from().await.unwrap();
        assert_eq!(from, other.local_addr().unwrap());
        assert_eq!(&*datagram, b"\x41uTP");
        shared.send_to(b"\x21back", from).await.unwrap();
        let mut buffer = [0; 16];
        let (length, from) = other.recv_from(&mut buffer).await.unwrap();
        assert_eq!((&buffer[..length], from), (b"\x21back".as_slice(), ours));
    }
}

#[cfg(feature = "ed25519")]
#[tokio::test]
async fn mutable_items_cross_over_ipv6_and_over_both() {
    use bip_dht::SecretKey;
    let owner = SecretKey::from_seed(&[7; 32]);
    for testnet in [ipv6(10).await, dual_stack(10).await] {
        let [writer, reader, ..] = testnet.nodes() else {
            unreachable!()
        };
        for (seq, value) in [(1, b"3:one"), (2, b"3:two")] {
            writer
                .put_mutable(&owner, b"salt", |_| value.to_vec())
                .await
                .unwrap();
            let got = reader.get_mutable(*owner.public_key(), b"salt").await;
            let got = got.unwrap();
            assert_eq!((got.seq(), got.value()), (seq, value.as_slice()));
        }
    }
}
