//! Nodes learn their address from others and take an id that fits it (BEP 42, "Bootstrapping").

use std::net::IpAddr;
use std::time::Duration;

use bip_dht::sim::{Network, NodePlan};
use bip_dht::{DhtConfig, DhtCore, DhtEvent, Family, NodeId, Role};

#[test]
fn nodes_take_an_id_that_fits_the_address_others_see() {
    println!("seed 1");
    let mut network = Network::new(1);
    let nodes = network.add_nodes(30);
    let events = network.run_for(Duration::from_secs(300));
    for node in nodes {
        let ip = network.address(node, Family::V4).unwrap().ip();
        let core = network.node(node).unwrap();
        assert_eq!(core.external_address(Family::V4), Some(ip));
        assert!(core.id(Family::V4).unwrap().is_valid_for(ip));
        let told = events.iter().filter(|told| told.node == node);
        let changes = told.filter(|told| told.event == DhtEvent::IdChanged(Family::V4));
        assert_eq!(changes.count(), 1);
    }
}

#[test]
fn an_id_that_was_given_stays() {
    println!("seed 2");
    let mut network = Network::new(2);
    network.add_nodes(20);
    let id = NodeId::new([7; 20]);
    let config = DhtConfig::default().role(Role::Server).id(Family::V4, id);
    let node = network.add_node(NodePlan::default().config(config));
    network.run_for(Duration::from_secs(300));
    let core = network.node(node).unwrap();
    assert_eq!(core.id(Family::V4), Some(id));
    assert!(core.external_address(Family::V4).is_some());
}

#[test]
fn an_address_that_was_given_has_its_id_from_the_start_and_nobody_talks_us_out_of_it() {
    println!("seed 3");
    let mut network = Network::new(3);
    network.add_nodes(20);
    let address = IpAddr::from([198, 51, 100, 7]);
    let config = DhtConfig::default().external_address(address);
    let node = network.add_node(NodePlan::default().config(config.clone()));
    let id = network.node(node).unwrap().id(Family::V4).unwrap();
    assert!(id.is_valid_for(address));
    assert_eq!(
        network.node(node).unwrap().external_address(Family::V6),
        None
    );
    // The others see it elsewhere, since that is where it sends from.
    network.run_for(Duration::from_secs(300));
    let core = network.node(node).unwrap();
    assert_eq!(core.external_address(Family::V4), Some(address));
    assert_eq!(core.id(Family::V4), Some(id));

    let saved = core.save();
    let restored = |config: DhtConfig| {
        let mut core = DhtCore::new(network.now(), config, [9; 32]);
        core.restore(network.now(), &saved).unwrap();
        core.id(Family::V4).unwrap()
    };
    assert_eq!(restored(config), id, "it still fits");
    let moved = IpAddr::from([203, 0, 113, 9]);
    let elsewhere = restored(DhtConfig::default().external_address(moved));
    assert!(elsewhere.is_valid_for(moved) && elsewhere != id);
}
