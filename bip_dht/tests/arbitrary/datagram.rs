//! Any datagram that is a message, or almost one.

use proptest::collection::vec;
use proptest::prelude::*;

pub(crate) fn any_datagram() -> impl Strategy<Value = Vec<u8>> {
    let methods = [
        "ping",
        "find_node",
        "get_peers",
        "announce_peer",
        "get",
        "put",
        "sample_infohashes",
        "vote",
    ];
    let method = proptest::sample::select(methods.to_vec());
    let kind = proptest::sample::select(vec![
        "1:q", "1:q", "1:q", "1:r", "1:r", "1:r", "1:e", "1:x", "0:", "i1e",
    ]);
    let outer = (
        any_value("t"),
        any_value("v"),
        any_value("ip"),
        any_value("ro"),
        any_value("e"),
    );
    (any_dict(ARGUMENTS), any_dict(FIELDS), method, kind, outer).prop_map(
        |(arguments, fields, method, kind, (t, v, ip, ro, e))| {
            let method = format!("{}:{method}", method.len()).into_bytes();
            let kind = kind.as_bytes().to_vec();
            dict(&[
                ("a", arguments),
                ("e", e),
                ("ip", ip),
                ("q", method),
                ("r", fields),
                ("ro", ro),
                ("t", t),
                ("v", v),
                ("y", kind),
            ])
        },
    )
}

const ARGUMENTS: &[(&str, u32)] = &[
    ("cas", 3),
    ("id", 9),
    ("implied_port", 3),
    ("info_hash", 8),
    ("k", 5),
    ("noseed", 3),
    ("port", 8),
    ("salt", 4),
    ("scrape", 3),
    ("seed", 3),
    ("seq", 7),
    ("sig", 8),
    ("target", 8),
    ("token", 8),
    ("v", 8),
    ("want", 3),
    ("zzz", 2),
];

const FIELDS: &[(&str, u32)] = &[
    ("BFpe", 3),
    ("BFsd", 3),
    ("id", 9),
    ("interval", 3),
    ("k", 3),
    ("nodes", 6),
    ("nodes6", 4),
    ("num", 3),
    ("p", 2),
    ("samples", 3),
    ("seq", 4),
    ("sig", 4),
    ("token", 5),
    ("v", 3),
    ("values", 6),
];

/// A dictionary with these keys, each with its chance in ten, in any order or, more often, in that given.
fn any_dict(keys: &'static [(&'static str, u32)]) -> impl Strategy<Value = Vec<u8>> {
    let pairs: Vec<_> = keys
        .iter()
        .map(|(key, chance)| {
            proptest::option::weighted(f64::from(*chance) / 10.0, any_value(key))
                .prop_map(move |value| value.map(|value| (*key, value)))
        })
        .collect();
    let pairs = (pairs, any::<u8>()).prop_perturb(|(pairs, shuffle), mut rng| {
        let mut pairs: Vec<_> = pairs.into_iter().flatten().collect();
        if shuffle < 60 {
            for at in (1..pairs.len()).rev() {
                pairs.swap(at, rng.random_range(0..=at));
            }
        }
        pairs
    });
    pairs.prop_map(|pairs| dict(&pairs))
}

/// Bencode that is half right: the values of known keys, right, almost right or wrong.
fn any_value(key: &'static str) -> BoxedStrategy<Vec<u8>> {
    let string = |bytes: Vec<u8>| [format!("{}:", bytes.len()).as_bytes(), &bytes].concat();
    let length = match key {
        "id" | "target" | "info_hash" => 20..21,
        "k" => 32..33,
        "sig" => 64..65,
        "BFpe" | "BFsd" => 256..257,
        "ip" => 6..7,
        "nodes" => 52..54,
        "nodes6" => 76..78,
        "samples" => 40..42,
        _ => 0..35,
    };
    let fitting = vec(any::<u8>(), length).prop_map(string);
    let peers = vec(
        prop_oneof![vec(any::<u8>(), 6..7), vec(any::<u8>(), 18..19)],
        0..4,
    );
    let peers = peers.prop_map(move |peers| {
        [
            b"l",
            &peers.into_iter().flat_map(string).collect::<Vec<_>>()[..],
            b"e",
        ]
        .concat()
    });
    let other = prop_oneof![
        any::<i64>().prop_map(|int| format!("i{int}e").into_bytes()),
        (0..3i64).prop_map(|int| format!("i{int}e").into_bytes()),
        Just(b"i70000e".to_vec()),
        Just(b"i18446744073709551615e".to_vec()),
        vec(any::<u8>(), 0..40).prop_map(string),
        Just(b"l2:n42:n6e".to_vec()),
        Just(b"li203e3:bade".to_vec()),
        Just(b"d1:a1:x1:bi1ee".to_vec()),
        Just(b"d1:bi1e1:a1:xe".to_vec()),
        Just(b"i01e".to_vec()),
    ];
    match key {
        "seq" | "port" | "cas" | "ro" | "implied_port" | "num" | "interval" => other.boxed(),
        "values" => prop_oneof![3 => peers, 1 => other].boxed(),
        _ => prop_oneof![8 => fitting, 1 => other].boxed(),
    }
}

fn dict(pairs: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let pair = |(key, value): &(&str, Vec<u8>)| {
        [format!("{}:{key}", key.len()).as_bytes(), value].concat()
    };
    let pairs: Vec<u8> = pairs.iter().flat_map(pair).collect();
    [b"d", &pairs[..], b"e"].concat()
}
