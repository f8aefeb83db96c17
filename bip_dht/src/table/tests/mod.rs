mod attacks;
mod invariants;
mod memory;
mod upkeep;

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

#[test]
fn every_bucket_takes_its_limit_of_live_contacts_and_then_spares() {
    let now = start();
    for (bucket, limit) in [(0, 128), (1, 64), (2, 32), (3, 16), (4, 8), (9, 8), (22, 8)] {
        let mut table = table(now);
        // Ids that share `bucket` bits with our own, and fill one corner after the other.
        let first = |number: u64| 1 << (63 - bucket) | number.reverse_bits() >> (bucket + 1);
        let mut standings = (0..200).map(|number| {
            let node = node(first(number.into()), number);
            table.answered(now, node, None)
        });
        let live = standings
            .by_ref()
            .take_while(|standing| *standing == Standing::Live);
        assert_eq!(live.count(), limit, "bucket {bucket}");
        assert!(standings.all(|standing| standing == Standing::Spare));
        assert_eq!(table.live_count(), limit);
        assert_eq!(table.contact_count(), limit + crate::limits::MAX_SPARES);
    }
}

#[test]
fn the_last_bucket_holds_all_that_is_near() {
    let now = start();
    let mut table = table(now);
    for number in 0..64u32 {
        table.answered(now, node(1 << (number % 40), number), None);
    }
    // Bits 0 to 39 of the first word: bucket 23 has all with 23 or more bits in common.
    assert_eq!(table.live_count(), 8);
    assert_eq!(table.contact_count(), 12);
}

#[test]
fn at_most_the_limit_of_closest_contacts_is_given() {
    let now = start();
    let mut table = table(now);
    for number in 0..100u64 {
        table.answered(now, node(1 << 63 | number << 40, number as u32), None);
    }
    let most = crate::limits::MAX_CLOSEST;
    for (count, expect) in [
        (0, 0),
        (1, 1),
        (most, most),
        (most + 1, most),
        (usize::MAX, most),
    ] {
        assert_eq!(
            closest(&table, now, id(1 << 63), count, Trust::Good).len(),
            expect
        );
    }
}

#[test]
fn our_own_id_and_impossible_addresses_are_refused() {
    let now = start();
    let mut table = table(now);
    let own = node(0, 1);
    let port_zero = Node {
        address: "192.0.2.1:0".parse().unwrap(),
        ..node(5, 2)
    };
    let broadcast = Node {
        address: "255.255.255.255:9".parse().unwrap(),
        ..node(6, 3)
    };
    let other_family = Node {
        address: "[2001:db8::1]:9".parse().unwrap(),
        ..node(7, 4)
    };
    for node in [own, port_zero, broadcast, other_family] {
        table.heard(now, node, Source::Answer);
        assert_eq!(table.answered(now, node, None), Standing::Refused);
        table.failed(now, node);
    }
    assert_eq!(table.contact_count(), 0);
}

