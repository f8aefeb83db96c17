//! How much a node tells whom it does not know: whoever asks may have forged its address, and the answer then hits a
//! victim (BEP 5, "KRPC Protocol"; BEP 44; BEP 51).
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::HashSet;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bip_dht::{
    Body, Call, DhtConfig, DhtCore, Key, MAX_ANSWER_LENGTH, Message, MessageDecoder, NodeId, Put,
    Query, Response, Role,
};

const LOCAL: &str = "127.0.0.1:4000";
const STRANGER: &str = "203.0.113.9:4000";

/// How often its own length a stranger gets back.
const FACTOR: usize = 3;

/// How many queries of one host are answered at once, and how long it takes to forget them.
const BURST: usize = 50;
const REST: Duration = Duration::from_secs(60);

struct Server {
    core: DhtCore,
    now: Instant,
}

impl Server {
    /// A server that knows nobody.
    #[allow(clippy::disallowed_methods, reason = "any moment will do")]
    fn alone() -> Server {
        let now = Instant::now();
        let config = DhtConfig::default().role(Role::Server);
        let core = DhtCore::new(now, config, [7; 32]);
        Server { core, now }
    }

    /// A server that knows eight nodes.
    fn new() -> Server {
        let mut server = Server::alone();
        for number in 1..=8 {
            server.meet(number);
        }
        server
    }

    fn meet(&mut self, number: u8) {
        let address = SocketAddr::from(([198, 51, number, 1], 4000));
        self.core.ping(self.now, address).unwrap();
        let mut query = Vec::new();
        self.core.poll_transmit(&mut query).unwrap();
        let mut decoder = MessageDecoder::new();
        let transaction = decoder.decode(&query).unwrap().transaction;
        let mut answer = Vec::new();
        let id = NodeId::new([number << 4; 20]);
        Message::response(transaction, Response::new(id)).encode(&mut answer);
        self.core.handle_datagram(self.now, address, &answer);
    }

    /// What comes back for a query, if anything does.
    fn ask(&mut self, from: &str, query: &[u8]) -> Option<Vec<u8>> {
        let from: SocketAddr = from.parse().unwrap();
        self.core.handle_datagram(self.now, from, query);
        let mut answer = Vec::new();
        let transmit = self.core.poll_transmit(&mut answer)?;
        assert_eq!(transmit.destination, from);
        Some(answer)
    }

    fn token(&mut self, call: Call<'_>) -> Vec<u8> {
        let answer = self.ask(LOCAL, &encoded(call, 4)).unwrap();
        read(&answer, |response| response.token.unwrap().to_vec())
    }

    /// Keeps an announce from a local peer.
    fn keep_peer(&mut self, info_hash: Key, port: u16) {
        let token = self.token(get_peers(info_hash));
        let call = Call::AnnouncePeer {
            info_hash,
            port,
            implied_port: false,
            token: &token,
            seed: false,
        };
        self.ask(LOCAL, &encoded(call, 4)).unwrap();
    }

    /// Keeps an item whose value is a string of `length` bytes, and says where.
    fn keep_item(&mut self, length: usize) -> Key {
        let value = format!("{length}:{}", "x".repeat(length));
        let target = Key::of_immutable(value.as_bytes());
        let token = self.token(get(target));
        let put = Put::immutable(&token, value.as_bytes());
        let answer = self.ask(LOCAL, &encoded(Call::Put(put), 4)).unwrap();
        read(&answer, |_| ());
        target
    }

    /// How many times in a row a query is answered at one moment.
    fn answered_at_once(&mut self, query: &[u8]) -> usize {
        self.now += REST;
        let asked = 4 * BURST;
        (0..asked)
            .filter(|_| self.ask(STRANGER, query).is_some())
            .count()
    }
}

fn encoded(call: Call<'_>, transaction_length: usize) -> Vec<u8> {
    let transaction = vec![b't'; transaction_length];
    let mut datagram = Vec::new();
    Message::query(&transaction, Query::new(NodeId::new([9; 20]), call)).encode(&mut datagram);
    datagram
}

fn get_peers(info_hash: Key) -> Call<'static> {
    Call::GetPeers {
        info_hash,
        scrape: false,
        no_seed: false,
    }
}

