//! Peers are found in the DHT: from a magnet link without trackers to the payload; nodes are told of to peers (BEP 5,
//! "BitTorrent protocol extension"); a private torrent never comes near it (BEP 27).
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};

use support::{Honesty, Network, Payload, Program, ScriptedSeeder};

const LOOPBACK: &str = "127.0.0.1:0";

/// `bip seed` with a node that begins at `bootstrap`.
fn seed(payload: &Payload, bootstrap: &str) -> Program {
    let (torrent, data) = (payload.torrent(), payload.folder());
    Program::start(&[
        "seed",
        torrent.to_str().unwrap(),
        "--data",
        data.to_str().unwrap(),
        "--listen",
        LOOPBACK,
        "--dht-bootstrap",
        bootstrap,
    ])
}

fn download(source: &str, payload: &Payload, rest: &[&str]) -> Program {
    let target = payload.target();
    let target = target.to_str().unwrap();
    let arguments = ["download", source, "-o", target, "--listen", LOOPBACK];
    Program::start(&[&arguments, rest].concat())
}

#[test]
fn a_magnet_link_without_trackers_is_downloaded_from_a_peer_of_the_dht() {
    let network = Network::start(8);
    let bootstrap = network.bootstrap();
    let payload = Payload::new(9);
    let mut seeder = seed(&payload, &bootstrap);
    let seeder_address = seeder.address().to_string();
    seeder.wait_for("dht_announced", |event| event["nodes"] != 0);
    let mut download = download(
        &payload.magnet(),
        &payload,
        &["--dht-bootstrap", &bootstrap],
    );
    let found = download.wait_for("dht_peer", |event| event["address"] == *seeder_address);
    assert_eq!(found["address"], *seeder_address);
    assert_eq!(download.exit_code(), 0);
    payload.assert_equals(&payload.target());
}

#[test]
fn private_torrents_and_who_wants_no_dht_send_no_datagram_and_promise_no_node() {
    let node = UdpSocket::bind(LOOPBACK).unwrap();
    let address = node.local_addr().unwrap();
    let bootstrap = address.to_string();
    let entry = ["--dht-bootstrap", &bootstrap];
    let cases: [(Payload, &[&str]); 2] = [
        (Payload::new(3).private(), &entry),
        (Payload::new(3), &["--no-dht"]),
    ];
    for (payload, rest) in cases {
        // What the torrent says of the node counts as little as what the user does.
        let payload = payload.with_nodes(&[address]);
        let (program, seeder) = download_from_seeder(&payload, rest);
        assert_eq!(program.exit_code(), 0);
        payload.assert_equals(&payload.target());
        node.set_nonblocking(true).unwrap();
        assert!(node.recv_from(&mut [0; 1500]).is_err(), "{rest:?}");
        assert!(seeder.handshakes().iter().all(|bytes| bytes[27] & 1 == 0));
    }

    // The same with the DHT, to see that all would have come to light.
    let payload = Payload::new(3).with_nodes(&[address]);
    let (mut program, seeder) = download_from_seeder(&payload, &["--seed"]);
    program.wait_for("complete", |_| true);
    node.set_nonblocking(false).unwrap();
    node.recv_from(&mut [0; 1500]).unwrap();
    assert!(seeder.handshakes().iter().any(|bytes| bytes[27] & 1 == 1));
}

fn download_from_seeder(payload: &Payload, rest: &[&str]) -> (Program, ScriptedSeeder) {
    let seeder = ScriptedSeeder::start(payload, 0..3, Honesty::Honest);
    let torrent = payload.torrent();
    let peer = ["--peer", &seeder.address.to_string()];
    let program = download(torrent.to_str().unwrap(), payload, &[&peer, rest].concat());
    (program, seeder)
}

