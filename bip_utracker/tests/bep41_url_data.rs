//! BEP 41: path and query of the tracker's URL travel behind the announce.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail")]

mod support;

use bip_utracker::{
    MAX_ANSWER_LENGTH, RequestPacket, ResponsePacket, TrackerClientConfig, TrackerServerConfig,
    TrackerServerCore,
};
use support::{Client, TRACKER, address, announce_of};

#[track_caller]
fn check(url_data: Option<&str>, expect: &[u8]) {
    let mut client = Client::new(TrackerClientConfig::default());
    let request = match url_data {
        Some(url_data) => announce_of(1).url_data(url_data),
        None => announce_of(1),
    };
    client
        .try_announce(TRACKER, request)
        .expect("room for a request");
    client.connect(TRACKER, 7);
    assert_eq!(&client.sent_one().bytes[98..], expect);
}

#[test]
fn path_and_query_are_sent_as_in_the_example() {
    check(Some("/dir?a=b&c=d"), b"\x02\x0c/dir?a=b&c=d");
    check(Some(""), b"\x02\x00");
    check(None, b"");
}

#[test]
fn what_is_longer_than_an_option_is_split() {
    let long = "/".repeat(300);
    let mut client = Client::new(TrackerClientConfig::default());
    client
        .try_announce(TRACKER, announce_of(1).url_data(long.as_str()))
        .expect("room for a request");
    client.connect(TRACKER, 7);
    let sent = client.sent_one();
    assert_eq!(sent.bytes.len(), 98 + 2 + 255 + 2 + 45);
    let RequestPacket::Announce(packet) = sent.packet() else {
        panic!()
    };
    assert_eq!(packet.options.url_data(), Ok(Some(long.into_bytes())));
}

#[test]
fn the_server_answers_whatever_the_options_are() {
    let now = support::first_instant();
    let from = address("192.0.2.7:1000");
    let mut server = TrackerServerCore::new(TrackerServerConfig::default(), [1; 32]);
    let mut client = Client::new(TrackerClientConfig::default());
    client.announce(TRACKER);
    let mut out = [0; MAX_ANSWER_LENGTH];
    let length = server.answer(now, from, &client.sent_one().bytes, &mut out);
    client.receive(TRACKER, &out[..length]);
    let announce = client.sent_one().bytes;
    for options in [
        &b"\x02\x01/"[..],
        b"\x01\x00\xff",
        b"\x09\x02ab",
        b"\x02\xff/",
        b"\x02",
    ] {
        let length = server.answer(now, from, &[&announce[..], options].concat(), &mut out);
        let answer = ResponsePacket::decode(bip_utracker::Family::V4, &out[..length]);
        assert!(
            matches!(answer, Ok(ResponsePacket::Announce { leechers: 1, .. })),
            "{options:?}"
        );
    }
}
