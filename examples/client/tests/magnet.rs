//! `bip magnet`: what it prints of links and of files, and how it fails.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::process::Command;

use serde_json::{Value, json};
use support::Payload;

const HASH: &str = "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd";
const HASH_V2: &str = "abababababababababababababababababababababababababababababababab";

/// Runs `bip magnet` to its end; returns exit code, stdout and stderr.
fn magnet(arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_bip"))
        .arg("magnet")
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
fn check_json(arguments: &[&str], expect: &[(&str, Value)]) {
    let (code, output, errors) = magnet(&[arguments, &["--json"]].concat());
    assert_eq!((code, &*errors), (0, ""));
    let shown: Value = serde_json::from_str(&output).unwrap();
    for (key, value) in expect {
        assert_eq!(shown[key], *value, "{key}");
    }
}

#[track_caller]
fn check_failure(arguments: &[&str], kind: &str, offset: Option<usize>, words: &str) {
    let (code, output, errors) = magnet(arguments);
    assert_eq!((code, &*output), (1, ""));
    assert!(
        errors.contains(words) && errors.starts_with("bip: "),
        "{errors}"
    );
    let (code, output, errors) = magnet(&[arguments, &["--json"]].concat());
    assert_eq!((code, &*output), (1, ""));
    let error: Value = serde_json::from_str(&errors).unwrap();
    assert!(error["error"].as_str().unwrap().contains(words), "{errors}");
    assert_eq!(
        (&error["kind"], &error["offset"]),
        (&json!(kind), &json!(offset))
    );
}

#[test]
fn a_link_is_explained() {
    let link = format!(
        "MAGNET:?xt=urn:btih:{HASH}&xt=urn:btmh:1220{HASH_V2}&dn=a+b&xl=2048&tr=udp://t.test:1&ws=http://w.test/\
         &ws=ftp://w.test/&x.pe=192.0.2.7:6881&x.pe=192.0.2.7:0&so=4,0,2-3&dht=a:1&dht=b:2"
    );
    check_json(
        &[&link],
        &[
            ("info_hash_v1", json!(HASH)),
            ("info_hash_v2", json!(HASH_V2)),
            ("name", json!("a b")),
            ("length", json!(2048)),
            ("trackers", json!(["udp://t.test:1"])),
            ("web_seeds", json!(["http://w.test/"])),
            ("peers", json!(["192.0.2.7:6881"])),
            ("select_only", json!("0,2-4")),
            ("public_key", json!(null)),
            ("other", json!({"dht": ["a:1", "b:2"]})),
            (
                "warnings",
                json!([
                    "not_http: ws at byte 193 is neither http nor https and is left out: \"ftp://w.test/\"",
                    "port_zero: x.pe at byte 230 has port 0 and is left out: \"192.0.2.7:0\"",
                ]),
            ),
        ],
    );
    let (code, output, _) = magnet(&[&link]);
    assert_eq!(code, 0);
    for words in [
        HASH,
        HASH_V2,
        "2.00 KiB (2048 bytes)",
        "0,2-4",
        "port 0",
        "link  magnet:?xt=",
    ] {
        assert!(output.contains(words), "{output} lacks {words}");
    }
}

#[test]
fn a_link_does_not_steer_the_terminal() {
    let (code, output, _) = magnet(&[&format!(
        "magnet:?xt=urn:btih:{HASH}&dn=%1b[2Ja%0ab&k%1b=%07"
    )]);
    assert_eq!(code, 0);
    assert!(output.contains("\u{fffd}[2Ja\u{fffd}b"));
    assert!(!output.contains(|one: char| one.is_control() && one != '\n'));
}

#[test]
fn links_of_version_2_and_of_public_keys_have_no_hash_of_version_1() {
    let key = "85".repeat(32);
    check_json(
        &[&format!("magnet:?xt=urn:btmh:1220{HASH_V2}")],
        &[
            ("info_hash_v1", json!(null)),
            ("info_hash_v2", json!(HASH_V2)),
        ],
    );
    check_json(
        &[&format!("magnet:?xs=urn:btpk:{key}&s=6e")],
        &[
            ("info_hash_v1", json!(null)),
            ("info_hash_v2", json!(null)),
            ("public_key", json!(key)),
            ("salt", json!("6e")),
            ("select_only", json!(null)),
            ("warnings", json!([])),
        ],
    );
}

#[test]
fn a_file_becomes_a_link() {
    let payload = Payload::new(3);
    let torrent = payload.torrent();
    let torrent = torrent.to_str().unwrap();
    let (code, output, _) = magnet(&[torrent]);
    assert_eq!(code, 0);
    let hash: String = payload
        .info_hash
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let start = format!(
        "magnet:?xt=urn:btih:{hash}&dn=payload&xl={}",
        payload.bytes.len()
    );
    assert!(output.starts_with(&start), "{output} is not {start}");
    assert_eq!(output.lines().count(), 1);

    let arguments = [
        torrent,
        "--no-trackers",
        "--peer",
        "[::1]:1",
        "--peer",
        "a.test:2",
        "--select",
        "2,0-1",
    ];
    assert_eq!(
        magnet(&arguments).1,
        format!("{start}&x.pe=[::1]:1&x.pe=a.test:2&so=0-2\n")
    );
    check_json(
        &arguments,
        &[
            ("info_hash_v1", json!(hash)),
            ("length", json!(payload.bytes.len())),
            ("trackers", json!([])),
            ("peers", json!(["[::1]:1", "a.test:2"])),
            ("select_only", json!("0-2")),
        ],
    );
    check_failure(
        &[torrent, "--select", "0,9"],
        "no_such_file",
        None,
        "file 9, but the torrent has 4",
    );
}

#[test]
fn a_link_can_be_changed() {
    let link = format!("magnet:?xt=urn:btih:{HASH}&tr=udp://t.test:1&so=7");
    let arguments = [
        &link,
        "--no-trackers",
        "--peer",
        "a.test:2",
        "--select",
        "1",
    ];
    check_json(
        &arguments,
        &[(
            "link",
            json!(format!("magnet:?xt=urn:btih:{HASH}&x.pe=a.test:2&so=1")),
        )],
    );
}

#[test]
fn failures_name_kind_and_place() {
    let zero = "0".repeat(40);
    for (link, kind, offset, words) in [
        ("magnet:", "not_magnet", None, "begins with magnet:?"),
        (
            "magnet:?dn=x",
            "missing_info_hash",
            None,
            "names no info-hash",
        ),
        (
            "magnet:?dn=x&xt=urn:btih:ab",
            "invalid_info_hash",
            Some(13),
            "at byte 13 is malformed",
        ),
        ("magnet:?xt=urn%%3A", "invalid_escape", Some(8), "at byte 8"),
        (
            &format!("magnet:?xt=urn:btih:{zero}"),
            "zero_info_hash",
            Some(8),
            "all zeros",
        ),
        (
            &format!("magnet:?xt=urn:btih:{HASH}&xt=urn:btih:{}", &HASH_V2[..40]),
            "conflicting_info_hashes",
            Some(61),
            "contradicts another urn:btih",
        ),
        (
            "magnet:?xs=urn:btpk:85",
            "invalid_public_key",
            Some(8),
            "public key",
        ),
        ("/nowhere.torrent", "unreadable", None, "/nowhere.torrent"),
        (
            concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"),
            "bencode",
            Some(0),
            "Cargo.toml",
        ),
    ] {
        check_failure(&[link], kind, offset, words);
    }
}

#[test]
fn options_that_cannot_be_used_are_refused_by_the_command_line() {
    let link = format!("magnet:?xt=urn:btih:{HASH}");
    for option in [["--peer", "192.0.2.7:0"], ["--select", "3-1"]] {
        let (code, _, errors) = magnet(&[&link, option[0], option[1]]);
        assert_eq!(code, 2);
        assert!(errors.contains(option[1]), "{errors}");
    }
}

#[test]
fn a_link_that_cannot_be_downloaded_yet_is_refused_in_a_sentence() {
    let link = format!("magnet:?xt=urn:btmh:1220{HASH_V2}");
    let output = Command::new(env!("CARGO_BIN_EXE_bip"))
        .args(["download", &link])
        .output()
        .unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        errors.contains("version 2 only") && errors.lines().count() == 1,
        "{errors}"
    );
}