#[test]
fn peers_tell_each_other_of_their_nodes() {
    let silent = UdpSocket::bind(LOOPBACK).unwrap();
    let bootstrap = silent.local_addr().unwrap().to_string();
    let node = UdpSocket::bind(LOOPBACK).unwrap();
    let listener = TcpListener::bind(LOOPBACK).unwrap();
    let payload = Payload::new(3);
    let torrent = payload.torrent();
    let peer = listener.local_addr().unwrap().to_string();
    let rest = ["--peer", &peer, "--dht-bootstrap", &bootstrap];
    let _download = download(torrent.to_str().unwrap(), &payload, &rest);
    let (mut stream, _) = listener.accept().unwrap();
    let theirs = exchange_handshakes(&mut stream, &payload);
    assert_eq!(theirs[27] & 1, 1, "the handshake promises a node");
    let [high, low] = node.local_addr().unwrap().port().to_be_bytes();
    stream.write_all(&[0, 0, 0, 3, 9, high, low]).unwrap();

    let told = SocketAddr::from(([127, 0, 0, 1], read_port(&mut stream)));
    let mut datagram = [0; 1500];
    let (_, from) = node.recv_from(&mut datagram).unwrap();
    assert_eq!(
        from, told,
        "the node of the PORT message is asked, by the one that was told of"
    );
}

/// Waits until the seeder's announce is kept by somebody, so that whoever looks finds it.
fn announced(seeder: &mut Program) {
    seeder.wait_for("dht_announced", |event| event["nodes"] != 0);
}

#[test]
fn nodes_that_the_torrent_names_are_enough_to_find_peers() {
    let network = Network::start(8);
    let bootstrap = network.bootstrap();
    let payload = Payload::new(5);
    let mut seeder = seed(&payload, &bootstrap);
    announced(&mut seeder);
    let payload = payload.with_nodes(&[bootstrap.parse().unwrap()]);
    let torrent = payload.torrent();
    let download = download(torrent.to_str().unwrap(), &payload, &[]);
    assert_eq!(download.exit_code(), 0);
    payload.assert_equals(&payload.target());
}

#[cfg(unix)]
#[test]
fn what_the_node_knew_at_its_end_is_enough_to_begin_again() {
    let network = Network::start(8);
    let bootstrap = network.bootstrap();
    let payload = Payload::new(5);
    let cache = payload.home.path().join("bip.dht");
    let (torrent, data) = (payload.torrent(), payload.folder());
    let cache = ["--dht-cache", cache.to_str().unwrap()];
    let first = [
        "seed",
        torrent.to_str().unwrap(),
        "--data",
        data.to_str().unwrap(),
        "--listen",
        LOOPBACK,
        "--dht-bootstrap",
        &bootstrap,
    ];
    let mut first = Program::start(&[&first[..], &cache].concat());
    announced(&mut first);
    first.signal("INT");
    assert_eq!(first.exit_code(), 0);

    let mut seeder = seed(&payload, &bootstrap);
    announced(&mut seeder);
    let download = download(&payload.magnet(), &payload, &cache);
    assert_eq!(download.exit_code(), 0);
    payload.assert_equals(&payload.target());
}

fn exchange_handshakes(stream: &mut TcpStream, payload: &Payload) -> [u8; 68] {
    let mut theirs = [0; 68];
    stream.read_exact(&mut theirs).unwrap();
    stream
        .write_all(b"\x13BitTorrent protocol\0\0\0\0\0\0\0\x01")
        .unwrap();
    stream.write_all(&payload.info_hash).unwrap();
    stream.write_all(b"-SC0001-000000000000").unwrap();
    theirs
}

/// Reads messages until one is PORT.
fn read_port(stream: &mut TcpStream) -> u16 {
    loop {
        let mut length = [0; 4];
        stream.read_exact(&mut length).unwrap();
        let mut message = vec![0; u32::from_be_bytes(length) as usize];
        stream.read_exact(&mut message).unwrap();
        if let [9, high, low] = message[..] {
            return u16::from_be_bytes([high, low]);
        }
    }
}
