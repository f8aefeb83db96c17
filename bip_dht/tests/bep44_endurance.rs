//! What an item that is kept alive outlives (BEP 44, "Expiration").
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod support;

use bip_dht::Key;
use bip_dht::sim::{HostId, Link, Network, NodePlan};
use support::{MINUTE, settled};

fn republish(network: &mut Network, node: HostId, value: &[u8]) {
    let begun = network.drive(node, |core, now| core.republish_immutable(now, value));
    begun.unwrap().unwrap();
}

fn is_found(network: &mut Network, reader: HostId, value: &[u8]) -> bool {
    let key = Key::of_immutable(value);
    let got = network.perform(reader, |core, now| core.get_immutable(now, key));
    got.unwrap().result.is_ok()
}

/// Nobody reaches anybody for three quarters of an hour, and then the item is there at once, whenever that began: what
/// was put an hour ago is kept for another.
#[test]
fn an_item_outlives_three_quarters_of_an_hour_without_a_network() {
    for start in (62..122).step_by(10) {
        println!("seed 6, from minute {start}");
        let (mut network, nodes, _) = settled(6, 30);
        republish(&mut network, nodes[0], b"4:kept");
        network.run_for(start * MINUTE);
        network.set_link(Link::default().loss(1.0));
        network.run_for(45 * MINUTE);
        network.set_link(Link::default());
        // By then whoever was offline has noticed that it is not any more.
        network.run_for(6 * MINUTE);
        for minute in 0..30 {
            let is_found = is_found(&mut network, nodes[9], b"4:kept");
            assert!(is_found, "minute {minute}");
            network.run_for(MINUTE);
        }
    }
}

/// Items, each kept by one node, in a network of which nearly half is replaced each hour, with one datagram in twenty
/// lost.
#[test]
fn items_are_found_at_any_time_while_nodes_come_and_go() {
    const ITEMS: usize = 20;
    println!("seed 2");
    let (mut network, nodes, _) = settled(2, 150);
    network.set_link(Link::default().loss(0.05));
    let (holders, others) = nodes.split_at(ITEMS);
    let mut others = others.to_vec();
    let values: Vec<String> = (0..ITEMS).map(|number| format!("i{number}e")).collect();
    for (holder, value) in holders.iter().zip(&values) {
        republish(&mut network, *holder, value.as_bytes());
    }
    let (mut asked, mut missed) = (0, 0);
    for minute in 0..6 * 60 {
        network.run_for(MINUTE);
        let place = minute * 7 % others.len();
        network.crash(others[place]);
        others[place] = network.add_node(NodePlan::default());
        for number in 0..2 {
            let value = values[(minute * 2 + number) % ITEMS].as_bytes();
            let reader = others[(minute * 11 + number) % others.len()];
            missed += u32::from(!is_found(&mut network, reader, value));
            asked += 1;
        }
    }
    assert!(missed * 100 <= asked, "missed {missed} of {asked}");
    println!("missed {missed} of {asked}");
}
