//! Fetching an info dictionary from several peers (BEP 9): who is asked, whom to believe.
#![allow(
    clippy::disallowed_methods,
    reason = "virtual time has to begin somewhere"
)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

use std::time::{Duration, Instant};

use bip_peer::{MetadataDownload, MetadataEvent, MetadataLimits, PeerKey};
use sha1::{Digest, Sha1};

const PIECE: usize = 16 * 1024;

fn content(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at % 251) as u8).collect()
}

fn piece_of(content: &[u8], piece: u32) -> &[u8] {
    let start = piece as usize * PIECE;
    &content[start..content.len().min(start + PIECE)]
}

fn download(content: &[u8]) -> MetadataDownload {
    let limits = MetadataLimits::default()
        .retry_after(Duration::from_secs(30))
        .request_timeout(Duration::from_secs(10));
    MetadataDownload::new(Sha1::digest(content).into(), limits)
}

fn key(peer: u64) -> PeerKey {
    PeerKey::new(peer)
}

fn events(download: &mut MetadataDownload) -> Vec<MetadataEvent> {
    std::iter::from_fn(|| download.poll_event()).collect()
}

/// Answers all requests, each peer with its own version of the content, until there are no more; who was asked.
fn answer(download: &mut MetadataDownload, now: Instant, versions: &[&[u8]]) -> Vec<u64> {
    let mut asked = Vec::new();
    while let Some((peer, piece)) = download.poll_request(now) {
        asked.push(peer.get());
        let version = versions[peer.get() as usize];
        download.on_data(peer, piece, version.len() as u64, piece_of(version, piece));
        assert!(asked.len() < 1000, "asks without end");
    }
    asked
}

/// seed fault 13: also with a short last piece.
#[test]
fn pieces_are_asked_of_all_peers_and_the_result_is_verified() {
    for length in [1, PIECE - 1, PIECE, PIECE + 1, 5 * PIECE + 7] {
        let (content, now) = (content(length), Instant::now());
        let mut download = download(&content);
        for peer in 0..3 {
            assert!(download.on_peer(key(peer), length as u64));
        }
        let mut requests: Vec<_> = std::iter::from_fn(|| download.poll_request(now)).collect();
        assert_eq!(requests.len(), length.div_ceil(PIECE));
        let peers: std::collections::BTreeSet<_> = requests.iter().map(|(peer, _)| *peer).collect();
        assert_eq!(peers.len(), requests.len().min(3));
        requests.reverse();
        for (peer, piece) in requests {
            download.on_data(peer, piece, length as u64, piece_of(&content, piece));
        }
        assert_eq!(
            events(&mut download),
            [MetadataEvent::Complete(content.into())]
        );
        assert_eq!(
            (download.poll_request(now), download.poll_timeout()),
            (None, None)
        );
    }
}

/// seed fault 13: the size is capped before anything is allocated.
#[test]
fn a_size_past_the_limit_is_not_believed() {
    let mut download = MetadataDownload::new([0; 20], MetadataLimits::default().max_size(1000));
    assert!(download.on_peer(key(0), 1000));
    assert!(!download.on_peer(key(1), 1001));
    assert!(!download.on_peer(key(2), u64::MAX));
    assert!(!download.on_peer(key(3), 0));
}

/// seed fault 13: a reject is honoured.
#[test]
fn a_peer_that_rejects_is_left_alone_for_a_while() {
    let (content, now) = (content(PIECE), Instant::now());
    let mut download = download(&content);
    download.on_peer(key(0), PIECE as u64);
    assert_eq!(download.poll_request(now), Some((key(0), 0)));
    download.on_reject(now, key(0), 0);
    assert_eq!(download.poll_request(now), None);
    let then = download.poll_timeout().unwrap();
    assert_eq!(then, now + Duration::from_secs(30));
    download.on_peer(key(1), PIECE as u64);
    assert_eq!(
        download.poll_request(now),
        Some((key(1), 0)),
        "another one is asked at once"
    );
    download.on_gone(key(1));
    download.handle_timeout(then);
    assert_eq!(download.poll_request(then), Some((key(0), 0)));
}

