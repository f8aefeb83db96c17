//! `bip dht`: what it finds, announces and tells in a DHT of our own, and how it fails.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::path::Path;

use bip_dht::{Key, NodeId};
use serde_json::Value;
use support::{Network, Program, Run, bip};

/// Runs `bip dht …` for a network of our own.
fn dht(network: &Network, arguments: &[&str]) -> Run {
    let bootstrap = network.bootstrap();
    let (words, rest) = (["dht"].iter(), arguments.iter());
    let own = [
        "--bind",
        "127.0.0.1:0",
        "--no-routers",
        "--bootstrap",
        &bootstrap,
    ];
    let arguments: Vec<&str> = words.chain(rest).chain(own.iter()).copied().collect();
    bip(Path::new("."), &arguments)
}

#[track_caller]
fn events(run: Run) -> Vec<Value> {
    let text = run.text();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[track_caller]
fn failure(arguments: &[&str]) -> Value {
    bip(Path::new("."), arguments).failure()
}

#[test]
fn what_one_announces_another_finds() {
    let network = Network::start(8);
    let announced = events(dht(&network, &["announce", "name:room", "4000", "--json"]));
    assert_eq!(announced[0]["event"], "announced");
    assert_eq!(announced[0]["key"], Key::of_name("room").to_string());
    assert!(announced[0]["stored"].as_u64().unwrap() >= 1);

    let found = events(dht(&network, &["get-peers", "name:room", "--json"]));
    assert_eq!(
        (&found[0]["event"], &found[0]["address"]),
        (&"peer".into(), &"127.0.0.1:4000".into())
    );
    assert_eq!(
        (&found[1]["event"], &found[1]["peers"]),
        (&"end".into(), &1.into())
    );
    assert!(found[1]["report"]["answered"].as_u64().unwrap() >= 1);

    let words = dht(&network, &["get-peers", "name:room"]);
    assert_eq!((words.code, &*words.bytes), (0, &b"127.0.0.1:4000\n"[..]));
    assert!(words.errors.starts_with("1 peers; "), "{}", words.errors);
}

#[test]
fn a_key_that_nobody_announces_is_a_failure() {
    let network = Network::start(4);
    let run = dht(&network, &["get-peers", "name:nowhere", "--json"]);
    assert_eq!(run.code, 1);
    let error: Value = serde_json::from_str(&run.errors).unwrap();
    assert_eq!(error["kind"], "no_peers");
}

#[test]
fn a_node_answers_others_until_it_is_interrupted() {
    let home = tempfile::tempdir().unwrap();
    let cache = home.path().join("node.dht");
    let network = Network::start(4);
    let bootstrap = network.bootstrap();
    let mut node = Program::start(&[
        "dht",
        "node",
        "--no-routers",
        "--bind",
        "127.0.0.1:0",
        "--bootstrap",
        &bootstrap,
        "--cache",
        cache.to_str().unwrap(),
    ]);
    let listening = node.wait_for("listening", |_| true);
    let address = listening["address"].as_str().unwrap();
    node.wait_for("status", |event| {
        event["state"] == "ready" && event["nodes_v4"] != 0
    });

    let pong = events(bip(
        Path::new("."),
        &["dht", "ping", address, "--bind", "127.0.0.1:0", "--json"],
    ));
    assert_eq!(pong[0]["address"], address);
    assert_eq!(pong[0]["id"], listening["id"]);
    #[cfg(unix)]
    {
        node.signal("INT");
        assert_eq!(node.exit_code(), 0);
        assert!(cache.exists());
        // The cache alone is enough to come back.
        let arguments = [
            "dht",
            "announce",
            "name:again",
            "1",
            "--no-routers",
            "--bind",
            "127.0.0.1:0",
            "--cache",
            cache.to_str().unwrap(),
        ];
        let again = bip(Path::new("."), &arguments);
        assert_eq!(again.code, 0, "{}", again.errors);
    }
}

#[test]
fn two_nodes_alone_are_a_network() {
    let start = |arguments: &[&str]| {
        let own = ["dht", "node", "--no-routers", "--bind", "127.0.0.1:0"];
        Program::start(&[&own, arguments].concat())
    };
    let mut first = start(&[]);
    let address = first.address().to_string();
    let mut second = start(&["--bootstrap", &address]);
    second.wait_for("status", |event| event["state"] == "ready");
}

#[test]
fn failures_have_a_kind() {
    let alone = ["--no-routers", "--bind", "127.0.0.1:0", "--json"];
    let kind = |arguments: &[&str]| failure(&[&["dht"], arguments].concat())["kind"].clone();
    assert_eq!(
        kind(&[&["get-peers", "name:x"], &alone[..]].concat()),
        "nobody_known"
    );

    // A socket that never answers.
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let silent = socket.local_addr().unwrap().to_string();
    let ping = failure(&["dht", "ping", &silent, "--bind", "127.0.0.1:0", "--json"]);
    assert_eq!(ping["kind"], "no_answer");
    assert!(ping["error"].as_str().unwrap().contains(&silent), "{ping}");
    let impatient = [
        "get-peers",
        "name:x",
        "--bootstrap",
        &silent,
        "--timeout",
        "1",
    ];
    let lost = failure(&[&["dht"][..], &impatient, &alone].concat());
    assert_eq!(lost["kind"], "not_ready");
    let error = lost["error"].as_str().unwrap();
    for words in [&*silent, "--bootstrap HOST:PORT", "--timeout"] {
        assert!(error.contains(words), "{error}");
    }
    let taken = [
        "put",
        "x",
        "--bootstrap",
        &silent,
        "--no-routers",
        "--json",
        "--bind",
        &silent,
    ];
    assert_eq!(kind(&taken), "start", "the address is in use");

    for wrong in [
        &["get-peers", "xyz"][..],
        &["announce", "name:x"],
        &["ping", "127.0.0.1"],
        &["get", "00"],
        &["get", "00", "--bootstrap", "nowhere"],
        &["put"],
        &["node", "--timeout", "3"],
    ] {
        let run = bip(Path::new("."), &[&["dht"], wrong].concat());
        assert_eq!(run.code, 2, "{wrong:?}: {}", run.errors);
    }
}

#[test]
fn who_knows_its_address_has_an_id_that_fits_from_the_start() {
    let entry = ["dht", "node", "--no-routers", "--bind", "127.0.0.1:0"];
    let mut node = Program::start(&[&entry[..], &["--external-address", "124.31.75.21"]].concat());
    let listening = node.wait_for("listening", |_| true);
    let digits = listening["id"].as_str().unwrap();
    let byte = |at: usize| u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).unwrap();
    let id = NodeId::new(std::array::from_fn(byte));
    assert!(id.is_valid_for([124, 31, 75, 21].into()), "{id}");
}
