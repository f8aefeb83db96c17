//! BEP 3, "bencoding": values are built, changed and copied; dictionaries behave as sorted maps, however large and in
//! whatever order.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use bip_bencode::{
    Access, BDecodeOpt, BRefAccess, BencodeMut, BencodeMutKind, DictMut, ben_bytes, ben_int,
    ben_list, ben_map, decode,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

#[test]
fn values_can_be_taken_apart_changed_and_put_together_again() {
    let document = bip_bencode::decode(b"d4:infod4:name4:spame5:nodesli1eee").unwrap();
    let mut tree = BencodeMut::from(document.root());
    assert_eq!(
        tree.get(b"info").and_then(|info| info.get(b"name")?.str()),
        Some("spam")
    );

    let dict = tree.dict_mut().unwrap();
    dict.get_mut("nodes")
        .unwrap()
        .list_mut()
        .unwrap()
        .push(ben_bytes!(String::from("two")));
    dict.insert("comment", ben_int!(-5));
    dict.remove("info");
    assert_eq!(tree.encode(), b"d7:commenti-5e5:nodesli1e3:twoee");

    let owned: BencodeMut<'static> = tree.into_owned();
    let BencodeMutKind::Dict(dict) = owned.into_kind() else {
        panic!("not a dictionary")
    };
    assert_eq!(dict.len(), 2);
    assert_eq!(
        dict.get("comment")
            .and_then(|value| value.int()?.to_i64().ok()),
        Some(-5)
    );
}

#[test]
fn a_tree_keeps_the_first_of_repeated_keys_and_loses_odd_spellings() {
    let document = BDecodeOpt::lenient()
        .decode(b"d1:bi007e1:ai-0e1:bi2ee")
        .unwrap();
    assert_eq!(
        BencodeMut::from(document.root()).encode(),
        b"d1:ai0e1:bi7ee"
    );
}

/// What happens to a dictionary and to a map of the standard library alike.
#[derive(Clone, Debug)]
enum Change {
    Insert(Vec<u8>, i64),
    GetOrInsert(Vec<u8>, i64),
    /// Of a key that is there, if there is one.
    InsertAt(Index, i64),
    RemoveAt(Index),
    Remove(Vec<u8>),
    GetMut(Index),
    Extend(Vec<(Vec<u8>, i64)>),
    RetainBelow(i64),
    IterMut,
}

fn change() -> impl Strategy<Value = Change> {
    let key = || vec(any::<u8>(), 0..3);
    let value = -1_000..1_000i64;
    prop_oneof![
        4 => (key(), value.clone()).prop_map(|(key, value)| Change::Insert(key, value)),
        2 => (key(), value.clone()).prop_map(|(key, value)| Change::GetOrInsert(key, value)),
        2 => (any::<Index>(), value.clone()).prop_map(|(at, value)| Change::InsertAt(at, value)),
        4 => any::<Index>().prop_map(Change::RemoveAt),
        1 => key().prop_map(Change::Remove),
        1 => any::<Index>().prop_map(Change::GetMut),
        1 => vec((key(), value.clone()), 0..20).prop_map(Change::Extend),
        1 => (-900..1_000i64).prop_map(Change::RetainBelow),
        1 => Just(Change::IterMut),
    ]
}

type Oracle = BTreeMap<Vec<u8>, i64>;

fn to_int(value: &BencodeMut<'_>) -> i64 {
    value.int().and_then(|int| int.to_i64().ok()).unwrap()
}

fn key_at(oracle: &Oracle, at: Index) -> Option<Vec<u8>> {
    let at = at.get(&Vec::from_iter(0..oracle.len().max(1))).to_owned();
    oracle.keys().nth(at).cloned()
}

fn apply(change: Change, dict: &mut DictMut<'_>, oracle: &mut Oracle) {
    match change {
        Change::Insert(key, value) => {
            let old = dict.insert(key.clone(), value);
            assert_eq!(old.as_ref().map(to_int), oracle.insert(key, value));
        }
        Change::GetOrInsert(key, value) => {
            let found = dict.get_or_insert_with(key.clone(), || ben_int!(value));
            assert_eq!(to_int(found), *oracle.entry(key).or_insert(value));
        }
        Change::InsertAt(at, value) => {
            if let Some(key) = key_at(oracle, at) {
                apply(Change::Insert(key, value), dict, oracle);
            }
        }
        Change::RemoveAt(at) => {
            if let Some(key) = key_at(oracle, at) {
                apply(Change::Remove(key), dict, oracle);
            }
        }
        Change::Remove(key) => {
            assert_eq!(dict.contains_key(&key), oracle.contains_key(&key));
            assert_eq!(dict.remove(&key).as_ref().map(to_int), oracle.remove(&key));
            assert_eq!(dict.get(&key), None);
        }
        Change::GetMut(at) => {
            if let Some(key) = key_at(oracle, at) {
                *dict.get_mut(&key).unwrap() = ben_int!(7);
                oracle.insert(key, 7);
            }
        }
        Change::Extend(pairs) => {
            dict.extend(pairs.clone());
            oracle.extend(pairs);
        }
        Change::RetainBelow(limit) => {
            dict.retain(|_, value| to_int(value) < limit);
            oracle.retain(|_, value| *value < limit);
        }
        Change::IterMut => {
            for (_, value) in dict.iter_mut() {
                *value = ben_int!(to_int(value) / 2);
            }
            oracle.values_mut().for_each(|value| *value /= 2);
        }
    }
}

