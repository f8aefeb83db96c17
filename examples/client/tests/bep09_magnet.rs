//! A magnet link is enough: the description comes from a peer (BEP 9), from one of ours here.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use support::{Payload, Program};

#[test]
fn a_download_by_magnet_fetches_description_and_payload_from_a_seeder() {
    let payload = Payload::new(9);
    let (torrent, target, data) = (payload.torrent(), payload.target(), payload.folder());
    let mut seeder = Program::start(&[
        "seed",
        torrent.to_str().unwrap(),
        "--data",
        data.to_str().unwrap(),
        "--listen",
        "127.0.0.1:0",
    ]);
    let address = seeder.address();
    seeder.wait_for("checked", |event| event["verified"] == payload.pieces());
    let mut download = Program::start(&[
        "download",
        &format!("{}&x.pe={address}", payload.magnet()),
        "-o",
        target.to_str().unwrap(),
        "--listen",
        "127.0.0.1:0",
    ]);
    let described = download.wait_for("torrent", |_| true);
    assert_eq!(described["pieces"], payload.pieces());
    assert_eq!(download.exit_code(), 0);
    payload.assert_equals(&target);
}
