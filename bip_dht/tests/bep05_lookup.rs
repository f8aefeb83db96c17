//! Whole nodes in a virtual network: they find each other, and what was announced (BEP 5).

use std::num::NonZeroU16;
use std::time::Duration;

use bip_dht::sim::{HostId, Network};
use bip_dht::{AnnouncePort, DhtEvent, Family, Key, OperationError, Outcome, Status};

/// A network whose nodes have had time to hear of each other.
fn grown(seed: u64, count: usize) -> (Network, Vec<HostId>) {
    println!("seed {seed}");
    let mut network = Network::new(seed);
    let nodes = network.add_nodes(count);
    network.run_for(Duration::from_secs(300));
    (network, nodes)
}

fn port(port: u16) -> AnnouncePort {
    NonZeroU16::new(port).map_or(AnnouncePort::Implied, AnnouncePort::Port)
}

#[test]
fn two_nodes_find_each_other_and_what_one_announces() {
    let (mut network, nodes) = grown(1, 2);
    for node in &nodes {
        let status = network.node(*node).unwrap().status();
        assert_eq!(status, Status::Ready { nodes: 1 });
    }
    let key = Key::of_name("a room");
    let announce = network
        .drive(nodes[0], |core, now| core.announce(now, key, port(6881)))
        .unwrap()
        .unwrap();
    let finished = network.finish(nodes[0], announce).unwrap();
    assert_eq!(
        finished.result,
        Ok(Outcome::Announced {
            stored: 1,
            peers: 0
        })
    );

    let lookup = network
        .drive(nodes[0], |core, now| core.get_peers(now, key))
        .unwrap()
        .unwrap();
    let finished = network.finish(nodes[0], lookup).unwrap();
    assert_eq!(finished.result, Ok(Outcome::Peers { count: 1 }));
    let mut announced = network.address(nodes[0], Family::V4).unwrap();
    announced.set_port(6881);
    assert_eq!(finished.peers, [announced]);
}

#[test]
fn fifty_nodes_find_what_each_of_them_announced() {
    let (mut network, nodes) = grown(2, 50);
    for (number, node) in nodes.iter().enumerate() {
        let key = Key::of_name(number.to_be_bytes());
        let id = network
            .drive(*node, |core, now| {
                core.announce(now, key, port(number as u16 + 1))
            })
            .unwrap()
            .unwrap();
        let finished = network.finish(*node, id).unwrap();
        assert!(
            matches!(finished.result, Ok(Outcome::Announced { stored: 8, .. })),
            "{finished:?}"
        );
    }
    for number in 0..nodes.len() {
        let asker = nodes[(number + 7) % nodes.len()];
        let key = Key::of_name(number.to_be_bytes());
        let id = network
            .drive(asker, |core, now| core.get_peers(now, key))
            .unwrap()
            .unwrap();
        let finished = network.finish(asker, id).unwrap();
        assert_eq!(finished.result, Ok(Outcome::Peers { count: 1 }));
        assert_eq!(finished.peers[0].port(), number as u16 + 1);
        println!("{:?}", finished.report);
    }
}

#[test]
fn who_knows_nobody_is_told_so() {
    let mut network = Network::new(3);
    let node = network.add_nodes(1)[0];
    let id = network
        .drive(node, |core, now| {
            core.get_peers(now, Key::of_name("a room"))
        })
        .unwrap()
        .unwrap();
    let finished = network.finish(node, id).unwrap();
    assert_eq!(finished.result, Err(OperationError::NoNodes));
}

#[test]
fn equal_seeds_give_equal_networks() {
    let run = |seed| {
        let (mut network, nodes) = grown(seed, 20);
        for node in nodes {
            let key = Key::of_name("a room");
            network.drive(node, |core, now| {
                core.announce(now, key, AnnouncePort::Implied)
            });
        }
        let events = network.run_for(Duration::from_secs(600));
        (network.log_hash(), format!("{events:?}"))
    };
    assert_eq!(run(4), run(4));
    assert_ne!(run(4).0, run(5).0);
}

#[test]
fn a_node_that_nobody_answers_is_offline_and_comes_back_by_itself() {
    let (mut network, nodes) = grown(6, 10);
    let lonely = nodes[9];
    let link = bip_dht::sim::Link::default();
    network.set_link(link.loss(1.0));
    let told = |network: &mut Network, duration| -> Vec<Status> {
        let events = network.run_for(Duration::from_secs(duration)).into_iter();
        let own = events.filter(|event| event.node == lonely);
        own.filter_map(|event| match event.event {
            DhtEvent::Status(status) => Some(status),
            _ => None,
        })
        .collect()
    };
    assert_eq!(told(&mut network, 40 * 60), [Status::Offline]);
    network.set_link(link);
    let back = told(&mut network, 120);
    assert!(
        matches!(
            back[..],
            [Status::Bootstrapping { .. }, Status::Ready { .. }]
        ),
        "{back:?}"
    );
}
