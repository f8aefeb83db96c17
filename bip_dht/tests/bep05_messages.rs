//! BEP 5, "KRPC Protocol" and "DHT Queries": the published packets, byte for byte and both ways.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail")]

use bip_dht::{
    Call, ErrorCode, ErrorMessage, Key, Message, MessageDecoder, NodeId, Query, Response, Values,
};

const ASKER: NodeId = NodeId::new(*b"abcdefghij0123456789");
const ANSWERER: NodeId = NodeId::new(*b"mnopqrstuvwxyz123456");
const TORRENT: Key = Key::new(*b"mnopqrstuvwxyz123456");

#[track_caller]
fn check(message: Message<'_>, bytes: &[u8]) {
    let mut out = Vec::new();
    message.encode(&mut out);
    assert_eq!(
        out.escape_ascii().to_string(),
        bytes.escape_ascii().to_string()
    );
    assert_eq!(MessageDecoder::new().decode(bytes), Ok(message));
}

#[test]
fn a_ping_and_its_answer() {
    check(
        Message::query(b"aa", Query::new(ASKER, Call::Ping)),
        b"d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe",
    );
    check(
        Message::response(b"aa", Response::new(ANSWERER)),
        b"d1:rd2:id20:mnopqrstuvwxyz123456e1:t2:aa1:y1:re",
    );
}

#[test]
fn a_find_node() {
    let target = ANSWERER;
    check(
        Message::query(b"aa", Query::new(ASKER, Call::FindNode { target })),
        b"d1:ad2:id20:abcdefghij01234567896:target20:mnopqrstuvwxyz123456e1:q9:find_node1:t2:aa1:y1:qe",
    );
}

#[test]
fn a_get_peers_and_its_answer_with_peers() {
    let call = Call::GetPeers {
        info_hash: TORRENT,
        scrape: false,
        no_seed: false,
    };
    check(
        Message::query(b"aa", Query::new(ASKER, call)),
        b"d1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz123456e1:q9:get_peers1:t2:aa1:y1:qe",
    );
    let peers = [
        "97.120.106.101:11893".parse().unwrap(),
        "105.100.104.116:28269".parse().unwrap(),
    ];
    let mut response = Response::new(ASKER);
    response.token = Some(b"aoeusnth");
    response.values = Some(Values::new(&peers));
    check(
        Message::response(b"aa", response),
        b"d1:rd2:id20:abcdefghij01234567895:token8:aoeusnth6:valuesl6:axje.u6:idhtnmee1:t2:aa1:y1:re",
    );
}

#[test]
fn an_announce_peer() {
    let call = Call::AnnouncePeer {
        info_hash: TORRENT,
        port: 6881,
        implied_port: true,
        token: b"aoeusnth",
        seed: false,
    };
    check(
        Message::query(b"aa", Query::new(ASKER, call)),
        b"d1:ad2:id20:abcdefghij012345678912:implied_porti1e9:info_hash20:mnopqrstuvwxyz1234564:porti6881e5:token8:aoeusnthe1:q13:announce_peer1:t2:aa1:y1:qe",
    );
}

#[test]
fn an_error() {
    let error = ErrorMessage {
        code: ErrorCode::Generic,
        text: b"A Generic Error Ocurred",
    };
    check(
        Message::error(b"aa", error),
        b"d1:eli201e23:A Generic Error Ocurrede1:t2:aa1:y1:ee",
    );
}
