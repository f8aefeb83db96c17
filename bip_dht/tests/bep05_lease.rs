//! Announces that are kept alive (BEP 5, "announce_peer").
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::net::SocketAddr;
use std::time::Duration;

use bip_dht::sim::{HostId, Link, Network, NodeEvent};
use bip_dht::{AnnouncePort, BeginError, DhtConfig, DhtEvent, Family, Key, LeaseId, Outcome};

fn grown(seed: u64) -> (Network, Vec<HostId>) {
    println!("seed {seed}");
    let mut network = Network::new(seed);
    let nodes = network.add_nodes(20);
    network.run_for(Duration::from_secs(300));
    (network, nodes)
}

fn hold(network: &mut Network, node: HostId, key: Key) -> LeaseId {
    let held = network.drive(node, |core, now| core.hold(now, key, AnnouncePort::Implied));
    held.unwrap().unwrap()
}

fn found(network: &mut Network, node: HostId, key: Key) -> usize {
    let id = network
        .drive(node, |core, now| core.get_peers(now, key))
        .unwrap()
        .unwrap();
    network.finish(node, id).unwrap().peers.len()
}

/// All peers that a node was told of under a lease.
fn told_under(events: &[NodeEvent], node: HostId, lease: LeaseId) -> Vec<SocketAddr> {
    let of_node = events.iter().filter(|event| event.node == node);
    let told = of_node.filter_map(|event| match &event.event {
        DhtEvent::LeasePeers { lease: of, peers } if *of == lease => Some(peers.clone()),
        _ => None,
    });
    told.flatten().collect()
}

#[test]
fn a_lease_keeps_its_announce_until_it_is_released() {
    let (mut network, nodes) = grown(1);
    let key = Key::of_name("a room");
    let lease = hold(&mut network, nodes[3], key);
    let events = network.run_for(Duration::from_secs(3 * 3600));
    let renewed = events.iter().filter(|event| {
        matches!(&event.event, DhtEvent::LeaseRenewed { lease: of, result: Ok(Outcome::Announced { .. }), .. } if *of == lease)
    });
    let renewed = renewed.count();
    assert!((10..=14).contains(&renewed), "{renewed}");
    assert_eq!(found(&mut network, nodes[9], key), 1);
    network.drive(nodes[3], |core, _| core.release(lease));
    network.run_for(Duration::from_secs(46 * 60));
    assert_eq!(found(&mut network, nodes[9], key), 0);
}

#[test]
fn those_who_hold_one_key_find_each_other_and_are_told_once() {
    let (mut network, nodes) = grown(2);
    let key = Key::of_name("a room");
    let leases: Vec<LeaseId> = nodes[..5]
        .iter()
        .map(|node| hold(&mut network, *node, key))
        .collect();
    let events = network.run_for(Duration::from_secs(3600));
    for (node, lease) in nodes.iter().zip(leases) {
        let told = told_under(&events, *node, lease);
        // The node's own announce comes back too, and is left out.
        let own = network.address(*node, Family::V4).unwrap();
        assert!(!told.contains(&own), "{told:?}");
        assert_eq!(told.len(), 4, "{told:?}");
    }
}

#[test]
fn twenty_who_join_in_the_same_second_all_know_each_other_within_a_minute() {
    println!("seed 5");
    let mut network = Network::new(5);
    let nodes = network.add_settled_nodes(200);
    network.set_link(Link::default().loss(0.05));
    let key = Key::of_name("a room");
    let (mut leases, mut events) = (Vec::new(), Vec::new());
    for node in &nodes[..20] {
        leases.push(hold(&mut network, *node, key));
        events.extend(network.run_for(Duration::from_millis(50)));
    }
    events.extend(network.run_for(Duration::from_secs(59)));
    let address = |node: &HostId| network.address(*node, Family::V4).unwrap();
    for (node, lease) in nodes.iter().zip(leases) {
        let others = nodes[..20].iter().filter(|other| *other != node);
        let mut wanted: Vec<_> = others.map(address).collect();
        wanted.sort();
        let mut told: Vec<_> = told_under(&events, *node, lease);
        told.sort();
        assert_eq!(told, wanted);
    }
}

/// A lease costs a few lookups more in its first minute, and nothing more after that.
#[test]
fn the_early_lookups_of_a_lease_come_to_an_end() {
    println!("seed 6");
    let mut network = Network::new(6);
    let nodes = network.add_settled_nodes(50);
    hold(&mut network, nodes[3], Key::of_name("a room"));
    let mut begun = 0;
    let mut was_busy = false;
    let mut begun_in = |network: &mut Network, seconds: u64| {
        begun = 0;
        for _ in 0..4 * seconds {
            network.run_for(Duration::from_millis(250));
            let is_busy = network.node(nodes[3]).unwrap().stats().operations > 0;
            begun += u64::from(is_busy && !was_busy);
            was_busy = is_busy;
        }
        begun
    };
    // The announce and three lookups; the node's own upkeep may add one.
    let first = begun_in(&mut network, 60);
    assert!((4..=5).contains(&first), "{first}");
    let then = begun_in(&mut network, 200);
    assert!(then <= 1, "{then}");
}

#[test]
fn a_lease_outlives_a_time_offline() {
    let (mut network, nodes) = grown(3);
    let key = Key::of_name("a room");
    hold(&mut network, nodes[3], key);
    network.run_for(Duration::from_secs(60));
    network.set_link(Link::default().loss(1.0));
    network.run_for(Duration::from_secs(2 * 3600));
    network.set_link(Link::default());
    network.run_for(Duration::from_secs(10 * 60));
    assert_eq!(found(&mut network, nodes[9], key), 1);
}

#[test]
fn leases_count_among_the_operations() {
    use bip_dht::sim::NodePlan;
    let mut network = Network::new(4);
    let plan = NodePlan::default().config(DhtConfig::default().max_operations(3));
    let node = network.add_node(plan);
    network.run_for(Duration::from_secs(1));
    for number in 0..=3u8 {
        let key = Key::of_name([number]);
        let held = network
            .drive(node, |core, now| core.hold(now, key, AnnouncePort::Implied))
            .unwrap();
        match number {
            0..3 => assert!(held.is_ok()),
            _ => assert_eq!(held, Err(BeginError::TooManyOperations { limit: 3 })),
        }
    }
}
