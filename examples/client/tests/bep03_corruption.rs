//! A peer that sends wrong bytes neither corrupts the file nor stays unknown (BEP 3, "pieces").

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use support::{Honesty, Payload, Program, ScriptedSeeder};

#[test]
fn a_peer_that_sends_corrupt_blocks_is_named_and_the_file_is_whole() {
    let payload = Payload::new(12);
    let liar = ScriptedSeeder::start(&payload, 0..12, Honesty::CorruptsEveryBlock);
    let (torrent, target, data) = (payload.torrent(), payload.target(), payload.folder());
    let mut download = Program::start(&[
        "download",
        torrent.to_str().unwrap(),
        "-o",
        target.to_str().unwrap(),
        "--listen",
        "127.0.0.1:0",
        "--peer",
        &liar.address.to_string(),
    ]);
    let address = download.address();
    let banned = download.wait_for("peer_banned", |_| true);
    assert_eq!(banned["address"], liar.address.to_string());

    // Only now does an honest peer come, so that the liar has had its chance.
    let _seeder = Program::start(&[
        "seed",
        torrent.to_str().unwrap(),
        "--data",
        data.to_str().unwrap(),
        "--listen",
        "127.0.0.1:0",
        "--peer",
        &address.to_string(),
    ]);
    download.wait_for("complete", |_| true);
    assert_eq!(download.exit_code(), 0);
    payload.assert_equals(&target);
}
