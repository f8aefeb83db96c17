//! BEP 15 from the server's side: whom it answers, with how much, and whom it gives to others.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail")]

mod support;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bip_utracker::{
    AnnounceEvent, AnnounceOptions, AnnouncePacket, Family, InfoHashes, MAX_ANSWER_LENGTH,
    RequestPacket, ResponsePacket, ScrapeEntry, ScrapePacket, ServerStats, TrackerServerConfig,
    TrackerServerCore,
};
use support::{address, first_instant};

/// A server with its clock.
struct Server {
    core: TrackerServerCore,
    now: Instant,
}

/// What an announce brought.
#[derive(Debug, PartialEq, Eq)]
struct Announced {
    leechers: u32,
    seeders: u32,
    peers: BTreeSet<SocketAddr>,
}

impl Server {
    fn new(config: TrackerServerConfig) -> Server {
        Server {
            core: TrackerServerCore::new(config, [9; 32]),
            now: first_instant(),
        }
    }

    fn pass(&mut self, seconds: u64) {
        self.now += Duration::from_secs(seconds);
    }

    fn answer(&mut self, from: &str, packet: RequestPacket<'_>) -> Vec<u8> {
        let mut request = Vec::new();
        packet.encode(&mut request);
        self.answer_bytes(from, &request)
    }

    fn answer_bytes(&mut self, from: &str, request: &[u8]) -> Vec<u8> {
        let mut out = [0; 4096];
        let length = self.core.answer(self.now, address(from), request, &mut out);
        out[..length].to_vec()
    }

    fn connect(&mut self, from: &str) -> u64 {
        let answer = self.answer(from, RequestPacket::Connect { transaction_id: 5 });
        match ResponsePacket::decode(Family::V4, &answer) {
            Ok(ResponsePacket::Connect {
                transaction_id: 5,
                connection_id,
            }) => connection_id,
            other => panic!("{other:?}"),
        }
    }

    fn try_announce(
        &mut self,
        from: &str,
        packet: AnnouncePacket<'static>,
    ) -> Result<Announced, String> {
        let connection_id = self.connect(from);
        let answer = self.answer(
            from,
            RequestPacket::Announce(AnnouncePacket {
                connection_id,
                ..packet
            }),
        );
        match ResponsePacket::decode(Family::of(address(from)), &answer) {
            Ok(ResponsePacket::Announce {
                transaction_id: 6,
                leechers,
                seeders,
                peers,
                ..
            }) => {
                let set: BTreeSet<_> = peers.iter().collect();
                assert_eq!(set.len(), peers.len(), "a peer was given twice");
                Ok(Announced {
                    leechers,
                    seeders,
                    peers: set,
                })
            }
            Ok(ResponsePacket::Error {
                transaction_id: 6,
                message,
            }) => Err(String::from_utf8_lossy(message).into_owned()),
            other => panic!("{other:?}"),
        }
    }

    fn announce(&mut self, from: &str, packet: AnnouncePacket<'static>) -> Announced {
        self.try_announce(from, packet)
            .expect("the server has room")
    }

    fn scrape(&mut self, from: &str, hashes: &[u8]) -> Vec<ScrapeEntry> {
        let connection_id = self.connect(from);
        let packet = ScrapePacket {
            connection_id,
            transaction_id: 7,
            info_hashes: InfoHashes::new(hashes),
        };
        let answer = self.answer(from, RequestPacket::Scrape(packet));
        match ResponsePacket::decode(Family::V4, &answer) {
            Ok(ResponsePacket::Scrape {
                transaction_id: 7,
                entries,
            }) => entries.iter().collect(),
            other => panic!("{other:?}"),
        }
    }
}

fn server() -> Server {
    Server::new(TrackerServerConfig::default())
}

fn leecher(torrent: u8, port: u16) -> AnnouncePacket<'static> {
    AnnouncePacket {
        connection_id: 0,
        transaction_id: 6,
        info_hash: [torrent; 20],
        peer_id: [b'p'; 20],
        downloaded: 0,
        left: 1,
        uploaded: 0,
        event: AnnounceEvent::Started,
        key: 0,
        num_want: -1,
        port,
        options: AnnounceOptions::default(),
    }
}

