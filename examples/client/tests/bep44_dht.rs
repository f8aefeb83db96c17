//! `bip dht put` and `get`: values under their hash, and under a key of one's own.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use support::{Network, Run, bip};

fn dht(network: &Network, folder: &Path, arguments: &[&str]) -> Run {
    let bootstrap = network.bootstrap();
    let own = [
        "--bind",
        "127.0.0.1:0",
        "--no-routers",
        "--bootstrap",
        &bootstrap,
    ];
    bip(folder, &[&["dht"], arguments, &own[..]].concat())
}

#[test]
fn what_is_put_is_got_under_its_hash() {
    let network = Network::start(8);
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let stored = dht(&network, folder, &["put", "Hello World!", "--json"]).json();
    // The hash that BEP 44's first test vector has for it.
    let key = "e5f96f6f38320f0f33959cb4d3d656452117aadb";
    assert_eq!(stored["key"], key);
    let text = dht(&network, folder, &["get", key]).text();
    assert_eq!(text, "Hello World!\n");
    let raw = dht(&network, folder, &["get", key, "--raw"]).text();
    assert_eq!(raw, "12:Hello World!");

    fs::write(folder.join("v"), "d6:answeri42ee").unwrap();
    let stored = dht(&network, folder, &["put", "--bencode", "v", "--json"]).json();
    let key = stored["key"].as_str().unwrap();
    let found = dht(&network, folder, &["get", key, "--json"]).json();
    assert_eq!(found["value"], json!({"answer": 42}));
    assert_eq!(
        dht(&network, folder, &["get", key]).text(),
        "{\"answer\":42}\n"
    );
}

#[test]
fn what_nobody_has_and_what_nobody_keeps_are_failures_with_a_kind() {
    let network = Network::start(4);
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let kind = |arguments: &[&str]| dht(&network, folder, arguments).failure()["kind"].clone();
    assert_eq!(kind(&["get", &"00".repeat(20), "--json"]), "not_found");
    assert_eq!(kind(&["put", &"x".repeat(997), "--json"]), "value_too_long");
    let longest = dht(&network, folder, &["put", &"x".repeat(996), "--json"]).json();
    assert_eq!(
        longest["event"], "stored",
        "996 letters are 1000 bytes of bencode"
    );
    fs::write(folder.join("v"), "i01e").unwrap();
    assert_eq!(kind(&["put", "--bencode", "v", "--json"]), "not_canonical");
    assert_eq!(kind(&["put", "--bencode", "none", "--json"]), "read");
    assert_eq!(kind(&["put", "x", "--key", "v", "--json"]), "no_key");
}

#[test]
fn the_owner_of_a_key_replaces_a_value() {
    let network = Network::start(8);
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let public_key = bip(folder, &["dht", "key", "me.key"]).text();
    let public_key = public_key.trim();
    let again = bip(folder, &["dht", "key", "me.key", "--json"]).failure();
    assert_eq!(again["kind"], "write", "a key is never overwritten");

    let put = |text: &str| {
        let arguments = ["put", text, "--key", "me.key", "--salt", "news", "--json"];
        let stored = dht(&network, folder, &arguments).json();
        assert_eq!(stored["public_key"], public_key);
    };
    let get = || -> Value {
        dht(
            &network,
            folder,
            &["get", public_key, "--salt", "news", "--json"],
        )
        .json()
    };
    put("one");
    let first = get();
    put("two");
    let second = get();
    assert_eq!(
        (&first["value"], &second["value"]),
        (&json!("one"), &json!("two"))
    );
    assert!(second["seq"].as_i64() > first["seq"].as_i64());
    let unsalted = dht(&network, folder, &["get", public_key, "--json"]).failure();
    assert_eq!(unsalted["kind"], "not_found");
}

#[cfg(unix)]
#[test]
fn a_value_is_kept_until_the_user_ends_it() {
    let network = Network::start(8);
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let key = folder.join("me.key");
    let key = key.to_str().unwrap();
    bip(folder, &["dht", "key", key]);
    let bootstrap = network.bootstrap();
    let owned = ["--key", key, "--salt", "news"];
    let published = "0123456789abcdef0123456789abcdef01234567";
    for (told, command) in [
        ("stored", &["put", "kept"][..]),
        ("stored", &[&["put", "kept"][..], &owned].concat()),
        ("published", &[&["publish", published][..], &owned].concat()),
    ] {
        let entry = ["--bind", "127.0.0.1:0", "--bootstrap", &bootstrap];
        let kept = ["--keep", "--no-routers"];
        let mut program = support::Program::start(&[&["dht"][..], command, &entry, &kept].concat());
        program.wait_for(told, |event| event["stored"] != 0);
        program.wait_for("kept", |event| event["stored"] != 0);
        program.signal("INT");
        assert_eq!(program.exit_code(), 0);
    }
}

#[test]
fn what_the_node_did_is_written_down_and_addresses_and_keys_only_on_demand() {
    let network = Network::start(4);
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let put = |more: &[&str]| {
        let arguments = [
            &["put", "hello", "--json", "--trace", "trace.log"][..],
            more,
        ]
        .concat();
        let stored = dht(&network, folder, &arguments).json();
        let key = stored["key"].as_str().unwrap().to_owned();
        (fs::read_to_string(folder.join("trace.log")).unwrap(), key)
    };
    let (trace, key) = put(&[]);
    for word in ["put_immutable", "is answered", "ended"] {
        assert!(trace.contains(word), "{word}: {trace}");
    }
    assert!(
        !trace.contains(&key) && !trace.contains("127.0.0.1"),
        "{trace}"
    );
    let (trace, key) = put(&["--trace-addresses"]);
    assert!(
        trace.contains(&key) && trace.contains("127.0.0.1"),
        "{trace}"
    );
    let nowhere = dht(
        &network,
        folder,
        &["put", "x", "--json", "--trace", "none/trace.log"],
    )
    .failure();
    assert_eq!(nowhere["kind"], "write");
}
