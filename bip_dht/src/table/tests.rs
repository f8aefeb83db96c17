use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::{Duration, Instant};

use proptest::prelude::*;

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

proptest! {
    #[test]
    fn the_closest_are_those_that_sorting_all_gives(
        own in any::<[u8; 20]>(),
        target in any::<[u8; 20]>(),
        ids in proptest::collection::vec((any::<[u8; 20]>(), 0usize..30), 0..120),
        near in any::<bool>(),
        count in 0usize..=40,
    ) {
        let now = start();
        let own = NodeId::new(own);
        let mut table = RoutingTable::new(now, own, Family::V4);
        let mut live = Vec::new();
        for (number, (mut id, common)) in ids.into_iter().enumerate() {
            // Half of the ids share bytes with our own, so that deep buckets are met with, too.
            if number % 2 == 0 {
                id[..common / 2].copy_from_slice(&own.as_bytes()[..common / 2]);
            }
            let node = Node { id: NodeId::new(id), ..node(0, number as u32) };
            if table.answered(now, node, None) == Standing::Live {
                live.push(node);
            }
        }
        let target = if near { own } else { NodeId::new(target) };
        live.retain(|node| {
            let mut all = Vec::new();
            table.closest(now, node.id, 1, Trust::Good, &mut all);
            all.first() == Some(node)
        });
        live.sort_by_key(|node| node.id.distance(&target));
        live.truncate(count.min(crate::limits::MAX_CLOSEST));
        prop_assert_eq!(closest(&table, now, target, count, Trust::Good), live);
    }
}

#[test]
fn a_contact_is_live_only_after_it_answered() {
    let now = start();
    let mut table = table(now);
    for source in [Source::Query, Source::Answer, Source::Given] {
        table.heard(now, node(1 << 63, source as u32), source);
    }
    assert_eq!(table.live_count(), 0);
    assert_eq!(closest(&table, now, id(1 << 63), 8, Trust::Good), []);
    assert_eq!(closest(&table, now, id(1 << 63), 8, Trust::Live), []);
    let known = node(1 << 63, 0);
    assert_eq!(
        table.answered(now, known, Some(Duration::from_millis(90))),
        Standing::Live
    );
    assert_eq!(closest(&table, now, id(0), 8, Trust::Good), [known]);
    assert_eq!(table.rtt(&known), Some(Duration::from_millis(90)));
}

#[test]
fn ipv6_contacts_come_back_as_they_went_in() {
    let now = start();
    let mut table = RoutingTable::new(now, id(0), Family::V6);
    let node = Node {
        id: id(7),
        address: SocketAddr::new(Ipv6Addr::new(0x2001, 0xdb8, 0, 1, 0, 0, 0, 9).into(), 80),
    };
    assert_eq!(table.answered(now, node, None), Standing::Live);
    assert_eq!(closest(&table, now, id(0), 8, Trust::Good), [node]);
    let other_family = super::Node {
        address: "192.0.2.1:80".parse().unwrap(),
        ..node
    };
    assert_eq!(table.answered(now, other_family, None), Standing::Refused);
}
