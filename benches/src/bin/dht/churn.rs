use std::time::Duration;

use bip_dht::sim::{Churn, Link, Network};

use crate::goal::print_head;
use crate::lookups::{self, Goals};

/// How long nodes come and go before anything is measured: more than twice the longest pause between two pings of one
/// contact, so that tables are what the pings keep them.
const BEFORE: Duration = Duration::from_secs(90 * 60);

/// Nodes come and go as measured in the real network; what does it cost to keep tables fresh, and how fresh are they?
pub(crate) fn measure(seed: u64, count: usize, lookups: usize) {
    let mut network = Network::new(seed);
    network.set_link(Link::default().loss(0.05));
    network.add_settled_nodes(count);
    network.set_churn(Churn::default());
    network.run_for(BEFORE);
    let before = network.stats();
    let window = Duration::from_secs(600);
    network.run_for(window);
    let sent = network.stats().sent - before.sent;
    network.end_churn();
    print_head(&format!("idle, {count} nodes that come and go, 5 % loss"));
    let node_seconds = window.as_secs_f64() * network.nodes().count() as f64;
    println!(
        "| datagrams sent per node, joining included | {:.3} /s | | |",
        sent as f64 / node_seconds
    );
    let goals = Goals {
        recall: 0.97,
        complete_p50_s: 1.2,
        complete_p95_s: 1.5,
        queries_p50: 30.0,
    };
    let title = format!("{count} nodes that came and went, 5 % loss");
    lookups::measure(&mut network, &title, lookups, &goals);
}
