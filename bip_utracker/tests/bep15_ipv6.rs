//! BEP 15, "IPv6": the same actions, 18 bytes a peer, by the family of the datagram.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail")]

mod support;

use bip_utracker::{
    AnnounceError, Family, MAX_ANSWER_LENGTH, TrackerClientConfig, TrackerClientCore,
    TrackerClientEvent, TrackerServerConfig, TrackerServerCore,
};
use support::{Client, TRACKER, address, announce_answer, announce_of, first_instant};

const TRACKER_V6: &str = "[2001:db8::1]:6969";

/// The peers that a client gets out of the same 36 bytes.
#[track_caller]
fn check(tracker: &str, expect: &[&str]) {
    let mut bytes = [0; 36];
    bytes[..6].copy_from_slice(b"\x20\x01\x0d\xb8\0\x01");
    bytes[15..18].copy_from_slice(b"\x07\x1a\xe1");
    bytes[18..20].copy_from_slice(b"\x20\x02");
    bytes[34..].copy_from_slice(b"\x1a\xe2");
    let mut client = Client::new(TrackerClientConfig::default());
    client.announce(tracker);
    client.connect(tracker, 7);
    let announce = client.sent_one();
    assert_eq!(
        announce.bytes[8..12],
        [0, 0, 0, 1],
        "the same action in both families"
    );
    client.receive(tracker, &announce_answer(&announce, &bytes));
    let Some(TrackerClientEvent::Announced {
        result: Ok(response),
        ..
    }) = client.event()
    else {
        panic!()
    };
    let expect: Vec<_> = expect.iter().map(|text| address(text)).collect();
    assert_eq!(response.peers, expect);
}

/// seed fault 15: IPv6 went by an action of its own.
#[test]
fn over_ipv6_a_peer_has_eighteen_bytes() {
    check(TRACKER_V6, &["[2001:db8:1::7]:6881", "[2002::]:6882"]);
}

#[test]
fn over_ipv4_the_same_bytes_are_peers_of_six() {
    check(TRACKER, &["32.1.13.184:1", "0.0.0.7:6881", "0.0.0.0:6882"]);
}

#[test]
fn a_mapped_address_is_asked_over_ipv4() {
    let mut client = Client::new(TrackerClientConfig::default());
    client.announce("[::ffff:192.0.2.1]:6969");
    assert_eq!(client.sent_one().to, address(TRACKER));
}

/// seed fault 15: our client and our server speak the standard's IPv6 with each other.
#[test]
fn two_clients_find_each_other_over_ipv6() {
    let now = first_instant();
    let tracker = address(TRACKER_V6);
    let mut server = TrackerServerCore::new(TrackerServerConfig::default(), [1; 32]);
    let mut found = Vec::new();
    for home in ["[2001:db8::a]:5000", "[2001:db8::b]:5000"] {
        let mut client = TrackerClientCore::new(TrackerClientConfig::default(), [2; 32]);
        client
            .announce(now, tracker, announce_of(1))
            .expect("room for a request");
        let (mut request, mut answer) = (Vec::new(), [0; MAX_ANSWER_LENGTH]);
        while client.poll_transmit(&mut request).is_some() {
            let length = server.answer(now, address(home), &request, &mut answer);
            client.handle_input(now, tracker, &answer[..length]);
        }
        let Some(TrackerClientEvent::Announced {
            result: Ok(response),
            ..
        }) = client.poll_event()
        else {
            panic!("no answer")
        };
        found.push(response.peers);
    }
    assert_eq!(found, [vec![], vec![address("[2001:db8::a]:6881")]]);
}

#[test]
fn a_family_that_is_switched_off_is_told_at_once() {
    let v4 = TrackerClientConfig::default().without_v6();
    let error = AnnounceError::FamilyUnavailable(Family::V6);
    assert_eq!(
        Client::new(v4).try_announce(TRACKER_V6, announce_of(1)),
        Err(error)
    );
    let v6 = TrackerClientConfig::default().without_v4();
    let error = AnnounceError::FamilyUnavailable(Family::V4);
    assert_eq!(
        Client::new(v6).try_announce(TRACKER, announce_of(1)),
        Err(error)
    );
}
