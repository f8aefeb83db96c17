//! A Mainline DHT of thousands of virtual nodes, and whether it reaches its goals.
//! usage: `bip_benches_dht [NODES [LOOKUPS [SEED]]]` (10000, 1000, 1)
#![allow(clippy::disallowed_methods, reason = "measures the machine as well")]

mod churn;
mod counting;
mod durability;
mod goal;
mod lookups;

use std::time::{Duration, Instant};

use bip_dht::sim::{HostId, Link, Network};

use goal::{Goal, print_head};
use lookups::Goals;

#[global_allocator]
static ALLOCATOR: counting::Counting = counting::Counting;

/// Above, the hour and a half of the churn costs more than it tells.
const MOST_IN_CHURN: usize = 2_000;

fn main() {
    let mut arguments = std::env::args()
        .skip(1)
        .map(|argument| argument.parse::<usize>());
    let mut argument = |default| arguments.next().and_then(Result::ok).unwrap_or(default);
    let (nodes, lookups, seed) = (argument(10_000), argument(1_000), argument(1) as u64);
    println!("# {nodes} nodes, {lookups} lookups, seed {seed}");

    let begun = Instant::now();
    let mut network = Network::new(seed);
    let all = network.add_settled_nodes(nodes);
    println!("\nfilled in {:.1} s", begun.elapsed().as_secs_f64());

    measure_idle(&mut network);
    network.set_link(Link::default().loss(0.05));
    let goals = Goals {
        recall: 0.99,
        complete_p50_s: 0.6,
        complete_p95_s: 1.1,
        queries_p50: 25.0,
    };
    lookups::measure(&mut network, "0 % dead, 5 % loss", lookups, &goals);
    // Every fifth by its place in the order of addition, which says nothing of its place in the key space.
    all.iter().step_by(5).for_each(|node| network.crash(*node));
    let goals = Goals {
        recall: 0.97,
        complete_p50_s: 1.2,
        complete_p95_s: 1.5,
        queries_p50: 30.0,
    };
    lookups::measure(&mut network, "20 % dead, 5 % loss", lookups, &goals);
    measure_bytes(&mut network);
    let stats = network.stats();
    println!("\nlongest datagram: {} bytes; {stats:?}", stats.longest);
    let (virtual_s, real_s) = (
        network.elapsed().as_secs_f64(),
        begun.elapsed().as_secs_f64(),
    );
    println!(
        "{virtual_s:.0} s of virtual time in {real_s:.1} s; event log {:016x}",
        network.log_hash()
    );
    drop(network);
    measure_bytes_of_both(seed, nodes);
    churn::measure(seed, nodes.min(MOST_IN_CHURN), lookups);
    durability::measure(seed, nodes, lookups);
    println!("\nin all {:.1} s", begun.elapsed().as_secs_f64());
}

/// What nodes send that nobody asks for anything. Contacts are checked every 11 to 13 minutes, at times that are spread
/// evenly, so that two minutes tell of all others.
fn measure_idle(network: &mut Network) {
    let queries = |network: &Network| -> u64 {
        let stats = network.nodes().map(|(_, core)| core.stats());
        stats.map(|stats| stats.queries + stats.resends).sum()
    };
    network.run_for(Duration::from_secs(60));
    let (before, asked, begun) = (network.stats(), queries(network), Instant::now());
    let window = Duration::from_secs(120);
    network.run_for(window);
    let (after, asked) = (network.stats(), queries(network) - asked);
    let elapsed = begun.elapsed();
    let node_seconds = window.as_secs_f64() * network.nodes().count() as f64;
    let rate = |number: u64| number as f64 / node_seconds;
    print_head("idle");
    let datagrams = after.sent - before.sent;
    Goal::at_most("datagrams sent per node", 0.5, "/s").print(rate(datagrams));
    println!("| of these, queries | {:.3} /s | | |", rate(asked));
    println!(
        "| bytes sent per node | {:.1} /s | | |",
        rate(after.sent_bytes - before.sent_bytes)
    );
    println!(
        "| wakes per node | {:.3} /s | | |",
        rate(after.wakes - before.wakes)
    );
    let each = elapsed.as_secs_f64() * 1e6 / datagrams.max(1) as f64;
    println!("| real time per datagram | {each:.2} us | | |");
}

/// What one node holds: how much is given back when all of them end.
fn measure_bytes(network: &mut Network) {
    print_head("memory");
    Goal::at_most("core, per node", 24_000.0, "bytes").print(bytes_per_node(network));
}

/// The same where each node has a full table of each family.
fn measure_bytes_of_both(seed: u64, nodes: usize) {
    let mut network = Network::new(seed);
    network.add_settled_dual_stack_nodes(nodes);
    network.run_for(Duration::from_secs(60));
    print_head("memory, two tables");
    let each = bytes_per_node(&mut network);
    println!("| core, per node of both families | {each:.0} bytes | | |");
}

fn bytes_per_node(network: &mut Network) -> f64 {
    let running: Vec<HostId> = network.nodes().map(|(node, _)| node).collect();
    let before = counting::held();
    running.iter().for_each(|node| network.crash(*node));
    (before - counting::held()) as f64 / running.len() as f64
}
