//! What a tracker hears of a download: `started`, `completed`, and `stopped` at the first Ctrl-C (BEP 3, "event").
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::time::Duration;

use bip_utracker::{TrackerClient, TrackerClientConfig, TrackerServer, TrackerServerConfig};
use support::{Honesty, Payload, Program, ScriptedSeeder};

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn the_tracker_hears_of_start_completion_and_stop() {
    let payload = Payload::new(5);
    let config = TrackerServerConfig::default()
        .listen_addr("127.0.0.1:0".parse().unwrap())
        .interval(Duration::from_secs(1));
    let tracker = TrackerServer::start(config).unwrap();
    let url = format!("udp://{}/announce", tracker.local_addr());
    let seeder = ScriptedSeeder::start(&payload, 0..5, Honesty::Honest);
    let (torrent, target) = (payload.torrent(), payload.target());
    let arguments = [
        "download",
        torrent.to_str().unwrap(),
        "-o",
        target.to_str().unwrap(),
        "--listen",
        "127.0.0.1:0",
        "--peer",
        &seeder.address.to_string(),
        "--tracker",
        &url,
        "--seed",
    ]
    .map(str::to_owned);

    let download = tokio::task::spawn_blocking(move || {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let mut download = Program::start(&arguments);
        download.wait_for("complete", |_| true);
        // The announce that follows is the one in which the tracker hears that nothing is left.
        download.wait_for("announced", |event| event["seeders"] == 1);
        download
    })
    .await
    .unwrap();
    let client = TrackerClient::start(TrackerClientConfig::default()).unwrap();
    let seeding = client
        .scrape(tracker.local_addr(), &[payload.info_hash])
        .await
        .unwrap();
    assert_eq!(
        (seeding.torrents[0].seeders, seeding.torrents[0].completed),
        (1, 1)
    );

    let code = tokio::task::spawn_blocking(move || {
        download.signal("INT");
        download.exit_code()
    })
    .await
    .unwrap();
    assert_eq!(code, 0, "what was asked for was done before the interrupt");
    let stopped = client
        .scrape(tracker.local_addr(), &[payload.info_hash])
        .await
        .unwrap();
    let (seeders, leechers) = (stopped.torrents[0].seeders, stopped.torrents[0].leechers);
    assert_eq!((seeders, leechers), (0, 0));
}
