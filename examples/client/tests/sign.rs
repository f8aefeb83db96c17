//! `bip sign`: what it adds to a torrent, and what it says of what others added.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;

use serde_json::{Value, json};
use support::{Payload, Run, bip};

fn key(name: &str) -> String {
    format!(
        "{}/../../bip_metainfo/tests/keys/{name}",
        env!("CARGO_MANIFEST_DIR")
    )
}

fn sign(payload: &Payload, arguments: &[&str]) -> Run {
    bip(
        payload.home.path(),
        &[&["sign", "payload.torrent"], arguments].concat(),
    )
}

fn signed(name: &str) -> Payload {
    let payload = Payload::new(3);
    let (private, certificate) = (key(&format!("{name}.key")), key(&format!("{name}.crt")));
    let told = sign(
        &payload,
        &["--key", &private, "--cert", &certificate, "--json"],
    )
    .json();
    assert_eq!(told, json!({"torrent": "payload.torrent", "name": name}));
    payload
}

#[track_caller]
fn check(payload: &Payload, arguments: &[&str], code: i32, trust: Value) {
    let run = sign(payload, &[&["--check", "--json"], arguments].concat());
    let told: Value = serde_json::from_slice(&run.bytes).unwrap();
    assert_eq!((run.code, &*run.errors), (code, ""), "{told}");
    assert_eq!(
        (&told["right"], &told["signatures"][0]["trust"]),
        (&json!(code == 0), &trust)
    );
}

#[test]
fn a_signature_is_right_and_as_trusted_as_its_certificate() {
    let payload = signed("com.issued");
    let [authority, own, other] = ["authority.crt", "com.issued.crt", "com.example.crt"].map(key);
    check(&payload, &[], 0, json!("unknown"));
    check(&payload, &["--trust", &authority], 0, json!("issued"));
    check(&payload, &["--trust", &own], 0, json!("known"));
    check(&payload, &["--trust", &other], 1, json!("unknown"));
    check(&payload, &["--name", "com.issued"], 0, json!("unknown"));
    check(&payload, &["--name", "com.nobody"], 1, json!(null));
    let words = sign(&payload, &["--check", "--trust", &authority]).text();
    assert_eq!(
        words,
        "com.issued: right, by a certificate that a trusted one issued (com.issued), over SHA-256\n"
    );
}

#[test]
fn signing_leaves_the_info_hash_and_changing_what_is_signed_is_noticed() {
    let payload = signed("com.example");
    let shown = bip(payload.home.path(), &["show", "--json", "payload.torrent"]).json();
    let hex: String = payload
        .info_hash
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(shown["info_hash_v1"], hex);
    let path = payload.torrent();
    let mut torrent = fs::read(&path).unwrap();
    let name = torrent
        .windows(5)
        .position(|part| part == b"a.bin")
        .unwrap();
    torrent[name] = b'x';
    fs::write(&path, torrent).unwrap();
    check(&payload, &[], 1, json!(null));
}

#[test]
fn a_torrent_without_signatures_is_not_signed() {
    let payload = Payload::new(3);
    check(&payload, &[], 1, json!(null));
    let run = sign(&payload, &["--check", "--name", "x", "--json"]);
    let told: Value = serde_json::from_slice(&run.bytes).unwrap();
    assert_eq!(told["signatures"][0]["kind"], "no_signature");
    let run = sign(&payload, &["--check"]);
    assert_eq!(
        (run.code, &*run.bytes),
        (1, &b"there is no signature\n"[..])
    );
}

#[test]
fn failures_have_a_kind_and_a_place_and_change_nothing() {
    let payload = Payload::new(3);
    let before = fs::read(payload.torrent()).unwrap();
    let [own, own_certificate, other, ec, encrypted] = [
        "com.example.key",
        "com.example.crt",
        "com.issued.crt",
        "ec.key",
        "encrypted.key",
    ]
    .map(key);
    let check = |arguments: &[&str], kind: &str, place: &str| {
        let failed = sign(&payload, &[arguments, &["--json"]].concat()).failure();
        assert_eq!(
            (&failed["kind"], &failed["place"]),
            (&json!(kind), &json!(place)),
            "{failed}"
        );
        assert_eq!(fs::read(payload.torrent()).unwrap(), before);
    };
    check(
        &["--key", &own, "--cert", &other],
        "other_key",
        "payload.torrent",
    );
    check(&["--key", &ec, "--name", "x"], "unsupported_key", &ec);
    check(
        &["--key", &encrypted, "--name", "x"],
        "encrypted_key",
        &encrypted,
    );
    check(
        &["--key", &own_certificate, "--name", "x"],
        "key",
        &own_certificate,
    );
    check(&["--key", "none", "--name", "x"], "unreadable", "none");
    for arguments in [
        &[][..],
        &["--key", &own],
        &["--check", "--key", &own],
        &["--trust", &other],
    ] {
        assert_eq!(sign(&payload, arguments).code, 2, "{arguments:?}");
    }
}
