//! `bip show`: a torrent as a table, as a tree and as JSON.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;
use std::process::{Command, Stdio};

use serde_json::json;
use support::{Payload, bip};

#[test]
fn json_has_every_field_whatever_the_torrent_says() {
    let payload = Payload::new(3);
    let shown = bip(payload.home.path(), &["show", "--json", "payload.torrent"]).json();
    let hex: String = payload
        .info_hash
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    for (key, value) in [
        ("name", json!("payload")),
        ("info_hash_v1", json!(hex)),
        ("info_hash_v2", json!(null)),
        ("piece_length", json!(32_768)),
        ("piece_count", json!(3)),
        ("total_length", json!(payload.bytes.len())),
        ("private", json!(false)),
        ("trackers", json!([])),
        ("web_seeds", json!([])),
        ("nodes", json!([])),
        ("comment", json!(null)),
        ("created_by", json!(null)),
        ("creation_date", json!(null)),
    ] {
        assert_eq!(shown.get(key), Some(&value), "{key}");
    }
    let file = &shown["files"][2];
    for (key, value) in [
        ("path", json!("payload/dir/c.bin")),
        ("length", json!(20_000)),
        ("pad", json!(false)),
        ("symlink", json!(null)),
        ("root", json!(null)),
    ] {
        assert_eq!(file.get(key), Some(&value), "{key}");
    }
}

#[test]
fn the_tree_has_the_files_and_nothing_else() {
    let payload = Payload::new(3);
    let tree = bip(payload.home.path(), &["show", "--tree", "payload.torrent"]).text();
    assert_eq!(
        tree,
        "payload\n├── a.bin  5 bytes\n├── b.bin  0 bytes\n├── d.bin  75.4 KiB\n└── dir\n    └── c.bin  19.5 KiB\n"
    );
    assert_eq!(
        bip(
            payload.home.path(),
            &["show", "--tree", "--json", "payload.torrent"]
        )
        .code,
        2
    );
}

#[test]
fn the_table_does_not_steer_the_terminal() {
    let payload = Payload::new(3);
    let edit = ["edit", "payload.torrent", "--comment", "\u{1b}[2Jgone"];
    bip(payload.home.path(), &edit).text();
    let table = bip(payload.home.path(), &["show", "payload.torrent"]).text();
    assert!(
        table.contains("[2Jgone") && table.contains("c.bin"),
        "{table}"
    );
    assert!(
        !table.contains(|one: char| one.is_control() && one != '\n'),
        "{table}"
    );
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let home = tempfile::TempDir::new().unwrap();
    let folder = home.path().join("many");
    fs::create_dir(&folder).unwrap();
    (0..5_000).for_each(|at| fs::write(folder.join(format!("file-{at}")), "x").unwrap());
    bip(home.path(), &["create", "many", "--v1"]).text();
    let mut child = Command::new(env!("CARGO_BIN_EXE_bip"))
        .current_dir(home.path())
        .args(["show", "many.torrent"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), &*output.stderr), (Some(0), &b""[..]));
}

#[test]
fn failures_have_a_kind_and_a_place() {
    let payload = Payload::new(3);
    let broken = "d4:infod6:lengthi-1e4:name1:a12:piece lengthi16384e6:pieces0:ee";
    fs::write(payload.home.path().join("broken.torrent"), broken).unwrap();
    for (file, kind, place) in [
        ("broken.torrent", "invalid_length", "info.length"),
        ("none.torrent", "unreadable", "none.torrent"),
    ] {
        let failed = bip(payload.home.path(), &["show", "--json", file]).failure();
        assert_eq!(
            (&failed["kind"], &failed["place"]),
            (&json!(kind), &json!(place)),
            "{failed}"
        );
        let run = bip(payload.home.path(), &["show", file]);
        assert_eq!(run.code, 1);
        assert!(
            run.errors.starts_with("bip: ") && run.errors.contains(file),
            "{}",
            run.errors
        );
    }
}
