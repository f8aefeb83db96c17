//! What hosts of bad intent achieve in a network of a thousand nodes: each attack with its measured effect and bound.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail")]

mod support;

use std::net::SocketAddr;
use std::num::NonZeroU16;

use bip_dht::sim::{Finished, HostId, Link, Malice, Network, NodePlan};
use bip_dht::{AnnouncePort, Call, Family, Key, Message, NodeId, Query};
use support::{Asker, MINUTE, SECOND, ip, settled};

const PORT: AnnouncePort = AnnouncePort::Port(NonZeroU16::new(4000).unwrap());

const NODES: usize = 1000;

fn address(network: &Network, host: HostId) -> SocketAddr {
    network.address(host, Family::V4).unwrap()
}

fn announce(network: &mut Network, writer: HostId, key: Key) {
    let announced = network.perform(writer, |core, now| core.announce(now, key, PORT));
    announced.unwrap().result.expect("announced");
}

/// Looks the key up from 20 nodes all over the network.
fn look_up(network: &mut Network, nodes: &[HostId], key: Key) -> Vec<Finished> {
    let readers = nodes.iter().skip(25).step_by(NODES / 20);
    readers
        .map(|reader| network.perform(*reader, |core, now| core.get_peers(now, key)))
        .map(|finished| finished.expect("it ends"))
        .collect()
}

fn finders(found: &[Finished], peer: SocketAddr) -> usize {
    let finds = |found: &&Finished| found.peers.iter().any(|other| other.ip() == peer.ip());
    found.iter().filter(finds).count()
}

fn mean(found: &[Finished], number: fn(&Finished) -> f64) -> f64 {
    found.iter().map(number).sum::<f64>() / found.len() as f64
}

/// Which part of the 8 nodes that are truly closest lookups end at.
fn recall(network: &Network, found: &[Finished], key: Key) -> f64 {
    let truth = network.closest(NodeId::from(key), Family::V4, 8);
    let truth: Vec<SocketAddr> = truth.iter().map(|node| address(network, *node)).collect();
    let met = found.iter().flat_map(|found| &found.report.closest);
    let met = met.filter(|node| truth.contains(&node.address)).count();
    met as f64 / (8 * found.len()) as f64
}

/// Hosts of bad intent make themselves known, and wait until those who heard of them have asked back.
fn make_known(network: &mut Network, impostors: &[HostId]) {
    for _ in 0..2 {
        impostors.iter().for_each(|host| network.make_known(*host));
        network.run_for(100 * SECOND);
    }
}

/// 256 hosts closer to a key than any node, each in a network of its own, naming only one another.
#[test]
fn sybils_hide_neither_what_was_announced_before_them_nor_what_comes_after() {
    let (mut network, nodes, _) = settled(21, NODES);
    network.set_link(Link::default().loss(0.02));
    let key = Key::of_name("besieged");
    announce(&mut network, nodes[1], key);
    // Whoever has looked for anything, were it itself, knows how large the network is, and with it what is too dense.
    let elsewhere = Key::of_name("elsewhere");
    look_up(&mut network, &nodes, elsewhere);
    network.perform(nodes[2], |core, now| core.get_peers(now, elsewhere));
    let sybils: Vec<HostId> = (0..256)
        .map(|_| network.add_impostor(None, Malice::Sybil(key)))
        .collect();
    make_known(&mut network, &sybils);
    announce(&mut network, nodes[2], key);
    let found = look_up(&mut network, &nodes, key);
    for writer in [nodes[1], nodes[2]] {
        let finders = finders(&found, address(&network, writer));
        assert_eq!(finders, found.len(), "{finders} found it");
    }
}

