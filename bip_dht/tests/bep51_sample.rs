//! Samples of what a node keeps (BEP 51).

use std::time::Duration;

use bip_dht::sim::Network;
use bip_dht::{AnnouncePort, Family, Key, OperationError, Outcome};

#[test]
fn a_node_tells_some_of_its_keys_and_whom_to_ask_next() {
    println!("seed 1");
    let mut network = Network::new(1);
    let nodes = network.add_nodes(5);
    network.run_for(Duration::from_secs(300));
    let keys: Vec<Key> = (0..30u8).map(|number| Key::of_name([number])).collect();
    for key in &keys {
        network.drive(nodes[1], |core, now| {
            core.announce(now, *key, AnnouncePort::Implied)
        });
        // No faster than one host is answered.
        network.run_for(Duration::from_secs(1));
    }
    network.run_for(Duration::from_secs(30));
    let asked = network.address(nodes[2], Family::V4).unwrap();
    let sample = network
        .drive(nodes[4], |core, now| core.sample(now, asked, keys[0]))
        .unwrap()
        .unwrap();
    let Ok(Outcome::Sampled(sample)) = network.finish(nodes[4], sample).unwrap().result else {
        panic!("no sample");
    };
    let told = sample.keys.unwrap();
    assert_eq!(told.len(), 20);
    assert!(told.iter().all(|key| keys.contains(key)));
    assert_eq!(sample.total, 30);
    assert!(sample.interval <= Duration::from_secs(21_600));
    assert!(!sample.nodes.is_empty());
    assert_eq!(sample.node.address, asked);
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
