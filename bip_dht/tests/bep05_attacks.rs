//! Attacks that are known to succeed against other nodes, and fail here. Several of them are tried on such nodes, too, in
//! `benches/tests/bep05_attacks_on_rivals.rs`.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail")]

mod support;

use std::collections::HashSet;
use std::net::SocketAddr;

use bip_dht::sim::{Link, Malice};
use bip_dht::{Call, Family, Key, NodeId};
use support::{Asker, MINUTE, SECOND, settled};

/// BEP 5, "Errors": a bad token.
const PROTOCOL_ERROR: i64 = 203;

/// Tokens that are a checksum of address and secret can be computed from others', since every checksum is linear: those
/// of three addresses, added up bit by bit, are that of the address that is the sum of the three.
#[test]
fn tokens_of_three_addresses_do_not_add_up_to_that_of_a_fourth() {
    let (mut network, _, node) = settled(1, 20);
    let key = Key::of_name("room");
    let thieves = ["8.1.1.1", "8.1.1.2", "8.1.1.4"].map(|ip| Asker::new(&mut network, ip));
    let tokens = thieves
        .each_ref()
        .map(|thief| thief.get_peers(&mut network, node, key).token);
    let places = 0..tokens[0].len();
    let forged: Vec<u8> = places
        .map(|at| tokens.iter().fold(0, |sum, token| sum ^ token[at]))
        .collect();

    let victim = Asker::new(&mut network, "8.1.1.7");
    let announced = victim.announce(&mut network, node, key, 5000, &forged);
    assert_eq!(announced, Err(Some(PROTOCOL_ERROR)));
    assert_eq!(victim.get_peers(&mut network, node, key).values, []);
}

#[test]
fn a_token_is_good_for_no_other_address_and_no_other_key() {
    let (mut network, _, node) = settled(2, 20);
    let (room, other) = (Key::of_name("room"), Key::of_name("other room"));
    let owner = Asker::new(&mut network, "8.1.1.1");
    let thief = Asker::new(&mut network, "9.1.1.1");
    let token = owner.get_peers(&mut network, node, room).token;

    let refused = Err(Some(PROTOCOL_ERROR));
    assert_eq!(
        thief.announce(&mut network, node, room, 5000, &token),
        refused
    );
    assert_eq!(
        owner.announce(&mut network, node, other, 5000, &token),
        refused
    );
    assert_eq!(
        owner.announce(&mut network, node, room, 5000, &token),
        Ok(())
    );
    // The owner's own ports share its token: NAT may give each query another.
    assert_eq!(
        thief.get_peers(&mut network, node, room).values,
        [owner.address(5000)]
    );
    assert_eq!(thief.get_peers(&mut network, node, other).values, []);
}

#[test]
fn a_token_is_good_for_five_to_ten_minutes() {
    let (mut network, _, node) = settled(3, 20);
    let key = Key::of_name("room");
    let owner = Asker::new(&mut network, "8.1.1.1");
    let token = owner.get_peers(&mut network, node, key).token;
    network.run_for(4 * MINUTE);
    assert_eq!(
        owner.announce(&mut network, node, key, 5000, &token),
        Ok(())
    );
    network.run_for(7 * MINUTE);
    let late = owner.announce(&mut network, node, key, 5000, &token);
    assert_eq!(late, Err(Some(PROTOCOL_ERROR)));
}

#[test]
fn one_address_does_not_fill_a_key_with_many_peers() {
    let (mut network, _, node) = settled(4, 20);
    let key = Key::of_name("room");
    let greedy = Asker::new(&mut network, "8.1.1.1");
    let token = greedy.get_peers(&mut network, node, key).token;
    for port in 5000..5098 {
        let _ = greedy.announce(&mut network, node, key, port, &token);
    }
    let honest = Asker::new(&mut network, "9.1.1.1");
    let token = honest.get_peers(&mut network, node, key).token;
    assert_eq!(
        honest.announce(&mut network, node, key, 6000, &token),
        Ok(())
    );
    let values = honest.get_peers(&mut network, node, key).values;
    let of_greedy = values
        .iter()
        .filter(|peer| peer.ip() == greedy.address(1).ip());
    let count = of_greedy.count();
    assert!((1..=4).contains(&count), "{count} peers of one address");
    assert!(values.contains(&honest.address(6000)));
}

#[test]
fn a_peer_at_port_0_is_not_kept() {
    let (mut network, _, node) = settled(5, 20);
    let key = Key::of_name("room");
    let asker = Asker::new(&mut network, "8.1.1.1");
    let token = asker.get_peers(&mut network, node, key).token;
    assert!(asker.announce(&mut network, node, key, 0, &token).is_err());
    assert_eq!(asker.get_peers(&mut network, node, key).values, []);
}