fn seeder(torrent: u8, port: u16) -> AnnouncePacket<'static> {
    AnnouncePacket {
        left: 0,
        ..leecher(torrent, port)
    }
}

fn addresses(list: &[&str]) -> BTreeSet<SocketAddr> {
    list.iter().map(|text| address(text)).collect()
}

#[test]
fn without_a_valid_id_there_is_silence_and_a_connect_answer_is_no_longer_than_its_request() {
    let mut server = server();
    let connect = b"\0\0\x04\x17\x27\x10\x19\x80\0\0\0\0\0\0\0\x05";
    assert_eq!(
        server.answer_bytes("192.0.2.1:1", connect).len(),
        connect.len()
    );
    let id = server.connect("192.0.2.1:1");
    for connection_id in [0, 1, id ^ 1, 0x0417_2710_1980] {
        let announce = AnnouncePacket {
            connection_id,
            ..leecher(1, 1)
        };
        assert!(
            server
                .answer("192.0.2.1:1", RequestPacket::Announce(announce))
                .is_empty()
        );
        let info_hashes = InfoHashes::new(&[1; 20]);
        let scrape = ScrapePacket {
            connection_id,
            transaction_id: 7,
            info_hashes,
        };
        assert!(
            server
                .answer("192.0.2.1:1", RequestPacket::Scrape(scrape))
                .is_empty()
        );
    }
    // Somebody else's id.
    let announce = AnnouncePacket {
        connection_id: id,
        ..leecher(1, 1)
    };
    assert!(
        server
            .answer("192.0.2.2:1", RequestPacket::Announce(announce))
            .is_empty()
    );
    // The port may change on the way.
    assert!(
        !server
            .answer("192.0.2.1:2", RequestPacket::Announce(announce))
            .is_empty()
    );
    let ServerStats {
        connects,
        announces,
        ignored,
        ..
    } = server.core.stats();
    assert_eq!((connects, announces, ignored), (2, 1, 9));
}

#[test]
fn an_id_is_accepted_for_two_minutes() {
    let mut server = server();
    let connection_id = server.connect("192.0.2.1:1");
    let announce = RequestPacket::Announce(AnnouncePacket {
        connection_id,
        ..leecher(1, 1)
    });
    server.pass(120);
    assert!(!server.answer("192.0.2.1:1", announce).is_empty());
    server.pass(1);
    assert!(server.answer("192.0.2.1:1", announce).is_empty());
}

#[test]
fn peers_are_known_by_their_source_address_and_the_port_they_announce() {
    let mut server = server();
    server.announce("192.0.2.1:50000", leecher(1, 1001));
    server.announce("192.0.2.1:50001", leecher(1, 1001));
    server.announce("192.0.2.1:50000", leecher(1, 1002));
    let got = server.announce("192.0.2.2:50000", leecher(1, 1003));
    assert_eq!(got.peers, addresses(&["192.0.2.1:1001", "192.0.2.1:1002"]));
    assert_eq!((got.leechers, got.seeders), (3, 0));
    assert!(
        server
            .announce("192.0.2.2:50000", leecher(2, 1003))
            .peers
            .is_empty()
    );
}

#[test]
fn the_families_have_swarms_of_their_own() {
    let mut server = server();
    server.announce("192.0.2.1:5", leecher(1, 1001));
    server.announce("[2001:db8::1]:5", leecher(1, 1001));
    let v4 = server.announce("192.0.2.2:5", leecher(1, 1002));
    let v6 = server.announce("[2001:db8::2]:5", leecher(1, 1002));
    assert_eq!(v4.peers, addresses(&["192.0.2.1:1001"]));
    assert_eq!(v6.peers, addresses(&["[2001:db8::1]:1001"]));
    // An IPv4 client on a socket that takes both.
    let mapped = server.announce("[::ffff:192.0.2.3]:5", leecher(1, 1003));
    assert_eq!(
        mapped.peers,
        addresses(&["192.0.2.1:1001", "192.0.2.2:1002"])
    );
    let ServerStats {
        peers_v4,
        peers_v6,
        torrents_v4,
        torrents_v6,
        ..
    } = server.core.stats();
    assert_eq!((peers_v4, peers_v6, torrents_v4, torrents_v6), (3, 2, 1, 1));
}

