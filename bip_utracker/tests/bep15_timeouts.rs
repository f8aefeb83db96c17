//! BEP 15, "Time outs" and "Examples": when a client asks again, and when it gives up.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail")]

mod support;

use std::time::Duration;

use bip_utracker::{AnnounceError, TrackerClientConfig, TrackerClientEvent};
use support::{Client, Kind, TRACKER, announce_answer, connect_answer};

/// What a tracker answers, one second after it was asked.
#[derive(Clone, Copy)]
enum Tracker {
    Silent,
    ConnectsOnly,
}

/// One announce that begins at 0: what the client sends, and when.
#[track_caller]
fn check(tracker: Tracker, until: u64, expect: &[(u64, Kind)]) {
    let mut client = Client::new(TrackerClientConfig::default());
    client.announce(TRACKER);
    let mut got = Vec::new();
    for second in 0..=until {
        for (at, sent) in client.run_until(second) {
            got.push((at, sent.kind()));
            if let (Tracker::ConnectsOnly, Kind::Connect, 0) = (tracker, sent.kind(), at) {
                got.extend(
                    client
                        .run_until(1)
                        .iter()
                        .map(|(at, sent)| (*at, sent.kind())),
                );
                client.receive(TRACKER, &connect_answer(&sent, 7));
                got.extend(client.sent().iter().map(|sent| (1, sent.kind())));
            }
        }
    }
    assert_eq!(got, expect);
}

#[test]
fn connect_requests_are_repeated_as_in_the_example() {
    use Kind::Connect;
    check(
        Tracker::Silent,
        106,
        &[(0, Connect), (15, Connect), (45, Connect), (105, Connect)],
    );
}

#[test]
fn announces_are_repeated_as_in_the_example_and_an_expired_id_is_renewed_first() {
    use Kind::{Announce, Connect};
    let expect = [
        (0, Connect),
        (1, Announce),
        (16, Announce),
        (46, Announce),
        (106, Connect),
        (226, Connect),
    ];
    check(Tracker::ConnectsOnly, 300, &expect);
}

#[test]
fn the_last_wait_is_15_times_2_to_the_8th_seconds() {
    let mut client = Client::new(TrackerClientConfig::default());
    let id = client.announce(TRACKER);
    let seconds: Vec<_> = client
        .run_until(7664)
        .into_iter()
        .map(|(second, _)| second)
        .collect();
    assert_eq!(seconds, [0, 15, 45, 105, 225, 465, 945, 1905, 3825]);
    assert_eq!(client.event(), None);
    assert!(client.run_until(7665).is_empty());
    let result = Err(AnnounceError::TimedOut { attempts: 9 });
    assert_eq!(
        client.event(),
        Some(TrackerClientEvent::Announced { id, result })
    );
    assert_eq!(client.core.poll_timeout(), None);
}

#[test]
fn an_answered_connect_request_begins_the_waits_anew_but_not_the_attempts() {
    let mut client = Client::new(TrackerClientConfig::default());
    let id = client.announce(TRACKER);
    let mut times = Vec::new();
    for second in 0..10_000 {
        for (at, sent) in client.run_until(second) {
            times.push(at);
            // Only connect requests after the first minute are answered.
            if sent.kind() == Kind::Connect && at > 60 {
                client.receive(TRACKER, &connect_answer(&sent, 7));
            }
        }
    }
    // Connect at 105 and 210, each answered at once, then 15, 30 and 60 seconds up to the next.
    assert_eq!(times, [0, 15, 45, 105, 105, 120, 150, 210, 210, 225, 255]);
    let result = Err(AnnounceError::TimedOut { attempts: 9 });
    assert_eq!(
        client.event(),
        Some(TrackerClientEvent::Announced { id, result })
    );
}

#[test]
fn attempts_and_the_first_wait_can_be_configured() {
    let config = TrackerClientConfig::default()
        .max_attempts(3)
        .first_timeout(Duration::from_secs(2));
    let mut client = Client::new(config);
    let id = client.announce(TRACKER);
    let seconds: Vec<_> = client
        .run_until(100)
        .into_iter()
        .map(|(second, _)| second)
        .collect();
    assert_eq!(seconds, [0, 2, 6]);
    let result = Err(AnnounceError::TimedOut { attempts: 3 });
    assert_eq!(
        client.event(),
        Some(TrackerClientEvent::Announced { id, result })
    );
}

#[test]
fn a_late_answer_to_an_earlier_repetition_still_counts() {
    let mut client = Client::new(TrackerClientConfig::default());
    client.announce(TRACKER);
    let connect = client.sent_one();
    client.run_until(20);
    client.receive(TRACKER, &connect_answer(&connect, 7));
    let first = client.sent_one();
    let later = client.run_until(200);
    assert!(later.len() > 1);
    client.receive(TRACKER, &announce_answer(&first, &[]));
    assert!(matches!(
        client.event(),
        Some(TrackerClientEvent::Announced { result: Ok(_), .. })
    ));
    assert!(client.run_until(10_000).is_empty());
}

#[test]
fn a_hundred_waiting_requests_do_not_multiply_the_connect_requests() {
    let mut client = Client::new(TrackerClientConfig::default());
    let mut connects = 0;
    for second in 0..100 {
        client.announce(TRACKER);
        connects += client.run_until(second).len();
    }
    // One at the beginning and one for each 15 seconds at most.
    assert!(
        (2..=7).contains(&connects),
        "{connects} connect requests in 100 s"
    );
}