#[test]
fn a_silent_peer_is_replaced_after_the_timeout() {
    let (content, now) = (content(PIECE), Instant::now());
    let mut download = download(&content);
    download.on_peer(key(0), PIECE as u64);
    download.on_peer(key(1), PIECE as u64);
    let (first, _) = download.poll_request(now).unwrap();
    let then = download.poll_timeout().unwrap();
    assert_eq!(then, now + Duration::from_secs(10));
    download.handle_timeout(then);
    let (second, _) = download.poll_request(then).unwrap();
    assert_ne!(first, second);
    download.on_data(first, 0, PIECE as u64, &content);
    assert_eq!(
        events(&mut download),
        [],
        "what came too late was not waited for"
    );
}

#[test]
fn one_liar_among_several_is_found_and_named() {
    let (good, now) = (content(6 * PIECE), Instant::now());
    let mut bad = good.clone();
    bad.iter_mut().for_each(|byte| *byte ^= 1);
    let mut download = download(&good);
    for peer in 0..3 {
        download.on_peer(key(peer), good.len() as u64);
    }
    answer(&mut download, now, &[&bad, &good, &good]);
    let told = events(&mut download);
    assert_eq!(
        told,
        [
            MetadataEvent::Liar(key(0)),
            MetadataEvent::Complete(good.into())
        ]
    );
}

#[test]
fn a_majority_that_lies_about_the_size_is_named_and_overcome() {
    let (good, bad, now) = (content(2 * PIECE), content(3 * PIECE), Instant::now());
    let mut download = download(&good);
    for (peer, size) in [(0, bad.len()), (1, bad.len()), (2, good.len())] {
        download.on_peer(key(peer), size as u64);
    }
    answer(&mut download, now, &[&bad, &bad, &good]);
    let told = events(&mut download);
    let liars = [MetadataEvent::Liar(key(0)), MetadataEvent::Liar(key(1))];
    assert_eq!(told[..2], liars);
    assert_eq!(told[2..], [MetadataEvent::Complete(good.into())]);
}

#[test]
fn data_of_the_wrong_length_or_total_names_its_peer_at_once() {
    let (good, now) = (content(PIECE + 1), Instant::now());
    for (total, length) in [
        (PIECE as u64, PIECE),
        (PIECE as u64 + 1, PIECE - 1),
        (PIECE as u64 + 1, 0),
    ] {
        let mut download = download(&good);
        download.on_peer(key(0), good.len() as u64);
        assert_eq!(download.poll_request(now), Some((key(0), 0)));
        download.on_data(key(0), 0, total, &good[..length]);
        assert_eq!(events(&mut download), [MetadataEvent::Liar(key(0))]);
        assert_eq!(download.poll_request(now), None);
        assert!(download.poll_timeout().is_none());
    }
}

#[test]
fn a_peer_that_goes_takes_its_requests_along() {
    let (good, now) = (content(PIECE), Instant::now());
    let mut download = download(&good);
    download.on_peer(key(0), PIECE as u64);
    download.poll_request(now).unwrap();
    download.on_gone(key(0));
    download.on_data(key(0), 0, PIECE as u64, &good);
    assert_eq!(events(&mut download), []);
    download.on_peer(key(1), PIECE as u64);
    answer(&mut download, now, &[&good, &good]);
    assert_eq!(
        events(&mut download),
        [MetadataEvent::Complete(good.into())]
    );
}

#[test]
fn data_that_was_not_asked_for_is_ignored() {
    let good = content(PIECE);
    let mut download = download(&good);
    download.on_peer(key(0), PIECE as u64);
    download.on_data(key(0), 0, PIECE as u64, &good);
    download.on_data(key(7), 0, PIECE as u64, &good);
    assert_eq!(events(&mut download), []);
}

#[test]
fn so_many_peers_are_asked_and_not_one_more() {
    let mut download = MetadataDownload::new([0; 20], MetadataLimits::default());
    for peer in 0..256 {
        assert!(download.on_peer(key(peer), 5));
    }
    assert!(!download.on_peer(key(256), 5));
    download.on_gone(key(0));
    assert!(download.on_peer(key(256), 5));
}

#[test]
fn one_peer_gets_so_many_requests_at_a_time() {
    let good = content(10 * PIECE);
    let mut download =
        MetadataDownload::new([0; 20], MetadataLimits::default().requests_per_peer(2));
    download.on_peer(key(0), good.len() as u64);
    let now = Instant::now();
    assert_eq!(std::iter::from_fn(|| download.poll_request(now)).count(), 2);
}