fn get(target: Key) -> Call<'static> {
    Call::Get { target, seq: None }
}

#[track_caller]
fn read<R>(answer: &[u8], look: impl FnOnce(Response<'_>) -> R) -> R {
    match MessageDecoder::new().decode(answer).unwrap().body {
        Body::Response(response) => look(response),
        body => panic!("{body:?}"),
    }
}

/// Peers are cut to the byte: no more than three times the query, and not one peer less than there is room for.
#[test]
fn peers_fill_three_times_the_query_and_no_byte_more() {
    let mut server = Server::new();
    let key = Key::of_name("a");
    for port in 1..=60 {
        server.keep_peer(key, port);
    }
    for length in 1..=32 {
        server.now += Duration::from_secs(1);
        let query = encoded(get_peers(key), length);
        let answer = server.ask(STRANGER, &query).unwrap();
        let room = FACTOR * query.len();
        assert!(
            (room - 7..=room).contains(&answer.len()),
            "{} of {room}",
            answer.len()
        );
        read(&answer, |response| {
            assert_eq!(response.all_nodes().count(), 4);
            assert!(response.values.unwrap().iter().count() >= 6);
        });
    }
    let answer = server.ask(LOCAL, &encoded(get_peers(key), 4)).unwrap();
    read(&answer, |response| {
        assert_eq!(response.values.unwrap().iter().count(), 60)
    });
}

/// Few peers fit into an answer to a stranger. If they were always the same, whoever announces first would hide all others.
#[test]
fn strangers_are_told_of_every_peer_sooner_or_later() {
    let mut server = Server::new();
    let key = Key::of_name("a");
    for port in 1..=60 {
        server.keep_peer(key, port);
    }
    let query = encoded(get_peers(key), 4);
    let mut told = HashSet::new();
    for _ in 0..200 {
        server.now += Duration::from_secs(1);
        let answer = server.ask(STRANGER, &query).unwrap();
        read(&answer, |response| {
            told.extend(response.values.unwrap().iter());
        });
    }
    assert_eq!(told.len(), 60);
}

/// BEP 51: a stranger learns a few keys and where to go on, a neighbour 20.
#[test]
fn keys_fill_three_times_the_query_and_no_byte_more() {
    let mut server = Server::new();
    for number in 0..30u8 {
        server.keep_peer(Key::of_name([number]), 1);
    }
    let call = Call::SampleInfohashes {
        target: NodeId::new([3; 20]),
    };
    for length in 1..=32 {
        server.now += Duration::from_secs(1);
        let query = encoded(call, length);
        let answer = server.ask(STRANGER, &query).unwrap();
        let room = FACTOR * query.len();
        assert!(
            (room - 20..=room).contains(&answer.len()),
            "{} of {room}",
            answer.len()
        );
        read(&answer, |response| {
            assert_eq!(response.all_nodes().count(), 4);
            assert!(response.samples.unwrap().len() >= 3);
            assert_eq!(response.sample_count, Some(30));
        });
    }
    let answer = server.ask(LOCAL, &encoded(call, 4)).unwrap();
    read(&answer, |response| {
        assert_eq!(response.samples.unwrap().len(), 20);
        assert_eq!(response.all_nodes().count(), 8);
    });
}

/// BEP 51: the few keys that a stranger learns are not always the same either.
#[test]
fn strangers_are_told_of_every_key_sooner_or_later() {
    let mut server = Server::new();
    for number in 0..20u8 {
        server.keep_peer(Key::of_name([number]), 1);
    }
    let call = Call::SampleInfohashes {
        target: NodeId::new([3; 20]),
    };
    let query = encoded(call, 4);
    let mut told = HashSet::new();
    for _ in 0..200 {
        server.now += Duration::from_secs(1);
        let answer = server.ask(STRANGER, &query).unwrap();
        read(&answer, |response| {
            assert!(response.samples.unwrap().len() < 20);
            told.extend(response.samples.unwrap().iter());
        });
    }
    assert_eq!(told.len(), 20);
}

/// BEP 44: nobody could look up an item that only neighbours are given. It comes whole, with the nodes beside it that a
/// stranger gets with anything.
#[test]
fn a_stranger_gets_an_item_whole_and_nothing_more_on_top_than_the_item() {
    let mut server = Server::new();
    for length in (0..990).step_by(37).chain([996]) {
        let target = server.keep_item(length);
        let value_length = format!("{length}:").len() + length;
        let query = encoded(get(target), 4);
        server.now += Duration::from_secs(1);
        let answer = server.ask(STRANGER, &query).unwrap();
        let room = (FACTOR * query.len()).max(240) + value_length;
        assert!(answer.len() <= room.min(MAX_ANSWER_LENGTH));
        read(&answer, |response| {
            assert_eq!(response.value.unwrap().len(), value_length);
            assert!(response.token.is_some());
            let nodes = response.all_nodes().count();
            let least = if value_length < 900 { 4 } else { 2 };
            assert!((least..=4).contains(&nodes), "{nodes} beside {length}");
        });
    }
}

/// What an item is longer than a stranger's share is paid for out of the host's budget, so that items bring a victim no
/// more bytes than pings do.
#[test]
fn an_answer_one_byte_past_the_share_costs_twice_and_each_share_once_more() {
    let mut server = Server::new();
    let share = FACTOR * encoded(get(Key::new([0; 20])), 4).len();
    let mut seen = [0; 6];
    for length in 1..=996 {
        // Lengths that bring the answer to the edges of a share, and some others.
        let target = server.keep_item(length);
        let query = encoded(get(target), 4);
        server.now += REST;
        let answer = server.ask(STRANGER, &query).unwrap().len();
        let is_edge = answer % share <= 1;
        if !is_edge && length % 200 != 0 {
            continue;
        }
        let cost = answer.div_ceil(share);
        assert_eq!(
            server.answered_at_once(&query),
            BURST.div_ceil(cost),
            "{answer} bytes at {share} a share"
        );
        seen[cost] += 1;
    }
    assert!(
        seen[1..].iter().filter(|seen| **seen > 0).count() >= 3,
        "{seen:?}"
    );
}

/// BEP 33: filters come on top too, and are paid for.
#[test]
fn filters_are_paid_for() {
    let mut server = Server::new();
    let info_hash = Key::of_name("a");
    server.keep_peer(info_hash, 1);
    let call = Call::GetPeers {
        info_hash,
        scrape: true,
        no_seed: false,
    };
    let query = encoded(call, 4);
    server.now += REST;
    let answer = server.ask(STRANGER, &query).unwrap();
    read(&answer, |response| {
        assert!(response.seeds.is_some() && response.downloaders.is_some());
        assert_eq!(response.all_nodes().count(), 4);
    });
    let cost = answer.len().div_ceil(FACTOR * query.len());
    assert!(cost > 1);
    assert_eq!(server.answered_at_once(&query), BURST.div_ceil(cost));
    // Who is known is not asked to pay.
    let known = "198.51.1.1:4000";
    let mut datagram = Vec::new();
    let asked = Query::new(NodeId::new([1 << 4; 20]), call);
    Message::query(b"tttt", asked).encode(&mut datagram);
    server.now += REST;
    let answered = (0..2 * BURST).filter(|_| server.ask(known, &datagram).is_some());
    assert_eq!(answered.count(), BURST);
}

/// As many peers as fit where nothing else is to be said.
#[test]
fn an_answer_names_120_peers_at_most() {
    let key = Key::of_name("a");
    for count in [119, 120, 121] {
        let mut server = Server::alone();
        for number in 0..count {
            // Four of each address, and few enough of each network.
            let [place, host, port] = [number / 40, number / 4 % 10, number % 4];
            let from = format!("10.0.{place}.{}:{}", host + 1, 4000 + port);
            let query = encoded(get_peers(key), 4);
            let answer = server.ask(&from, &query).unwrap();
            let token = read(&answer, |response| response.token.unwrap().to_vec());
            let call = Call::AnnouncePeer {
                info_hash: key,
                port: 0,
                implied_port: true,
                token: &token,
                seed: false,
            };
            server.ask(&from, &encoded(call, 4)).unwrap();
        }
        server.now += REST;
        let answer = server.ask(LOCAL, &encoded(get_peers(key), 4)).unwrap();
        assert!(answer.len() <= MAX_ANSWER_LENGTH);
        read(&answer, |response| {
            let peers = response.values.unwrap().iter().count();
            assert_eq!(peers, count.min(120));
        });
    }
}
