//! Attacks on who a node is, and on who stands around a key.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail")]

mod support;

use std::num::NonZeroU16;

use bip_dht::sim::{Malice, Network, NodePlan};
use bip_dht::{AnnouncePort, Family, Key};
use support::{MINUTE, ip, settled};

const PORT: AnnouncePort = AnnouncePort::Port(NonZeroU16::new(4000).unwrap());

/// Sybils around a key, all closer to it than any honest node and naming only one another, do not hide what is kept
/// there: their ids do not fit their addresses.
#[test]
fn sybils_at_a_key_neither_hide_it_nor_stay_unnoticed() {
    let (mut network, nodes, _) = settled(1, 150);
    let key = Key::of_name("besieged");
    let (writer, reader) = (nodes[10], nodes[140]);
    network
        .perform(writer, |core, now| core.announce(now, key, PORT))
        .unwrap()
        .result
        .expect("announced");
    // Lookups tell the reader how large the network is.
    for number in 0..8 {
        let other = Key::of_name(format!("elsewhere {number}"));
        network.perform(reader, |core, now| core.get_peers(now, other));
    }
    let sybils: Vec<_> = (0..32)
        .map(|_| network.add_impostor(None, Malice::Sybil(key)))
        .collect();
    for _ in 0..2 {
        sybils.iter().for_each(|sybil| network.make_known(*sybil));
        network.run_for(2 * MINUTE);
    }
    let found = network
        .perform(reader, |core, now| core.get_peers(now, key))
        .unwrap();
    let announced = network.address(writer, Family::V4).unwrap().ip();
    assert!(
        found.peers.iter().any(|peer| peer.ip() == announced),
        "{found:?}"
    );
    let density = found
        .report
        .density
        .expect("the network's size is known by now");
    assert!(density > 6.0, "density {density}");
}

/// Many that say the same wrong address, but out of one network, count as one.
#[test]
fn one_network_of_liars_does_not_move_a_node() {
    let mut network = Network::new(2);
    network.add_settled_nodes(50);
    for host in 1..=60 {
        let place = ip(&format!("9.1.1.{host}"));
        network.add_impostor(Some(place), Malice::AddressLiar(ip("8.8.8.8")));
    }
    let node = network.add_node(NodePlan::default());
    network.run_for(20 * MINUTE);
    let core = network.node(node).unwrap();
    let external = core.external_address(Family::V4);
    let true_ip = network.address(node, Family::V4).unwrap().ip();
    assert_eq!(external, Some(true_ip));
    assert!(core.id(Family::V4).unwrap().is_valid_for(true_ip));
}

/// Three networks of liars are fewer than it takes to say where a node is.
#[test]
fn liars_alone_do_not_move_a_node_before_there_are_four_networks_of_them() {
    let mut network = Network::new(3);
    let lonely = network.add_node(NodePlan::default());
    let before = network.node(lonely).unwrap().id(Family::V4);
    for net in 1..=3 {
        for host in 1..=20 {
            let place = ip(&format!("9.1.{net}.{host}"));
            let liar = network.add_impostor(Some(place), Malice::AddressLiar(ip("8.8.8.8")));
            let address = network.address(liar, Family::V4).unwrap();
            network.drive(lonely, |core, now| core.add_node(now, address));
        }
    }
    network.run_for(20 * MINUTE);
    let core = network.node(lonely).unwrap();
    assert_eq!(core.external_address(Family::V4), None);
    assert_eq!(core.id(Family::V4), before);
}
