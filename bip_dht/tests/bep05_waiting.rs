//! Operations that are begun before the node has found the network.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod support;

use std::net::SocketAddr;
use std::time::Duration;

use bip_dht::sim::{HostId, Network, NodePlan};
use bip_dht::{
    AnnouncePort, BeginError, DhtConfig, DhtEvent, Family, Key, OperationError, OperationId,
    Outcome, Role, Status,
};
use support::{MINUTE, SECOND, ip, settled};

/// How long an operation waits for the network at most.
const PATIENCE: Duration = Duration::from_secs(30);

fn begin(network: &mut Network, node: HostId, key: Key) -> OperationId {
    let begun = network.drive(node, |core, now| core.get_peers(now, key));
    begun.unwrap().unwrap()
}

/// A node in a network of its own, told of an address where nobody answers.
fn lost(seed: u64, config: DhtConfig) -> (Network, HostId) {
    println!("seed {seed}");
    let mut network = Network::new(seed);
    let node = network.add_node(NodePlan::default().config(config));
    let nobody = SocketAddr::new(ip("203.0.113.9"), 6881);
    network.drive(node, |core, now| core.add_node(now, nobody));
    (network, node)
}

#[test]
fn what_is_begun_at_once_begins_when_the_network_is_found() {
    let (mut network, nodes, _) = settled(1, 100);
    let key = Key::of_name("room");
    network
        .perform(nodes[3], |core, now| {
            core.announce(now, key, AnnouncePort::Implied)
        })
        .unwrap()
        .result
        .unwrap();
    let node = network.add_node(NodePlan::default());
    let status = network.node(node).unwrap().status();
    assert_eq!(status, Status::Bootstrapping { nodes: 0 });
    let begun = network.elapsed();
    let finished = network
        .perform(node, |core, now| core.get_peers(now, key))
        .unwrap();
    assert_eq!(finished.result, Ok(Outcome::Peers { count: 1 }));
    let expected = network.address(nodes[3], Family::V4).unwrap();
    assert_eq!(finished.peers, [expected]);
    // What it waited is part of what it took.
    assert_eq!(finished.report.duration, network.elapsed() - begun);
}

#[test]
fn what_waits_ends_when_nobody_to_begin_with_answers() {
    let (mut network, node) = lost(2, DhtConfig::default());
    let id = begin(&mut network, node, Key::of_name("room"));
    assert_eq!(network.node(node).unwrap().stats().operations, 1);
    let finished = network.finish(node, id).unwrap();
    let error = OperationError::NotBootstrapped { asked: 1 };
    assert_eq!(finished.result, Err(error));
    assert_eq!(network.node(node).unwrap().stats().operations, 0);
    assert!(network.elapsed() < PATIENCE);
    // Later ones ask whom there is to ask, since somebody may be back.
    let id = begin(&mut network, node, Key::of_name("room"));
    let finished = network.finish(node, id).unwrap();
    assert_eq!(finished.result, Err(OperationError::NoAnswer { asked: 1 }));
}

#[test]
fn what_waits_can_be_cancelled_and_counts_among_the_operations() {
    let (mut network, node) = lost(3, DhtConfig::default().max_operations(3));
    let key = Key::of_name("room");
    let ids: Vec<OperationId> = (0..3).map(|_| begin(&mut network, node, key)).collect();
    let refused = network
        .drive(node, |core, now| core.scrape(now, key))
        .unwrap();
    assert_eq!(refused, Err(BeginError::TooManyOperations { limit: 3 }));
    network.drive(node, |core, _| core.cancel(ids[1]));
    let fourth = begin(&mut network, node, key);
    let ended: Vec<OperationId> = network
        .run_for(MINUTE)
        .into_iter()
        .filter_map(|told| match told.event {
            DhtEvent::Ended { id, .. } => Some(id),
            _ => None,
        })
        .collect();
    assert_eq!(ended, [ids[0], ids[2], fourth]);
}

/// The first node of a network, which is told of nobody, but that it may yet be for five seconds. It has begun a lookup.
fn expectant(seed: u64) -> (Network, HostId, OperationId) {
    println!("seed {seed}");
    let mut network = Network::new(seed);
    let config = DhtConfig::default().role(Role::ReadOnly);
    let node = network.add_node(NodePlan::default().config(config));
    network.drive(node, |core, now| core.expect_nodes(now, now + 5 * SECOND));
    let id = begin(&mut network, node, Key::of_name("room"));
    (network, node, id)
}

#[test]
fn nodes_that_are_expected_are_waited_for() {
    let (mut network, node, id) = expectant(4);
    let others = network.add_settled_nodes(100);
    network.run_for(4 * SECOND);
    let other = network.address(others[7], Family::V4).unwrap();
    network.drive(node, |core, now| core.add_node(now, other));
    let finished = network.finish(node, id).unwrap();
    assert_eq!(finished.result, Ok(Outcome::Peers { count: 0 }));
}

#[test]
fn nodes_that_are_expected_in_vain_are_waited_for_no_longer_than_told() {
    let (mut network, node, id) = expectant(5);
    let finished = network.finish(node, id).unwrap();
    assert_eq!(finished.result, Err(OperationError::NoNodes));
    assert_eq!(network.elapsed(), 5 * SECOND);

    let (mut network, node, id) = expectant(6);
    network.drive(node, |core, now| core.expect_nodes(now, now));
    let finished = network.finish(node, id).unwrap();
    assert_eq!(finished.result, Err(OperationError::NoNodes));
    assert_eq!(network.elapsed(), Duration::ZERO);
}

/// The nodes to begin with are asked again and again while more are expected, but nothing waits for ever.
#[test]
fn patience_has_an_end_even_while_nodes_are_expected() {
    let (mut network, node) = lost(7, DhtConfig::default());
    network.drive(node, |core, now| core.expect_nodes(now, now + 60 * MINUTE));
    let id = begin(&mut network, node, Key::of_name("room"));
    let finished = network.finish(node, id).unwrap();
    let error = OperationError::NotBootstrapped { asked: 1 };
    assert_eq!(finished.result, Err(error));
    assert_eq!(finished.report.duration, PATIENCE);
}

#[test]
fn a_lease_that_is_taken_at_once_announces_when_the_network_is_found() {
    let (mut network, _, _) = settled(8, 100);
    let node = network.add_node(NodePlan::default());
    let key = Key::of_name("room");
    network.drive(node, |core, now| core.hold(now, key, AnnouncePort::Implied));
    let events = network.run_for(10 * SECOND);
    let renewals: Vec<_> = events
        .iter()
        .filter_map(|told| match &told.event {
            DhtEvent::LeaseRenewed { result, .. } => Some(result),
            _ => None,
        })
        .collect();
    assert!(
        matches!(renewals[..], [Ok(Outcome::Announced { .. })]),
        "{renewals:?}"
    );
}
