//! The versions of an item that is followed (BEP 46, "Consuming content").
#![cfg(feature = "ed25519")]
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod support;

use std::time::Duration;

use bip_dht::sim::{HostId, Network, NodeEvent};
use bip_dht::{DhtEvent, LeaseId, MutableItem, OperationError, SecretKey};
use support::{MINUTE, SECOND, settled};

fn version(seq: i64) -> MutableItem {
    let owner = SecretKey::from_seed(&[7; 32]);
    MutableItem::sign(&owner, b"salt", seq, format!("i{seq}e").as_bytes()).unwrap()
}

fn follow(network: &mut Network, node: HostId, every: Duration) -> LeaseId {
    let key = *version(0).public_key();
    let begun = network.drive(node, |core, now| core.follow(now, key, b"salt", every));
    begun.unwrap().unwrap()
}

fn put(network: &mut Network, node: HostId, seq: i64) {
    let put = network.perform(node, |core, now| core.put_mutable(now, version(seq), None));
    put.unwrap().result.unwrap();
}

/// The versions that a lease told of.
fn told(events: &[NodeEvent], lease: LeaseId) -> Vec<i64> {
    let items = events.iter().filter_map(|told| match &told.event {
        DhtEvent::LeaseItem { lease: of, item } if *of == lease => Some(item.seq()),
        _ => None,
    });
    items.collect()
}

#[test]
fn each_new_version_is_told_once_and_soon() {
    let (mut network, nodes, _) = settled(1, 40);
    let lease = follow(&mut network, nodes[0], 5 * MINUTE);
    assert!(told(&network.run_for(20 * MINUTE), lease).is_empty());
    for seq in [1, 2, 5] {
        put(&mut network, nodes[1], seq);
        let events = network.run_for(6 * MINUTE);
        assert_eq!(told(&events, lease), [seq]);
    }
    assert!(told(&network.run_for(30 * MINUTE), lease).is_empty());
    network.drive(nodes[0], |core, _| core.release(lease));
    put(&mut network, nodes[1], 6);
    assert!(told(&network.run_for(30 * MINUTE), lease).is_empty());
}

#[test]
fn what_is_followed_stays_alive_though_its_publisher_is_gone() {
    let (mut network, nodes, _) = settled(2, 30);
    put(&mut network, nodes[1], 1);
    let lease = follow(&mut network, nodes[0], 5 * MINUTE);
    network.crash(nodes[1]);
    network.run_for(200 * MINUTE);
    let key = *version(0).public_key();
    let get = |network: &mut Network| {
        let got = network.perform(nodes[9], |core, now| core.get_mutable(now, key, b"salt"));
        got.unwrap().result
    };
    assert!(get(&mut network).is_ok());
    network.drive(nodes[0], |core, _| core.release(lease));
    network.run_for(121 * MINUTE);
    assert_eq!(get(&mut network), Err(OperationError::NotFound));
}

/// To be kept alive takes more than the follower asks.
#[test]
fn what_is_followed_once_a_day_stays_alive_all_the_same() {
    println!("seed 7");
    let (mut network, nodes, _) = settled(7, 30);
    put(&mut network, nodes[1], 1);
    follow(&mut network, nodes[0], 24 * 60 * MINUTE);
    network.crash(nodes[1]);
    let key = *version(0).public_key();
    for _ in 0..20 {
        network.run_for(17 * MINUTE);
        let got = network.perform(nodes[9], |core, now| core.get_mutable(now, key, b"salt"));
        assert!(got.unwrap().result.is_ok(), "at {:?}", network.elapsed());
    }
}

/// How often a follower asks, as far as its own operations tell.
fn polls(network: &mut Network, node: HostId, time: Duration) -> u32 {
    let (mut polls, mut was_busy) = (0, false);
    let end = network.elapsed() + time;
    while network.elapsed() < end {
        network.run_for(Duration::from_millis(200));
        let is_busy = network.node(node).unwrap().stats().operations > 0;
        polls += u32::from(is_busy && !was_busy);
        was_busy = is_busy;
    }
    polls
}

#[test]
fn nobody_asks_more_often_than_every_ten_seconds() {
    for (seed, every) in [(3, 10 * SECOND), (4, SECOND), (5, Duration::ZERO)] {
        let (mut network, nodes, _) = settled(seed, 20);
        follow(&mut network, nodes[0], every);
        let polls = polls(&mut network, nodes[0], 2 * MINUTE);
        // Ten seconds apart, more or less a tenth; the lookups take their time, too.
        assert!((7..=13).contains(&polls), "{polls}");
    }
    let (mut network, nodes, _) = settled(6, 20);
    follow(&mut network, nodes[0], 11 * SECOND);
    assert!(polls(&mut network, nodes[0], 11 * MINUTE) <= 64);
    // A time that no clock can tell is in order, too.
    follow(&mut network, nodes[1], Duration::MAX);
    network.run_for(MINUTE);
}