#[test]
fn seeders_and_leechers_are_counted_and_seeders_get_leechers_first() {
    let mut server = server();
    server.announce("192.0.2.1:5", seeder(1, 1));
    server.announce("192.0.2.2:5", leecher(1, 2));
    let got = server.announce("192.0.2.3:5", seeder(1, 3));
    assert_eq!((got.seeders, got.leechers), (2, 1));
    assert_eq!(got.peers, addresses(&["192.0.2.2:2", "192.0.2.1:1"]));
    let completed = AnnouncePacket {
        event: AnnounceEvent::Completed,
        ..seeder(1, 2)
    };
    for _ in 0..2 {
        let got = server.announce("192.0.2.2:5", completed);
        assert_eq!((got.seeders, got.leechers), (3, 0));
    }
    assert_eq!(
        server.scrape("192.0.2.2:5", &[1; 20]),
        [ScrapeEntry {
            seeders: 3,
            completed: 1,
            leechers: 0
        }]
    );
}

#[test]
fn a_stopped_peer_is_gone_at_once_and_gets_nobody() {
    let mut server = server();
    server.announce("192.0.2.1:5", leecher(1, 1));
    server.announce("192.0.2.2:5", leecher(1, 2));
    let stopped = AnnouncePacket {
        event: AnnounceEvent::Stopped,
        ..leecher(1, 2)
    };
    let got = server.announce("192.0.2.2:5", stopped);
    assert_eq!((got.leechers, got.peers.len()), (1, 0));
    assert!(
        server
            .announce("192.0.2.1:5", leecher(1, 1))
            .peers
            .is_empty()
    );
}

#[test]
fn a_peer_without_a_port_gets_others_but_is_not_given() {
    let mut server = server();
    server.announce("192.0.2.1:5", leecher(1, 1));
    assert_eq!(
        server.announce("192.0.2.2:5", leecher(1, 0)).peers,
        addresses(&["192.0.2.1:1"])
    );
    assert_eq!(
        server.announce("192.0.2.3:5", leecher(1, 3)).peers,
        addresses(&["192.0.2.1:1"])
    );
}

#[test]
fn a_silent_peer_expires() {
    let mut server =
        Server::new(TrackerServerConfig::default().peer_lifetime(Duration::from_secs(100)));
    server.announce("192.0.2.1:5", leecher(1, 1));
    server.announce("192.0.2.1:5", leecher(2, 1));
    server.pass(100);
    assert_eq!(server.announce("192.0.2.2:5", leecher(1, 2)).leechers, 2);
    server.pass(1);
    assert_eq!(server.announce("192.0.2.2:5", leecher(1, 2)).leechers, 1);
    // Also in the swarm that nobody asks for.
    server.pass(60);
    server.announce("192.0.2.2:5", leecher(1, 2));
    assert_eq!(
        (
            server.core.stats().torrents_v4,
            server.core.stats().peers_v4
        ),
        (1, 1)
    );
}

#[test]
fn num_want_is_exact_up_to_its_limit() {
    let config = TrackerServerConfig::default()
        .default_num_want(7)
        .max_num_want(9);
    let mut server = Server::new(config);
    for port in 1..=20 {
        server.announce("192.0.2.1:5", leecher(1, port));
    }
    for (wanted, given) in [
        (-1, 7),
        (i32::MIN, 7),
        (0, 0),
        (1, 1),
        (3, 3),
        (9, 9),
        (10, 9),
        (i32::MAX, 9),
    ] {
        let got = server.announce(
            "192.0.2.2:5",
            AnnouncePacket {
                num_want: wanted,
                ..leecher(1, 99)
            },
        );
        assert_eq!(got.peers.len(), given, "of {wanted}");
    }
}

