//! `bip edit`: what it changes, what it leaves, and how it fails.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;

use serde_json::{Value, json};
use sha1::{Digest as _, Sha1};
use support::{Payload, Run, bip};

const TORRENT: &str = "payload.torrent";

fn edit(payload: &Payload, arguments: &[&str]) -> Run {
    bip(
        payload.home.path(),
        &[&["edit", TORRENT], arguments].concat(),
    )
}

fn shown(payload: &Payload) -> Value {
    bip(payload.home.path(), &["show", "--json", TORRENT]).json()
}

#[test]
fn what_stands_around_the_info_dictionary_changes_and_the_hash_does_not() {
    let payload = Payload::new(3);
    let before = shown(&payload);
    let check = |arguments: &[&str], key: &str, expect: Value| {
        let told = edit(&payload, &[arguments, &["--json"]].concat()).json();
        assert_eq!(told["changed"], true, "{arguments:?}");
        assert_eq!(told["info_hash_v1"], before["info_hash_v1"]);
        let after = shown(&payload);
        assert_eq!(after[key], expect, "{arguments:?}");
        assert_eq!(after["info_hash_v1"], before["info_hash_v1"]);
    };
    check(
        &[
            "-a",
            "udp://a.test:1",
            "-a",
            "udp://b.test:1,udp://c.test:1",
        ],
        "trackers",
        json!([["udp://a.test:1"], ["udp://b.test:1", "udp://c.test:1"]]),
    );
    check(
        &[
            "--replace-tracker",
            "udp://b.test:1",
            "udp://d.test:1",
            "--remove-tracker",
            "udp://a.test:1",
        ],
        "trackers",
        json!([["udp://d.test:1", "udp://c.test:1"]]),
    );
    check(
        &["--no-trackers", "-a", "udp://e.test:1"],
        "trackers",
        json!([["udp://e.test:1"]]),
    );
    check(&["--comment", "hello"], "comment", json!("hello"));
    check(&["--comment", ""], "comment", json!(null));
    check(&["--created-by", "me"], "created_by", json!("me"));
    check(&["--date", "5"], "creation_date", json!(5));
    check(&["--no-date"], "creation_date", json!(null));
    check(
        &[
            "--web-seed",
            "http://a.test/",
            "--web-seed",
            "http://b.test/",
        ],
        "web_seeds",
        json!(["http://a.test/", "http://b.test/"]),
    );
    check(
        &["--remove-web-seed", "http://a.test/"],
        "web_seeds",
        json!(["http://b.test/"]),
    );
    check(&["--no-web-seeds"], "web_seeds", json!([]));
    check(
        &["--node", "[::1]:7", "--node", "n.test:8"],
        "nodes",
        json!([["::1", 7], ["n.test", 8]]),
    );
    check(&["--remove", "nodes"], "nodes", json!([]));
}

#[test]
fn nothing_to_change_leaves_the_bytes() {
    let payload = Payload::new(3);
    let before = fs::read(payload.torrent()).unwrap();
    let told = edit(&payload, &["--json"]).json();
    assert_eq!(told["changed"], false);
    assert_eq!(
        edit(&payload, &[]).text(),
        "payload.torrent: nothing to change\n"
    );
    assert_eq!(fs::read(payload.torrent()).unwrap(), before);
}

#[test]
fn the_info_hash_changes_only_when_that_is_asked_for() {
    let payload = Payload::new(3);
    let before = fs::read(payload.torrent()).unwrap();
    for arguments in [
        &["--private"][..],
        &["--source", "X"],
        &["--name", "y"],
        &["--public"],
        &["--change-info-hash"],
    ] {
        assert_eq!(edit(&payload, arguments).code, 2, "{arguments:?}");
        assert_eq!(fs::read(payload.torrent()).unwrap(), before);
    }
    let told = edit(
        &payload,
        &["--change-info-hash", "--private", "--name", "new", "--json"],
    )
    .json();
    assert_ne!(told["info_hash_v1"], told["old_info_hash_v1"]);
    let after = shown(&payload);
    assert_eq!(
        (&after["private"], &after["name"]),
        (&json!(true), &json!("new"))
    );
    assert_eq!(after["info_hash_v1"], told["info_hash_v1"]);
    let words = edit(&payload, &["--change-info-hash", "--public"]).text();
    assert!(
        words.contains("info-hash v1: ") && words.contains(" is now "),
        "{words}"
    );
}

