//! Items put and got through whole nodes in a virtual network (BEP 44).
#![cfg(feature = "ed25519")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use bip_dht::sim::{Finished, HostId, Network};
use bip_dht::{
    BeginError, DhtCore, DhtEvent, ItemError, Key, MutableItem, OperationError, OperationId,
    Outcome, SecretKey,
};
use std::time::Instant;

fn grown(seed: u64) -> (Network, Vec<HostId>) {
    println!("seed {seed}");
    let mut network = Network::new(seed);
    let nodes = network.add_nodes(30);
    network.run_for(Duration::from_secs(300));
    (network, nodes)
}

fn perform(
    network: &mut Network,
    node: HostId,
    begin: impl FnOnce(&mut DhtCore, Instant) -> Result<OperationId, BeginError>,
) -> Finished {
    let id = network.drive(node, begin).unwrap().unwrap();
    network.finish(node, id).unwrap()
}

fn item(seq: i64, value: &[u8]) -> MutableItem {
    let owner = SecretKey::from_seed(&[7; 32]);
    MutableItem::sign(&owner, b"salt", seq, value).unwrap()
}

#[test]
fn an_immutable_item_is_found_by_its_hash() {
    let (mut network, nodes) = grown(1);
    let value = b"d3:bari1ee";
    let target = Key::of_immutable(value);
    let put = perform(&mut network, nodes[3], |core, now| {
        core.put_immutable(now, value)
    });
    assert_eq!(put.result, Ok(Outcome::Stored { target, stored: 8 }));
    let got = perform(&mut network, nodes[20], |core, now| {
        core.get_immutable(now, target)
    });
    assert_eq!(
        got.result,
        Ok(Outcome::Immutable {
            value: value.to_vec()
        })
    );
    let other = Key::of_name("nothing");
    let none = perform(&mut network, nodes[20], |core, now| {
        core.get_immutable(now, other)
    });
    assert_eq!(none.result, Err(OperationError::NotFound));
}

#[test]
fn a_mutable_item_is_replaced_by_a_newer_one_only() {
    let (mut network, nodes) = grown(2);
    let put = |network: &mut Network, item: MutableItem, cas| {
        perform(network, nodes[3], |core, now| {
            core.put_mutable(now, item, cas)
        })
        .result
    };
    let stored = Ok(Outcome::Stored {
        target: item(1, b"0:").target(),
        stored: 8,
    });
    assert_eq!(put(&mut network, item(1, b"3:one"), None), stored);
    assert_eq!(put(&mut network, item(3, b"5:three"), Some(1)), stored);
    let outdated = Err(OperationError::Outdated { seq: 3 });
    assert_eq!(put(&mut network, item(2, b"3:two"), None), outdated);
    let mismatch = Err(OperationError::Refused { code: 301 });
    assert_eq!(put(&mut network, item(4, b"4:four"), Some(1)), mismatch);
    let equal = Err(OperationError::Refused { code: 302 });
    assert_eq!(put(&mut network, item(3, b"5:other"), None), equal);

    let newest = item(3, b"5:three");
    let got = perform(&mut network, nodes[20], |core, now| {
        core.get_mutable(now, *newest.public_key(), b"salt")
    });
    let Ok(Outcome::Mutable { item, agreeing }) = got.result else {
        panic!("nothing found");
    };
    assert_eq!(item, newest);
    assert!((6..=8).contains(&agreeing), "{agreeing}");
}

#[test]
fn the_newest_of_many_versions_wins_and_each_newer_one_is_told() {
    let (mut network, nodes) = grown(3);
    let first = item(1, b"3:one");
    perform(&mut network, nodes[3], |core, now| {
        core.put_mutable(now, first, None)
    });
    let id = network
        .drive(nodes[9], |core, now| {
            core.get_mutable(now, *item(1, b"0:").public_key(), b"salt")
        })
        .unwrap()
        .unwrap();
    let events = network.run_for(Duration::from_secs(10));
    let told = events.iter().filter(|event| {
        matches!(&event.event, DhtEvent::Item { id: of, item } if *of == id && item.seq() == 1)
    });
    assert_eq!(told.count(), 1);
}

#[test]
fn what_no_node_would_keep_is_not_begun() {
    let mut network = Network::new(4);
    let node = network.add_nodes(1)[0];
    network
        .drive(node, |core, now| {
            let too_long = [b"1001:".to_vec(), vec![b'x'; 1001]].concat();
            let length = too_long.len();
            let error = BeginError::Item(ItemError::ValueTooLong { length });
            assert_eq!(core.put_immutable(now, &too_long), Err(error));
            let error = BeginError::Item(ItemError::NotCanonical);
            assert_eq!(core.put_immutable(now, b"no bencode"), Err(error));
            let error = BeginError::Item(ItemError::SaltTooLong { length: 65 });
            assert_eq!(core.get_mutable(now, [0; 32], &[0; 65]), Err(error));
        })
        .unwrap();
}
