use proptest::prelude::*;

use super::*;
use crate::limits::{GOOD_FOR, MAX_SPARES};
use crate::table::bucket::limit;

#[derive(Clone, Copy, Debug)]
enum Step {
    Heard(Source),
    Answered(u16),
    Failed,
    Ping,
    Rebase,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => prop_oneof![Just(Source::Query), Just(Source::Answer), Just(Source::Given)].prop_map(Step::Heard),
        6 => (0u16..2000).prop_map(Step::Answered),
        3 => Just(Step::Failed),
        3 => Just(Step::Ping),
        1 => Just(Step::Rebase),
    ]
}

/// Few ids and few endpoints, so that they meet in every combination.
fn contact() -> impl Strategy<Value = Node> {
    (0u64..60, 0u8..12, 0u8..3, 1u16..3).prop_map(|(number, network, host, port)| {
        let ip = if network == 0 {
            [127, 0, 0, host]
        } else {
            [11, 0, network, host]
        };
        Node {
            id: id((number % 4) << 62 | number << 20),
            address: SocketAddr::new(Ipv4Addr::from(ip).into(), port),
        }
    })
}

fn check(table: &RoutingTable, now: Instant) {
    let Contacts::V4(inner) = &table.contacts else {
        panic!("not a table of IPv4");
    };
    let second = table.clock.seconds(now);
    for (index, bucket) in inner.buckets.iter().enumerate() {
        let contacts = bucket.contacts();
        assert!(bucket.live_count() <= limit(index));
        assert!(contacts.len() <= limit(index) + MAX_SPARES);
        for contact in contacts {
            assert_eq!(inner.index_of(&contact.id), index);
            assert!(contact.id != table.own());
            assert!(!contact.is_live() || contact.is_verified());
            let waits = contact.is_live() || bucket.needs_spares(index);
            assert!(
                !waits || inner.ping_at <= contact.due.max(second),
                "a ping would be late"
            );
        }
    }
    let nodes = table.nodes();
    for (at, node) in nodes.iter().enumerate() {
        for other in &nodes[..at] {
            let is_local = node.address.ip().is_loopback();
            assert!(node.id != other.id && node.address != other.address);
            assert!(is_local || node.address.ip() != other.address.ip());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn whatever_happens_the_table_keeps_its_promises(
        steps in proptest::collection::vec((step(), contact(), 0u64..400), 1..300),
    ) {
        let mut now = start();
        let mut table = RoutingTable::new(now, NodeId::new([0xaa; 20]), Family::V4);
        // Who answered when, and has not failed since.
        let mut answers: Vec<(Node, Instant)> = Vec::new();
        for (step, node, wait) in steps {
            now += Duration::from_secs(wait);
            match step {
                Step::Heard(source) => table.heard(now, node, source),
                Step::Answered(rtt) => {
                    let standing = table.answered(now, node, Some(Duration::from_millis(rtt.into())));
                    if matches!(standing, Standing::Live | Standing::Spare) {
                        answers.push((node, now));
                    }
                }
                Step::Failed => {
                    answers.retain(|(known, _)| *known != node);
                    table.failed(now, node);
                }
                Step::Ping => {
                    if let Some(node) = table.next_ping(now) {
                        prop_assert!(table.nodes().contains(&node));
                    }
                }
                Step::Rebase => table.rebase(node.id),
            }
            check(&table, now);
            for given in closest(&table, now, node.id, 32, Trust::Good) {
                let since = |(_, at): &(Node, Instant)| now.duration_since(*at) < GOOD_FOR + Duration::from_secs(1);
                let proven = answers.iter().any(|answer| answer.0 == given && since(answer));
                prop_assert!(proven, "{given:?} was given without an answer");
            }
        }
    }
}
