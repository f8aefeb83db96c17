//! What a node answers, datagram by datagram (BEP 5, "DHT Queries").
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bip_dht::{
    Body, Call, DhtConfig, DhtCore, DhtEvent, ErrorCode, Family, Key, Message, MessageDecoder,
    NodeId, Query, Role, Want,
};

struct Server {
    core: DhtCore,
    now: Instant,
}

const LOCAL: &str = "10.1.2.3:4000";
const STRANGER: &str = "203.0.113.9:4000";

impl Server {
    #[allow(clippy::disallowed_methods, reason = "any moment will do")]
    fn new(config: DhtConfig) -> Server {
        let now = Instant::now();
        let core = DhtCore::new(now, config, [7; 32]);
        Server { core, now }
    }

    fn serving() -> Server {
        Server::new(DhtConfig::default().role(Role::Server))
    }

    /// What comes back for a datagram.
    fn send(&mut self, from: &str, datagram: &[u8]) -> Option<Vec<u8>> {
        let from: SocketAddr = from.parse().unwrap();
        self.core.handle_datagram(self.now, from, datagram);
        let mut answer = Vec::new();
        let transmit = self.core.poll_transmit(&mut answer)?;
        assert_eq!(transmit.destination, from);
        Some(answer)
    }

    fn ask(&mut self, from: &str, call: Call<'_>) -> Option<Vec<u8>> {
        self.send(from, &encoded(call, false))
    }

    fn token(&mut self, from: &str, key: Key) -> Vec<u8> {
        let answer = self.ask(from, get_peers(key)).unwrap();
        let mut decoder = MessageDecoder::new();
        match decoder.decode(&answer).unwrap().body {
            Body::Response(response) => response.token.unwrap().to_vec(),
            _ => panic!("no response"),
        }
    }
}

fn encoded(call: Call<'_>, read_only: bool) -> Vec<u8> {
    let mut message = Message::query(b"tid", Query::new(NodeId::new([9; 20]), call));
    message.read_only = read_only;
    let mut datagram = Vec::new();
    message.encode(&mut datagram);
    datagram
}

fn get_peers(info_hash: Key) -> Call<'static> {
    Call::GetPeers {
        info_hash,
        scrape: false,
        no_seed: false,
    }
}

/// The code of a refusal.
fn code(answer: &[u8]) -> Option<ErrorCode> {
    match MessageDecoder::new().decode(answer).unwrap().body {
        Body::Error(error) => Some(error.code),
        _ => None,
    }
}

#[test]
fn every_answer_echoes_the_transaction_and_tells_the_asker_its_address() {
    let mut server = Server::serving();
    for call in [Call::Ping, get_peers(Key::of_name("a"))] {
        let answer = server.ask(STRANGER, call).unwrap();
        let mut decoder = MessageDecoder::new();
        let message = decoder.decode(&answer).unwrap();
        assert_eq!(message.transaction, b"tid");
        assert_eq!(message.ip, Some(STRANGER.parse().unwrap()));
        assert!(!message.read_only);
    }
}

#[test]
fn errors_say_what_was_wrong() {
    let mut server = Server::serving();
    let unknown = Call::Unknown {
        name: b"vote",
        target: None,
    };
    let answer = server.ask(LOCAL, unknown).unwrap();
    assert_eq!(code(&answer), Some(ErrorCode::MethodUnknown));

    let malformed = b"d1:ad2:id20:aaaaaaaaaaaaaaaaaaaae1:q9:find_node1:t3:tid1:y1:qe";
    let answer = server.send(LOCAL, malformed).unwrap();
    assert_eq!(code(&answer), Some(ErrorCode::Protocol));

    let forged = Call::AnnouncePeer {
        info_hash: Key::of_name("a"),
        port: 1,
        implied_port: false,
        token: b"12345678",
        seed: false,
    };
    let answer = server.ask(LOCAL, forged).unwrap();
    assert_eq!(code(&answer), Some(ErrorCode::Protocol));

    let token = server.token(LOCAL, Key::of_name("a"));
    let nowhere = Call::AnnouncePeer {
        info_hash: Key::of_name("a"),
        port: 0,
        implied_port: false,
        token: &token,
        seed: false,
    };
    let answer = server.ask(LOCAL, nowhere).unwrap();
    assert_eq!(code(&answer), Some(ErrorCode::Protocol));
    assert_eq!(server.core.stats().peers, 0);
}

#[test]
fn an_unknown_query_with_a_target_is_answered_like_find_node() {
    let mut server = Server::serving();
    let unknown = Call::Unknown {
        name: b"vote",
        target: Some(NodeId::new([3; 20])),
    };
    let answer = server.ask(LOCAL, unknown).unwrap();
    let mut decoder = MessageDecoder::new();
    let Body::Response(response) = decoder.decode(&answer).unwrap().body else {
        panic!("no response");
    };
    assert!(response.nodes.is_some() && response.nodes6.is_none());
}

