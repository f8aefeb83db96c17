//! Whole networks of nodes.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail")]

mod support;

use std::num::NonZeroU16;
use std::time::Duration;

use bip_dht::sim::{Churn, HostId, Link, NatKind, Network, NodePlan};
use bip_dht::{AnnouncePort, DhtEvent, Family, Key, Status};
use support::{MINUTE, SECOND, settled};

const PORT: AnnouncePort = AnnouncePort::Port(NonZeroU16::new(4000).unwrap());

/// Announces a key at one node, looks it up from another, and tells whether it was found.
fn crosses(network: &mut Network, key: Key, writer: HostId, reader: HostId) -> bool {
    network
        .perform(writer, |core, now| core.announce(now, key, PORT))
        .expect("an announce ends")
        .result
        .expect("an announce succeeds");
    let found = network
        .perform(reader, |core, now| core.get_peers(now, key))
        .expect("a lookup ends");
    let announced = network.address(writer, Family::V4).unwrap().ip();
    found.peers.iter().any(|peer| peer.ip() == announced)
}

#[test]
fn a_thousand_nodes_find_what_any_of_them_announced() {
    let (mut network, nodes, _) = settled(1, 1000);
    network.set_link(Link::default().loss(0.05));
    for round in 0..5 {
        let key = Key::of_name(format!("room {round}"));
        assert!(
            crosses(&mut network, key, nodes[round * 7], nodes[999 - round * 11]),
            "round {round}"
        );
    }
}

#[test]
fn a_fifth_of_dead_nodes_hides_nothing() {
    let (mut network, nodes, _) = settled(2, 1000);
    network.set_link(Link::default().loss(0.05));
    nodes
        .iter()
        .step_by(5)
        .for_each(|node| network.crash(*node));
    for round in 0..5 {
        let key = Key::of_name(format!("room {round}"));
        assert!(
            crosses(
                &mut network,
                key,
                nodes[round * 5 + 1],
                nodes[999 - round * 10]
            ),
            "round {round}"
        );
    }
}

#[test]
fn the_same_seed_has_the_same_course() {
    let course = |seed| {
        let (mut network, nodes, _) = settled(seed, 60);
        network.set_link(Link::default().loss(0.05).duplication(0.05));
        network.set_churn(Churn::default().median_session(5 * MINUTE));
        crosses(&mut network, Key::of_name("room"), nodes[1], nodes[2]);
        network.run_for(5 * MINUTE);
        network.log_hash()
    };
    assert_eq!(course(3), course(3));
    assert_ne!(course(3), course(4));
}

#[test]
fn a_hundred_nodes_come_together_by_themselves() {
    let mut network = Network::new(5);
    let nodes = network.add_nodes(100);
    let events = network.run_for(30 * SECOND);
    for node in &nodes {
        let of_node = events.iter().filter(|told| told.node == *node);
        let mut last = of_node.filter_map(|told| match told.event {
            DhtEvent::Status(status) => Some(status),
            _ => None,
        });
        assert!(
            matches!(last.next_back(), Some(Status::Ready { .. })),
            "{node:?}"
        );
    }
    assert!(crosses(
        &mut network,
        Key::of_name("room"),
        nodes[3],
        nodes[96]
    ));
}

#[test]
fn both_families_form_a_network_each() {
    let mut network = Network::new(6);
    let nodes: Vec<HostId> = (0..30)
        .map(|number| match number % 3 {
            0 => network.add_node(NodePlan::default().dual_stack()),
            1 => network.add_node(NodePlan::default()),
            _ => network.add_node(NodePlan::default().ipv6()),
        })
        .collect();
    network.run_for(MINUTE);
    let key = Key::of_name("room");
    let announce = |network: &mut Network, node| {
        network
            .perform(node, |core, now| core.announce(now, key, PORT))
            .unwrap()
            .result
            .expect("announced");
    };
    announce(&mut network, nodes[4]);
    announce(&mut network, nodes[5]);
    let found = network
        .perform(nodes[27], |core, now| core.get_peers(now, key))
        .unwrap()
        .peers;
    assert!(found.iter().any(|peer| peer.is_ipv4()), "{found:?}");
    assert!(found.iter().any(|peer| peer.is_ipv6()), "{found:?}");
}

/// Nodes that nobody can reach find and announce like any other; nobody wastes queries on them.
#[test]
fn nodes_behind_every_kind_of_nat_take_part() {
    let (mut network, nodes, _) = settled(7, 100);
    let kinds = [
        NatKind::FullCone,
        NatKind::Restricted,
        NatKind::PortRestricted,
        NatKind::Symmetric,
    ];
    for (number, kind) in kinds.into_iter().enumerate() {
        let plan = NodePlan::default().behind(kind, MINUTE);
        let node = network.add_node(plan);
        network.run_for(MINUTE);
        let key = Key::of_name(format!("room {number}"));
        assert!(crosses(&mut network, key, node, nodes[number]), "{kind:?}");
        let key = Key::of_name(format!("hall {number}"));
        assert!(crosses(&mut network, key, nodes[number], node), "{kind:?}");
    }
}

#[test]
fn what_is_held_is_found_while_nodes_come_and_go() {
    let (mut network, nodes, _) = settled(8, 100);
    let key = Key::of_name("room");
    // One that stays, whatever the churn does to the others.
    network.set_churn(Churn::default().median_session(20 * MINUTE).shape(1.0));
    let holder = network.add_node(NodePlan::default());
    network.run_for(MINUTE);
    network
        .drive(holder, |core, now| core.hold(now, key, PORT))
        .unwrap()
        .unwrap();
    network.run_for(40 * MINUTE);
    let reader = network.add_node(NodePlan::default());
    network.run_for(MINUTE);
    let found = network
        .perform(reader, |core, now| core.get_peers(now, key))
        .unwrap();
    let announced = network.address(holder, Family::V4).unwrap().ip();
    assert!(
        found.peers.iter().any(|peer| peer.ip() == announced),
        "{found:?}"
    );
    let left = nodes
        .iter()
        .filter(|node| network.node(**node).is_some())
        .count();
    assert!(left < 50, "{left} of 100 still there");
}

/// A program that is started again an hour later knows whom to ask.
#[test]
fn a_node_that_was_offline_comes_back_with_what_it_saved() {
    let (mut network, nodes, _) = settled(9, 40);
    let node = network.add_node(NodePlan::default());
    network.run_for(5 * MINUTE);
    let id = network.node(node).unwrap().id(Family::V4);
    network.leave(node);
    assert!(network.node(node).is_none());
    network.run_for(60 * MINUTE);
    network.come_back(node);
    network.run_for(Duration::from_secs(20));
    assert_eq!(network.node(node).unwrap().id(Family::V4), id);
    assert!(crosses(&mut network, Key::of_name("room"), node, nodes[20]));
}
