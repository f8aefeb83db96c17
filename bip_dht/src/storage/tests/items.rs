use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::krpc::ErrorCode;
use crate::limits::{
    ITEM_LIFETIME, MAX_ITEM_VALUE_LENGTH, MAX_ITEMS, MAX_ITEMS_PER_HOST, MAX_ITEMS_PER_NETWORK,
};
use crate::storage::items::PutRefusal;

fn immutable(target: Key, value: &[u8]) -> NewItem<'_> {
    NewItem {
        target,
        value,
        mutable: None,
        cas: None,
    }
}

fn mutable(target: Key, value: &[u8], seq: i64, cas: Option<i64>) -> NewItem<'_> {
    let mutable = MutablePart {
        public_key: [1; 32],
        seq,
        signature: [2; 64],
    };
    NewItem {
        target,
        value,
        mutable: Some(mutable),
        cas,
    }
}

fn stored(store: &ItemStore, now: Instant, target: &Key) -> Option<(Vec<u8>, Option<i64>)> {
    let item = store.get(now, target)?;
    Some((
        item.value.to_vec(),
        item.mutable.as_ref().map(|mutable| mutable.seq),
    ))
}

#[test]
fn an_item_is_found_for_two_hours_after_its_last_put() {
    let now = start();
    let mut store = ItemStore::new(now);
    store
        .put(now, &OWN, host(1), immutable(key(1), b"1:a"))
        .unwrap();
    let renewed = now + ITEM_LIFETIME;
    assert_eq!(
        stored(&store, renewed, &key(1)),
        Some((b"1:a".to_vec(), None))
    );
    store
        .put(renewed, &OWN, host(2), immutable(key(1), b"1:a"))
        .unwrap();
    let end = renewed + ITEM_LIFETIME;
    assert!(store.get(end, &key(1)).is_some());
    assert!(store.get(end + SECOND, &key(1)).is_none());
    store.expire(end + SECOND);
    assert_eq!(store.item_count(), 0);
    assert_eq!(store.size_in_bytes(), ItemStore::new(now).size_in_bytes());
    assert!(store.size_in_bytes() < 300);
}

#[track_caller]
fn check(stored_seq: i64, put: NewItem<'_>, expect: Result<(), u16>) {
    let now = start();
    let mut store = ItemStore::new(now);
    store
        .put(
            now,
            &OWN,
            host(1),
            mutable(key(1), b"3:old", stored_seq, None),
        )
        .unwrap();
    let (value, seq) = (
        put.value.to_vec(),
        put.mutable.as_ref().map(|mutable| mutable.seq),
    );
    let result = store.put(now, &OWN, host(1), put);
    assert_eq!(
        result.map_err(|refusal| refusal.code().number() as u16),
        expect
    );
    let kept = match expect {
        Ok(()) => (value, seq),
        Err(_) => (b"3:old".to_vec(), Some(stored_seq)),
    };
    assert_eq!(stored(&store, now, &key(1)), Some(kept));
}

#[test]
fn only_a_newer_version_or_the_same_is_stored() {
    check(4, mutable(key(1), b"3:new", 5, None), Ok(()));
    check(4, mutable(key(1), b"3:old", 4, None), Ok(()));
    check(4, mutable(key(1), b"3:new", 4, None), Err(302));
    check(4, mutable(key(1), b"3:new", 3, None), Err(302));
    check(4, mutable(key(1), b"3:old", 3, None), Err(302));
    check(i64::MIN, mutable(key(1), b"3:new", i64::MAX, None), Ok(()));
    check(
        i64::MAX,
        mutable(key(1), b"3:new", i64::MIN, None),
        Err(302),
    );
}

#[test]
fn a_writer_that_believes_another_version_to_be_stored_is_told_so() {
    check(4, mutable(key(1), b"3:new", 5, Some(4)), Ok(()));
    check(4, mutable(key(1), b"3:new", 5, Some(3)), Err(301));
    check(4, mutable(key(1), b"3:new", 5, Some(5)), Err(301));
    check(4, mutable(key(1), b"3:new", 4, Some(4)), Err(302));
    check(4, mutable(key(1), b"3:new", 3, Some(3)), Err(301));
}

#[test]
fn where_nothing_is_stored_what_the_writer_believes_does_not_matter() {
    let now = start();
    let mut store = ItemStore::new(now);
    store
        .put(now, &OWN, host(1), mutable(key(1), b"3:new", 5, Some(4)))
        .unwrap();
    // Nor does it where the version has expired, even if a newer one.
    let later = now + ITEM_LIFETIME + SECOND;
    store
        .put(later, &OWN, host(1), mutable(key(1), b"3:old", 3, Some(9)))
        .unwrap();
    assert_eq!(
        stored(&store, later, &key(1)),
        Some((b"3:old".to_vec(), Some(3)))
    );
    assert_eq!(store.item_count(), 1);
}