#[test]
fn what_is_no_query_is_never_answered() {
    let mut server = Server::serving();
    for datagram in [
        &b"d1:rd2:id20:aaaaaaaaaaaaaaaaaaaae1:t3:tid1:y1:re"[..],
        b"d1:eli201e1:xe1:t3:tid1:y1:ee",
        b"d1:t3:tid1:y1:re",
        b"hello",
        b"",
    ] {
        assert_eq!(server.send(LOCAL, datagram), None);
    }
}

#[test]
fn nobody_is_answered_at_port_0_nor_under_our_own_id() {
    let mut server = Server::serving();
    assert_eq!(server.ask("203.0.113.9:0", Call::Ping), None);
    let own = server.core.id(Family::V4).unwrap();
    let mut echo = Vec::new();
    Message::query(b"tid", Query::new(own, Call::Ping)).encode(&mut echo);
    assert_eq!(server.send(LOCAL, &echo), None);
}

#[test]
fn an_asker_is_answered_in_the_families_it_wants() {
    let mut server = Server::serving();
    let call = Call::FindNode {
        target: NodeId::new([3; 20]),
    };
    for (want, families) in [
        (Want::default(), (true, false)),
        (
            Want {
                n4: false,
                n6: true,
            },
            (false, true),
        ),
        (Want { n4: true, n6: true }, (true, true)),
    ] {
        let mut query = Vec::new();
        let asked = Query::new(NodeId::new([9; 20]), call).want(want);
        Message::query(b"tid", asked).encode(&mut query);
        let answer = server.send(LOCAL, &query).unwrap();
        let mut decoder = MessageDecoder::new();
        let Body::Response(response) = decoder.decode(&answer).unwrap().body else {
            panic!("no response");
        };
        assert_eq!(
            (response.nodes.is_some(), response.nodes6.is_some()),
            families
        );
    }
}

#[test]
fn who_asks_too_fast_is_left_without_an_answer_and_others_are_not() {
    let mut server = Server::serving();
    let answered = (0..200)
        .filter(|_| server.ask(STRANGER, Call::Ping).is_some())
        .count();
    assert!((10..100).contains(&answered), "{answered}");
    assert!(server.core.stats().limited > 0);
    assert!(server.ask("198.51.100.1:4000", Call::Ping).is_some());
    server.now += Duration::from_secs(60);
    assert!(server.ask(STRANGER, Call::Ping).is_some());
}

#[test]
fn a_read_only_node_never_answers() {
    let mut server = Server::new(DhtConfig::default().role(Role::ReadOnly));
    assert_eq!(server.ask(LOCAL, Call::Ping), None);
    assert_eq!(server.ask(STRANGER, Call::Ping), None);
    assert!(!server.core.is_server());
}

#[test]
fn a_node_in_doubt_answers_once_a_stranger_has_reached_it() {
    let mut server = Server::new(DhtConfig::default());
    assert!(!server.core.is_server());
    assert!(server.ask(STRANGER, Call::Ping).is_some());
    assert!(server.core.is_server());
    let events: Vec<_> = std::iter::from_fn(|| server.core.poll_event()).collect();
    assert!(events.contains(&DhtEvent::BecameServer));
}

#[test]
fn a_read_only_asker_is_answered_and_not_remembered() {
    for (read_only, asked_back) in [(true, false), (false, true)] {
        let mut server = Server::serving();
        assert!(
            server
                .send(LOCAL, &encoded(Call::Ping, read_only))
                .is_some()
        );
        server.now += Duration::from_secs(2);
        server.core.handle_timeout(server.now);
        let mut query = Vec::new();
        assert_eq!(server.core.poll_transmit(&mut query).is_some(), asked_back);
    }
}

#[test]
fn what_a_node_knew_outlives_a_restart() {
    let mut server = Server::serving();
    let id = server.core.id(Family::V4);
    server.core.add_node(server.now, LOCAL.parse().unwrap());
    server.core.handle_timeout(server.now);
    let mut query = Vec::new();
    server.core.poll_transmit(&mut query).unwrap();
    let mut decoder = MessageDecoder::new();
    let transaction = decoder.decode(&query).unwrap().transaction;
    let mut answer = Vec::new();
    let response = bip_dht::Response::new(NodeId::new([9; 20]));
    Message::response(transaction, response).encode(&mut answer);
    server.send(LOCAL, &answer);
    assert_eq!(server.core.stats().nodes_v4, 1);

    let saved = server.core.save();
    let mut restarted = Server::new(DhtConfig::default().role(Role::Server));
    restarted.core = DhtCore::new(restarted.now, DhtConfig::default(), [8; 32]);
    assert_ne!(restarted.core.id(Family::V4), id);
    restarted.core.restore(restarted.now, &saved).unwrap();
    assert_eq!(restarted.core.id(Family::V4), id);
    restarted.core.handle_timeout(restarted.now);
    let transmit = restarted.core.poll_transmit(&mut query).unwrap();
    assert_eq!(transmit.destination, LOCAL.parse().unwrap());
    assert!(restarted.core.restore(restarted.now, b"damaged").is_err());
}
