//! Every command on `.torrent` files fails in one way: exit code 1, words or one JSON object on stderr, nothing on stdout.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;

use serde_json::{Value, json};
use support::{Payload, bip};

/// What follows the name of the torrent, for commands that take one.
const COMMANDS: [(&str, &[&str]); 6] = [
    ("show", &[]),
    ("edit", &["--comment", "x"]),
    ("verify", &["."]),
    ("lint", &[]),
    ("sign", &["--check"]),
    ("magnet", &[]),
];

#[track_caller]
fn check(arguments: &[&str], expect: [Value; 3], words: &str) {
    let payload = Payload::new(1);
    let folder = payload.home.path();
    fs::write(folder.join("length.torrent"), torrent("-1")).unwrap();
    fs::write(folder.join("end.torrent"), "d4:info").unwrap();
    fs::write(folder.join("empty.torrent"), torrent("0")).unwrap();
    let failed = bip(folder, &[arguments, &["--json"]].concat()).failure();
    let keys: Vec<&String> = failed.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["error", "kind", "offset", "place"], "{arguments:?}");
    let told = ["kind", "place", "offset"].map(|key| failed[key].clone());
    assert_eq!(told, expect, "{arguments:?}");
    assert!(
        failed["error"].as_str().unwrap().contains(words),
        "{failed}"
    );
    let run = bip(folder, arguments);
    assert_eq!((run.code, &*run.bytes), (1, &b""[..]), "{arguments:?}");
    let error = run.errors.strip_prefix("bip: ").unwrap();
    assert_eq!(error.strip_suffix('\n'), failed["error"].as_str());
}

fn torrent(length: &str) -> String {
    format!("d4:infod6:lengthi{length}e4:name1:a12:piece lengthi16384e6:pieces0:ee")
}

#[test]
fn a_torrent_that_cannot_be_used_is_told_with_kind_and_place_by_every_command() {
    for (command, rest) in COMMANDS {
        let check = |file, expect, words| check(&[&[command, file], rest].concat(), expect, words);
        check(
            "none.torrent",
            [json!("unreadable"), json!("none.torrent"), json!(null)],
            "none.torrent cannot be read",
        );
        check(
            "length.torrent",
            [json!("invalid_length"), json!("info.length"), json!(null)],
            "info.length is -1",
        );
        check(
            "end.torrent",
            [json!("bencode"), json!("byte 7"), json!(7)],
            "unexpected end of input at byte 7",
        );
        check(
            "empty.torrent",
            [json!("no_content"), json!("empty.torrent"), json!(null)],
            "empty.torrent is not a torrent that can be used: all files are empty",
        );
    }
}

#[test]
fn what_else_fails_is_told_the_same_way() {
    check(
        &["create", "nowhere"],
        [json!("io"), json!("nowhere"), json!(null)],
        "nowhere cannot become a torrent",
    );
    check(
        &["create", "data", "--dry-run", "-a", "http://a b"],
        [json!("invalid_text"), json!("announce"), json!(null)],
        "announce: \"http://a b\"",
    );
    check(
        &["edit", "payload.torrent", "--remove", "info"],
        [json!("info_key"), json!("info"), json!(null)],
        "info is what the info-hash covers",
    );
    check(
        &[
            "sign",
            "payload.torrent",
            "--key",
            "none.key",
            "--name",
            "x",
        ],
        [json!("unreadable"), json!("none.key"), json!(null)],
        "none.key cannot be read",
    );
    check(
        &["magnet", "payload.torrent", "--select", "4"],
        [json!("no_such_file"), json!("--select"), json!(null)],
        "file 4, but the torrent has 4",
    );
    check(
        &["magnet", "magnet:?dn=x&xt=urn:btih:ab"],
        [json!("invalid_info_hash"), json!("byte 13"), json!(13)],
        "at byte 13 is malformed",
    );
    check(
        &["magnet", "magnet:?dn=x"],
        [json!("missing_info_hash"), json!(null), json!(null)],
        "names no info-hash",
    );
}