#[test]
fn the_result_goes_where_it_is_sent() {
    let payload = Payload::new(3);
    let before = fs::read(payload.torrent()).unwrap();
    let out = edit(&payload, &["-o", "-", "--comment", "x"]);
    assert_eq!((out.code, &*out.errors), (0, ""));
    edit(&payload, &["-o", "new.torrent", "--comment", "x"]).text();
    assert_eq!(
        fs::read(payload.home.path().join("new.torrent")).unwrap(),
        out.bytes
    );
    assert_eq!(fs::read(payload.torrent()).unwrap(), before);
    let again = edit(&payload, &["-o", "new.torrent", "--json"]).failure();
    assert_eq!(
        (&again["kind"], &again["place"]),
        (&json!("exists"), &json!("new.torrent"))
    );
    edit(&payload, &["-o", "new.torrent", "--force"]).text();
    assert_eq!(
        fs::read(payload.home.path().join("new.torrent")).unwrap(),
        before
    );
}

#[test]
fn a_torrent_of_version_1_becomes_a_hybrid_from_its_content() {
    let payload = Payload::new(3);
    let (home, data) = (payload.home.path(), payload.folder());
    let file = data.join("payload/d.bin");
    let file = file.to_str().unwrap();
    let create = |version, output| {
        let plain = ["create", file, "-l", "16K", "--no-date", "--comment", "x"];
        bip(home, &[&plain[..], &[version, "-o", output]].concat()).text();
        fs::read(home.join(output)).unwrap()
    };
    let (v1, hybrid) = (
        create("--v1", "v1.torrent"),
        create("--hybrid", "hybrid.torrent"),
    );
    let folder = data.join("payload");
    let other = payload.home.path().join("renamed");
    fs::copy(file, &other).unwrap();
    for content in [file, folder.to_str().unwrap(), other.to_str().unwrap()] {
        let upgrade = ["--change-info-hash", "--upgrade", content, "-o", "-"];
        let run = bip(home, &[&["edit", "v1.torrent"], &upgrade[..]].concat());
        assert_eq!((run.code, &*run.errors), (0, ""), "{content}");
        assert!(run.bytes == hybrid, "{content}");
    }
    let upgrade = [
        "edit",
        "v1.torrent",
        "--change-info-hash",
        "--upgrade",
        file,
    ];
    // With other edits, which count; the content is still under the old name.
    let named = [
        &["edit", "v1.torrent", "--change-info-hash", "--upgrade"],
        &[folder.to_str().unwrap()][..],
        &[
            "--name",
            "new",
            "--source",
            "S",
            "-o",
            "new.torrent",
            "--json",
        ],
    ]
    .concat();
    let told = bip(home, &named).json();
    assert!(told["info_hash_v2"].is_string() && told["old_info_hash_v2"].is_null());
    let shown = bip(home, &["show", "--json", "new.torrent"]).json();
    assert_eq!(
        (&shown["name"], &shown["files"][0]["path"]),
        (&json!("new"), &json!("new"))
    );
    let words = bip(home, &upgrade).text();
    assert!(
        words.contains("info-hash v1: ")
            && words.contains(" is now ")
            && words.ends_with(" is new\n"),
        "{words}"
    );

    // What is not the content, or is gone, makes no torrent; nor does what is one already.
    let check = |torrent: &str, content: &str, kind: &str, place: Value| {
        let upgrade = [
            "edit",
            torrent,
            "--change-info-hash",
            "--upgrade",
            content,
            "--json",
        ];
        let before = fs::read(home.join(torrent)).unwrap();
        let failed = bip(home, &upgrade).failure();
        assert_eq!(
            (&failed["kind"], &failed["place"]),
            (&json!(kind), &place),
            "{failed}"
        );
        assert_eq!(fs::read(home.join(torrent)).unwrap(), before);
    };
    check("v1.torrent", file, "already_v2", json!("info.meta version"));
    fs::write(home.join("v1.torrent"), v1).unwrap();
    check("v1.torrent", "nowhere", "other_content", json!("nowhere"));
    let mut damaged = fs::read(file).unwrap();
    damaged[5] ^= 1;
    fs::write(file, damaged).unwrap();
    check("v1.torrent", file, "other_content", json!(file));
    check(
        TORRENT,
        data.to_str().unwrap(),
        "other_pieces",
        json!("payload/dir/c.bin"),
    );
    assert_eq!(edit(&payload, &["--upgrade", file]).code, 2);
}

