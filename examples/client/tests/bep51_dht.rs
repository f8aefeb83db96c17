//! `bip dht sample`, `crawl` and `scrape`: what nodes keep, and how much of it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeSet;
use std::path::Path;

use bip_dht::Key;
use serde_json::Value;
use support::{Network, bip};

fn run(arguments: &[&str]) -> Vec<Value> {
    let own = ["--bind", "127.0.0.1:0", "--json"];
    let text = bip(Path::new("."), &[&["dht"], arguments, &own[..]].concat()).text();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn keys(events: &[Value]) -> BTreeSet<String> {
    let keys = events.iter().filter(|event| event["event"] == "key");
    keys.map(|event| event["key"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_crawl_finds_every_key_that_is_announced() {
    let network = Network::start(12);
    let announced: Vec<Key> = ["a", "b", "c"].map(Key::of_name).to_vec();
    let node = &network.testnet.nodes()[5];
    for key in &announced {
        network.block_on(node.announce(*key, 4000)).unwrap();
    }
    let bootstrap = network.bootstrap();
    let entry = ["--no-routers", "--bootstrap", &bootstrap];
    let events = run(&[&["crawl"], &entry[..]].concat());
    let expect: BTreeSet<String> = announced.iter().map(Key::to_string).collect();
    assert_eq!(keys(&events), expect);
    let end = events.last().unwrap();
    assert_eq!((&end["event"], &end["keys"]), (&"end".into(), &3.into()));
    let one = run(&[&["crawl", "--nodes", "1"], &entry[..]].concat());
    assert_eq!(one.last().unwrap()["asked"], 1);

    let keeper = network.addresses().find(|address| {
        let sample = run(&["sample", &address.to_string()]);
        !keys(&sample).is_empty()
    });
    assert!(keeper.is_some(), "some node keeps what was announced");

    let swarm = run(&[&["scrape", "name:a"], &entry[..]].concat());
    let peers = swarm[0]["seeds"].as_f64().unwrap() + swarm[0]["downloaders"].as_f64().unwrap();
    assert!((0.5..1.5).contains(&peers), "{swarm:?}");
}
