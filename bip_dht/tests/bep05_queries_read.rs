//! BEP 5, "KRPC Protocol" and "DHT Queries": what is read from a query, and what is told about one that is wrong.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail")]

mod reading;

use bip_dht::{Body, Call, DecodeErrorKind, Want};

use reading::{TARGET, call, check_error, query, read};

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
