//! Which contacts are given as the closest.

use proptest::prelude::*;

use super::super::*;
use super::{closest, id, node, start, table};

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
