//! What was verified before a kill is kept, and what was damaged since is found (BEP 3, "pieces").

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs::OpenOptions;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};

use support::{Honesty, Payload, Program, ScriptedSeeder};

const PIECES: u32 = 24;
/// What the first seeder has, so that the download cannot end before it is killed.
const FIRST: u32 = 15;

fn path(path: &std::path::Path) -> &str {
    path.to_str().unwrap()
}

/// Downloads all that the first seeder has, and is killed.
fn killed_in_the_middle(payload: &Payload) {
    let seeder = ScriptedSeeder::start(payload, 0..FIRST, Honesty::Honest);
    let mut download = Program::start(&[
        "download",
        path(&payload.torrent()),
        "-o",
        path(&payload.target()),
        "--listen",
        "127.0.0.1:0",
        "--peer",
        &seeder.address.to_string(),
    ]);
    download.wait_for("progress", |event| event["verified"] == FIRST);
    download.kill();
}

/// Starts again with a seeder that has everything; returns what was asked of it.
fn finished_from(payload: &Payload, expect_verified: u32) -> Vec<u32> {
    let seeder = ScriptedSeeder::start(payload, 0..PIECES, Honesty::Honest);
    let mut download = Program::start(&[
        "download",
        path(&payload.torrent()),
        "-o",
        path(&payload.target()),
        "--listen",
        "127.0.0.1:0",
        "--peer",
        &seeder.address.to_string(),
    ]);
    let checked = download.wait_for("checked", |_| true);
    assert_eq!(checked["verified"], expect_verified);
    assert_eq!(download.exit_code(), 0);
    payload.assert_equals(&payload.target());
    seeder.asked_for()
}

#[test]
fn nothing_verified_is_fetched_twice_after_a_kill() {
    let payload = Payload::new(PIECES as usize);
    killed_in_the_middle(&payload);
    let asked = finished_from(&payload, FIRST);
    assert_eq!(asked, (FIRST..PIECES).collect::<Vec<_>>());
}

#[test]
fn a_byte_flipped_on_disk_is_found_and_only_its_piece_fetched_again() {
    let payload = Payload::new(PIECES as usize);
    killed_in_the_middle(&payload);
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .open(payload.target().join("payload/d.bin"))
        .unwrap();
    // The file begins in the middle of piece 0, so that this lies in piece 3.
    let mut byte = [0];
    file.seek(SeekFrom::Start(3 * payload.piece_length as u64))
        .unwrap();
    file.read_exact(&mut byte).unwrap();
    file.seek(SeekFrom::Current(-1)).unwrap();
    file.write_all(&[!byte[0]]).unwrap();
    drop(file);
    let asked = finished_from(&payload, FIRST - 1);
    let expect: Vec<u32> = [3].into_iter().chain(FIRST..PIECES).collect();
    assert_eq!(asked, expect);
}

#[test]
fn a_complete_download_ends_at_once_and_asks_nobody() {
    let payload = Payload::new(PIECES as usize);
    assert_eq!(finished_from(&payload, 0), (0..PIECES).collect::<Vec<_>>());
    assert_eq!(finished_from(&payload, PIECES), Vec::<u32>::new());
}

#[cfg(unix)]
#[test]
fn an_interrupt_keeps_what_is_verified_and_exits_with_130() {
    let payload = Payload::new(PIECES as usize);
    let seeder = ScriptedSeeder::start(&payload, 0..FIRST, Honesty::Honest);
    let mut download = Program::start(&[
        "download",
        path(&payload.torrent()),
        "-o",
        path(&payload.target()),
        "--listen",
        "127.0.0.1:0",
        "--peer",
        &seeder.address.to_string(),
    ]);
    download.wait_for("progress", |event| event["verified"] == FIRST);
    download.signal("INT");
    let stopped = download.wait_for("stopped", |_| true);
    assert_eq!(stopped["verified"], FIRST);
    assert_eq!(download.exit_code(), 130);
    assert_eq!(
        finished_from(&payload, FIRST),
        (FIRST..PIECES).collect::<Vec<_>>()
    );
}
