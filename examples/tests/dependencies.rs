//! The borders between the crates, held by what cargo itself says of them.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// Which sibling each crate may use (ARCHITECTURE.md, "The crates").
const SIBLINGS: &[(&str, &[&str])] = &[
    ("bip_bencode", &[]),
    ("bip_metainfo", &["bip_bencode"]),
    ("bip_handshake", &[]),
    ("bip_peer", &["bip_bencode"]),
    ("bip_select", &[]),
    ("bip_dht", &["bip_bencode"]),
    ("bip_disk", &[]),
    ("bip_utracker", &[]),
];

/// The most crates that a core, and a crate with its default features, may pull in on Linux (itself not counted).
const CORE_LIMIT: usize = 16;
const DEFAULT_LIMIT: usize = 35;
/// bip_bencode is held to none at all.
const BENCODE_LIMIT: usize = 0;

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .expect("cargo can be started");
    assert!(
        output.status.success(),
        "cargo {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("cargo prints UTF-8")
}

/// The library crates of the workspace, as cargo describes them.
fn packages() -> Vec<Value> {
    let arguments = ["metadata", "--format-version=1", "--no-deps", "--offline"];
    let mut metadata: Value =
        serde_json::from_str(&cargo(&arguments)).expect("cargo metadata prints JSON");
    let Value::Array(mut packages) = metadata["packages"].take() else {
        panic!("packages is a list");
    };
    packages.retain(|package| package["publish"] != Value::Array(Vec::new()));
    packages
}

fn name(value: &Value) -> String {
    value["name"].as_str().unwrap_or_default().to_owned()
}

/// The library crates of the workspace, with the siblings each names in any kind of dependency but dev.
fn crates() -> BTreeMap<String, BTreeSet<String>> {
    packages()
        .iter()
        .map(|package| {
            let siblings = package["dependencies"]
                .as_array()
                .expect("dependencies is a list")
                .iter()
                .filter(|dependency| dependency["kind"] != "dev")
                .map(name)
                .filter(|dependency| dependency.starts_with("bip_"))
                .collect();
            (name(package), siblings)
        })
        .collect()
}

/// The library crates of the workspace, with all features of each.
fn features() -> BTreeMap<String, Vec<String>> {
    packages()
        .iter()
        .map(|package| {
            let features = package["features"].as_object();
            let features = features.expect("features is a map").keys().cloned();
            (name(package), features.collect())
        })
        .collect()
}

/// The names of all crates that `package` pulls in on Linux, without itself.
fn tree(package: &str, features: &[&str]) -> BTreeSet<String> {
    let mut arguments = vec![
        "tree",
        "--offline",
        "-p",
        package,
        "-e",
        "normal,no-proc-macro",
    ];
    arguments.extend(["--target", "x86_64-unknown-linux-gnu", "--prefix", "none"]);
    arguments.extend(features);
    cargo(&arguments)
        .lines()
        .map(|line| line.trim_end_matches(" (*)").to_owned())
        .filter(|line| !line.is_empty() && !line.starts_with(&format!("{package} v")))
        .collect()
}

#[test]
fn no_crate_uses_a_sibling_outside_the_table() {
    let crates = crates();
    assert_eq!(
        crates.keys().map(String::as_str).collect::<BTreeSet<_>>(),
        SIBLINGS.iter().map(|(name, _)| *name).collect(),
        "the table above names each library crate of the workspace"
    );
    for (name, allowed) in SIBLINGS {
        for sibling in &crates[*name] {
            assert!(
                allowed.contains(&sibling.as_str()),
                "{name} must not depend on {sibling}"
            );
        }
    }
}

/// So that the tests of the workspace are those of each crate with all its features.
#[test]
fn the_programs_turn_on_every_feature_of_every_crate() {
    let turned_on = cargo(&[
        "tree",
        "--offline",
        "--workspace",
        "--depth=0",
        "--prefix=none",
        "--format={p} {f}",
    ]);
    for (name, features) in features() {
        let line = turned_on
            .lines()
            .find(|line| line.starts_with(&format!("{name} v")))
            .expect("each crate is in the workspace");
        let (_, turned_on) = line.rsplit_once(' ').expect("a path and features");
        let turned_on: BTreeSet<&str> = turned_on.split(',').collect();
        for feature in &features {
            assert!(
                turned_on.contains(feature.as_str()),
                "nothing in the workspace turns on {feature} of {name}: {line}"
            );
        }
    }
}

#[test]
fn no_core_pulls_in_a_runtime() {
    for (name, _) in SIBLINGS {
        let tree = tree(name, &["--no-default-features"]);
        assert!(
            !tree
                .iter()
                .any(|line| line.starts_with("tokio v") || line.starts_with("mio v")),
            "{name} without default features pulls in tokio: {tree:?}"
        );
    }
}

#[test]
fn no_crate_outgrows_its_limit() {
    for (name, _) in SIBLINGS {
        let (core_limit, default_limit) = match *name {
            "bip_bencode" => (BENCODE_LIMIT, BENCODE_LIMIT),
            _ => (CORE_LIMIT, DEFAULT_LIMIT),
        };
        let core = tree(name, &["--no-default-features"]);
        let default = tree(name, &[]);
        println!("{name}: core {}, default {}", core.len(), default.len());
        assert!(
            core.len() <= core_limit,
            "{name}: {} > {core_limit}: {core:?}",
            core.len()
        );
        assert!(
            default.len() <= default_limit,
            "{name}: {} > {default_limit}: {default:?}",
            default.len()
        );
    }
}