#[test]
fn a_value_has_a_thousand_bytes_at_most() {
    let now = start();
    let mut store = ItemStore::new(now);
    let value = [b'x'; MAX_ITEM_VALUE_LENGTH + 1];
    store
        .put(now, &OWN, host(1), immutable(key(1), &value[1..]))
        .unwrap();
    let refusal = store
        .put(now, &OWN, host(1), immutable(key(2), &value))
        .unwrap_err();
    assert_eq!(
        (refusal, refusal.code()),
        (PutRefusal::TooLarge, ErrorCode::ValueTooLong)
    );
}

#[test]
fn a_host_and_a_network_have_their_quota() {
    let now = start();
    let mut store = ItemStore::new(now);
    for number in 0..MAX_ITEMS_PER_NETWORK {
        let from = neighbour((number / MAX_ITEMS_PER_HOST) as u8);
        assert!(store.accepts(&OWN, &key(number), from));
        store
            .put(now, &OWN, from, immutable(key(number), b"le"))
            .unwrap();
        if number + 1 == MAX_ITEMS_PER_HOST {
            let refusal = store.put(now, &OWN, from, immutable(key(999), b"le"));
            assert_eq!(refusal.unwrap_err().code(), ErrorCode::Server);
            assert!(!store.accepts(&OWN, &key(999), from) && store.accepts(&OWN, &key(0), from));
        }
    }
    assert!(
        store
            .put(now, &OWN, neighbour(99), immutable(key(999), b"le"))
            .is_err()
    );
    // Local networks are exempt.
    let local: IpAddr = [127, 0, 0, 1].into();
    for number in 1000..1000 + MAX_ITEMS_PER_NETWORK + 1 {
        store
            .put(now, &OWN, local, immutable(key(number), b"le"))
            .unwrap();
    }
}

/// As many items as there may be, at the even distances from our own id, each of a network of its own.
fn full(now: Instant) -> ItemStore {
    let mut store = ItemStore::new(now);
    for number in 0..MAX_ITEMS as u32 {
        assert!(store.accepts(&OWN, &key(2 * number), host(number)));
        store
            .put(now, &OWN, host(number), immutable(key(2 * number), b"le"))
            .unwrap();
    }
    store
}

#[test]
fn in_a_full_store_the_farthest_item_makes_room_for_a_nearer_one_only() {
    let now = start();
    let mut store = full(now);
    let farthest = 2 * (MAX_ITEMS as u32 - 1);
    assert!(!store.accepts(&OWN, &key(farthest + 1), host(5000)));
    let refusal = store.put(now, &OWN, host(5000), immutable(key(farthest + 1), b"le"));
    assert_eq!(refusal, Err(PutRefusal::NoRoom));
    assert!(store.accepts(&OWN, &key(farthest - 1), host(5000)));
    store
        .put(now, &OWN, host(5000), immutable(key(farthest - 1), b"le"))
        .unwrap();
    assert_eq!(store.item_count(), MAX_ITEMS);
    assert!(store.get(now, &key(farthest)).is_none());
    assert!(store.size_in_bytes() < 200_000, "{}", store.size_in_bytes());
}

#[test]
fn one_network_cannot_push_others_out_of_a_full_store() {
    let now = start();
    let mut store = full(now);
    let puts = (0..5000u32).filter(|number| {
        let from = neighbour((number % 200) as u8);
        store
            .put(now, &OWN, from, immutable(key(2 * number + 1), b"le"))
            .is_ok()
    });
    assert_eq!(puts.count(), 2);
    let left = (0..MAX_ITEMS as u32).filter(|number| store.get(now, &key(2 * number)).is_some());
    assert!(left.count() >= MAX_ITEMS - 2);
}

proptest! {
    #[test]
    fn the_store_agrees_with_a_plain_map(
        steps in proptest::collection::vec(
            (0u64..2000, 0u32..4, -3i64..6, 0u8..3, proptest::option::of(-3i64..6)),
            1..200,
        ),
    ) {
        let start = start();
        let mut store = ItemStore::new(start);
        let mut model: BTreeMap<Key, (u64, i64, Vec<u8>)> = BTreeMap::new();
        let mut passed = 0;
        for (wait, number, seq, value, cas) in steps {
            passed += wait;
            let now = start + Duration::from_secs(passed);
            model.retain(|_, (seen, ..)| passed - *seen <= ITEM_LIFETIME.as_secs());
            let (key, value) = (key(number), [b'1', b':', value]);
            let result = store.put(now, &OWN, host(number), mutable(key, &value, seq, cas));
            let expect = match model.get(&key) {
                Some((_, old, _)) if cas.is_some_and(|cas| cas != *old) => Err(PutRefusal::CasMismatch),
                Some((_, old, _)) if seq < *old => Err(PutRefusal::NotNewer),
                Some((_, old, kept)) if seq == *old && kept[..] != value => Err(PutRefusal::NotNewer),
                _ => Ok(()),
            };
            prop_assert_eq!(result, expect);
            if result.is_ok() {
                model.insert(key, (passed, seq, value.to_vec()));
            }
            for number in 0..4 {
                let target = super::key(number);
                let expect = model.get(&target).map(|(_, seq, value)| (value.clone(), Some(*seq)));
                prop_assert_eq!(stored(&store, now, &target), expect);
            }
        }
    }
}
