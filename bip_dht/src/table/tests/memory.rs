use std::net::Ipv6Addr;

use super::*;
use crate::budget::{Budget, BudgetRates};
use crate::estimate::SizeEstimate;
use crate::external_address::AddressVotes;
use crate::limits::{BUCKET_LIMIT, BUCKET_LIMITS, MAX_BUCKETS, MAX_SPARES};
use crate::storage::{ItemStore, PeerStore};
use crate::table::contact::Contact;

#[test]
fn a_contact_takes_36_bytes_and_over_ipv6_48() {
    assert_eq!(size_of::<Contact<4>>(), 36);
    assert_eq!(size_of::<Contact<16>>(), 48);
}

/// Every bucket full of live contacts and spares: more than any network gives, and what invented ids can bring about.
fn fullest(now: Instant, family: Family) -> RoutingTable {
    let mut table = RoutingTable::new(now, id(0), family);
    for bucket in 0..MAX_BUCKETS {
        for number in 0..200u32 {
            let corner = u64::from(number).reverse_bits() >> (bucket + 1);
            let network = number + 256 * bucket as u32;
            let address = match family {
                Family::V4 => node(0, network).address,
                Family::V6 => {
                    let networks = [(network >> 16) as u16, network as u16];
                    let ip = Ipv6Addr::new(0x2001, 0xdb8, networks[0], networks[1], 0, 0, 0, 1);
                    SocketAddr::new(ip.into(), 1)
                }
            };
            table.answered(
                now,
                Node {
                    id: id(1 << (63 - bucket) | corner),
                    address,
                },
                None,
            );
        }
    }
    table
}

#[test]
fn a_full_table_with_all_that_an_idle_node_has_stays_under_20_kilobytes() {
    let now = start();
    let table = fullest(now, Family::V4);
    let live = BUCKET_LIMITS.iter().sum::<usize>() + (MAX_BUCKETS - 4) * BUCKET_LIMIT;
    assert_eq!(
        (table.live_count(), table.contact_count()),
        (live, live + MAX_BUCKETS * MAX_SPARES)
    );
    let sizes = [
        table.size_in_bytes(),
        PeerStore::new(now).size_in_bytes(),
        ItemStore::new(now).size_in_bytes(),
        Budget::new(now, [1, 2], BudgetRates::default()).size_in_bytes(),
        AddressVotes::new().size_in_bytes(),
        SizeEstimate::new().size_in_bytes(),
    ];
    assert!(sizes.iter().sum::<usize>() < 20_000, "{sizes:?}");
    let v6 = fullest(now, Family::V6);
    assert_eq!(v6.contact_count(), table.contact_count());
    assert!(v6.size_in_bytes() < 26_000, "{}", v6.size_in_bytes());
}

#[test]
fn a_table_of_twenty_thousand_nodes_takes_under_16_kilobytes() {
    use rand::{RngExt, SeedableRng};
    let now = start();
    let mut table = table(now);
    let mut rng = rand::rngs::StdRng::seed_from_u64(3);
    for number in 0..20_000 {
        table.answered(
            now,
            node(rng.random(), number),
            Some(Duration::from_millis(rng.random_range(20..400))),
        );
    }
    assert!(table.live_count() > 280);
    assert!(table.size_in_bytes() < 16_000, "{}", table.size_in_bytes());
}

#[test]
fn an_emptied_table_gives_its_memory_back() {
    let now = start();
    let mut table = fullest(now, Family::V4);
    for node in table.nodes() {
        // Somebody answers always, so that it is not we who are offline.
        table.failed(now, node);
        table.failed(now, node);
    }
    assert_eq!(table.contact_count(), 0);
    assert!(table.size_in_bytes() < 8000, "{}", table.size_in_bytes());
}
