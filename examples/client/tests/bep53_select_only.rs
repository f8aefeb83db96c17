//! A link that asks for some files alone (BEP 53): it is told that all are fetched.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use support::{Honesty, Payload, Program, ScriptedSeeder};

#[test]
fn that_no_files_can_be_chosen_is_told() {
    let payload = Payload::new(1);
    let seeder = ScriptedSeeder::start(&payload, 0..1, Honesty::Honest);
    let link = format!("{}&so=0,2-3&x.pe={}", payload.magnet(), seeder.address);
    let target = payload.target();
    let mut download = Program::start(&[
        "download",
        &link,
        "-o",
        target.to_str().unwrap(),
        "--listen",
        "127.0.0.1:0",
    ]);
    let warning = download.wait_for("warning", |_| true);
    let text = warning["text"].as_str().unwrap();
    assert!(text.contains("the files 0,2-3 alone"), "{text}");
}