#[test]
fn malformed_datagrams_change_nothing() {
    let (mut network, _, node) = settled(6, 20);
    let asker = Asker::new(&mut network, "8.1.1.1");
    let nested = "l".repeat(700) + &"e".repeat(700);
    let malformed: [&[u8]; 16] = [
        b"",
        b"d",
        b"de",
        b"i5e",
        b"le",
        b"d1:ad2:id20:aaaaaaaaaaaaaaaaaaaae1:q4:ping1:t2:aa1:y1:q",
        b"d1:ade1:q4:ping1:t2:aa1:y1:qe",
        b"d1:ad2:id19:aaaaaaaaaaaaaaaaaaae1:q4:ping1:t2:aa1:y1:qe",
        b"d1:ad2:id20:aaaaaaaaaaaaaaaaaaaae1:q4:ping1:t0:1:y1:qe",
        b"d1:ad2:id99999999999999999999:aae1:q4:ping1:t2:aa1:y1:qe",
        b"d1:ad2:id20:aaaaaaaaaaaaaaaaaaaa4:porti-1ee1:q13:announce_peer1:t2:aa1:y1:qe",
        b"d1:eli201e5:errore1:t2:aa1:y1:ee",
        b"d1:rd2:id20:aaaaaaaaaaaaaaaaaaaa5:nodes3:abce1:t2:aa1:y1:re",
        b"d1:q4:ping1:t33:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1:y1:qe",
        b"\x00\xff\x80d1:y1:qe",
        nested.as_bytes(),
    ];
    for bytes in malformed {
        network.send(asker.address(4000), node, bytes);
    }
    network.run_for(SECOND);
    asker.answers(&mut network);
    assert!(asker.ask(&mut network, 4000, node, Call::Ping).is_some());
}

/// One address, and then a whole network of addresses, asks as fast as it can.
#[test]
fn a_flood_is_met_with_silence_and_others_are_still_answered() {
    let (mut network, _, node) = settled(7, 20);
    network.set_link(Link::default().jitter(0.0));
    let flooder = Asker::new(&mut network, "8.1.1.1");
    let neighbours: Vec<Asker> = (2..=250)
        .map(|host| Asker::new(&mut network, &format!("8.1.1.{host}")))
        .collect();
    let honest = Asker::new(&mut network, "9.1.1.1");
    let target = NodeId::new([1; 20]);
    let (mut asked, mut answered) = (0, 0);
    for second in 0..20 {
        for _ in 0..500 {
            flooder.send(&mut network, 4000, node, Call::FindNode { target });
        }
        for neighbour in &neighbours {
            neighbour.send(&mut network, 4000, node, Call::FindNode { target });
        }
        asked += 500 + neighbours.len();
        let got = honest.ask(&mut network, 4000, node, Call::FindNode { target });
        assert!(got.is_some(), "the honest are answered in second {second}");
        let askers = neighbours.iter().chain([&flooder]);
        answered += askers
            .map(|asker| asker.answers(&mut network).len())
            .sum::<usize>();
    }
    assert!(answered * 5 < asked, "{answered} of {asked} answered");
    // No grudge is held: whoever floods may be whoever is slandered.
    network.run_for(MINUTE);
    assert!(flooder.ask(&mut network, 4000, node, Call::Ping).is_some());
}

/// Who names nodes that do not exist, close to whatever is asked for, is believed by nobody.
#[test]
fn made_up_nodes_are_never_named_to_others() {
    let (mut network, nodes, _) = settled(8, 60);
    let honest: HashSet<SocketAddr> = nodes
        .iter()
        .filter_map(|node| network.address(*node, Family::V4))
        .collect();
    let poisoners: Vec<_> = (0..10)
        .map(|_| network.add_impostor(None, Malice::Poisoner))
        .collect();
    for _ in 0..5 {
        network.run_for(3 * MINUTE);
        poisoners
            .iter()
            .for_each(|poisoner| network.make_known(*poisoner));
        let searcher = nodes[3];
        let id = network.drive(searcher, |core, now| {
            core.find_node(now, NodeId::new([5; 20]))
        });
        network
            .finish(searcher, id.unwrap().unwrap())
            .expect("it ends");
    }
    let asker = Asker::new(&mut network, "9.1.1.1");
    for (number, node) in nodes.iter().enumerate() {
        let target = NodeId::new([5 + number as u8; 20]);
        let address = network.address(*node, Family::V4).unwrap();
        let answer = asker
            .ask(&mut network, 4000, address, Call::FindNode { target })
            .unwrap();
        let strange: Vec<_> = answer
            .nodes
            .iter()
            .filter(|node| !honest.contains(node))
            .collect();
        assert!(strange.is_empty(), "{strange:?}");
        assert!(!answer.nodes.is_empty());
    }
}
