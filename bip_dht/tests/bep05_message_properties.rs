//! BEP 5, "KRPC Protocol": every message comes back as it was sent, and every datagram is read as the slow way reads it.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail")]

mod naive;

use std::net::SocketAddr;

use bip_dht::{
    Body, Call, ErrorCode, ErrorMessage, Family, Key, Message, MessageDecoder, NodeId, NodeInfo,
    Nodes, Put, PutMutable, Query, Response, Samples, Values, Want,
};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

/// Everything that a message may borrow.
#[derive(Clone, Debug)]
struct Parts {
    transaction: Vec<u8>,
    version: Option<Vec<u8>>,
    ip: Option<SocketAddr>,
    read_only: bool,
    kind: usize,
    id: NodeId,
    place: [u8; 20],
    want: (bool, bool),
    flags: [bool; 3],
    present: [bool; 16],
    port: u16,
    string: Vec<u8>,
    salt: Vec<u8>,
    value: Vec<u8>,
    public_key: [u8; 32],
    signature: [u8; 64],
    seq: i64,
    cas: i64,
    nodes: Vec<NodeInfo>,
    nodes6: Vec<NodeInfo>,
    peers: Vec<SocketAddr>,
    filters: [u8; 256],
    samples: Vec<u8>,
    interval_s: u32,
    code: i64,
}

fn address_v4() -> impl Strategy<Value = SocketAddr> {
    any::<([u8; 4], u16)>().prop_map(SocketAddr::from)
}

/// A mapped address would travel, and come back, as IPv4.
fn address_v6() -> impl Strategy<Value = SocketAddr> {
    let address = any::<([u8; 16], u16)>().prop_map(SocketAddr::from);
    address.prop_filter("mapped", |address| Family::of(*address) == Family::V6)
}

fn address() -> impl Strategy<Value = SocketAddr> {
    prop_oneof![address_v4(), address_v6()]
}

fn node(address: impl Strategy<Value = SocketAddr>) -> impl Strategy<Value = NodeInfo> {
    let parts = (any::<[u8; 20]>(), address);
    parts.prop_map(|(id, address)| NodeInfo {
        id: NodeId::new(id),
        address,
    })
}

fn value() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        any::<i64>().prop_map(|int| format!("i{int}e").into_bytes()),
        vec(any::<u8>(), 0..50)
            .prop_map(|bytes| [format!("{}:", bytes.len()).as_bytes(), &bytes].concat()),
        Just(b"le".to_vec()),
        Just(b"d1:ai1e1:bld1:c0:eee".to_vec()),
    ]
}

fn parts() -> impl Strategy<Value = Parts> {
    let envelope = (
        vec(any::<u8>(), 1..33),
        of(vec(any::<u8>(), 0..6)),
        of(address()),
        any::<bool>(),
    );
    let names = (
        0..10usize,
        any::<[u8; 20]>(),
        any::<[u8; 20]>(),
        any::<(bool, bool)>(),
    );
    let options = (
        any::<[bool; 3]>(),
        any::<[bool; 16]>(),
        any::<u16>(),
        any::<u32>(),
        any::<i64>(),
    );
    let strings = (vec(any::<u8>(), 0..40), vec(any::<u8>(), 1..70), value());
    let item = (
        any::<[u8; 32]>(),
        any::<[u8; 32]>(),
        any::<i64>(),
        any::<i64>(),
    );
    let lists = (
        vec(node(address_v4()), 0..10),
        vec(node(address_v6()), 0..10),
        vec(address(), 0..20),
        any::<u8>(),
        vec(any::<[u8; 20]>(), 0..8),
    );
    (envelope, names, options, strings, item, lists).prop_map(
        |(envelope, names, options, strings, item, lists)| Parts {
            transaction: envelope.0,
            version: envelope.1,
            ip: envelope.2,
            read_only: envelope.3,
            kind: names.0,
            id: NodeId::new(names.1),
            place: names.2,
            want: names.3,
            flags: options.0,
            present: options.1,
            port: options.2,
            interval_s: options.3,
            code: options.4,
            string: strings.0,
            salt: strings.1,
            value: strings.2,
            public_key: item.0,
            signature: [item.0, item.1].concat().try_into().unwrap(),
            seq: item.2,
            cas: item.3,
            nodes: lists.0,
            nodes6: lists.1,
            peers: lists.2,
            filters: [lists.3; 256],
            samples: lists.4.concat(),
        },
    )
}

