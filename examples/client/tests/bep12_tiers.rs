//! Trackers in tiers (BEP 12, "Order of Processing"): tier after tier, and within a tier whoever answered last goes first.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::net::UdpSocket;

use bip_utracker::{TrackerServer, TrackerServerConfig};
use support::{Honesty, Payload, Program, ScriptedSeeder};

/// A tracker that refuses whatever it is asked (BEP 15, "error"); its thread ends with the test process.
fn refusing_tracker() -> String {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    std::thread::spawn(move || {
        let mut request = [0; 2048];
        while let Ok((_, from)) = socket.recv_from(&mut request) {
            let answer = [&[0, 0, 0, 3], &request[12..16], b"not here"].concat();
            let _ = socket.send_to(&answer, from);
        }
    });
    format!("udp://{address}/announce")
}

fn answering_tracker() -> TrackerServer {
    let config = TrackerServerConfig::default().listen_addr("127.0.0.1:0".parse().unwrap());
    TrackerServer::start(config).unwrap()
}

fn url(tracker: &TrackerServer) -> String {
    format!("udp://{}/announce", tracker.local_addr())
}

/// What the next round of announces meets, up to the tracker that answers: `!` and the address of each that does not.
fn round(download: &mut Program) -> Vec<String> {
    let mut met = Vec::new();
    loop {
        let event = download.wait_for_one_of(&["announced", "tracker_failed"]);
        let tracker = event["tracker"].as_str().unwrap();
        if event["event"] == "announced" {
            met.push(tracker.to_owned());
            return met;
        }
        met.push(format!("!{tracker}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tracker_that_answers_moves_to_the_front_of_its_tier_and_later_tiers_are_left_alone() {
    let (answering, spare) = (answering_tracker(), answering_tracker());
    let alone = refusing_tracker();
    let mut crowd = vec![url(&answering)];
    crowd.extend(std::iter::repeat_with(refusing_tracker).take(4));
    let tiers = [vec![alone.clone()], crowd.clone(), vec![url(&spare)]];
    let payload = Payload::new(3).announced_to(&tiers);
    let seeder = ScriptedSeeder::start(&payload, 0..3, Honesty::Honest);

    let expect = url(&answering);
    let rounds = tokio::task::spawn_blocking(move || {
        let (torrent, target) = (payload.torrent(), payload.target());
        let mut download = Program::start(&[
            "download",
            torrent.to_str().unwrap(),
            "-o",
            target.to_str().unwrap(),
            "--listen",
            "127.0.0.1:0",
            "--peer",
            &seeder.address.to_string(),
            "--seed",
        ]);
        // `started`, and `completed` as soon as everything is there.
        [round(&mut download), round(&mut download)]
    })
    .await
    .unwrap();
    let [first, second] = rounds;
    let refused = format!("!{alone}");
    assert_eq!(first.first(), Some(&refused), "the first tier goes first");
    assert_eq!(first.last(), Some(&expect));
    let between = &first[1..first.len() - 1];
    assert!(
        between
            .iter()
            .all(|met| crowd.contains(&met[1..].to_owned()))
    );
    assert_eq!(second, [refused, expect], "nobody else is asked again");
    assert_eq!(spare.stats().connects, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_tier_is_asked_when_nobody_of_one_answers() {
    let spare = answering_tracker();
    let first = [refusing_tracker(), refusing_tracker()];
    let payload = Payload::new(1).announced_to(&[first.to_vec(), vec![url(&spare)]]);
    let met = tokio::task::spawn_blocking(move || {
        let torrent = payload.torrent();
        let folder = payload.folder();
        let mut seed = Program::start(&[
            "seed",
            torrent.to_str().unwrap(),
            "--data",
            folder.to_str().unwrap(),
            "--listen",
            "127.0.0.1:0",
        ]);
        round(&mut seed)
    })
    .await
    .unwrap();
    let (last, failed) = met.split_last().unwrap();
    assert_eq!(*last, url(&spare));
    let mut failed = failed.to_vec();
    failed.sort();
    let mut expect = first.map(|tracker| format!("!{tracker}"));
    expect.sort();
    assert_eq!(failed, expect);
}
