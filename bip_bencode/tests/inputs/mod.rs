//! What decoders are tried on: values, values with mistakes, and noise.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

use crate::naive::Value;

/// Any value, canonical by construction.
pub(crate) fn value() -> impl Strategy<Value = Value> {
    let bytes = || vec(any::<u8>(), 0..20);
    let key = || {
        prop_oneof![
            vec(any::<u8>(), 0..4),
            vec(prop::sample::select(b"ab".to_vec()), 0..3)
        ]
    };
    let leaf = prop_oneof![
        any::<i64>().prop_map(|int| Value::Int(int.to_string())),
        any::<u64>().prop_map(|int| Value::Int(int.to_string())),
        (-20..20i64).prop_map(|int| Value::Int(int.to_string())),
        bytes().prop_map(Value::Bytes),
    ];
    leaf.prop_recursive(5, 60, 6, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::List),
            btree_map(key(), inner, 0..6).prop_map(|dict| Value::Dict(dict.into_iter().collect())),
        ]
    })
}

/// Bytes that are nearly bencode: a value with a few bytes changed, added or removed.
fn nearly() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        prop::sample::select(b"0123456789:ilde-+ ".to_vec()),
        any::<u8>()
    ];
    let change = (any::<prop::sample::Index>(), 0..3u8, byte);
    (value(), vec(change, 0..4)).prop_map(|(value, changes)| {
        let mut bytes = value.encode();
        for (place, what, byte) in changes {
            let place = place.index(bytes.len() + 1);
            match what {
                0 if place < bytes.len() => bytes[place] = byte,
                1 if place < bytes.len() => drop(bytes.remove(place)),
                _ => bytes.insert(place, byte),
            }
        }
        bytes
    })
}

/// Only bytes that mean something, in any order.
fn soup() -> impl Strategy<Value = Vec<u8>> {
    let part = prop::sample::select(vec![
        &b"d"[..],
        b"l",
        b"e",
        b"e",
        b"i1e",
        b"i-0e",
        b"i03e",
        b"1:a",
        b"1:b",
        b"01:a",
        b"0:",
        b"2:ab",
        b"i",
        b"-",
        b"9",
    ]);
    vec(part, 0..30).prop_map(|parts| parts.concat())
}

/// All of these and noise.
pub(crate) fn any_input() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![nearly(), soup(), vec(any::<u8>(), 0..40)]
}
