//! Samples of what a node keeps (BEP 51).
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::net::SocketAddr;
use std::time::Duration;

use bip_dht::sim::{HostId, Network, NodePlan};
use bip_dht::{AnnouncePort, Family, Key, OperationError, Outcome, Sample};

/// A network whose second node has announced itself at 30 keys, and the keys.
fn stocked() -> (Network, Vec<HostId>, Vec<Key>) {
    println!("seed 1");
    let mut network = Network::new(1);
    let nodes = network.add_settled_nodes(5);
    let keys: Vec<Key> = (0..30u8).map(|number| Key::of_name([number])).collect();
    for key in &keys {
        network.drive(nodes[1], |core, now| {
            core.announce(now, *key, AnnouncePort::Implied)
        });
        // No faster than one host is answered.
        network.run_for(Duration::from_secs(1));
    }
    network.run_for(Duration::from_secs(30));
    (network, nodes, keys)
}

fn sample(network: &mut Network, from: HostId, asked: SocketAddr, target: Key) -> Sample {
    let sampled = network.perform(from, |core, now| core.sample(now, asked, target));
    match sampled.unwrap().result {
        Ok(Outcome::Sampled(sample)) => sample,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_node_tells_some_of_its_keys_and_whom_to_ask_next() {
    let (mut network, nodes, keys) = stocked();
    let asked = network.address(nodes[2], Family::V4).unwrap();
    let sample = sample(&mut network, nodes[4], asked, keys[0]);
    let told = sample.keys.unwrap();
    assert_eq!(told.len(), 20);
    assert!(told.iter().all(|key| keys.contains(key)));
    assert_eq!(sample.total, 30);
    assert!(sample.interval <= Duration::from_secs(21_600));
    assert!(!sample.nodes.is_empty());
    assert_eq!(sample.node.address, asked);
}

/// Whoever asks may have forged its address: the answer is at most three times as long as the question.
#[test]
fn a_stranger_is_told_fewer_of_the_keys_and_where_to_go_on() {
    let (mut network, nodes, keys) = stocked();
    let asked = network.address(nodes[2], Family::V4).unwrap();
    let stranger = network.add_node(NodePlan::default());
    let sample = sample(&mut network, stranger, asked, keys[0]);
    let told = sample.keys.unwrap();
    assert!((3..=8).contains(&told.len()), "{}", told.len());
    assert!(told.iter().all(|key| keys.contains(key)));
    assert_eq!(sample.total, 30);
    assert!((1..=4).contains(&sample.nodes.len()));
}

#[test]
fn a_silent_node_is_given_up() {
    let mut network = Network::new(2);
    let node = network.add_nodes(1)[0];
    let nobody = "198.51.100.7:6881".parse().unwrap();
    let ping = network
        .drive(node, |core, now| core.ping(now, nobody))
        .unwrap()
        .unwrap();
    let result = network.finish(node, ping).unwrap().result;
    assert_eq!(result, Err(OperationError::NoAnswer { asked: 1 }));
}
