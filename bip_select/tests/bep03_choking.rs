//! BEP 3, "Choking and optimistic unchoking", under a virtual clock.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use bip_select::{Choker, ChokerConfig, PeerFacts, Phase};
use proptest::prelude::*;

const SECOND: Duration = Duration::from_secs(1);

/// The test's own zero of time.
#[expect(
    clippy::disallowed_methods,
    reason = "an arbitrary start; only differences matter"
)]
fn start() -> Instant {
    Instant::now()
}

fn facts(peer: u64, at: Instant) -> PeerFacts {
    PeerFacts {
        peer,
        interested: true,
        rate_down_bytes_per_s: 0,
        rate_up_bytes_per_s: 0,
        connected_at: at,
        unanswered_since: None,
    }
}

fn unchoked(choker: &Choker, facts: &[PeerFacts]) -> BTreeSet<u64> {
    let peers = facts.iter().map(|facts| facts.peer);
    peers.filter(|peer| choker.is_unchoked(*peer)).collect()
}

#[test]
fn the_regular_slots_go_to_those_who_give_most() {
    let now = start();
    let mut choker = Choker::new(ChokerConfig::default().slots(4), [1; 32]);
    let mut peers: Vec<PeerFacts> = (0..10).map(|peer| facts(peer, now)).collect();
    for (rate, peer) in (0..).zip(&mut peers) {
        peer.rate_down_bytes_per_s = rate;
        peer.rate_up_bytes_per_s = 100 - rate;
    }
    choker.tick(now, &peers);
    let unchoked = unchoked(&choker, &peers);
    assert_eq!(unchoked.len(), 4);
    assert!(unchoked.is_superset(&BTreeSet::from([7, 8, 9])));
}

#[test]
fn a_seeder_serves_those_who_take_most_and_then_those_who_waited_longest() {
    let now = start();
    let mut choker = Choker::new(
        ChokerConfig::default().slots(2).optimistic_slots(0),
        [1; 32],
    );
    choker.set_phase(Phase::Seeding);
    let mut peers: Vec<PeerFacts> = (0..5).map(|peer| facts(peer, now)).collect();
    peers[3].rate_up_bytes_per_s = 9;
    peers[3].unanswered_since = Some(now - 300 * SECOND);
    let mut served = Vec::new();
    for round in 0..4 {
        choker.tick(now + round * 10 * SECOND, &peers);
        let mut now_served = unchoked(&choker, &peers);
        assert!(
            now_served.remove(&3),
            "the one who takes most keeps its slot"
        );
        served.extend(now_served);
    }
    assert_eq!(
        BTreeSet::from_iter(served),
        BTreeSet::from([0, 1, 2, 4]),
        "each in turn"
    );
}

#[test]
fn the_optimistic_slot_goes_round_every_thirty_seconds() {
    let now = start();
    let mut choker = Choker::new(ChokerConfig::default().slots(2), [1; 32]);
    let mut peers: Vec<PeerFacts> = (0..4).map(|peer| facts(peer, now)).collect();
    peers[0].rate_down_bytes_per_s = 9;
    let mut holders = Vec::new();
    for second in 0..300 {
        choker.tick(now + second * SECOND, &peers);
        let mut unchoked = unchoked(&choker, &peers);
        assert!(unchoked.remove(&0));
        holders.extend(unchoked);
    }
    let runs: Vec<usize> = holders.chunk_by(|a, b| a == b).map(<[u64]>::len).collect();
    assert_eq!(runs, [30; 10]);
}

#[test]
fn a_new_peer_is_drawn_three_times_as_often() {
    let now = start();
    let mut drawn: BTreeMap<u64, u32> = BTreeMap::new();
    for seed in 0..=255 {
        for half in 0..8 {
            let mut seed = [seed; 32];
            seed[0] = half;
            let mut choker = Choker::new(ChokerConfig::default().slots(1), seed);
            let mut peers = [facts(0, now), facts(1, now - 60 * SECOND)];
            peers[0].connected_at = now - 59 * SECOND;
            choker.tick(now, &peers);
            *drawn
                .entry(*unchoked(&choker, &peers).first().unwrap())
                .or_default() += 1;
        }
    }
    let (new, old) = (f64::from(drawn[&0]), f64::from(drawn[&1]));
    assert!((2.5..3.5).contains(&(new / old)), "{new} to {old}");
}

