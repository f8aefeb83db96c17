//! What is held while a thousand nodes are replaced by others (BEP 5, "announce_peer").
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail")]

mod support;

use std::num::NonZeroU16;

use bip_dht::sim::{HostId, Link, NodePlan};
use bip_dht::{AnnouncePort, Family, Key};
use support::{MINUTE, SECOND, settled};

const PORT: AnnouncePort = AnnouncePort::Port(NonZeroU16::new(4000).unwrap());

/// Half of the nodes crash one after the other within 20 minutes, and strangers take their places; leases announce
/// every 15 minutes meanwhile, so that more than a third of the nodes are replaced between two announces.
#[test]
fn leases_are_found_after_half_of_a_thousand_nodes_were_replaced() {
    let (mut network, mut nodes, _) = settled(41, 1000);
    network.set_link(Link::default().loss(0.05));
    let holders: Vec<(Key, HostId)> = (0..100)
        .map(|number| {
            (
                Key::of_name(format!("kept {number}")),
                nodes.swap_remove(number * 3),
            )
        })
        .collect();
    for (key, holder) in &holders {
        let held = network.drive(*holder, |core, now| core.hold(now, *key, PORT));
        held.unwrap().expect("held");
    }
    network.run_for(30 * SECOND);
    let mut readers = Vec::new();
    for _ in 0..500 {
        // Those who hold stay: an announce does not outlive its announcer.
        network.crash(nodes.swap_remove(nodes.len() / 2));
        readers.push(network.add_node(NodePlan::default()));
        network.run_for(20 * MINUTE / 500);
    }
    let found = holders
        .iter()
        .zip(&readers)
        .filter(|((key, holder), reader)| {
            let found = network.perform(**reader, |core, now| core.get_peers(now, *key));
            let announced = network.address(*holder, Family::V4).unwrap().ip();
            found
                .unwrap()
                .peers
                .iter()
                .any(|peer| peer.ip() == announced)
        });
    let found = found.count();
    assert!(found >= 99, "{found} of 100 found");
}