/// Everything that can be asked of a dictionary.
fn check(dict: &DictMut<'_>, oracle: &Oracle) {
    assert_eq!(
        (dict.len(), dict.is_empty()),
        (oracle.len(), oracle.is_empty())
    );
    let pairs = |(key, value): (&[u8], &BencodeMut<'_>)| (key.to_vec(), to_int(value));
    let expected = || oracle.iter().map(|(key, value)| (key.clone(), *value));
    assert_eq!(dict.iter().len(), oracle.len());
    assert!(dict.iter().map(pairs).eq(expected()));
    assert!(dict.iter().rev().map(pairs).eq(expected().rev()));
    assert!(dict.keys().eq(oracle.keys()));
    assert!(dict.values().map(to_int).eq(oracle.values().copied()));
    let owned = dict.clone().into_iter();
    assert!(
        owned
            .map(|(key, value)| (key.into_owned(), to_int(&value)))
            .eq(expected())
    );
    for (key, value) in oracle {
        assert_eq!(dict.get(key).map(to_int), Some(*value));
    }

    let collected: DictMut<'_> = expected().collect();
    assert_eq!(*dict, collected);
    assert_eq!(hash(dict), hash(&collected));
    let value = BencodeMut::from(dict.clone());
    let encoded = value.encode();
    assert_eq!(value.encoded_len(), encoded.len());
    let document = decode(&encoded).unwrap();
    assert_eq!(BencodeMut::from(document.root()), value);
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

proptest! {
    #[test]
    fn a_dictionary_behaves_as_a_sorted_map(changes in vec(change(), 0..60)) {
        let (mut dict, mut oracle) = (DictMut::new(), Oracle::new());
        for change in changes {
            apply(change, &mut dict, &mut oracle);
        }
        check(&dict, &oracle);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// On both sides of the size from which a change in the middle is too dear for a vector.
    #[test]
    fn a_large_dictionary_behaves_as_a_sorted_map(
        size in prop_oneof![1_000..1_050u32, 2_000..3_000u32],
        changes in vec(change(), 0..60),
    ) {
        let pairs = || (0..size).map(|number| (number.to_be_bytes()[1..].to_vec(), i64::from(number)));
        let mut dict = DictMut::from_iter(pairs());
        let mut oracle = Oracle::from_iter(pairs());
        for change in changes {
            apply(change, &mut dict, &mut oracle);
        }
        check(&dict, &oracle);
    }

    #[test]
    fn collecting_keeps_the_last_of_each_key(pairs in vec((vec(0..3u8, 0..4), any::<i64>()), 0..100)) {
        check(&pairs.iter().cloned().collect(), &pairs.into_iter().collect());
    }
}

/// Were any of these quadratic, it would not end.
#[test]
fn a_hundred_thousand_keys_come_and_go_in_any_order() {
    let ascending: Vec<u32> = (0..100_000).collect();
    let descending = ascending.iter().rev().copied().collect();
    // 33,331 and 100,000 have no common factor.
    let scattered = ascending
        .iter()
        .map(|number| (number * 33_331) % 100_000)
        .collect();
    for order in [ascending.clone(), descending, scattered] {
        let (mut dict, mut extended) = (DictMut::new(), DictMut::new());
        for number in &order {
            assert_eq!(dict.insert(number.to_be_bytes(), *number), None);
        }
        extended.extend(order.iter().map(|number| (number.to_be_bytes(), *number)));
        assert!(
            dict.keys()
                .eq(ascending.iter().map(|number| number.to_be_bytes()))
        );
        assert!(dict == extended);
        for number in &order {
            assert!(dict.remove(number.to_be_bytes()).is_some());
        }
        assert!(dict.is_empty());
        for number in &order {
            assert!(extended.remove((99_999 - number).to_be_bytes()).is_some());
        }
    }
}

fn nested(in_lists: bool) -> BencodeMut<'static> {
    let mut value = ben_int!(5);
    for _ in 0..100_000 {
        value = if in_lists {
            ben_list![value]
        } else {
            ben_map! { "a" => value }
        };
    }
    value
}

#[test]
fn deep_values_are_copied_compared_printed_and_dropped_without_recursion() {
    for in_lists in [true, false] {
        let value = nested(in_lists);
        let copy = value.clone();
        assert!(copy == value);
        assert!(copy != nested(!in_lists));
        assert_eq!(hash(&copy), hash(&value));
        assert_eq!(
            format!("{value:?}").len(),
            value.encoded_len() + "BencodeMut(\"\")".len()
        );
        assert!(copy.into_owned() == value);
    }
}

#[test]
fn a_copy_differs_where_anything_does() {
    let value = ben_map! { "a" => ben_list![1, "x", ben_map!{ "k" => "v" }], "b" => ben_list![] };
    let others = [
        ben_map! { "a" => ben_list![1, "x", ben_map!{ "k" => "w" }], "b" => ben_list![] },
        ben_map! { "a" => ben_list![1, "x", ben_map!{ "l" => "v" }], "b" => ben_list![] },
        ben_map! { "a" => ben_list![1, "x", ben_map!{ "k" => "v", "l" => 1 }], "b" => ben_list![] },
        ben_map! { "a" => ben_list![1, "x"], "b" => ben_list![] },
        ben_map! { "a" => ben_list![2, "x", ben_map!{ "k" => "v" }], "b" => ben_list![] },
        ben_map! { "a" => ben_list![1, "x", ben_map!{ "k" => "v" }], "b" => ben_map!{} },
        ben_map! { "a" => ben_list![1, "x", ben_map!{ "k" => "v" }] },
        ben_list![],
    ];
    assert_eq!(value, value.clone());
    assert_eq!(value, value.clone().into_owned());
    let mut seen = HashSet::from([value.clone()]);
    for other in others {
        assert_ne!(value, other);
        assert!(seen.insert(other));
    }
    assert_eq!(
        format!("{value:?}"),
        r#"BencodeMut("d1:ali1e1:xd1:k1:vee1:blee")"#
    );
    assert_eq!(
        format!("{:?}", ben_bytes!(b"\xff\"")),
        r#"BencodeMut("2:\xff\"")"#
    );
}

/// Takes what was decoded and what was built.
fn sum<'v>(value: impl BRefAccess<'v>) -> i64 {
    match value.access() {
        Access::Int(int) => int.to_i64().unwrap(),
        Access::Bytes(bytes) => bytes.len() as i64,
        Access::List(values) => values.map(sum).sum(),
        Access::Dict(pairs) => pairs
            .map(|(key, value)| key.len() as i64 + sum(value))
            .sum(),
    }
}

fn text<'v>(value: impl BRefAccess<'v>) -> &'v str {
    value
        .lookup(b"info")
        .and_then(|info| info.lookup(b"name")?.as_str())
        .unwrap()
}

