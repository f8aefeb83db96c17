//! Items that are kept alive (BEP 44, "Expiration").
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod support;

use bip_dht::sim::{HostId, Network, NodePlan};
use bip_dht::{DhtEvent, Key, LeaseId, OperationError, Outcome};
use support::{MINUTE, settled};

const VALUE: &[u8] = b"12:Hello World!";

fn republish(network: &mut Network, node: HostId) -> LeaseId {
    let begun = network.drive(node, |core, now| core.republish_immutable(now, VALUE));
    begun.unwrap().unwrap()
}

fn get(network: &mut Network, reader: HostId) -> Result<Outcome, OperationError> {
    let key = Key::of_immutable(VALUE);
    let got = network.perform(reader, |core, now| core.get_immutable(now, key));
    got.unwrap().result
}

/// Nodes crash, and as many others come.
fn replace(network: &mut Network, nodes: &[HostId]) {
    for node in nodes {
        network.crash(*node);
        network.add_node(NodePlan::default());
    }
}

#[test]
fn an_item_outlives_its_nodes_while_it_is_kept_and_expires_after() {
    let (mut network, nodes, _) = settled(1, 40);
    let (holder, reader) = (nodes[0], nodes[1]);
    let lease = republish(&mut network, holder);
    network.run_for(MINUTE);
    replace(&mut network, &nodes[2..21]);
    network.run_for(70 * MINUTE);
    // Nobody is left but those two who was there when it was put.
    replace(&mut network, &nodes[21..]);
    network.run_for(70 * MINUTE);
    let value = VALUE.to_vec();
    assert_eq!(get(&mut network, reader), Ok(Outcome::Immutable { value }));

    network.drive(holder, |core, _| core.release(lease));
    assert_eq!(network.node(holder).unwrap().stats().leases, 0);
    network.run_for(121 * MINUTE);
    let got = get(&mut network, reader);
    assert_eq!(got, Err(OperationError::NotFound));
}

#[test]
fn an_item_is_put_about_once_an_hour() {
    let (mut network, nodes, _) = settled(2, 20);
    let lease = republish(&mut network, nodes[0]);
    let events = network.run_for(270 * MINUTE);
    let renewals = events.iter().filter(|told| match &told.event {
        DhtEvent::LeaseRenewed {
            lease: of, result, ..
        } => *of == lease && matches!(result, Ok(Outcome::Stored { .. })),
        _ => false,
    });
    let renewals = renewals.count();
    assert!((5..=6).contains(&renewals), "{renewals}");
}

#[test]
fn what_could_not_be_stored_is_tried_again() {
    use bip_dht::sim::Link;
    let (mut network, nodes, _) = settled(3, 20);
    network.set_link(Link::default().loss(1.0));
    republish(&mut network, nodes[0]);
    let events = network.run_for(10 * MINUTE);
    let failed = events.iter().filter(|told| {
        told.node == nodes[0]
            && matches!(&told.event, DhtEvent::LeaseRenewed { result: Err(_), .. })
    });
    let failed = failed.count();
    assert!((3..=8).contains(&failed), "{failed}");
    network.set_link(Link::default());
    network.run_for(10 * MINUTE);
    let value = VALUE.to_vec();
    assert_eq!(
        get(&mut network, nodes[9]),
        Ok(Outcome::Immutable { value })
    );
}

#[test]
fn a_value_that_nobody_would_take_is_not_kept() {
    let (mut network, nodes, _) = settled(4, 2);
    let long = [b"997:".as_slice(), &[b'x'; 997]].concat();
    for value in [b"no bencode".as_slice(), &long] {
        let begun = network.drive(nodes[0], |core, now| core.republish_immutable(now, value));
        assert!(begun.unwrap().is_err());
    }
}

#[cfg(feature = "ed25519")]
mod mutable {
    use bip_dht::{MutableItem, SecretKey};

    use super::*;

    fn version(seq: i64) -> MutableItem {
        let owner = SecretKey::from_seed(&[7; 32]);
        MutableItem::sign(&owner, b"salt", seq, format!("i{seq}e").as_bytes()).unwrap()
    }

    fn republish(network: &mut Network, node: HostId, seq: i64) -> LeaseId {
        let begun = network.drive(node, |core, now| core.republish_mutable(now, version(seq)));
        begun.unwrap().unwrap()
    }

    /// The number of the newest version that a reader finds.
    fn newest(network: &mut Network, reader: HostId) -> Result<i64, OperationError> {
        let key = *version(0).public_key();
        let got = network.perform(reader, |core, now| core.get_mutable(now, key, b"salt"));
        got.unwrap().result.map(|outcome| match outcome {
            Outcome::Mutable { item, .. } => item.seq(),
            other => panic!("{other:?}"),
        })
    }

    #[test]
    fn an_item_outlives_its_nodes_while_it_is_kept_and_expires_after() {
        let (mut network, nodes, _) = settled(5, 40);
        let lease = republish(&mut network, nodes[0], 3);
        network.run_for(MINUTE);
        replace(&mut network, &nodes[2..21]);
        network.run_for(70 * MINUTE);
        replace(&mut network, &nodes[21..]);
        network.run_for(70 * MINUTE);
        assert_eq!(newest(&mut network, nodes[1]), Ok(3));
        network.drive(nodes[0], |core, _| core.release(lease));
        network.run_for(121 * MINUTE);
        let found = newest(&mut network, nodes[1]);
        assert_eq!(found, Err(OperationError::NotFound));
    }

    #[test]
    fn a_newer_version_is_told_of_and_kept_instead() {
        let (mut network, nodes, _) = settled(6, 30);
        let lease = republish(&mut network, nodes[0], 3);
        network.run_for(MINUTE);
        let put = network.perform(nodes[1], |core, now| {
            core.put_mutable(now, version(4), None)
        });
        put.unwrap().result.unwrap();
        let events = network.run_for(200 * MINUTE);
        let told: Vec<&DhtEvent> = events
            .iter()
            .filter(|told| told.node == nodes[0])
            .map(|told| &told.event)
            .filter(|event| {
                matches!(
                    event,
                    DhtEvent::LeaseRenewed { .. } | DhtEvent::LeaseItem { .. }
                )
            })
            .collect();
        let outdated = Err(OperationError::Outdated { seq: 4 });
        assert!(
            matches!(told[0], DhtEvent::LeaseRenewed { lease: of, result, .. } if *of == lease && *result == outdated),
            "{told:?}"
        );
        let item = DhtEvent::LeaseItem {
            lease,
            item: version(4),
        };
        assert_eq!(told[1], &item);
        for later in &told[2..] {
            assert!(
                matches!(later, DhtEvent::LeaseRenewed { result: Ok(_), .. }),
                "{later:?}"
            );
        }
        // Its owner has put it once, hours ago.
        assert_eq!(newest(&mut network, nodes[9]), Ok(4));
    }
}
