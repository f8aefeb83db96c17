//! DHT messages (BEP 5) as derived types: one struct for all, and enums by the message's own tags.
#![cfg(feature = "serde")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use bip_bencode::{BencodeMut, DeserializeErrorKind as Kind, from_bytes, to_bytes};
use serde::{Deserialize, Serialize};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Message<'a> {
    #[serde(rename = "t", with = "bip_bencode::bytes", borrow)]
    transaction: &'a [u8],
    #[serde(rename = "y")]
    kind: char,
    #[serde(rename = "q")]
    method: Option<&'a str>,
    #[serde(rename = "a", borrow)]
    arguments: Option<Arguments<'a>>,
    #[serde(rename = "r", borrow)]
    reply: Option<Reply<'a>>,
    #[serde(rename = "e", borrow)]
    error: Option<(i64, &'a str)>,
    #[serde(rename = "v", with = "bip_bencode::bytes", default, borrow)]
    version: Option<&'a [u8]>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Arguments<'a> {
    #[serde(with = "bip_bencode::bytes")]
    id: [u8; 20],
    #[serde(with = "bip_bencode::bytes", default)]
    target: Option<[u8; 20]>,
    #[serde(with = "bip_bencode::bytes", default)]
    info_hash: Option<[u8; 20]>,
    implied_port: Option<bool>,
    port: Option<u16>,
    #[serde(with = "bip_bencode::bytes", default, borrow)]
    token: Option<&'a [u8]>,
    want: Option<Vec<Want>>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Want {
    N4,
    N6,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Reply<'a> {
    #[serde(with = "bip_bencode::bytes")]
    id: [u8; 20],
    #[serde(with = "bip_bencode::bytes", default, borrow)]
    nodes: Option<&'a [u8]>,
    #[serde(borrow)]
    values: Option<Vec<Peer<'a>>>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Peer<'a>(#[serde(with = "bip_bencode::bytes", borrow)] &'a [u8]);

/// Read, look, and write the same bytes again.
fn check(input: &[u8], look: impl FnOnce(&Message<'_>)) {
    let message: Message<'_> = from_bytes(input).unwrap();
    look(&message);
    assert_eq!(
        to_bytes(&message).unwrap().escape_ascii().to_string(),
        input.escape_ascii().to_string()
    );
}

#[test]
fn queries() {
    check(
        b"d1:ad2:id20:\xff\xfeabcdefghijklmnop\0\x01e1:q4:ping1:t2:\x80\xff1:y1:qe",
        |message| {
            assert_eq!(message.transaction, b"\x80\xff");
            assert_eq!(message.kind, 'q');
            assert_eq!(message.method, Some("ping"));
            let arguments = message.arguments.as_ref().unwrap();
            assert_eq!(&arguments.id, b"\xff\xfeabcdefghijklmnop\0\x01");
            assert_eq!(arguments.target, None);
        },
    );
    check(
        b"d1:ad2:id20:aaaaaaaaaaaaaaaaaaaa12:implied_porti1e9:info_hash20:\xffbbbbbbbbbbbbbbbbbb\xff4:porti65535e\
5:token3:\0\0\xff4:wantl2:n42:n6ee1:q13:announce_peer1:t1:a1:v4:LT\x02\x0b1:y1:qe",
        |message| {
            let arguments = message.arguments.as_ref().unwrap();
            assert_eq!(arguments.info_hash, Some(*b"\xffbbbbbbbbbbbbbbbbbb\xff"));
            assert_eq!((arguments.implied_port, arguments.port), (Some(true), Some(65_535)));
            assert_eq!(arguments.token, Some(&b"\0\0\xff"[..]));
            assert_eq!(arguments.want, Some(vec![Want::N4, Want::N6]));
            assert_eq!(message.version, Some(&b"LT\x02\x0b"[..]));
        },
    );
}

#[test]
fn replies() {
    check(
        b"d1:rd2:id20:aaaaaaaaaaaaaaaaaaaa5:nodes4:\xff\0\0\xff6:valuesl6:\xff\xff\xff\xff\0\x016:abcdefee1:t0:1:y1:re",
        |message| {
            let reply = message.reply.as_ref().unwrap();
            assert_eq!(reply.nodes, Some(&b"\xff\0\0\xff"[..]));
            let values = reply.values.as_ref().unwrap();
            assert_eq!(values[0].0, b"\xff\xff\xff\xff\0\x01");
            assert_eq!(values.len(), 2);
        },
    );
}

#[test]
fn errors_are_a_number_and_a_text() {
    check(
        b"d1:eli201e23:A Generic Error Ocurrede1:t2:aa1:y1:ee",
        |message| {
            assert_eq!(message.error, Some((201, "A Generic Error Ocurred")));
        },
    );
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let refused = |input: &[u8], expect: &str, place: (usize, &str)| {
        let error = from_bytes::<Message<'_>>(input).unwrap_err();
        assert_eq!(error.to_string(), expect);
        assert_eq!(error.offset(), place.0);
        assert_eq!(error.path().as_str(), place.1);
    };
    refused(
        b"d1:ad2:id19:aaaaaaaaaaaaaaaaaaae1:q4:ping1:t2:aa1:y1:qe",
        "expected 20 bytes, found 19 at byte 9 in a.id",
        (9, "a.id"),
    );
    refused(
        b"d1:ad2:id20:aaaaaaaaaaaaaaaaaaaa4:porti65536eee",
        "integer out of range of u16 at byte 38 in a.port",
        (38, "a.port"),
    );
    refused(
        b"d1:ad2:id20:aaaaaaaaaaaaaaaaaaaa4:wantl2:n42:n5eee",
        "unknown variant n5 at byte 43 in a.want[1]",
        (43, "a.want[1]"),
    );
    refused(
        b"d1:ade1:t1:x1:y1:qe",
        "a.id is missing in the dictionary at byte 4",
        (4, "a.id"),
    );
    refused(
        b"d1:t1:xe",
        "y is missing in the dictionary at byte 0",
        (0, "y"),
    );
    refused(
        b"d1:eli201ee1:t1:x1:y1:ee",
        "expected a tuple of size 2, found 1 at byte 4 in e",
        (4, "e"),
    );
    refused(
        b"d1:eli201e1:x1:ye1:t1:x1:y1:ee",
        "expected a list of 2, found 3 at byte 4 in e",
        (4, "e"),
    );
    refused(
        b"d1:q1:\xff1:t1:x1:y1:qe",
        "byte string is not UTF-8 at byte 4 in q",
        (4, "q"),
    );
}

#[test]
fn messages_are_told_apart_by_their_own_tag() {
    /// Internally tagged: serde buffers the message and reads it again.
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "y")]
    enum Tagged<'a> {
        #[serde(rename = "q")]
        Query {
            #[serde(rename = "q")]
            method: &'a str,
            #[serde(rename = "a", borrow)]
            arguments: BTreeMap<&'a str, BencodeMut<'a>>,
        },
        #[serde(rename = "r")]
        Reply {
            #[serde(rename = "r", borrow)]
            values: BencodeMut<'a>,
        },
        #[serde(rename = "e")]
        Error {
            #[serde(rename = "e")]
            error: (i64, &'a str),
        },
    }
    let query = b"d1:ad2:id2:\xff\xfee1:q4:ping1:y1:qe";
    let read: Tagged<'_> = from_bytes(query).unwrap();
    let Tagged::Query { method, arguments } = &read else {
        panic!("{read:?}")
    };
    assert_eq!(*method, "ping");
    assert_eq!(arguments["id"].bytes(), Some(&b"\xff\xfe"[..]));
    assert_eq!(to_bytes(&read).unwrap(), query);
    let reply = b"d1:rd2:id2:ab6:valuesl2:\xff\xffee1:y1:re";
    let read: Tagged<'_> = from_bytes(reply).unwrap();
    assert_eq!(to_bytes(&read).unwrap(), reply);
    let error = b"d1:eli201e1:xe1:y1:ee";
    assert_eq!(
        from_bytes::<Tagged<'_>>(error).unwrap(),
        Tagged::Error { error: (201, "x") }
    );
    let unknown = from_bytes::<Tagged<'_>>(b"d1:y1:xe").unwrap_err();
    assert_eq!(
        unknown.kind(),
        &Kind::UnknownVariant {
            variant: "x".into()
        }
    );
}

#[test]
fn the_piece_behind_a_metadata_header_is_left_alone() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Header {
        msg_type: u8,
        piece: u32,
        total_size: Option<u32>,
    }
    let message = b"d8:msg_typei1e5:piecei3e10:total_sizei20000eed6:not ou";
    let (header, length) = bip_bencode::from_prefix::<Header>(message).unwrap();
    assert_eq!(
        header,
        Header {
            msg_type: 1,
            piece: 3,
            total_size: Some(20_000)
        }
    );
    assert_eq!(&message[length..], b"d6:not ou");
    let error = from_bytes::<Header>(message).unwrap_err();
    assert_eq!((error.offset(), error.path().as_str()), (length, ""));
}
