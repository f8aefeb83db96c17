//! Client and server cores over a network that loses, delays, reorders and repeats datagrams, under a virtual clock.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail")]

mod support;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bip_utracker::{
    AnnounceError, MAX_ANSWER_LENGTH, TrackerClientConfig, TrackerClientCore, TrackerClientEvent,
    TrackerServerConfig, TrackerServerCore,
};
use support::{address, announce_of, first_instant};

/// How many percent of the datagrams suffer what.
#[derive(Clone, Copy)]
struct Weather {
    lost: u64,
    repeated: u64,
}

/// A datagram under way.
struct Datagram {
    from: SocketAddr,
    to: SocketAddr,
    bytes: Vec<u8>,
}

/// When a datagram came, to whom, and its bytes.
type Arrival = (Duration, SocketAddr, Vec<u8>);

struct Network {
    weather: Weather,
    random: u64,
    /// By arrival, then by departure.
    under_way: BTreeMap<(Instant, u64), Datagram>,
    /// Everything that arrived, for comparison of two runs.
    arrived: Vec<Arrival>,
    counter: u64,
}

impl Network {
    /// splitmix64: the same seed, the same weather.
    fn random(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.random;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    fn send(&mut self, now: Instant, from: SocketAddr, to: SocketAddr, bytes: &[u8]) {
        let copies = match self.random() % 100 {
            dice if dice < self.weather.lost => 0,
            dice if dice < self.weather.lost + self.weather.repeated => 2,
            _ => 1,
        };
        for _ in 0..copies {
            let latency = Duration::from_millis(5 + self.random() % 400);
            self.counter += 1;
            self.under_way.insert(
                (now + latency, self.counter),
                Datagram {
                    from,
                    to,
                    bytes: bytes.to_vec(),
                },
            );
        }
    }
}

/// Each client announces one torrent; all run until nothing is left to happen. Returns the ends and the traffic.
fn run(clients: u8, weather: Weather, seed: u64) -> (Vec<TrackerClientEvent>, Vec<Arrival>) {
    let start = first_instant();
    let mut now = start;
    let tracker = address("192.0.2.1:6969");
    let mut server = TrackerServerCore::new(TrackerServerConfig::default(), [seed as u8; 32]);
    let mut network = Network {
        weather,
        random: seed,
        under_way: BTreeMap::new(),
        arrived: Vec::new(),
        counter: 0,
    };
    let mut cores: BTreeMap<SocketAddr, TrackerClientCore> = (1..=clients)
        .map(|number| {
            let home = SocketAddr::from(([198, 51, 100, number], 5000));
            (
                home,
                TrackerClientCore::new(TrackerClientConfig::default(), [number; 32]),
            )
        })
        .collect();
    for core in cores.values_mut() {
        core.announce(now, tracker, announce_of(1))
            .expect("room for a request");
    }

    let mut events = Vec::new();
    let (mut buffer, mut answer) = (Vec::new(), [0; MAX_ANSWER_LENGTH]);
    loop {
        for (home, core) in &mut cores {
            while let Some(transmit) = core.poll_transmit(&mut buffer) {
                network.send(now, *home, transmit.destination, &buffer);
            }
            events.extend(std::iter::from_fn(|| core.poll_event()));
        }
        let timeout = cores
            .values()
            .filter_map(TrackerClientCore::poll_timeout)
            .min();
        let arrival = network.under_way.keys().next().map(|(arrival, _)| *arrival);
        let Some(next) = timeout.into_iter().chain(arrival).min() else {
            break;
        };
        now = next;
        while let Some(entry) = network
            .under_way
            .first_entry()
            .filter(|entry| entry.key().0 <= now)
        {
            let Datagram { from, to, bytes } = entry.remove();
            network.arrived.push((now - start, to, bytes.clone()));
            if to == tracker {
                let length = server.answer(now, from, &bytes, &mut answer);
                if length > 0 {
                    network.send(now, tracker, from, &answer[..length]);
                }
            } else if let Some(core) = cores.get_mut(&to) {
                core.handle_input(now, from, &bytes);
            }
        }
        cores.values_mut().for_each(|core| core.handle_timeout(now));
    }
    let stats = server.stats();
    assert_eq!(
        (stats.ignored, stats.refused),
        (0, 0),
        "no id a client used was refused"
    );
    (events, network.arrived)
}

fn succeeded(events: &[TrackerClientEvent]) -> usize {
    events
        .iter()
        .filter(|event| matches!(event, TrackerClientEvent::Announced { result: Ok(_), .. }))
        .count()
}

fn timed_out(event: &TrackerClientEvent) -> bool {
    let error = Err(AnnounceError::TimedOut { attempts: 9 });
    matches!(event, TrackerClientEvent::Announced { result, .. } if *result == error)
}

/// Nine attempts may all fail even here, but so seldom that it does not happen with these seeds.
#[test]
fn every_announce_ends_once_and_well_on_a_lossy_network() {
    for seed in 0..40 {
        let (events, _) = run(
            30,
            Weather {
                lost: 10,
                repeated: 10,
            },
            seed,
        );
        assert_eq!((events.len(), succeeded(&events)), (30, 30), "seed {seed}");
    }
}

#[test]
fn every_announce_ends_once_on_a_terrible_network() {
    for seed in 0..40 {
        let (events, _) = run(
            30,
            Weather {
                lost: 80,
                repeated: 10,
            },
            seed,
        );
        let failed = events.iter().filter(|event| timed_out(event)).count();
        assert_eq!(events.len(), 30, "seed {seed}");
        assert_eq!(succeeded(&events) + failed, 30, "seed {seed}");
    }
}

#[test]
fn a_dead_network_ends_every_announce_too() {
    let (events, _) = run(
        3,
        Weather {
            lost: 100,
            repeated: 0,
        },
        1,
    );
    assert_eq!((events.len(), succeeded(&events)), (3, 0));
}

#[test]
fn the_same_seed_gives_the_same_bytes_at_the_same_times() {
    let weather = Weather {
        lost: 40,
        repeated: 20,
    };
    assert!(run(10, weather, 7) == run(10, weather, 7));
    assert!(run(10, weather, 7).1 != run(10, weather, 8).1);
}

#[test]
fn the_last_to_announce_learns_of_all_others() {
    let (events, _) = run(
        30,
        Weather {
            lost: 0,
            repeated: 0,
        },
        3,
    );
    let peers = events.iter().map(|event| match event {
        TrackerClientEvent::Announced {
            result: Ok(response),
            ..
        } => response.peers.len(),
        other => panic!("{other:?}"),
    });
    assert_eq!(peers.max(), Some(29));
}