#[test]
fn a_contact_is_good_for_fifteen_minutes() {
    let now = start();
    let mut table = table(now);
    let known = node(1 << 63, 1);
    table.answered(now, known, None);
    let good_for = crate::limits::GOOD_FOR;
    assert_eq!(
        closest(&table, now + good_for, id(0), 8, Trust::Good),
        [known]
    );
    let later = now + good_for + Duration::from_secs(1);
    assert_eq!(closest(&table, later, id(0), 8, Trust::Good), []);
    assert_eq!(closest(&table, later, id(0), 8, Trust::Live), [known]);
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

#[test]
fn in_a_full_bucket_a_failing_contact_gives_way_to_one_that_answers() {
    let now = start();
    let (mut table, nodes) = full_bucket(now, Duration::from_millis(10));
    let newcomer = node(0x0810 << 48, 99);
    assert_eq!(table.answered(now, newcomer, None), Standing::Spare);
    table.failed(now, nodes[3]);
    assert_eq!(table.answered(now, newcomer, None), Standing::Live);
    assert!(!table.nodes().contains(&nodes[3]));
}

#[test]
fn in_a_full_bucket_only_twice_the_speed_wins_a_place() {
    let now = start();
    let (mut table, nodes) = full_bucket(now, Duration::from_millis(100));
    let half = node(0x0810 << 48, 98);
    assert_eq!(
        table.answered(now, half, Some(Duration::from_millis(50))),
        Standing::Spare
    );
    let faster = node(0x0820 << 48, 99);
    assert_eq!(
        table.answered(now, faster, Some(Duration::from_millis(48))),
        Standing::Live
    );
    // The one displaced is not forgotten.
    assert_eq!(table.nodes()[8..], [half, nodes[0]]);
}

#[test]
fn an_empty_corner_is_filled_from_the_most_crowded_one() {
    let now = start();
    let mut table = table(now);
    for number in 0..8u64 {
        let rtt = Duration::from_millis(10 + 2 * number);
        table.answered(
            now,
            node(0x0800 << 48 | number << 48, number as u32),
            Some(rtt),
        );
    }
    let newcomer = node(0x0f00 << 48, 99);
    let slow = Some(Duration::from_secs(3));
    assert_eq!(table.answered(now, newcomer, slow), Standing::Live);
    let slowest = node(0x0807 << 48, 7);
    assert_eq!(table.nodes().last(), Some(&slowest));
}

#[test]
fn ids_that_fit_their_address_are_kept_before_those_that_do_not() {
    let now = start();
    // A table around the id that all these have 4 bits in common with.
    let mut number = 1000u32;
    let mut fitting = || {
        loop {
            number += 1;
            let address = node(0, number).address;
            let mut random = [3; 20];
            random[8..12].copy_from_slice(&number.to_be_bytes());
            let fit = NodeId::for_address(address.ip(), random);
            if fit.as_bytes()[0] >> 3 == 1 {
                return Node { id: fit, address };
            }
        }
    };
    let (mut table, unfit) = full_bucket(now, Duration::from_millis(2));
    let slow = Some(Duration::from_secs(2));
    let fit: Vec<Node> = (0..8).map(|_| fitting()).collect();
    for node in &fit {
        assert_eq!(table.answered(now, *node, slow), Standing::Live);
    }
    let mut live = table.nodes();
    live.truncate(8);
    assert!(live.iter().all(|node| fit.contains(node)));
    // The other way round speed gains nothing, nor does an empty corner.
    for node in unfit {
        let fast = Some(Duration::ZERO);
        assert_eq!(table.answered(now, node, fast), Standing::Spare);
    }
}

#[test]
fn a_lost_contact_is_replaced_by_a_spare_that_answered_lately() {
    let now = start();
    let (mut table, nodes) = full_bucket(now, Duration::from_millis(10));
    let spare = node(0x0810 << 48, 99);
    let heard = node(0x0820 << 48, 98);
    table.answered(now, spare, None);
    table.heard(now, heard, Source::Answer);
    table.failed(now, nodes[0]);
    table.failed(now, nodes[0]);
    assert_eq!(table.live_count(), 8);
    assert!(closest(&table, now, id(0), 8, Trust::Good).contains(&spare));
}

#[test]
fn a_new_id_of_our_own_sorts_the_contacts_anew() {
    let now = start();
    let mut table = table(now);
    for number in 0..600u64 {
        table.answered(now, node(number << 54 | 7, number as u32), None);
    }
    let before = table.live_count();
    table.rebase(id(u64::MAX));
    assert_eq!(table.own(), id(u64::MAX));
    assert!(table.live_count() >= 128 && before >= 128);
    let nodes = closest(&table, now, id(u64::MAX), 8, Trust::Good);
    let mut known = table.nodes();
    known.truncate(table.live_count());
    known.sort_by_key(|node| node.id.distance(&id(u64::MAX)));
    assert_eq!(nodes, known[..8]);
    // Our new id is looked up at once.
    use rand::SeedableRng;
    let mut rng = rand::rngs::StdRng::seed_from_u64(1);
    assert_eq!(table.next_lookup(now, &mut rng), Some(id(u64::MAX)));
}

#[test]
fn round_trip_times_are_smoothed_and_follow() {
    let now = start();
    let mut table = table(now);
    let known = node(1 << 63, 1);
    let ms = Duration::from_millis;
    for (sample, expect) in [(80, 80), (160, 90), (0, 78), (4, 68)] {
        table.answered(now, known, Some(ms(sample)));
        assert_eq!(table.rtt(&known), Some(ms(expect)));
    }
    (0..100).for_each(|_| drop_standing(table.answered(now, known, Some(Duration::from_secs(90)))));
    assert_eq!(table.rtt(&known), Some(ms(4092)));
    (0..100).for_each(|_| drop_standing(table.answered(now, known, Some(ms(2)))));
    assert_eq!(table.rtt(&known), Some(ms(2)));
}

fn drop_standing(standing: Standing) {
    assert_eq!(standing, Standing::Live);
}
