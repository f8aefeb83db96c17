use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;
use crate::limits::{
    BUCKET_LIMIT, BUCKET_LIMITS, FAR_PING_AFTER, GOOD_FOR, LOOK_UP_AFTER, ONLINE_FOR,
    OWN_LOOK_UP_AFTER, PING_AFTER, PING_TIME, UNSOLICITED_DELAY,
};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

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

/// With everybody alive: no contact goes longer without an answer than it may, and once all have been there for hours,
/// they cost a ping in five seconds together.
#[test]
fn every_live_contact_is_pinged_in_time_and_the_extra_ones_of_far_buckets_more_rarely() {
    use rand::RngExt;
    let now = start();
    let mut table = table(now);
    let mut rng = StdRng::seed_from_u64(7);
    for number in 0..20_000 {
        table.answered(now, node(rng.random(), number), None);
    }
    let live = table.live_count();
    let nodes = table.nodes().into_iter().take(live);
    let mut answers: Vec<(Node, Instant)> = nodes.map(|node| (node, now)).collect();
    assert!(answers.len() > 290, "{} contacts", answers.len());
    let settled = now + 3 * FAR_PING_AFTER;
    let end = settled + 3 * FAR_PING_AFTER;
    let (mut at, mut pings) = (now, 0u32);
    while at <= end {
        while let Some(node) = table.next_ping(at) {
            assert_eq!(table.answered(at, node, None), Standing::Live);
            let known = answers.iter_mut().find(|known| known.0 == node).unwrap();
            let rested = at.duration_since(known.1);
            let common = node.id.distance(&id(0)).common_prefix() as usize;
            match BUCKET_LIMITS.get(common) {
                Some(_) if at > settled => {
                    assert!(rested <= FAR_PING_AFTER && rested > 2 * PING_AFTER)
                }
                Some(_) => assert!(rested <= FAR_PING_AFTER),
                None => assert!(rested <= PING_AFTER && rested < GOOD_FOR),
            }
            known.1 = at;
            pings += u32::from(at > settled);
        }
        at = table.next_ping_at().unwrap().max(at + SECOND);
        assert_eq!(closest(&table, at, id(0), 16, Trust::Good).len(), 16);
    }
    assert!(answers.iter().all(|known| end - known.1 <= FAR_PING_AFTER));
    let per_second = f64::from(pings) / (end - settled).as_secs_f64();
    assert!(per_second < 0.2, "{per_second} pings a second");
}

/// Who has answered after a rest may rest twice as long; a failure takes that away.
#[test]
fn a_contact_rests_the_longer_the_longer_it_has_been_there() {
    let now = start();
    let mut table = table(now);
    let nodes: Vec<Node> = (0..20u32)
        .map(|number| node(1 << 63 | u64::from(number) << 40, number))
        .collect();
    nodes
        .iter()
        .for_each(|node| drop_standing(table.answered(now, *node, None)));
    let mut at = now;
    let mut rests = |table: &mut RoutingTable| {
        let before = at;
        loop {
            at = table.next_ping_at().unwrap().max(at);
            let Some(node) = table.next_ping(at) else {
                continue;
            };
            table.answered(at, node, None);
            while let Some(node) = table.next_ping(at) {
                table.answered(at, node, None);
            }
            return at - before;
        }
    };
    let grown: Vec<Duration> = (0..4).map(|_| rests(&mut table)).collect();
    let far = FAR_PING_AFTER;
    assert_eq!(grown, [PING_AFTER, 2 * PING_AFTER, far, far]);
    // Answers in between postpone the ping and cost nothing of what was reached.
    at += far / 2;
    nodes
        .iter()
        .for_each(|node| drop_standing(table.answered(at, *node, None)));
    assert_eq!(table.next_ping(at + far - SECOND), None);
    at += far;
    assert_eq!(std::iter::from_fn(|| table.next_ping(at)).count(), 20);
    nodes.iter().for_each(|node| {
        table.failed(at, *node);
        drop_standing(table.answered(at, *node, None));
    });
    assert_eq!(table.next_ping(at + PING_AFTER - SECOND), None);
    at += PING_AFTER;
    assert_eq!(std::iter::from_fn(|| table.next_ping(at)).count(), 20);
}

#[test]
fn in_a_bucket_with_no_more_than_eight_contacts_all_are_kept_good() {
    for (count, ping_after) in [
        (BUCKET_LIMIT, PING_AFTER),
        (BUCKET_LIMIT + 1, FAR_PING_AFTER),
    ] {
        let now = start();
        let mut table = table(now);
        let nodes: Vec<Node> = (0..count as u32)
            .map(|number| node(1 << 63 | u64::from(number) << 40, number))
            .collect();
        // The first answers come from a bucket that is not full yet; the last follow the longest rest.
        let mut now = now;
        for wait in [0, 1, 1] {
            now += wait * ping_after;
            nodes
                .iter()
                .for_each(|node| drop_standing(table.answered(now, *node, None)));
        }
        // Ids that end in zero have no part of a minute taken off.
        assert_eq!(table.next_ping(now + ping_after - SECOND), None);
        let pinged = std::iter::from_fn(|| table.next_ping(now + ping_after)).count();
        assert_eq!(pinged, count);
    }
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
fn our_own_id_is_looked_up_at_once_and_before_the_pings_of_its_neighbours() {
    let now = start();
    let mut table = table(now);
    let mut rng = StdRng::seed_from_u64(1);
    assert!(table.next_lookup_at() <= now);
    assert_eq!(table.next_lookup(now, &mut rng), Some(id(0)));
    assert_eq!(table.next_lookup(now, &mut rng), None);
    let again = now + OWN_LOOK_UP_AFTER;
    assert_eq!(table.next_lookup(again - SECOND, &mut rng), None);
    assert_eq!(table.next_lookup(again, &mut rng), Some(id(0)));
    assert!(OWN_LOOK_UP_AFTER < PING_AFTER - MINUTE);
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
    let rested = now + LOOK_UP_AFTER;
    assert_eq!(table.next_lookup(rested - SECOND, &mut rng), Some(id(0)));
    assert_eq!(table.next_lookup(rested - SECOND, &mut rng), None);
    assert_ne!(table.next_lookup(rested + MINUTE, &mut rng), None);
}
