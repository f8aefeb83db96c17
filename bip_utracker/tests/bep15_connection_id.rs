//! BEP 15, "UDP connections / spoofing": how a client uses connection ids, and whom it believes.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail")]

mod support;

use bip_utracker::{
    AnnounceError, MalformedAnswer, RequestPacket, ScrapeError, TrackerClientConfig,
    TrackerClientEvent,
};
use support::{Client, Kind, TRACKER, announce_answer, announce_of, connect_answer, error_answer};

fn client() -> Client {
    Client::new(TrackerClientConfig::default())
}

#[track_caller]
fn assert_announced(client: &mut Client) {
    let event = client.event();
    assert!(
        matches!(
            event,
            Some(TrackerClientEvent::Announced { result: Ok(_), .. })
        ),
        "{event:?}"
    );
}

/// seed fault 14: ids never expired.
#[test]
fn an_id_is_renewed_once_it_is_sixty_seconds_old() {
    let mut client = client();
    client.announce(TRACKER);
    client.connect(TRACKER, 7);
    let announce = client.sent_one();
    assert_eq!(announce.connection_id(), 7);
    client.receive(TRACKER, &announce_answer(&announce, &[]));
    assert_announced(&mut client);

    client.run_until(59);
    client.announce(TRACKER);
    let announce = client.sent_one();
    assert_eq!(
        (announce.kind(), announce.connection_id()),
        (Kind::Announce, 7)
    );
    client.receive(TRACKER, &announce_answer(&announce, &[]));
    assert_announced(&mut client);

    client.run_until(60);
    client.announce(TRACKER);
    client.connect(TRACKER, 8);
    assert_eq!(client.sent_one().connection_id(), 8);
}

/// seed fault 14: an answer from a wrong address deleted the request.
#[test]
fn an_answer_from_another_address_is_ignored_and_the_right_one_still_taken() {
    let strangers = ["192.0.2.2:6969", "192.0.2.1:6970", "[::1]:6969"];
    let mut client = client();
    client.announce(TRACKER);
    let connect = client.sent_one();
    for stranger in strangers {
        client.receive(stranger, &connect_answer(&connect, 666));
        client.receive(stranger, &error_answer(&connect, "go away"));
        assert!(client.sent().is_empty());
    }
    client.receive(TRACKER, &connect_answer(&connect, 7));
    let announce = client.sent_one();
    assert_eq!(announce.connection_id(), 7);
    for stranger in strangers {
        client.receive(stranger, &announce_answer(&announce, &[6; 18]));
        client.receive(stranger, &error_answer(&announce, "go away"));
        assert_eq!(client.event(), None);
    }
    assert_eq!(client.core.request_count(), 1);
    client.receive(
        TRACKER,
        &announce_answer(&announce, b"\x01\x02\x03\x04\x1a\xe1"),
    );
    assert_announced(&mut client);
    assert_eq!(client.core.request_count(), 0);
}

#[test]
fn an_answer_with_another_transaction_id_is_ignored() {
    let mut client = client();
    client.announce(TRACKER);
    let mut connect = client.sent_one();
    let answer = connect_answer(&connect, 7);
    connect.bytes[15] ^= 1;
    client.receive(TRACKER, &connect_answer(&connect, 666));
    assert!(client.sent().is_empty());
    client.receive(TRACKER, &answer);
    assert_eq!(client.sent_one().connection_id(), 7);
}

#[test]
fn requests_to_one_tracker_share_its_id_and_others_do_not() {
    let other = "192.0.2.1:7000";
    let mut client = client();
    for tracker in [TRACKER, TRACKER, other] {
        client.announce(tracker);
    }
    client.scrape(TRACKER, &[[1; 20]]);
    let connects = client.sent();
    assert_eq!(
        connects
            .iter()
            .map(|sent| sent.to.port())
            .collect::<Vec<_>>(),
        [6969, 7000]
    );
    client.receive(TRACKER, &connect_answer(&connects[0], 7));
    let kinds: Vec<_> = client
        .sent()
        .iter()
        .map(|sent| (sent.kind(), sent.connection_id()))
        .collect();
    assert_eq!(
        kinds,
        [(Kind::Announce, 7), (Kind::Announce, 7), (Kind::Scrape, 7)]
    );
    client.receive(other, &connect_answer(&connects[1], 8));
    assert_eq!(client.sent_one().connection_id(), 8);
}

#[test]
fn a_refused_id_is_renewed_once() {
    let mut client = client();
    let id = client.announce(TRACKER);
    client.connect(TRACKER, 7);
    let announce = client.sent_one();
    client.receive(
        TRACKER,
        &error_answer(&announce, "Connection ID missmatch."),
    );
    assert_eq!(client.event(), None);
    client.connect(TRACKER, 8);
    let announce = client.sent_one();
    assert_eq!(announce.connection_id(), 8);
    client.receive(
        TRACKER,
        &error_answer(&announce, "Connection ID missmatch."),
    );
    match client.event() {
        Some(TrackerClientEvent::Announced {
            id: ended,
            result: Err(AnnounceError::Tracker(message)),
        }) => {
            assert_eq!(
                (ended, message.to_string().as_str()),
                (id, "Connection ID missmatch.")
            );
        }
        other => panic!("{other:?}"),
    }
    assert!(client.sent().is_empty());
}

