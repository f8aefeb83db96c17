//! What it takes to keep an item alive: a put to whom it is needed at, and no other (BEP 44, "Expiration").
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod support;

use bip_dht::sim::{HostId, Link, Network, NodePlan};
use bip_dht::{DhtEvent, Family, Key, LeaseId, LookupReport, Outcome};
use support::{MINUTE, settled};

fn republish(network: &mut Network, node: HostId, value: &[u8]) -> LeaseId {
    let begun = network.drive(node, |core, now| core.republish_immutable(now, value));
    begun.unwrap().unwrap()
}

/// Runs for so many minutes, and returns how the rounds of all leases went. After each minute, `look` looks on.
fn rounds(
    network: &mut Network,
    minutes: usize,
    mut look: impl FnMut(&mut Network, usize),
) -> Vec<LookupReport> {
    let mut rounds = Vec::new();
    for minute in 0..minutes {
        for told in network.run_for(MINUTE) {
            if let DhtEvent::LeaseRenewed { result, report, .. } = told.event {
                let whole = matches!(result, Ok(Outcome::Stored { stored, .. }) if stored > 4);
                assert!(whole, "{result:?}");
                rounds.push(report);
            }
        }
        look(network, minute);
    }
    rounds
}

/// Runs until a lease's next round has ended.
fn next_round(network: &mut Network) -> LookupReport {
    let deadline = network.elapsed() + 67 * MINUTE;
    while let Some(told) = network.next_event(deadline) {
        if let DhtEvent::LeaseRenewed { report, .. } = told.event {
            return report;
        }
    }
    panic!("no round within 67 minutes");
}

/// How many nodes keep an item.
fn copies(network: &Network) -> usize {
    network.nodes().map(|(_, core)| core.stats().items).sum()
}

fn mean(queries: &[u32]) -> f64 {
    f64::from(queries.iter().sum::<u32>()) / queries.len() as f64
}

/// Where nobody comes or goes, every second round is a lookup and nothing else, and yet no copy ever expires.
#[test]
fn a_round_that_finds_every_copy_young_enough_costs_its_lookup_only() {
    for seed in 1..=2 {
        println!("seed {seed}");
        let (mut network, nodes, _) = settled(seed, 60);
        republish(&mut network, nodes[0], b"4:kept");
        network.run_for(MINUTE);
        let rounds = rounds(&mut network, 10 * 60, |network, minute| {
            assert!(copies(network) >= 8, "minute {minute}");
        });
        let queries: Vec<u32> = rounds.iter().map(|round| round.queries).collect();
        let (idle, full): (Vec<_>, Vec<_>) = rounds
            .iter()
            .partition(|round| round.queries < round.answered + 8);
        println!("{queries:?}, {} of them idle", idle.len());
        assert!(idle.len() >= rounds.len() / 2, "{rounds:?}");
        let [idle, full] = [idle, full].map(|rounds| {
            let queries: Vec<u32> = rounds.iter().map(|round| round.queries).collect();
            mean(&queries)
        });
        assert!(idle + 6.0 < full, "{idle} {full}");
    }
}

/// What was put a second time is seen by when it expires.
#[test]
fn a_round_puts_only_to_those_that_lack_the_item() {
    for (seed, gone) in [(4, 0), (5, 3)] {
        println!("seed {seed}");
        let (mut network, nodes, _) = settled(seed, 60);
        let lease = republish(&mut network, nodes[0], b"4:kept");
        let first = next_round(&mut network);
        let is_lost = |host: &HostId| {
            let address = network.address(*host, Family::V4).unwrap();
            let mut lost = first.closest.iter().rev().take(gone);
            lost.any(|node| node.address == address)
        };
        let lost: Vec<HostId> = nodes[1..].iter().copied().filter(is_lost).collect();
        lost.iter().for_each(|host| network.crash(*host));
        network.run_for(20 * MINUTE);
        assert_eq!(copies(&network), 8 - lost.len());
        next_round(&mut network);
        assert_eq!(copies(&network), 8);
        network.drive(nodes[0], |core, _| core.release(lease));
        // More than two hours after the first put, and less after the second; nodes look every ten minutes.
        network.run_for(80 * MINUTE);
        assert_eq!(copies(&network), lost.len());
    }
}

/// Nobody reaches anybody for a quarter of an hour, and then the item is there at once, whenever that began: the next put
/// is due early enough to wait for the end.
#[test]
fn an_item_outlives_an_outage_of_a_quarter_of_an_hour() {
    for start in (92..116).step_by(4) {
        println!("seed 6, from minute {start}");
        let (mut network, nodes, _) = settled(6, 30);
        republish(&mut network, nodes[0], b"4:kept");
        network.run_for(start * MINUTE);
        network.set_link(Link::default().loss(1.0));
        network.run_for(15 * MINUTE);
        network.set_link(Link::default());
        let key = Key::of_immutable(b"4:kept");
        for minute in 0..30 {
            let got = network.perform(nodes[9], |core, now| core.get_immutable(now, key));
            let got = got.unwrap().result;
            assert!(got.is_ok(), "minute {minute}: {got:?}");
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
    network.run_for(MINUTE);
    let (mut asked, mut missed) = (0, 0);
    let rounds = rounds(&mut network, 6 * 60, |network, minute| {
        let place = minute * 7 % others.len();
        network.crash(others[place]);
        others[place] = network.add_node(NodePlan::default());
        for number in 0..2 {
            let key = Key::of_immutable(values[(minute * 2 + number) % ITEMS].as_bytes());
            let reader = others[(minute * 11 + number) % others.len()];
            let got = network.perform(reader, |core, now| core.get_immutable(now, key));
            missed += u32::from(got.unwrap().result.is_err());
            asked += 1;
        }
    });
    let queries: Vec<u32> = rounds.iter().map(|round| round.queries).collect();
    println!(
        "missed {missed} of {asked}; {} rounds of {:.1} queries",
        rounds.len(),
        mean(&queries)
    );
    assert!(missed * 200 <= asked, "missed {missed} of {asked}");
}
