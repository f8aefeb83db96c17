//! How much a bucket holds, and who gives way in a full one.

use std::time::Duration;

use super::super::*;
use super::{closest, full_bucket, id, node, start, table};

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