#[test]
fn an_answer_is_never_longer_than_its_limit() {
    let config = TrackerServerConfig::default().max_num_want(10_000);
    let mut server = Server::new(config);
    for port in 1..=300 {
        server.announce("192.0.2.1:5", leecher(1, port));
        server.announce("[2001:db8::1]:5", leecher(1, port));
    }
    for (from, peers, length) in [("192.0.2.2:5", 202, 1232), ("[2001:db8::2]:5", 67, 1226)] {
        let connection_id = server.connect(from);
        let packet = AnnouncePacket {
            connection_id,
            num_want: 10_000,
            ..leecher(1, 999)
        };
        let answer = server.answer(from, RequestPacket::Announce(packet));
        assert_eq!(answer.len(), length);
        assert!(answer.len() <= MAX_ANSWER_LENGTH);
        assert_eq!(server.announce(from, packet).peers.len(), peers);
    }
}

#[test]
fn a_short_buffer_makes_a_short_answer_or_none() {
    let mut server = server();
    for port in 1..=20 {
        server.announce("192.0.2.1:5", leecher(1, port));
    }
    let connection_id = server.connect("192.0.2.2:5");
    let mut request = Vec::new();
    RequestPacket::Announce(AnnouncePacket {
        connection_id,
        ..leecher(1, 99)
    })
    .encode(&mut request);
    for room in 0..80 {
        let mut out = vec![0; room];
        let length = server
            .core
            .answer(server.now, address("192.0.2.2:5"), &request, &mut out);
        assert_eq!(
            length,
            if room < 20 {
                0
            } else {
                20 + (room - 20) / 6 * 6
            }
        );
    }
}

#[test]
fn one_torrent_or_peer_past_the_limit_is_refused_and_known_ones_are_not() {
    let config = TrackerServerConfig::default().max_torrents(2).max_peers(3);
    let mut server = Server::new(config);
    server.announce("192.0.2.1:5", leecher(1, 1));
    server.announce("192.0.2.1:5", leecher(2, 1));
    let full = Err("tracker is full".to_owned());
    assert_eq!(server.try_announce("192.0.2.1:5", leecher(3, 1)), full);
    server.announce("192.0.2.1:5", leecher(2, 2));
    assert_eq!(server.try_announce("192.0.2.1:5", leecher(2, 3)), full);
    server.announce("192.0.2.1:5", seeder(2, 2));
    assert_eq!(server.core.stats().refused, 2);
    let stopped = AnnouncePacket {
        event: AnnounceEvent::Stopped,
        ..leecher(1, 1)
    };
    server.announce("192.0.2.1:5", stopped);
    server.announce("192.0.2.1:5", leecher(3, 1));
}

#[test]
fn a_scrape_is_answered_in_its_order_up_to_74_hashes() {
    let mut server = server();
    server.announce("192.0.2.1:5", leecher(1, 1));
    server.announce("192.0.2.1:5", seeder(2, 1));
    let one = ScrapeEntry {
        leechers: 1,
        ..ScrapeEntry::default()
    };
    let two = ScrapeEntry {
        seeders: 1,
        ..ScrapeEntry::default()
    };
    let unknown = ScrapeEntry::default();
    let hashes = [[2; 20], [9; 20], [1; 20]].concat();
    assert_eq!(server.scrape("192.0.2.2:5", &hashes), [two, unknown, one]);
    for (asked, answered) in [(0, 0), (74, 74), (75, 74)] {
        assert_eq!(
            server.scrape("192.0.2.2:5", &vec![1; asked * 20]),
            vec![one; answered]
        );
    }
}

#[test]
fn senders_that_cannot_be_answered_get_no_answer() {
    let mut server = server();
    for from in [
        "192.0.2.1:0",
        "0.0.0.0:5",
        "224.0.0.1:5",
        "[::]:5",
        "[ff02::1]:5",
    ] {
        assert!(
            server
                .answer(from, RequestPacket::Connect { transaction_id: 5 })
                .is_empty(),
            "{from}"
        );
    }
}