/// Every tenth host answers with nodes that do not exist, under another id each time.
#[test]
fn poisoners_enter_no_table_and_make_lookups_no_longer() {
    let (mut network, nodes, _) = settled(22, NODES);
    let key = Key::of_name("room");
    let before = look_up(&mut network, &nodes, key);
    let poisoners: Vec<HostId> = (0..NODES / 10)
        .map(|_| network.add_impostor(None, Malice::Poisoner))
        .collect();
    make_known(&mut network, &poisoners);
    let after = look_up(&mut network, &nodes, key);
    let queries = |found: &Finished| f64::from(found.report.queries);
    let (calm, attacked) = (mean(&before, queries), mean(&after, queries));
    assert!(attacked < 1.15 * calm, "{calm} and then {attacked} queries");
    let recall = recall(&network, &after, key);
    assert!(recall > 0.99, "recall {recall}");

    let asker = Asker::new(&mut network, "9.1.1.1");
    for (number, node) in nodes.iter().enumerate().step_by(10) {
        let target = NodeId::new([number as u8; 20]);
        let to = address(&network, *node);
        let answer = asker.ask(&mut network, 4000, to, Call::FindNode { target });
        for named in answer.expect("answered").nodes {
            let honest = nodes.iter().any(|node| address(&network, *node) == named);
            assert!(honest, "{named} was named");
        }
    }
}

/// Somebody who has tokens of all nodes around a key announces with them in the name of others, elsewhere, and too late.
#[test]
fn replayed_tokens_announce_nothing() {
    let (mut network, nodes, _) = settled(23, NODES);
    network.set_link(Link::default().jitter(0.0));
    let (room, other) = (Key::of_name("room"), Key::of_name("other room"));
    let owner = Asker::new(&mut network, "8.1.1.1");
    let thief = Asker::new(&mut network, "9.1.1.1");
    let victim = ip("11.1.1.1");
    let around: Vec<SocketAddr> = network
        .closest(NodeId::from(room), Family::V4, 8)
        .into_iter()
        .map(|node| address(&network, node))
        .collect();
    let tokens: Vec<Vec<u8>> = around
        .iter()
        .map(|node| owner.get_peers(&mut network, *node, room).token)
        .collect();
    let (mut accepted, mut tried) = (0, 0);
    for (node, token) in around.iter().zip(&tokens) {
        let stolen = thief.announce(&mut network, *node, room, 5001, token);
        let elsewhere = owner.announce(&mut network, *node, other, 5002, token);
        accepted += usize::from(stolen.is_ok()) + usize::from(elsewhere.is_ok());
        let forged = Query::new(
            NodeId::for_address(victim, [3; 20]),
            Call::AnnouncePeer {
                info_hash: room,
                port: 5003,
                implied_port: false,
                token,
                seed: false,
            },
        );
        let mut bytes = Vec::new();
        Message::query(b"fake", forged).encode(&mut bytes);
        network.send(SocketAddr::new(victim, 4000), *node, &bytes);
        tried += 3;
    }
    network.run_for(11 * MINUTE);
    for (node, token) in around.iter().zip(&tokens) {
        let late = owner.announce(&mut network, *node, room, 5004, token);
        accepted += usize::from(late.is_ok());
        tried += 1;
    }
    assert_eq!((accepted, tried), (0, 32));
    // What a token is for still works, and is all that is found.
    for node in &around {
        let token = owner.get_peers(&mut network, *node, room).token;
        let announced = owner.announce(&mut network, *node, room, 5000, &token);
        assert_eq!(announced, Ok(()));
    }
    for found in look_up(&mut network, &nodes, room) {
        assert_eq!(found.peers, [owner.address(5000)]);
    }
    assert!(
        look_up(&mut network, &nodes, other)
            .iter()
            .all(|found| found.peers.is_empty())
    );
}