impl Parts {
    fn message(&self) -> Message<'_> {
        let body = match self.kind {
            0..8 => Body::Query(self.query()),
            8 => Body::Response(self.response()),
            _ => Body::Error(ErrorMessage {
                code: ErrorCode::from(self.code),
                text: &self.string,
            }),
        };
        let mut message = Message::new(&self.transaction, body);
        message.version = self.version.as_deref();
        message.ip = self.ip;
        message.read_only = self.read_only;
        message
    }

    fn query(&self) -> Query<'_> {
        let (key, place) = (Key::new(self.place), NodeId::new(self.place));
        let call = match self.kind {
            0 => Call::Ping,
            1 => Call::FindNode { target: place },
            2 => Call::GetPeers {
                info_hash: key,
                scrape: self.flags[0],
                no_seed: self.flags[1],
            },
            3 => Call::AnnouncePeer {
                info_hash: key,
                port: self.port,
                implied_port: self.flags[0],
                token: &self.string,
                seed: self.flags[1],
            },
            4 => Call::Get {
                target: key,
                seq: self.present[0].then_some(self.seq),
            },
            5 => Call::Put(self.put()),
            6 => Call::SampleInfohashes { target: place },
            _ => Call::Unknown {
                name: b"vote",
                target: self.present[0].then_some(place),
            },
        };
        let (n4, n6) = self.want;
        Query::new(self.id, call).want(Want { n4, n6 })
    }

    fn put(&self) -> Put<'_> {
        let mut mutable = PutMutable::new(&self.public_key, self.seq, &self.signature);
        mutable.salt = if self.present[1] { &self.salt } else { &[] };
        mutable.cas = self.present[2].then_some(self.cas);
        let mut put = match self.present[3] {
            true => Put::mutable(&self.string, &self.value, mutable),
            false => Put::immutable(&self.string, &self.value),
        };
        put.target = self.present[4].then_some(Key::new(self.place));
        put
    }

    fn response(&self) -> Response<'_> {
        let has = self.present;
        let mut response = Response::new(self.id);
        response.nodes = has[0].then_some(Nodes::new(Family::V4, &self.nodes));
        response.nodes6 = has[1].then_some(Nodes::new(Family::V6, &self.nodes6));
        response.values = has[2].then_some(Values::new(&self.peers));
        response.token = has[3].then_some(&self.string[..]);
        response.value = has[4].then_some(&self.value[..]);
        response.public_key = has[5].then_some(&self.public_key);
        response.signature = has[6].then_some(&self.signature);
        response.seq = has[7].then_some(self.seq);
        response.seeds = has[8].then_some(&self.filters);
        response.downloaders = has[9].then_some(&self.filters);
        response.samples = has[10].then_some(Samples::new(&self.samples));
        response.sample_count = has[11].then_some(self.cas.unsigned_abs() >> 1);
        response.interval_s = has[12].then_some(self.interval_s);
        response
    }
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

fn dict(pairs: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let pair = |(key, value): &(&str, Vec<u8>)| {
        [format!("{}:{key}", key.len()).as_bytes(), value].concat()
    };
    let pairs: Vec<u8> = pairs.iter().flat_map(pair).collect();
    [b"d", &pairs[..], b"e"].concat()
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

fn any_datagram() -> impl Strategy<Value = Vec<u8>> {
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

fn encoded(message: &Message<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    message.encode(&mut out);
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn a_message_comes_back_as_it_was_sent(parts in parts()) {
        let message = parts.message();
        let bytes = encoded(&message);
        prop_assert!(bip_bencode::decode(&bytes).is_ok(), "not canonical: {}", bytes.escape_ascii());
        let mut decoder = MessageDecoder::new();
        let decoded = decoder.decode(&bytes);
        prop_assert_eq!(decoded, Ok(message));
        prop_assert_eq!(encoded(&decoded.unwrap()), bytes);
    }

    #[test]
    fn a_datagram_is_read_as_the_slow_way_reads_it(datagram in any_datagram()) {
        let mut decoder = MessageDecoder::new();
        let decoded = decoder.decode(&datagram).ok();
        prop_assert_eq!(decoded.as_ref().map(naive::describe), naive::read(&datagram));
    }

    #[test]
    fn what_was_read_is_written_so_that_it_reads_the_same(datagram in any_datagram()) {
        let mut decoder = MessageDecoder::new();
        if let Ok(message) = decoder.decode(&datagram) {
            let bytes = encoded(&message);
            prop_assert!(bip_bencode::decode(&bytes).is_ok(), "not canonical: {}", bytes.escape_ascii());
            prop_assert_eq!(MessageDecoder::new().decode(&bytes), Ok(message));
        }
    }

    /// An address has one form, however it was spelt.
    #[test]
    fn a_mapped_address_comes_back_as_what_it_means(ip in any::<[u8; 4]>(), port: u16) {
        let mapped = std::net::Ipv4Addr::from(ip).to_ipv6_mapped();
        let mut spelt = b"d1:rd2:id20:abcdefghij0123456789e2:ip18:".to_vec();
        spelt.extend_from_slice(&mapped.octets());
        spelt.extend_from_slice(&port.to_be_bytes());
        spelt.extend_from_slice(b"1:t2:aa1:y1:re");
        let mut decoder = MessageDecoder::new();
        let message = decoder.decode(&spelt).unwrap();
        prop_assert_eq!(message.ip, Some(SocketAddr::from((ip, port))));
        let bytes = encoded(&message);
        prop_assert_eq!(MessageDecoder::new().decode(&bytes), Ok(message));
    }

    #[test]
    fn no_bytes_panic(bytes in vec(any::<u8>(), 0..200)) {
        let _ = MessageDecoder::new().decode(&bytes);
    }

    #[test]
    fn no_damaged_message_panics_and_a_decoder_forgets_it(
        parts in parts(), flip in any::<(u16, u8)>(), cut in any::<u16>(),
    ) {
        let whole = encoded(&parts.message());
        let mut damaged = whole.clone();
        let at = usize::from(flip.0) % damaged.len();
        damaged[at] ^= flip.1;
        let mut decoder = MessageDecoder::new();
        let fresh = MessageDecoder::new().decode(&damaged);
        prop_assert_eq!(decoder.decode(&damaged), fresh);
        prop_assert!(decoder.decode(&whole[..usize::from(cut) % whole.len()]).is_err());
        prop_assert_eq!(decoder.decode(&whole), Ok(parts.message()));
    }
}

/// The slow way reads most of what the properties above are told of, or they would say little.
#[test]
fn a_good_part_of_the_datagrams_are_messages() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let strategy = any_datagram();
    let read = (0..1000)
        .filter(|_| {
            let datagram = strategy.new_tree(&mut runner).unwrap().current();
            naive::read(&datagram).is_some()
        })
        .count();
    assert!((200..900).contains(&read), "{read} of 1000");
}