#[test]
fn a_snubber_loses_its_regular_slot_at_sixty_seconds() {
    let now = start();
    let config = ChokerConfig::default().slots(1).optimistic_slots(0);
    let mut choker = Choker::new(config, [1; 32]);
    let mut peers: Vec<PeerFacts> = (0..3).map(|peer| facts(peer, now)).collect();
    peers[0].rate_down_bytes_per_s = 9;
    peers[0].unanswered_since = Some(now - 59 * SECOND);
    choker.tick(now, &peers);
    assert!(choker.is_unchoked(0));
    choker.tick(now + SECOND, &peers);
    assert!(choker.is_unchoked(0), "not before the round");
    choker.tick(now + 10 * SECOND, &peers);
    assert!(!choker.is_unchoked(0));
    assert_eq!(unchoked(&choker, &peers).len(), 1, "another has its slot");
}

#[test]
fn a_free_slot_is_filled_at_once_but_nobody_is_choked_for_it() {
    let now = start();
    let mut choker = Choker::new(ChokerConfig::default().slots(2), [1; 32]);
    let mut peers: Vec<PeerFacts> = (0..3).map(|peer| facts(peer, now)).collect();
    peers[2].interested = false;
    assert_eq!(choker.tick(now, &peers).unchoke, [0, 1]);
    peers[2].interested = true;
    peers[2].rate_down_bytes_per_s = 100;
    assert!(choker.tick(now + SECOND, &peers).is_empty());
    peers[0].interested = false;
    let changes = choker.tick(now + 2 * SECOND, &peers);
    assert_eq!((changes.choke, changes.unchoke), (vec![0], vec![2]));
}

#[test]
fn the_timeout_is_the_next_round() {
    let now = start();
    let mut choker = Choker::new(ChokerConfig::default(), [1; 32]);
    assert_eq!(choker.poll_timeout(), None);
    choker.tick(now, &[facts(1, now)]);
    choker.tick(now + 3 * SECOND, &[facts(1, now)]);
    assert_eq!(choker.poll_timeout(), Some(now + 10 * SECOND));
    choker.tick(now + 4 * SECOND, &[]);
    assert_eq!(choker.poll_timeout(), None);
}

#[derive(Debug, Clone)]
struct Moment {
    seconds: u32,
    phase: Phase,
    peers: Vec<(u64, bool, u64, u64, Option<u64>)>,
}

fn moments() -> impl Strategy<Value = Vec<Moment>> {
    let peer = (
        0u64..30,
        any::<bool>(),
        0u64..5,
        0u64..5,
        proptest::option::of(0u64..120),
    );
    let phase = prop_oneof![Just(Phase::Leeching), Just(Phase::Seeding)];
    let peers = proptest::collection::vec(peer, 0..30);
    let moment = (0u32..15, phase, peers);
    let moment = moment.prop_map(|(seconds, phase, peers)| Moment {
        seconds,
        phase,
        peers,
    });
    proptest::collection::vec(moment, 1..40)
}

proptest! {
    #[test]
    fn slots_are_exact_and_only_for_the_interested(
        slots in 0usize..10, optimistic in 0usize..4, moments in moments(),
    ) {
        let mut now = start() + 1_000 * SECOND;
        let config = ChokerConfig::default().slots(slots).optimistic_slots(optimistic);
        let mut choker = Choker::new(config.clone(), [9; 32]);
        let mut twin = Choker::new(config, [9; 32]);
        let mut believed = BTreeSet::new();
        for moment in moments {
            now += moment.seconds * SECOND;
            choker.set_phase(moment.phase);
            twin.set_phase(moment.phase);
            let by_key: BTreeMap<u64, PeerFacts> = moment.peers.iter().map(|peer| {
                let mut facts = facts(peer.0, now - 50 * SECOND);
                facts.interested = peer.1;
                facts.rate_down_bytes_per_s = peer.2;
                facts.rate_up_bytes_per_s = peer.3;
                facts.unanswered_since = peer.4.map(|age| now - age as u32 * SECOND);
                (peer.0, facts)
            }).collect();
            let facts: Vec<PeerFacts> = by_key.into_values().collect();
            let changes = choker.tick(now, &facts);
            prop_assert_eq!(&changes, &twin.tick(now, &facts));
            believed.retain(|peer| facts.iter().any(|facts| facts.peer == *peer));
            for peer in &changes.choke {
                prop_assert!(believed.remove(peer));
            }
            for peer in &changes.unchoke {
                prop_assert!(believed.insert(*peer));
            }
            prop_assert_eq!(&believed, &unchoked(&choker, &facts));
            let interested = facts.iter().filter(|facts| facts.interested);
            prop_assert_eq!(believed.len(), slots.min(interested.count()));
            prop_assert!(facts.iter().all(|facts| facts.interested || !believed.contains(&facts.peer)));
        }
    }
}