/// One host asks all nodes around a key for it, as fast as it can.
#[test]
fn a_flood_gets_few_answers_and_delays_nobody() {
    let (mut network, nodes, _) = settled(24, NODES);
    network.set_link(Link::default().jitter(0.0));
    let key = Key::of_name("flooded");
    announce(&mut network, nodes[1], key);
    let calm = look_up(&mut network, &nodes, key);
    let around: Vec<SocketAddr> = network
        .closest(NodeId::from(key), Family::V4, 8)
        .into_iter()
        .map(|node| address(&network, node))
        .collect();
    let place = ip("8.1.1.1");
    let flooder = network.add_socket(place);
    let call = Call::GetPeers {
        info_hash: key,
        scrape: false,
        no_seed: false,
    };
    let mut bytes = Vec::new();
    Message::query(
        b"fast",
        Query::new(NodeId::for_address(place, [7; 20]), call),
    )
    .encode(&mut bytes);
    let (mut asked, mut answered, mut answered_bytes, seconds) = (0usize, 0usize, 0usize, 20);
    let mut under_way = Vec::new();
    let mut readers = nodes.iter().skip(25).step_by(NODES / 20);
    for _ in 0..seconds {
        for _ in 0..100 {
            for node in &around {
                network.send(SocketAddr::new(place, 4000), *node, &bytes);
                asked += 1;
            }
        }
        let reader = *readers.next().unwrap();
        let begun = network.drive(reader, |core, now| core.get_peers(now, key));
        under_way.extend(network.finish(reader, begun.unwrap().unwrap()));
        network.run_for(SECOND);
        while let Some((_, answer)) = network.receive(flooder) {
            answered += 1;
            answered_bytes += answer.len();
        }
    }
    assert_eq!(finders(&under_way, address(&network, nodes[1])), seconds);
    let duration = |found: &Finished| found.report.duration.as_secs_f64();
    let (calm, flooded) = (mean(&calm, duration), mean(&under_way, duration));
    assert!(flooded < 1.2 * calm, "{calm} s and then {flooded} s");
    assert!(answered * 5 < asked, "{answered} of {asked} answered");
    // What comes back is less than what was sent, so that nobody gains by a flood in another's name.
    let asked_bytes = asked * bytes.len();
    assert!(
        answered_bytes < asked_bytes,
        "{answered_bytes} for {asked_bytes} bytes"
    );
}

/// A tenth of all hosts, each in a network of its own, tell everybody that they are at an address where they are not.
#[test]
fn a_tenth_of_liars_makes_nobody_believe_in_another_address() {
    let (mut network, nodes, _) = settled(25, NODES);
    let liars: Vec<HostId> = (0..NODES / 10)
        .map(|_| network.add_impostor(None, Malice::AddressLiar(ip("8.8.8.8"))))
        .collect();
    make_known(&mut network, &liars);
    let newcomer = network.add_node(NodePlan::default());
    network.run_for(MINUTE);
    let mut told = 0;
    for node in nodes.iter().chain([&newcomer]) {
        let true_ip = address(&network, *node).ip();
        let core = network.node(*node).unwrap();
        let external = core.external_address(Family::V4);
        assert!(
            external.is_none_or(|external| external == true_ip),
            "{external:?}"
        );
        told += usize::from(external.is_some());
    }
    assert!(
        told > NODES * 9 / 10,
        "{told} of {NODES} know where they are"
    );
    let core = network.node(newcomer).unwrap();
    let true_ip = address(&network, newcomer).ip();
    assert_eq!(core.external_address(Family::V4), Some(true_ip));
    assert!(core.id(Family::V4).unwrap().is_valid_for(true_ip));
    // The liars did take part: many nodes have them in their tables.
    let liars: Vec<Vec<u8>> = liars
        .iter()
        .map(|liar| compact(address(&network, *liar)))
        .collect();
    let knows = |node: &&HostId| {
        let saved = network.node(**node).unwrap().save();
        let mut entries = saved.windows(6);
        entries.any(|entry| liars.iter().any(|liar| liar == entry))
    };
    let knowing = nodes.iter().step_by(10).filter(knows).count();
    assert!(
        knowing > NODES / 20,
        "{knowing} of {} know a liar",
        NODES / 10
    );
}

fn compact(address: SocketAddr) -> Vec<u8> {
    let SocketAddr::V4(v4) = address else {
        panic!("asked for IPv4");
    };
    let mut bytes = v4.ip().octets().to_vec();
    bytes.extend(v4.port().to_be_bytes());
    bytes
}