#[test]
fn two_requests_whose_shared_id_is_refused_share_the_new_one() {
    let mut client = client();
    client.announce(TRACKER);
    client.announce(TRACKER);
    client.connect(TRACKER, 7);
    for announce in client.sent() {
        client.receive(TRACKER, &error_answer(&announce, "bad connection id"));
    }
    client.connect(TRACKER, 8);
    assert_eq!(
        client
            .sent()
            .iter()
            .map(support::Sent::connection_id)
            .collect::<Vec<_>>(),
        [8, 8]
    );
}

#[test]
fn any_other_refusal_ends_the_request_with_the_trackers_words() {
    let mut client = client();
    client.announce(TRACKER);
    client.connect(TRACKER, 7);
    let announce = client.sent_one();
    client.receive(TRACKER, &error_answer(&announce, "torrent not registered"));
    let Some(TrackerClientEvent::Announced {
        result: Err(error), ..
    }) = client.event()
    else {
        panic!()
    };
    assert_eq!(
        error.to_string(),
        "the tracker refused: torrent not registered"
    );
    assert!(error.is_trackers_fault());
}

#[test]
fn a_refused_connect_request_ends_all_that_wait_for_it() {
    let mut client = client();
    client.announce(TRACKER);
    client.scrape(TRACKER, &[[1; 20]]);
    let connect = client.sent_one();
    client.receive(TRACKER, &error_answer(&connect, "closed on Sundays"));
    assert!(matches!(
        client.event(),
        Some(TrackerClientEvent::Announced {
            result: Err(AnnounceError::Tracker(_)),
            ..
        })
    ));
    assert!(matches!(
        client.event(),
        Some(TrackerClientEvent::Scraped {
            result: Err(ScrapeError::Tracker(_)),
            ..
        })
    ));
    assert_eq!(client.core.request_count(), 0);
}

#[test]
fn a_malformed_answer_is_told_as_such() {
    let cut = |bytes: &[u8]| bytes[..19].to_vec();
    let mut client = client();
    client.announce(TRACKER);
    client.connect(TRACKER, 7);
    let announce = client.sent_one();
    client.receive(TRACKER, &cut(&announce_answer(&announce, &[])));
    let Some(TrackerClientEvent::Announced {
        result: Err(error), ..
    }) = client.event()
    else {
        panic!()
    };
    assert!(
        matches!(
            error,
            AnnounceError::Malformed(MalformedAnswer::Undecodable(_))
        ),
        "{error}"
    );

    client.announce(TRACKER);
    let announce = client.sent_one();
    client.receive(TRACKER, &connect_answer(&announce, 9));
    let Some(TrackerClientEvent::Announced {
        result: Err(error), ..
    }) = client.event()
    else {
        panic!()
    };
    assert_eq!(
        error,
        AnnounceError::Malformed(MalformedAnswer::WrongAction)
    );
    assert!(error.is_trackers_fault());
}

#[test]
fn a_cancelled_request_leaves_nothing_behind() {
    let mut client = client();
    let id = client.announce(TRACKER);
    client.core.cancel(id);
    assert!(client.sent().is_empty());
    assert_eq!(client.core.poll_timeout(), None);

    let id = client.announce(TRACKER);
    client.connect(TRACKER, 7);
    let announce = client.sent_one();
    client.core.cancel(id);
    client.receive(TRACKER, &announce_answer(&announce, &[]));
    assert_eq!(client.event(), None);
    assert!(client.run_until(10_000).is_empty());
}

#[test]
fn closing_ends_everything_with_closed() {
    let mut client = client();
    client.announce(TRACKER);
    client.scrape("192.0.2.9:1", &[[1; 20]]);
    client.core.close();
    assert!(client.sent().is_empty());
    assert!(matches!(
        client.event(),
        Some(TrackerClientEvent::Announced {
            result: Err(AnnounceError::Closed),
            ..
        })
    ));
    assert!(matches!(
        client.event(),
        Some(TrackerClientEvent::Scraped {
            result: Err(ScrapeError::Closed),
            ..
        })
    ));
    assert_eq!(client.event(), None);
    assert_eq!(
        client.try_announce(TRACKER, announce_of(1)),
        Err(AnnounceError::Closed)
    );
}

#[test]
fn one_request_past_the_limit_is_refused() {
    let mut client = Client::new(TrackerClientConfig::default().max_requests(2));
    let first = client.announce(TRACKER);
    client.announce(TRACKER);
    let error = AnnounceError::TooManyRequests { limit: 2 };
    assert_eq!(client.try_announce(TRACKER, announce_of(1)), Err(error));
    client.core.cancel(first);
    assert!(client.try_announce(TRACKER, announce_of(1)).is_ok());
}

#[test]
fn an_unreachable_tracker_ends_its_requests_only() {
    let mut client = client();
    client.announce(TRACKER);
    client.announce("192.0.2.9:1");
    client.core.handle_unreachable(support::address(TRACKER));
    assert!(matches!(
        client.event(),
        Some(TrackerClientEvent::Announced {
            result: Err(AnnounceError::Unreachable),
            ..
        })
    ));
    assert_eq!((client.event(), client.core.request_count()), (None, 1));
}

#[test]
fn the_key_is_the_same_in_all_announces() {
    let key = |client: &mut Client, tracker: &str| {
        client.announce(tracker);
        client.connect(tracker, 7);
        match client.sent_one().packet() {
            RequestPacket::Announce(packet) => packet.key,
            other => panic!("{other:?}"),
        }
    };
    let mut client = client();
    let first = key(&mut client, TRACKER);
    assert_eq!(key(&mut client, "[2001:db8::1]:6969"), first);
    let mut configured = Client::new(TrackerClientConfig::default().key(5));
    assert_eq!(key(&mut configured, TRACKER), 5);
}
