//! BEP 5, "KRPC Protocol": what is read although it is not as it should be, and what is not.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail")]

mod reading;

use bip_dht::{
    Body, Call, DecodeErrorKind, ErrorCode, MAX_MESSAGE_DEPTH, MAX_MESSAGE_TOKENS, Message,
    MessageDecoder, Response,
};

use reading::{ID, TARGET, call, check_error, query, read};

fn with_transaction(id: &[u8]) -> Vec<u8> {
    let length = format!("{}:", id.len()).into_bytes();
    [
        b"d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t",
        &length[..],
        id,
        b"1:y1:qe",
    ]
    .concat()
}

/// The best known Rust crate answers ids of 4 bytes alone, and nobody else's.
#[test]
fn transaction_ids_of_1_to_32_bytes_are_read_and_echoed() {
    for length in 1..=32 {
        let id = vec![b'x'; length];
        read(with_transaction(&id), |message| {
            assert_eq!(message.transaction, id);
            let mut out = Vec::new();
            Message::response(message.transaction, Response::new(ID)).encode(&mut out);
            assert_eq!(read(&out, |answer| answer.transaction.to_vec()), id);
        });
    }
    for length in [0, 33] {
        let bytes = with_transaction(&vec![b'x'; length]);
        check_error(bytes, DecodeErrorKind::Transaction, None);
    }
    let none = "d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:y1:qe";
    check_error(none, DecodeErrorKind::Transaction, None);
    let number = "d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:ti7e1:y1:qe";
    check_error(number, DecodeErrorKind::Transaction, None);
}

#[test]
fn any_version_is_read() {
    for (version, expect) in [
        ("", None),
        ("1:v4:LT\x01\x02", Some(&b"LT\x01\x02"[..])),
        ("1:v0:", Some(b"")),
        ("1:v9:something", Some(b"something")),
        ("1:vi7e", None),
        ("1:vle", None),
    ] {
        let bytes = format!("d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa{version}1:y1:qe");
        read(bytes, |message| assert_eq!(message.version, expect));
    }
}

#[test]
fn keys_may_come_in_any_order_and_unknown_ones_too() {
    let bytes = "d1:y1:q3:zzzd1:ai1ee1:t2:aa1:q9:find_node1:ad6:target20:mnopqrstuvwxyz123456\
                 3:foole2:id20:abcdefghij0123456789ee";
    read(bytes, |message| {
        let Body::Query(query) = message.body else {
            panic!("{message:?}");
        };
        assert_eq!(query.sender, ID);
        assert_eq!(query.call, Call::FindNode { target: TARGET });
    });
}

/// Two nodes that refused each other's refusals would never stop.
#[test]
fn nothing_but_a_query_is_refused() {
    for (bytes, kind) in [
        ("d1:rd1:xi1ee1:t2:aa1:y1:re", DecodeErrorKind::Missing("id")),
        ("d1:t2:aa1:y1:re", DecodeErrorKind::Missing("r")),
        (
            "d1:rd2:idi1ee1:t2:aa1:y1:re",
            DecodeErrorKind::Invalid("id"),
        ),
        ("d1:t2:aa1:y1:xe", DecodeErrorKind::Kind),
        ("d1:t2:aae", DecodeErrorKind::Kind),
        ("", DecodeErrorKind::Bencode),
        ("le", DecodeErrorKind::Bencode),
        ("i1e", DecodeErrorKind::Bencode),
        ("d1:t2:aa1:t2:aa1:y1:re", DecodeErrorKind::Bencode),
        (
            "d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qex",
            DecodeErrorKind::Bencode,
        ),
    ] {
        check_error(bytes, kind, None);
    }
}

/// libtorrent's tests have this fact: an `e` that is no list is tolerated.
#[test]
fn an_error_that_is_no_list_is_an_error_all_the_same() {
    for (error, code, text) in [
        ("1:eli203e3:bade", ErrorCode::Protocol, &b"bad"[..]),
        ("1:eli777ee", ErrorCode::Other(777), b""),
        ("1:el3:badi203ee", ErrorCode::Generic, b""),
        ("1:e3:bad", ErrorCode::Generic, b""),
        ("1:ede", ErrorCode::Generic, b""),
        ("", ErrorCode::Generic, b""),
    ] {
        read(format!("d{error}1:t2:aa1:y1:ee"), |message| {
            let Body::Error(error) = message.body else {
                panic!("{message:?}");
            };
            assert_eq!((error.code, error.text), (code, text));
        });
    }
}

/// BEP 43, "Read-Only State"; BEP 42, "Bootstrapping".
#[test]
fn read_only_and_ip_are_read_from_the_top_dictionary() {
    for (key, ip, read_only) in [
        ("", None, false),
        ("2:roi1e", None, true),
        ("2:roi0e", None, false),
        ("2:ro1:1", None, false),
        (
            "2:ip6:\x7f\x00\x00\x01\x1a\x61",
            Some("127.0.0.1:6753"),
            false,
        ),
        (
            "2:ip18:\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x1a\x61",
            Some("[::1]:6753"),
            false,
        ),
        ("2:ip4:\x7f\x00\x00\x01", None, false),
        ("2:ipi1e", None, false),
    ] {
        let bytes = format!("d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa{key}1:y1:qe");
        read(bytes, |message| {
            assert_eq!(message.ip, ip.map(|ip| ip.parse().unwrap()));
            assert_eq!(message.read_only, read_only);
        });
    }
}

fn nested(lists: usize) -> String {
    query(
        "ping",
        &format!("1:x{}{}", "l".repeat(lists), "e".repeat(lists)),
    )
}

#[test]
fn a_message_may_nest_eight_deep() {
    read(nested(MAX_MESSAGE_DEPTH - 2), |message| {
        assert_eq!(call(message), Call::Ping)
    });
    check_error(
        nested(MAX_MESSAGE_DEPTH - 1),
        DecodeErrorKind::Bencode,
        None,
    );
}

#[test]
fn a_message_may_have_so_many_tokens() {
    // Around the list: two dictionaries and the list, each with its end, and the six keys and five other values.
    let outside = 6 + 6 + 4;
    let full = |count| query("ping", &format!("1:xl{}e", "i1e".repeat(count)));
    let most = (0..)
        .take_while(|count| {
            MessageDecoder::new()
                .decode(full(*count).as_bytes())
                .is_ok()
        })
        .last()
        .unwrap();
    assert_eq!(most + outside, MAX_MESSAGE_TOKENS);
    check_error(full(most + 1), DecodeErrorKind::Bencode, None);
}
