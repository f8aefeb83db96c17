//! What the program says and how it exits when it cannot do what is asked.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;
use std::process::Command;

use bip_metainfo::LintKind;
use support::{Payload, Program};

/// Runs `bip` to its end; returns exit code, stdout and stderr.
fn bip(arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_bip"))
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[track_caller]
fn check_failure(arguments: &[&str], expect_code: i32, expect_words: &[&str]) {
    let (code, _, errors) = bip(arguments);
    assert_eq!(code, expect_code, "{errors}");
    for words in expect_words {
        assert!(errors.contains(words), "{errors:?} does not say {words:?}");
    }
}

#[test]
fn failures_name_what_was_wrong_and_where() {
    let payload = Payload::new(3);
    let torrent = payload.torrent();
    let torrent = torrent.to_str().unwrap();
    let broken = payload.home.path().join("broken.torrent");
    fs::write(
        &broken,
        b"d4:infod6:lengthi-1e4:name1:a12:piece lengthi16384e6:pieces0:ee",
    )
    .unwrap();
    let empty = payload.home.path().join("empty");

    check_failure(&["download"], 2, &["Usage"]);
    check_failure(
        &["show", "/nowhere/at/all.torrent"],
        1,
        &["/nowhere/at/all.torrent", "cannot be read"],
    );
    check_failure(
        &["show", broken.to_str().unwrap()],
        1,
        &["broken.torrent", "length"],
    );
    check_failure(
        &["download", "magnet:?dn=nothing"],
        1,
        &["magnet link", "info-hash"],
    );
    check_failure(
        &[
            "seed",
            torrent,
            "--data",
            empty.to_str().unwrap(),
            "--listen",
            "127.0.0.1:0",
        ],
        1,
        &["missing", "bip download --seed"],
    );
    assert!(!empty.exists(), "a failed seed leaves nothing behind");
}

#[test]
fn a_failure_is_json_on_stderr_when_json_is_asked_for() {
    let (code, _, errors) = bip(&["show", "--json", "/nowhere.torrent"]);
    assert_eq!(code, 1);
    let error: serde_json::Value = serde_json::from_str(&errors).unwrap();
    assert!(
        error["error"]
            .as_str()
            .unwrap()
            .contains("/nowhere.torrent")
    );
}

#[test]
fn show_tells_what_the_torrent_holds() {
    let payload = Payload::new(3);
    let torrent = payload.torrent();
    let (code, output, _) = bip(&["show", "--json", torrent.to_str().unwrap()]);
    assert_eq!(code, 0);
    let shown: serde_json::Value = serde_json::from_str(&output).unwrap();
    let hex: String = payload
        .info_hash
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(shown["info_hash_v1"], hex);
    assert_eq!(shown["total_length"], payload.bytes.len());
    assert_eq!(shown["piece_count"], 3);
    assert_eq!(shown["files"][2]["path"], "payload/dir/c.bin");
    let (code, output, _) = bip(&["show", torrent.to_str().unwrap()]);
    assert_eq!(code, 0);
    assert!(output.contains(&hex) && output.contains("c.bin"));
}

#[test]
fn a_seed_with_a_damaged_piece_says_how_much_is_right() {
    let payload = Payload::new(6);
    let file = payload.folder().join("payload/a.bin");
    fs::write(file, b"XXXXX").unwrap();
    let (torrent, data) = (payload.torrent(), payload.folder());
    check_failure(
        &[
            "seed",
            torrent.to_str().unwrap(),
            "--data",
            data.to_str().unwrap(),
            "--listen",
            "127.0.0.1:0",
        ],
        1,
        &["only 5 of 6 pieces"],
    );
}

#[test]
fn the_demo_verifies_what_it_moved() {
    let mut demo = Program::start(&["demo", "--size", "4"]);
    demo.wait_for("complete", |event| event["length"] == 4 << 20);
    assert_eq!(demo.exit_code(), 0);
}

/// `bip help COMMAND` is where users learn: nothing in it stands without examples and exit codes.
#[test]
fn every_command_on_torrents_teaches_with_examples() {
    for command in ["create", "show", "edit", "verify", "lint", "sign", "magnet"] {
        let (code, help, _) = bip(&["help", command]);
        assert_eq!(code, 0);
        for words in ["Exit codes: 0 when ", "Examples:\n  ", "--json"] {
            assert!(help.contains(words), "{command} lacks {words:?}");
        }
        assert!(help.contains(&format!("\n  bip {command} ")), "{command}");
    }
    let (_, help, _) = bip(&["help", "lint"]);
    for kind in LintKind::ALL {
        assert!(
            help.contains(&format!("{}[{kind}]\n", kind.severity())),
            "{kind}"
        );
    }
}

#[test]
fn the_commands_in_examples_are_understood() {
    for command in ["create", "show", "edit", "verify", "lint", "sign", "magnet"] {
        let (_, help, _) = bip(&["help", command]);
        let start = format!("  bip {command} ");
        let examples = help.lines().filter_map(|line| line.strip_prefix(&start));
        for example in examples {
            let words = example.split(['|', '>']).next().unwrap();
            let words: Vec<&str> = words
                .split_whitespace()
                .map(|word| word.trim_matches('\''))
                .collect();
            let (code, _, errors) = bip(&[&[command], &words[..]].concat());
            // Files are missing, no more.
            assert!(
                code == 1 && errors.contains("cannot be"),
                "{words:?}: {errors}"
            );
        }
    }
}
