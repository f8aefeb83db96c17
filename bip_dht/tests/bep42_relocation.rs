//! A node whose address changes while it runs, as a provider does overnight (BEP 42, "Bootstrapping").
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod support;

use std::net::SocketAddr;
use std::num::NonZeroU16;
use std::time::Duration;

use bip_dht::sim::{HostId, Network, NodeEvent, NodePlan};
use bip_dht::{
    AnnouncePort, Body, Call, DhtEvent, Family, Key, LeaseId, Message, MessageDecoder, NodeId,
    NodeInfo, Query,
};
use support::{MINUTE, SECOND, ip, settled};

const PORT: AnnouncePort = AnnouncePort::Port(NonZeroU16::new(4000).unwrap());
const HOUR: Duration = Duration::from_secs(3600);

fn address(network: &Network, node: HostId) -> SocketAddr {
    network.address(node, Family::V4).unwrap()
}

fn id(network: &Network, node: HostId) -> NodeId {
    network.node(node).unwrap().id(Family::V4).unwrap()
}

/// A network with a node in it that has known its address for more than an hour.
fn with_mover(seed: u64) -> (Network, Vec<HostId>, HostId) {
    println!("seed {seed}");
    let (mut network, nodes, _) = settled(seed, 100);
    let mover = network.add_node(NodePlan::default());
    network.run_for(70 * MINUTE);
    let place = address(&network, mover).ip();
    let core = network.node(mover).unwrap();
    assert_eq!(core.external_address(Family::V4), Some(place));
    assert!(id(&network, mover).is_valid_for(place));
    (network, nodes, mover)
}

/// When a node took another id.
fn id_changes(events: &[NodeEvent], node: HostId) -> Vec<Duration> {
    let of_node = events.iter().filter(|told| told.node == node);
    let changes = of_node.filter(|told| told.event == DhtEvent::IdChanged(Family::V4));
    changes.map(|told| told.at).collect()
}

/// The peer that a reader finds at a key announced by one.
fn found(network: &mut Network, reader: HostId, key: Key) -> Vec<SocketAddr> {
    let found = network.perform(reader, |core, now| core.get_peers(now, key));
    found.unwrap().peers
}

/// Whom any node names that is asked for `target`.
fn named(network: &mut Network, target: NodeId) -> Vec<NodeInfo> {
    let asker = ip("9.9.9.9");
    let socket = network.add_socket(asker);
    let mut query = Vec::new();
    let call = Call::FindNode { target };
    Message::query(b"by hand", Query::new(NodeId::new([7; 20]), call)).encode(&mut query);
    let nodes: Vec<HostId> = network.nodes().map(|(node, _)| node).collect();
    for node in &nodes {
        let to = address(network, *node);
        network.send(SocketAddr::new(asker, 4000), to, &query);
    }
    network.run_for(3 * SECOND);
    let mut decoder = MessageDecoder::new();
    let (mut named, mut answers) = (Vec::new(), 0);
    while let Some((_, datagram)) = network.receive(socket) {
        if let Body::Response(response) = decoder.decode(&datagram).unwrap().body {
            named.extend(response.all_nodes());
            answers += 1;
        }
    }
    assert!(answers * 10 > nodes.len() * 9, "{answers} answers");
    named
}

#[test]
fn a_node_that_moves_takes_a_new_id_and_keeps_its_contacts() {
    for seed in 1..=2 {
        let (mut network, _, mover) = with_mover(seed);
        let old = NodeInfo {
            id: id(&network, mover),
            address: address(&network, mover),
        };
        let contacts = |network: &Network| network.node(mover).unwrap().stats().nodes_v4;
        let before = contacts(&network);
        assert!(named(&mut network, old.id).contains(&old), "it is known");

        network.relocate(mover);
        let mut events = Vec::new();
        let moved = network.elapsed();
        let deadline = moved + 30 * MINUTE;
        while id_changes(&events, mover).is_empty() {
            let told = network.next_event(deadline);
            events.push(told.expect("it takes a new id within half an hour"));
            assert!(contacts(&network) * 10 >= before * 9, "of {before}");
        }
        println!("after {:?}", network.elapsed() - moved);
        let place = address(&network, mover).ip();
        let external = network.node(mover).unwrap().external_address(Family::V4);
        assert_eq!(external, Some(place));
        assert!(id(&network, mover).is_valid_for(place) && id(&network, mover) != old.id);
        assert!(contacts(&network) * 10 >= before * 9, "of {before}");

        // Nobody names it under the old id or at the old address, and it is known as what it is now.
        network.run_for(45 * MINUTE);
        let now = NodeInfo {
            id: id(&network, mover),
            address: address(&network, mover),
        };
        let mut all = named(&mut network, old.id);
        all.extend(named(&mut network, now.id));
        let outdated = |node: &&NodeInfo| node.id == old.id || node.address == old.address;
        let outdated: Vec<_> = all.iter().filter(outdated).collect();
        assert!(outdated.is_empty(), "{outdated:?}");
        assert!(all.contains(&now));
    }
}

/// What is announced each 15 minutes, more or less a tenth, is found at the new address after as long; who holds the same
/// key looks each 5 minutes.
#[test]
fn a_lease_is_found_at_the_new_address_after_its_next_announce() {
    for seed in 4..=5 {
        let (mut network, nodes, mover) = with_mover(seed);
        let key = Key::of_name("room");
        let hold = |network: &mut Network, node| -> LeaseId {
            let held = network.drive(node, |core, now| core.hold(now, key, PORT));
            held.unwrap().unwrap()
        };
        hold(&mut network, mover);
        network.run_for(20 * MINUTE);
        let old = SocketAddr::new(address(&network, mover).ip(), 4000);
        assert_eq!(found(&mut network, nodes[5], key), [old]);
        let other = nodes[7];
        let lease = hold(&mut network, other);
        network.run_for(MINUTE);

        network.relocate(mover);
        let new = SocketAddr::new(address(&network, mover).ip(), 4000);
        let mut events = network.run_for(17 * MINUTE);
        assert!(found(&mut network, nodes[5], key).contains(&new));
        events.extend(network.run_for(6 * MINUTE));
        let told = events.iter().any(|told| {
            matches!(&told.event, DhtEvent::LeasePeers { lease: of, peers } if *of == lease && peers.contains(&new))
        });
        assert!(told, "who holds the same key hears of it");
        // Nodes forget what was announced from the old address, and the new one stays.
        network.run_for(2 * HOUR);
        let last = found(&mut network, nodes[5], key);
        assert!(last.contains(&new) && !last.contains(&old), "{last:?}");
    }
}

#[test]
fn a_node_that_moves_again_and_again_takes_no_two_ids_within_an_hour() {
    for seed in 7..=8 {
        let (mut network, _, mover) = with_mover(seed);
        let mut events = Vec::new();
        for _ in 0..10 {
            network.relocate(mover);
            events.extend(network.run_for(25 * MINUTE));
        }
        events.extend(network.run_for(80 * MINUTE));
        let changes = id_changes(&events, mover);
        println!("{changes:?}");
        assert!(changes.len() >= 3, "{changes:?}");
        assert!(
            changes.windows(2).all(|pair| pair[1] - pair[0] >= HOUR),
            "{changes:?}"
        );
        let place = address(&network, mover).ip();
        assert!(id(&network, mover).is_valid_for(place), "it comes to rest");
    }
}
