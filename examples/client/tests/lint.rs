//! `bip lint`: what it tells of a torrent, and how it exits.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;

use serde_json::{Value, json};
use support::{Run, bip};
use tempfile::TempDir;

fn torrent(around: &str, info: &str) -> String {
    format!(
        "d{around}4:infod6:lengthi1e4:name1:a12:piece lengthi16384e6:pieces20:aaaaaaaaaaaaaaaaaaaa{info}ee"
    )
}

fn lint(torrent: &str, arguments: &[&str]) -> Run {
    let home = TempDir::new().unwrap();
    fs::write(home.path().join("a.torrent"), torrent).unwrap();
    bip(home.path(), &[&["lint", "a.torrent"], arguments].concat())
}

#[track_caller]
fn check(torrent: &str, arguments: &[&str], code: i32, expect: &[(&str, &str)]) {
    let run = lint(torrent, &[arguments, &["--json"]].concat());
    assert_eq!((run.code, &*run.errors), (code, ""));
    let told: Value = serde_json::from_slice(&run.bytes).unwrap();
    let told: Vec<_> = told["lints"]
        .as_array()
        .unwrap()
        .iter()
        .map(|lint| {
            (
                lint["severity"].as_str().unwrap(),
                lint["name"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(told, expect);
}

#[test]
fn errors_end_with_1_and_warnings_only_when_asked_to() {
    let note = ("note", "v1_only");
    let clean = torrent("8:announce12:udp://a.te:1", "");
    check(&clean, &[], 0, &[note]);
    check(&clean, &["--strict"], 0, &[note]);
    check(&clean, &["--strict", "--allow", "v1_only"], 0, &[]);
    let dated = torrent("8:announce12:udp://a.te:113:creation datei-1e", "");
    let warning = ("warning", "creation_date_negative");
    check(&dated, &[], 0, &[warning, note]);
    check(&dated, &["--strict"], 1, &[warning, note]);
    check(
        &dated,
        &["--strict", "--allow", "creation_date_negative"],
        0,
        &[note],
    );
    let future = torrent("8:announce12:udp://a.te:113:creation datei99999999999e", "");
    check(
        &future,
        &[],
        0,
        &[("warning", "creation_date_in_future"), note],
    );
    let private = torrent("", "7:privatei1e6:source1:x");
    check(
        &private,
        &[],
        1,
        &[("error", "private_without_tracker"), note],
    );
    check(
        &private,
        &["--allow", "private_without_tracker"],
        0,
        &[note],
    );
}

#[test]
fn each_line_names_what_it_is_about_and_what_to_do() {
    let run = lint(
        &torrent("13:creation datei-1e", ""),
        &["--allow", "v1_only"],
    );
    assert_eq!((run.code, &*run.errors), (0, ""));
    let words = String::from_utf8(run.bytes).unwrap();
    assert!(
        words.starts_with("warning[creation_date_negative] creation date: "),
        "{words}"
    );
    assert!(
        words.ends_with("Correct the date, or remove it.\n"),
        "{words}"
    );
}

#[test]
fn failures_have_a_kind_and_a_place() {
    for (torrent, kind, place) in [
        ("d4:infod6:lengthi1eee", "missing_key", json!("info.name")),
        ("d4:info", "bencode", json!("byte 7")),
    ] {
        let failed = lint(torrent, &["--json"]).failure();
        assert_eq!(
            (&failed["kind"], &failed["place"]),
            (&json!(kind), &place),
            "{failed}"
        );
    }
    let run = lint(&torrent("", ""), &["--allow", "nothing_such"]);
    assert_eq!(run.code, 2);
    assert!(
        run.errors.contains("there is no lint \"nothing_such\""),
        "{}",
        run.errors
    );
}
