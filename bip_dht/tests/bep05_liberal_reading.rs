//! BEP 5, "KRPC Protocol": what is read although it is not as it should be, and what is not.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail")]

use bip_dht::{
    Body, Call, DecodeErrorKind, ErrorCode, Key, MAX_MESSAGE_DEPTH, MAX_MESSAGE_TOKENS, Message,
    MessageDecoder, NodeId, Response, Want,
};

const ID: NodeId = NodeId::new(*b"abcdefghij0123456789");
const TARGET: NodeId = NodeId::new(*b"mnopqrstuvwxyz123456");

/// Decodes and hands the message over, which must not outlive the bytes.
#[track_caller]
fn read<R>(bytes: impl AsRef<[u8]>, look: impl FnOnce(Message<'_>) -> R) -> R {
    let bytes = bytes.as_ref();
    match MessageDecoder::new().decode(bytes) {
        Ok(message) => look(message),
        Err(error) => panic!("{error}: {}", bytes.escape_ascii()),
    }
}

#[track_caller]
fn call(message: Message<'_>) -> Call<'_> {
    match message.body {
        Body::Query(query) => query.call,
        _ => panic!("{message:?}"),
    }
}

#[track_caller]
fn response(message: Message<'_>) -> Response<'_> {
    match message.body {
        Body::Response(response) => response,
        _ => panic!("{message:?}"),
    }
}

/// What is wrong, and the text of the refusal if it can be refused.
#[track_caller]
fn check_error(bytes: impl AsRef<[u8]>, expect: DecodeErrorKind, refusal: Option<&str>) {
    let bytes = bytes.as_ref();
    let Err(error) = MessageDecoder::new().decode(bytes) else {
        panic!("read: {}", bytes.escape_ascii());
    };
    assert_eq!(error.kind(), expect, "{}", bytes.escape_ascii());
    let text = error.refusal().map(|message| {
        assert_eq!(message.transaction, b"aa");
        match message.body {
            Body::Error(error) => {
                assert_eq!(error.code, ErrorCode::Protocol);
                String::from_utf8(error.text.to_vec()).unwrap()
            }
            _ => panic!("{message:?}"),
        }
    });
    assert_eq!(text.as_deref(), refusal, "{}", bytes.escape_ascii());
}

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

/// A query with these arguments behind the id.
fn query(method: &str, arguments: &str) -> String {
    let length = method.len();
    format!("d1:ad2:id20:abcdefghij0123456789{arguments}e1:q{length}:{method}1:t2:aa1:y1:qe")
}

fn answer(fields: &str) -> String {
    format!("d1:rd2:id20:abcdefghij0123456789{fields}e1:t2:aa1:y1:re")
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

/// So that whatever comes after BEP 51 finds its way through old nodes.
#[test]
fn an_unknown_query_with_a_place_in_it_can_be_answered_as_find_node() {
    for (arguments, target) in [
        ("6:target20:mnopqrstuvwxyz123456", Some(TARGET)),
        ("9:info_hash20:mnopqrstuvwxyz123456", Some(TARGET)),
        (
            "9:info_hash20:000000000000000000006:target20:mnopqrstuvwxyz123456",
            Some(TARGET),
        ),
        (
            "9:info_hash20:mnopqrstuvwxyz1234566:target3:mno",
            Some(TARGET),
        ),
        ("6:target19:mnopqrstuvwxyz12345", None),
        ("", None),
    ] {
        read(query("vote", arguments), |message| {
            let name = b"vote";
            assert_eq!(call(message), Call::Unknown { name, target });
        });
    }
}

#[test]
fn what_is_missing_from_a_query_is_told_by_name() {
    use DecodeErrorKind::{Invalid, Missing};
    let cases = [
        ("find_node", "", Missing("target"), "missing 'target' key"),
        ("get", "", Missing("target"), "missing 'target' key"),
        (
            "sample_infohashes",
            "",
            Missing("target"),
            "missing 'target' key",
        ),
        (
            "get_peers",
            "",
            Missing("info_hash"),
            "missing 'info_hash' key",
        ),
        (
            "get_peers",
            "9:info_hash3:abc",
            Invalid("info_hash"),
            "invalid argument",
        ),
        (
            "announce_peer",
            "9:info_hash20:mnopqrstuvwxyz1234565:token1:x",
            Missing("port"),
            "missing 'port' key",
        ),
        (
            "announce_peer",
            "9:info_hash20:mnopqrstuvwxyz1234564:porti65536e5:token1:x",
            Invalid("port"),
            "invalid argument",
        ),
        (
            "announce_peer",
            "9:info_hash20:mnopqrstuvwxyz1234564:porti-1e5:token1:x",
            Invalid("port"),
            "invalid argument",
        ),
        (
            "announce_peer",
            "9:info_hash20:mnopqrstuvwxyz1234564:porti1e",
            Missing("token"),
            "missing 'token' key",
        ),
        ("put", "5:token1:x", Missing("v"), "missing 'v' key"),
        ("put", "1:vi1e", Missing("token"), "missing 'token' key"),
    ];
    for (method, arguments, kind, text) in cases {
        check_error(query(method, arguments), kind, Some(text));
    }
    let no_id = "d1:ad2:xx0:e1:q4:ping1:t2:aa1:y1:qe";
    check_error(no_id, Missing("id"), Some("missing 'id' key"));
    let short_id = "d1:ad2:id3:abce1:q4:ping1:t2:aa1:y1:qe";
    check_error(short_id, Invalid("id"), Some("invalid argument"));
    let no_arguments = "d1:q4:ping1:t2:aa1:y1:qe";
    check_error(no_arguments, Missing("a"), Some("missing key"));
    let no_method = "d1:ad2:id20:abcdefghij0123456789e1:t2:aa1:y1:qe";
    check_error(no_method, Missing("q"), Some("missing key"));
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

#[test]
fn an_implied_port_needs_no_other() {
    for (ports, expect) in [
        (
            "12:implied_porti1e9:info_hash20:mnopqrstuvwxyz123456",
            (0, true),
        ),
        (
            "12:implied_porti1e9:info_hash20:mnopqrstuvwxyz1234564:porti99999e",
            (0, true),
        ),
        (
            "12:implied_porti1e9:info_hash20:mnopqrstuvwxyz1234564:porti7e",
            (7, true),
        ),
        (
            "12:implied_porti0e9:info_hash20:mnopqrstuvwxyz1234564:porti7e",
            (7, false),
        ),
        ("9:info_hash20:mnopqrstuvwxyz1234564:porti7e", (7, false)),
    ] {
        read(
            query("announce_peer", &format!("{ports}5:token1:x")),
            |message| {
                let Call::AnnouncePeer {
                    port, implied_port, ..
                } = call(message)
                else {
                    panic!("{message:?}");
                };
                assert_eq!((port, implied_port), expect);
            },
        );
    }
}

#[test]
fn whole_nodes_are_read_and_the_rest_is_told_of() {
    let node = "mnopqrstuvwxyz123456\x7f\x00\x00\x01\x1a\x61";
    for (nodes, count, has_remainder) in [
        (node.repeat(2), 2, false),
        (format!("{node}mno"), 1, true),
        ("mno".to_owned(), 0, true),
        (String::new(), 0, false),
    ] {
        read(
            answer(&format!("5:nodes{}:{nodes}", nodes.len())),
            |message| {
                let nodes = response(message).nodes.unwrap();
                assert_eq!((nodes.len(), nodes.has_remainder()), (count, has_remainder));
                for node in nodes.iter() {
                    assert_eq!(node.id, TARGET);
                    assert_eq!(node.address, "127.0.0.1:6753".parse().unwrap());
                }
            },
        );
    }
}

#[test]
fn peers_of_both_families_are_read_from_one_list() {
    let peers = "6:\x7f\x00\x00\x01\x1a\x613:abc18:\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x1a\x610:";
    read(answer(&format!("6:valuesl{peers}e")), |message| {
        let peers = response(message).values.unwrap();
        let peers: Vec<_> = peers.iter().map(|peer| peer.to_string()).collect();
        assert_eq!(peers, ["127.0.0.1:6753", "[::1]:6753"]);
    });
    for other in [
        "6:valuesli1ee",
        "6:values3:abc",
        "6:valuesl6:\x7f\x00\x00\x01\x1a\x61lee",
    ] {
        read(answer(other), |message| {
            assert_eq!(response(message).values, None)
        });
    }
}

#[test]
fn a_field_of_the_wrong_kind_counts_as_missing_from_an_answer() {
    let wrong = "4:BFpe3:abc4:BFsdi1e8:intervali-1e1:k3:abc5:nodesi1e6:nodes6le3:numi-1e\
                 7:samplesi1e3:seq1:x3:sigi1e5:tokeni1e6:valuesde";
    read(answer(wrong), |message| {
        assert_eq!(response(message), Response::new(ID));
    });
}

#[test]
fn the_families_wanted_are_read() {
    for (want, n4, n6) in [
        ("", false, false),
        ("4:wantl2:n4e", true, false),
        ("4:wantl2:n62:n4e", true, true),
        ("4:wantl2:n5i1e2:n6e", false, true),
        ("4:want2:n4", false, false),
    ] {
        read(
            query(
                "find_node",
                &format!("6:target20:mnopqrstuvwxyz123456{want}"),
            ),
            |message| {
                let Body::Query(query) = message.body else {
                    panic!("{message:?}");
                };
                assert_eq!(query.want, Want { n4, n6 });
            },
        );
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

/// BEP 44, "Messages": invalid bencoding in a value must be rejected with error 203.
#[test]
fn a_value_must_be_canonical_while_what_surrounds_it_need_not_be() {
    for value in ["d1:bi1e1:ai2ee", "ld1:bi1e1:ai2eee"] {
        let put = query("put", &format!("5:token1:x1:v{value}"));
        let text = "'v' is not canonical bencode";
        check_error(put, DecodeErrorKind::NotCanonical, Some(text));
        let got = answer(&format!("1:v{value}"));
        check_error(got, DecodeErrorKind::NotCanonical, None);
    }
    read(query("put", "1:vd1:ai1e1:bi2ee5:token1:x"), |message| {
        let Call::Put(put) = call(message) else {
            panic!("{message:?}");
        };
        assert_eq!(put.value, b"d1:ai1e1:bi2ee");
        assert_eq!(put.token, b"x");
        assert_eq!(put.mutable, None);
    });
}

/// A put without `target` is what BEP 44 has; some nodes take none.
#[test]
fn a_put_is_read_with_and_without_its_target() {
    for (target, expect) in [
        ("", None),
        (
            "6:target20:mnopqrstuvwxyz123456",
            Some(Key::new(*TARGET.as_bytes())),
        ),
    ] {
        read(
            query("put", &format!("{target}5:token1:x1:vi1e")),
            |message| {
                let Call::Put(put) = call(message) else {
                    panic!("{message:?}");
                };
                assert_eq!(put.target, expect);
            },
        );
    }
}

/// A crash of a known crate until its eighth version, and a mutable item that would be stored as another.
#[test]
fn a_put_with_a_key_needs_all_of_a_mutable_item() {
    use DecodeErrorKind::{Invalid, Missing};
    let key = format!("1:k32:{}", "k".repeat(32));
    let signature = format!("3:sig64:{}", "s".repeat(64));
    let rest = "5:token1:x1:vi1e";
    for (arguments, kind, text) in [
        (
            format!("{key}{signature}{rest}"),
            Missing("seq"),
            "missing 'seq' key",
        ),
        (
            format!("{key}3:seqi1e{rest}"),
            Missing("sig"),
            "missing 'sig' key",
        ),
        (
            format!("1:k3:abc3:seqi1e{signature}{rest}"),
            Invalid("k"),
            "invalid argument",
        ),
        (
            format!("{key}3:seq1:1{signature}{rest}"),
            Invalid("seq"),
            "invalid argument",
        ),
        (
            format!("{key}4:salti1e3:seqi1e{signature}{rest}"),
            Invalid("salt"),
            "invalid argument",
        ),
        (
            format!("3:cas1:x{key}3:seqi1e{signature}{rest}"),
            Invalid("cas"),
            "invalid argument",
        ),
        (
            format!("{key}3:seqi9223372036854775808e{signature}{rest}"),
            Invalid("seq"),
            "invalid argument",
        ),
    ] {
        check_error(query("put", &arguments), kind, Some(text));
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
