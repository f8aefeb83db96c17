//! Any message that can be written.

use std::net::SocketAddr;

use bip_dht::{
    Body, Call, ErrorCode, ErrorMessage, Family, Key, Message, NodeId, NodeInfo, Nodes, Put,
    PutMutable, Query, Response, Samples, Values, Want,
};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

/// Everything that a message may borrow.
#[derive(Clone, Debug)]
pub(crate) struct Parts {
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

pub(crate) fn parts() -> impl Strategy<Value = Parts> {
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

impl Parts {
    pub(crate) fn message(&self) -> Message<'_> {
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
