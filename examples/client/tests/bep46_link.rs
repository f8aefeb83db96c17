//! A link that names a publisher instead of a torrent (BEP 46): what is published is found, downloaded, and replaced.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::path::Path;

use serde_json::Value;
use support::{Network, Payload, Program, bip};

const LOOPBACK: &str = "127.0.0.1:0";

/// Publishes in this network; returns what the program tells of it.
#[track_caller]
fn publish(network: &Network, folder: &Path, torrent: &str, salt: &[&str]) -> Value {
    let bootstrap = network.bootstrap();
    let arguments = ["dht", "publish", torrent, "--key", "me.key", "--json"];
    let own = ["--bind", LOOPBACK, "--no-routers", "--bootstrap"];
    bip(
        folder,
        &[&arguments[..], salt, &own, &[&bootstrap]].concat(),
    )
    .json()
}

fn make_key(folder: &Path) {
    bip(folder, &["dht", "key", "me.key"]).text();
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_link_with_a_public_key_leads_to_the_torrent_that_was_published_last() {
    let network = Network::start(8);
    let bootstrap = network.bootstrap();
    let payload = Payload::new(9);
    let (home, torrent, target) = (payload.home.path(), payload.torrent(), payload.target());
    make_key(home);
    let salt = ["--salt", "nightly"];
    let old = publish(&network, home, &"ab".repeat(20), &salt);
    let new = publish(&network, home, path(&torrent), &salt);
    let link = new["link"].as_str().unwrap();
    assert_eq!(old["link"], link, "the link stays");
    assert!(link.starts_with("magnet:?xs=urn:btpk:"), "{link}");
    assert!(link.ends_with("&s=6e696768746c79"), "{link}");

    let folder = payload.folder();
    let mut seeder = Program::start(&[
        "seed",
        path(&torrent),
        "--data",
        path(&folder),
        "--listen",
        LOOPBACK,
        "--dht-bootstrap",
        &bootstrap,
    ]);
    seeder.wait_for("dht_announced", |event| event["nodes"] != 0);
    let mut download = Program::start(&[
        "download",
        link,
        "-o",
        path(&target),
        "--listen",
        LOOPBACK,
        "--dht-bootstrap",
        &bootstrap,
    ]);
    let asked = download.wait_for("public_key", |_| true);
    assert_eq!(asked["key"], new["public_key"]);
    let named = download.wait_for("magnet", |_| true);
    assert_eq!(named["info_hash"], new["info_hash"]);
    assert_eq!(download.exit_code(), 0);
    payload.assert_equals(&target);
}

#[test]
fn a_torrent_is_published_by_its_file_its_hash_or_its_link() {
    let network = Network::start(4);
    let payload = Payload::new(1);
    let home = payload.home.path();
    make_key(home);
    let by_file = publish(&network, home, "payload.torrent", &[]);
    let by_link = publish(&network, home, &payload.magnet(), &[]);
    let hash = by_file["info_hash"].as_str().unwrap();
    let by_hash = publish(&network, home, hash, &[]);
    assert_eq!(
        (&by_link["info_hash"], &by_hash["info_hash"]),
        (&by_file["info_hash"], &by_file["info_hash"])
    );
    let got = [
        "dht",
        "get",
        by_file["public_key"].as_str().unwrap(),
        "--json",
        "--bind",
        LOOPBACK,
        "--no-routers",
        "--bootstrap",
        &network.bootstrap(),
    ];
    assert_eq!(
        bip(home, &got).json()["seq"],
        3,
        "each replaces the one before"
    );
    let nobody = by_file["link"].as_str().unwrap();
    let failed = bip(
        home,
        &["dht", "publish", nobody, "--key", "me.key", "--json"],
    );
    assert_eq!(failed.failure()["kind"], "no_info_hash");
}

#[test]
fn who_has_published_nothing_or_no_torrent_is_told_at_once() {
    let network = Network::start(4);
    let bootstrap = network.bootstrap();
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let public_key = bip(folder, &["dht", "key", "me.key"]).text();
    let link = format!("magnet:?xs=urn:btpk:{}", public_key.trim());
    let download = |rest: &[&str]| {
        let arguments = ["download", &link, "--listen", LOOPBACK, "--json"];
        let run = bip(folder, &[&arguments, rest].concat());
        assert_eq!(run.code, 1);
        let failed: Value = serde_json::from_str(&run.errors).unwrap();
        failed["error"].as_str().unwrap().to_owned()
    };
    let entry = ["--dht-bootstrap", &bootstrap];
    let error = download(&entry);
    assert!(error.contains("none of the nodes has it"), "{error}");

    let put = ["dht", "put", "no torrent", "--key", "me.key", "--json"];
    let own = ["--bind", LOOPBACK, "--no-routers", "--bootstrap"];
    bip(folder, &[&put, &own[..], &[&bootstrap]].concat()).json();
    let error = download(&entry);
    assert!(error.contains("points to no torrent"), "{error}");

    let error = download(&["--no-dht"]);
    assert!(error.contains("--no-dht keeps us out"), "{error}");
    let error = download(&[]);
    assert!(error.contains("--dht-bootstrap HOST:PORT"), "{error}");
}