#[test]
fn one_function_takes_decoded_and_built_values() {
    let built = ben_map! { "info" => ben_map! { "name" => "spam", "length" => ben_list![-7, 1] } };
    let encoded = built.encode();
    let name = {
        let document = decode(&encoded).unwrap();
        assert_eq!((sum(document.root()), sum(&built)), (12, 12));
        assert_eq!(document.root().lookup(b"nothing"), None);
        // What is found outlives the view it was found through.
        text(document.root())
    };
    assert_eq!((name, text(&built)), ("spam", "spam"));
    assert_eq!((&built).lookup(b"nothing"), None);
}

#[test]
fn values_and_keys_come_from_many_types() {
    let owned = String::from("owned");
    let map = ben_map! { "b" => 1, &b"a"[..] => owned, vec![b'c'] => ben_list!["x", b"y", 3u8] };
    assert_eq!(map.encode(), b"d1:a5:owned1:bi1e1:cl1:x1:yi3eee");
}

#[test]
fn the_macros_take_a_trailing_comma_and_nothing_at_all() {
    assert_eq!(ben_list![].encode(), b"le");
    assert_eq!(ben_map! {}.encode(), b"de");
    assert_eq!(
        ben_list![ben_int!(1,), ben_bytes!("a",),].encode(),
        b"li1e1:ae"
    );
    assert_eq!(ben_map! { "k" => 1, }.encode(), b"d1:ki1ee");
    assert_eq!(ben_int!(u64::MAX).encode(), b"i18446744073709551615e");
}

#[test]
fn the_macros_take_plain_values_and_keys_of_every_kind() {
    let (text, name) = (String::from("text"), "name");
    let map = ben_map! {
        "str" => 1,
        b"array" => "x",
        &b"slice"[..] => vec![1u8, 2],
        String::from("string") => ben_list!["nested", ben_map! { "deep" => ben_list![] }],
        [b'k', b'e', b'y'] => &text,
        &text => -5i8,
        format!("{name}{}", 1) => [0xffu8; 2],
        if name.is_empty() { "never" } else { "expression" } => DictMut::new(),
    };
    let expected = [
        &b"d5:array1:x10:expressionde3:key4:text5:name12:\xff\xff5:slice2:\x01\x023:stri1e"[..],
        b"6:stringl6:nestedd4:deepleee4:texti-5ee",
    ];
    assert_eq!(
        map.encode().escape_ascii().to_string(),
        expected.concat().escape_ascii().to_string()
    );
}

/// The macros name nothing that the caller would have to import, or could shadow.
mod hygiene {
    #[expect(dead_code, reason = "only here to be in the way")]
    struct BencodeMut;
    #[expect(dead_code, reason = "only here to be in the way")]
    trait FromIterator {}

    #[test]
    fn macros_work_among_names_like_their_own() {
        let key = "key";
        let map = bip_bencode::ben_map! { key => bip_bencode::ben_list![bip_bencode::ben_int!(1)] };
        assert_eq!(map.encode(), b"d3:keyli1eee");
    }
}
