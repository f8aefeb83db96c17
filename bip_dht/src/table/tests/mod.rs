mod attacks;
mod bucket;
mod closest;
mod contact;
mod invariants;
mod memory;
mod upkeep;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use super::*;

fn start() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "tests count from any moment")]
    Instant::now()
}

fn id(first: u64) -> NodeId {
    let mut id = [0; 20];
    id[..8].copy_from_slice(&first.to_be_bytes());
    NodeId::new(id)
}

/// The node number `number` of a network in which everybody has a /24 of their own.
fn node(first: u64, number: u32) -> Node {
    let ip = Ipv4Addr::from_bits(0x0b00_0001 + (number << 8));
    Node {
        id: id(first),
        address: SocketAddr::new(ip.into(), 6881),
    }
}

fn table(now: Instant) -> RoutingTable {
    RoutingTable::new(now, id(0), Family::V4)
}

fn closest(
    table: &RoutingTable,
    now: Instant,
    target: NodeId,
    count: usize,
    trust: Trust,
) -> Vec<Node> {
    let mut nodes = Vec::new();
    table.closest(now, target, count, trust, &mut nodes);
    nodes
}

/// A table whose bucket 4 is full: a contact in each of its 8 corners, each with this round-trip time.
fn full_bucket(now: Instant, rtt: Duration) -> (RoutingTable, Vec<Node>) {
    let mut table = table(now);
    let nodes: Vec<Node> = (0..8)
        .map(|corner| node(0x0800 << 48 | corner << 56, corner as u32))
        .collect();
    for node in &nodes {
        assert_eq!(table.answered(now, *node, Some(rtt)), Standing::Live);
    }
    (table, nodes)
}

fn drop_standing(standing: Standing) {
    assert_eq!(standing, Standing::Live);
}
