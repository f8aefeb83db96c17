//! Programs that know the same key find each other.
#![cfg(feature = "tokio")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod stopped_clock;

use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::time::Duration;

use bip_dht::{Key, Rendezvous, Testnet};
use stopped_clock::StoppedClock;

fn peer(port: u16) -> SocketAddr {
    SocketAddrV4::new(Ipv4Addr::LOCALHOST, port).into()
}

async fn meets(room: &mut Rendezvous, port: u16) {
    while let Some(found) = room.next().await {
        if found == peer(port) {
            return;
        }
    }
    panic!("the room was closed");
}

#[tokio::test]
async fn who_comes_later_finds_who_was_there() {
    let testnet = Testnet::start(20).await.unwrap();
    let key = Key::of_name("room");
    let (first, second) = (
        testnet.builder().start().unwrap(),
        testnet.builder().start().unwrap(),
    );
    // Taken before the nodes are ready: they begin by themselves.
    let mut early = first.rendezvous(key, 4001).unwrap();
    early.renewal().await.unwrap().unwrap();
    let mut late = second.rendezvous(key, 4002).unwrap();
    meets(&mut late, 4001).await;
    assert_eq!(late.dropped(), 0);
}

#[tokio::test]
async fn an_announce_is_renewed_until_it_is_dropped_and_found_by_who_was_there_before() {
    let testnet = Testnet::start(8).await.unwrap();
    let clock = StoppedClock::new();
    let dht = &testnet.nodes()[0];
    let other = &testnet.nodes()[1];
    let address = other.local_addr_v4().unwrap();
    let key = Key::of_name("renewed");

    let mut early = other.rendezvous(key, 4001).unwrap();
    early.renewal().await.unwrap().unwrap();
    let mut room = dht.rendezvous(key, 4000).unwrap();
    room.renewal().await.unwrap().unwrap();
    clock.pass(Duration::from_secs(20 * 60), dht, address).await;
    room.renewal().await.unwrap().unwrap();
    meets(&mut early, 4000).await;

    // Longer than nodes keep what is not renewed.
    clock.pass(Duration::from_secs(60 * 60), dht, address).await;
    room.renewal().await.unwrap().unwrap();
    let mut found = dht.get_peers(key);
    let mut peers = vec![found.next().await, found.next().await];
    peers.sort();
    assert_eq!(peers, [Some(peer(4000)), Some(peer(4001))]);

    drop(room);
    assert_eq!(dht.stats().leases, 0);
    clock.pass(Duration::from_secs(60 * 60), dht, address).await;
    let mut found = dht.get_peers(key);
    assert_eq!(found.next().await, Some(peer(4001)));
    assert_eq!(found.next().await, None);
}
