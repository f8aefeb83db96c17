use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;
use crate::limits::{LOOK_UP_AFTER, ONLINE_FOR, PING_AFTER, PING_TIME, UNSOLICITED_DELAY};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn who_asks_unasked_is_pinged_ninety_seconds_later_and_who_is_named_at_once() {
    let now = start();
    let mut table = table(now);
    let (asker, named) = (node(1 << 63, 1), node(1 << 62, 2));
    table.heard(now, asker, Source::Query);
    assert_eq!(table.next_ping_at(), Some(now + UNSOLICITED_DELAY));
    table.heard(now, named, Source::Answer);
    assert_eq!(table.next_ping_at(), Some(now));
    assert_eq!(table.next_ping(now), Some(named));
    table.answered(now, named, None);
    assert_eq!(table.next_ping(now + UNSOLICITED_DELAY - SECOND), None);
    assert_eq!(table.next_ping(now + UNSOLICITED_DELAY), Some(asker));
}

#[test]
fn a_ping_under_way_is_not_asked_for_again() {
    let now = start();
    let mut table = table(now);
    let known = node(1 << 63, 1);
    table.heard(now, known, Source::Given);
    assert_eq!(table.next_ping(now), Some(known));
    assert_eq!(table.next_ping(now + PING_TIME - SECOND), None);
    assert_eq!(table.next_ping(now + PING_TIME), Some(known));
}

#[test]
fn every_live_contact_is_pinged_before_it_ceases_to_be_good() {
    let now = start();
    let mut table = table(now);
    let mut rng = StdRng::seed_from_u64(7);
    use rand::RngExt;
    for number in 0..2000 {
        table.answered(now, node(rng.random(), number), None);
    }
    let live = table.live_count();
    let mut at = now;
    let mut pings = 0u32;
    while at <= now + 3 * PING_AFTER {
        while let Some(node) = table.next_ping(at) {
            assert_eq!(table.answered(at, node, None), Standing::Live);
            pings += 1;
        }
        at = table.next_ping_at().unwrap().max(at + SECOND);
        assert_eq!(closest(&table, at, id(0), 32, Trust::Good).len(), 32);
    }
    // With everybody alive, a full table costs less than half a ping per second.
    let per_second = f64::from(pings) / (3 * PING_AFTER).as_secs_f64();
    assert!(
        live >= 250 && per_second < 0.5,
        "{live} contacts, {per_second} pings a second"
    );
}

#[test]
fn in_a_full_healthy_bucket_spares_are_left_alone() {
    let now = start();
    let (mut table, nodes) = full_bucket(now, Duration::from_millis(10));
    let spare = node(0x0810 << 48, 99);
    table.heard(now, spare, Source::Answer);
    assert_eq!(table.next_ping(now), None);
    table.failed(now, nodes[0]);
    assert_eq!(table.next_ping(now), Some(spare));
}

#[test]
fn failures_in_a_row_cost_the_place_if_others_answer() {
    let now = start();
    let mut table = table(now);
    let (known, other) = (node(1 << 63, 1), node(1 << 62, 2));
    table.answered(now, known, None);
    table.failed(now, known);
    assert_eq!(closest(&table, now, id(0), 8, Trust::Live), []);
    assert_eq!(table.contact_count(), 1);
    // An answer makes good again.
    table.answered(now, known, None);
    table.failed(now, known);
    table.answered(now, other, None);
    table.failed(now, known);
    assert_eq!(table.nodes(), [other]);
}

#[test]
fn what_was_only_heard_of_goes_with_its_first_failure() {
    let now = start();
    let mut table = table(now);
    table.answered(now, node(1 << 62, 2), None);
    let heard = node(1 << 63, 1);
    table.heard(now, heard, Source::Answer);
    table.failed(now, heard);
    assert_eq!(table.nodes(), [node(1 << 62, 2)]);
}

#[test]
fn nobody_is_forgotten_while_we_are_offline() {
    let now = start();
    let mut table = table(now);
    let known: Vec<Node> = (1..40u32)
        .map(|number| node(u64::from(number) << 58, number))
        .collect();
    known
        .iter()
        .for_each(|node| drop_standing(table.answered(now, *node, None)));
    let offline = now + ONLINE_FOR + SECOND;
    for round in 0..20 {
        for node in &known {
            table.failed(offline + 100 * round * SECOND, *node);
        }
    }
    assert_eq!(table.contact_count(), known.len());
    assert_eq!(closest(&table, offline, id(0), 32, Trust::Any).len(), 32);
    // Back online, they are asked one after the other, and one answer makes each good.
    let mut back = offline + Duration::from_secs(3600);
    while let Some(node) = table.next_ping(back) {
        table.answered(back, node, None);
        back += SECOND;
    }
    assert_eq!(closest(&table, back, id(0), 32, Trust::Good).len(), 32);
}

#[test]
fn our_own_id_is_looked_up_at_once_and_every_fifteen_minutes() {
    let now = start();
    let mut table = table(now);
    let mut rng = StdRng::seed_from_u64(1);
    assert!(table.next_lookup_at() <= now);
    assert_eq!(table.next_lookup(now, &mut rng), Some(id(0)));
    assert_eq!(table.next_lookup(now, &mut rng), None);
    assert_eq!(
        table.next_lookup(now + LOOK_UP_AFTER - SECOND, &mut rng),
        None
    );
    assert_eq!(
        table.next_lookup(now + LOOK_UP_AFTER, &mut rng),
        Some(id(0))
    );
}

#[test]
fn a_bucket_with_few_contacts_is_looked_up_if_deeper_ones_have_enough() {
    let now = start();
    let mut table = table(now);
    let mut rng = StdRng::seed_from_u64(1);
    for number in 0..8u64 {
        table.answered(now, node(1 << 60 | number << 50, number as u32), None);
    }
    assert_eq!(table.next_lookup(now, &mut rng), Some(id(0)));
    let mut buckets: Vec<u32> = std::iter::from_fn(|| table.next_lookup(now, &mut rng))
        .map(|target| target.distance(&id(0)).common_prefix())
        .collect();
    buckets.sort();
    assert_eq!(buckets, [0, 1, 2]);
    assert_eq!(
        table.next_lookup(now + LOOK_UP_AFTER - SECOND, &mut rng),
        None
    );
}