#[test]
fn files_between_pads_become_a_hybrid_too() {
    let payload = Payload::new(3);
    let (home, data) = (payload.home.path(), payload.folder());
    let [one, two] =
        ["a.bin", "d.bin"].map(|name| fs::read(data.join("payload").join(name)).unwrap());
    let padded = [&one[..], &vec![0; 16_384 - one.len()], &two].concat();
    let pieces: Vec<u8> = padded.chunks(16_384).flat_map(Sha1::digest).collect();
    let head = format!(
        "d4:infod5:filesld6:lengthi{}e4:pathl5:a.bineed4:attr1:p6:lengthi{}e4:pathl4:.pad1:0eed6:lengthi{}e4:pathl5:d.bineee\
         4:name7:payload12:piece lengthi16384e6:pieces{}:",
        one.len(),
        16_384 - one.len(),
        two.len(),
        pieces.len()
    );
    fs::write(
        home.join("padded.torrent"),
        [head.as_bytes(), &pieces, b"ee"].concat(),
    )
    .unwrap();
    for content in ["data", "data/payload"] {
        let upgrade = [
            "edit",
            "padded.torrent",
            "--change-info-hash",
            "--upgrade",
            content,
            "-o",
            "x",
            "--force",
        ];
        bip(home, &upgrade).text();
        let verified = bip(home, &["verify", "x", content, "--json"]).json();
        assert_eq!(
            (&verified["proven"], &verified["piece_count"]),
            (&json!(true), &json!(pieces.len() / 20))
        );
        let shown = bip(home, &["show", "x", "--json"]).json();
        assert!(shown["info_hash_v1"].is_string() && shown["info_hash_v2"].is_string());
    }
}

#[test]
fn failures_have_a_kind_and_a_place_and_change_nothing() {
    let payload = Payload::new(3);
    let before = fs::read(payload.torrent()).unwrap();
    let check = |arguments: &[&str], kind: &str, place: Value| {
        let failed = edit(&payload, &[arguments, &["--json"]].concat()).failure();
        assert_eq!(
            (&failed["kind"], &failed["place"]),
            (&json!(kind), &place),
            "{failed}"
        );
        assert_eq!(fs::read(payload.torrent()).unwrap(), before);
    };
    check(
        &["-a", "http://a b/"],
        "invalid_value",
        json!("announce-list"),
    );
    check(&["--node", "a:0"], "invalid_value", json!("nodes"));
    check(&["--remove", "info"], "info_key", json!("info"));
    check(
        &["--change-info-hash", "--name", "a/b"],
        "invalid_value",
        json!("info.name"),
    );
    let failed = bip(payload.home.path(), &["edit", "none.torrent", "--json"]).failure();
    assert_eq!(
        (&failed["kind"], &failed["place"]),
        (&json!("unreadable"), &json!("none.torrent"))
    );
}
