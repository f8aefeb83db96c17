//! The crate mainline as a client of a DHT of ours, on loopback: what it announces and puts we find, what we announce and
//! put it finds. Twice, since its transaction ids have 2 bytes up to version 5 and 4 bytes now. It reads no others, and ours
//! have 4: only the later version can be found itself.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "drives nodes by the clock, and ends loudly if anything does not work"
)]

mod mainline_node;
mod network;

use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::time::{Duration, Instant};

use bip_dht::blocking::MainlineDht;
use bip_dht::{DhtBuilder, Key, NodeId, SecretKey};

use self::mainline_node::{Client, Of2Bytes, Of4Bytes};
use self::network::Network;

/// Nodes of ours.
const NODES: u8 = 8;

/// How long anything may take that takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(20);

/// What has to have been asked of us in the end.
const CALLS: [&str; 5] = ["find_node", "get_peers", "announce_peer", "get", "put"];

const SALT: &[u8] = b"news";

/// Puts both versions of mainline through it and prints what they asked of us.
///
/// # Panics
/// If anything goes wrong.
pub fn meet_mainline() {
    println!(
        "| client of ours | its transaction ids | its queries that we answered | answers ours |"
    );
    println!("|---|--:|---|---|");
    meet::<Of4Bytes>();
    meet::<Of2Bytes>();
}

fn meet<C: Client>() {
    let network = Network::start(NODES);
    network.wait_until_ready(PATIENCE);
    let ours = DhtBuilder::new()
        .without_routers()
        .without_v6()
        .bind_v4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0))
        .bootstrap([network.first()])
        .start_blocking()
        .unwrap();
    ours.ready_within(PATIENCE).unwrap();
    let theirs = C::start(network.first());

    if C::ANSWERS_US {
        is_found(&ours, &theirs);
    }
    announces_cross(&ours, &theirs);
    immutable_items_cross(&ours, &theirs);
    mutable_items_cross(&ours, &theirs);
    tell::<C>(&network, theirs.port());
    ours.close();
}

/// Our nodes have it in their tables, and tell others of it.
fn is_found(ours: &MainlineDht, theirs: &impl Client) {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, theirs.port()));
    let end = Instant::now() + PATIENCE;
    loop {
        let id = NodeId::new(theirs.id());
        let nodes = ours.find_node(id).unwrap();
        if nodes
            .iter()
            .any(|node| node.id == id && node.address == address)
        {
            break;
        }
        assert!(Instant::now() < end, "{id} at {address} is not found");
    }
    assert_eq!(ours.ping(address).unwrap().node.address, address);
}

fn announces_cross(ours: &MainlineDht, theirs: &impl Client) {
    let (by_them, by_us) = (Key::of_name("by them"), Key::of_name("by us"));
    theirs.announce(*by_them.as_bytes(), 4001);
    let found: Vec<SocketAddr> = ours.get_peers(by_them).collect();
    assert_eq!(found, [SocketAddr::from((Ipv4Addr::LOCALHOST, 4001))]);
    ours.announce(by_us, 4002).unwrap();
    let found = theirs.first_peers(*by_us.as_bytes());
    assert_eq!(found, [SocketAddrV4::new(Ipv4Addr::LOCALHOST, 4002)]);
}

fn immutable_items_cross(ours: &MainlineDht, theirs: &impl Client) {
    let key = theirs.put(b"of theirs");
    assert_eq!(ours.get(Key::new(key)).unwrap(), b"9:of theirs");
    let stored = ours.put(b"7:of ours").unwrap();
    assert_eq!(theirs.get(*stored.key.as_bytes()).unwrap(), *b"of ours");
}

/// Each replaces what the other has put.
fn mutable_items_cross(ours: &MainlineDht, theirs: &impl Client) {
    let seed = [7; 32];
    let owner = SecretKey::from_seed(&seed);
    theirs.put_mutable(seed, SALT, 1, b"first");
    let found = ours.get_mutable(*owner.public_key(), SALT).unwrap();
    assert_eq!((found.seq(), found.value()), (1, &b"5:first"[..]));
    ours.put_mutable(&owner, SALT, |_| b"6:second".to_vec())
        .unwrap();
    let found = theirs.newest(*owner.public_key(), SALT);
    assert_eq!(found, Some((2, b"second".to_vec())));
    theirs.put_mutable(seed, SALT, 3, b"third");
    let found = ours.get_mutable(*owner.public_key(), SALT).unwrap();
    assert_eq!((found.seq(), found.value()), (3, &b"5:third"[..]));
}

/// Each query that came had an id of the promised length, and was answered: all that was asked for above came back.
fn tell<C: Client>(network: &Network, port: u16) {
    let heard = network.heard_of(port);
    let lengths: Vec<usize> = heard.iter().map(|query| query.id_length).collect();
    assert!(
        lengths.iter().all(|length| *length == C::ID_LENGTH),
        "{} sends ids of {lengths:?} bytes",
        C::NAME
    );
    let count = |call| heard.iter().filter(|query| query.call == call).count();
    let counts = CALLS.map(|call| {
        assert!(count(call) > 0, "{} never sent {call}", C::NAME);
        format!("{call} {}", count(call))
    });
    println!(
        "| {} | {} bytes | {} | {} |",
        C::NAME,
        C::ID_LENGTH,
        counts.join(", "),
        if C::ANSWERS_US { "yes" } else { "no" }
    );
}
