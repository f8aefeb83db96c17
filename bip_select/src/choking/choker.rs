//! Tit for tat, with chances for newcomers.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

use super::config::ChokerConfig;
use super::facts::{ChokeChanges, PeerFacts, Phase};
use crate::block::PeerKey;

/// How much likelier a new peer is drawn (BEP 3: "three times as likely").
const NEW_PEER_WEIGHT: u32 = 3;

/// Decides whom to unchoke.
///
/// Exactly `min(slots, interested peers)` peers are unchoked after each [`tick`](Self::tick), none of them
/// uninterested. Every 10 s the regular slots go to the best peers of the [`Phase`]; every 30 s the optimistic ones
/// are drawn anew. Regular slots that no peer deserves, because those left have snubbed us, are drawn like optimistic ones.
///
/// ```text
///                best of the round                drawn
///   choked ---------------------> regular      choked ----> optimistic
///     ^                              |                       |     |
///     +-- not among the best, -------+     +-- drawn anew, --+     +--> regular (now among the best)
///         snubbed, not interested          +   not interested
/// ```
#[derive(Debug)]
pub struct Choker {
    config: ChokerConfig,
    phase: Phase,
    rng: ChaCha8Rng,
    peers: BTreeMap<PeerKey, Standing>,
    next_round: Option<Instant>,
    next_draw: Option<Instant>,
}

#[derive(Debug, Clone, Copy)]
struct Standing {
    slot: Slot,
    choked_since: Instant,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    Choked,
    Regular,
    Optimistic,
}

/// What a tick may do, by the time it comes at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Between rounds: only fill free slots.
    Fill,
    Rank,
    RankAndDraw,
}

/// The unchoked ones being chosen.
#[derive(Debug, Default)]
struct Choice {
    regular: BTreeSet<PeerKey>,
    optimistic: BTreeSet<PeerKey>,
}

impl Choker {
    /// A choker in [`Phase::Leeching`] that knows no peers.
    pub fn new(config: ChokerConfig, seed: [u8; 32]) -> Choker {
        Choker {
            config,
            phase: Phase::default(),
            rng: ChaCha8Rng::from_seed(seed),
            peers: BTreeMap::new(),
            next_round: None,
            next_draw: None,
        }
    }

    /// From the next ranking on, rank by this phase's rate.
    pub fn set_phase(&mut self, phase: Phase) {
        self.phase = phase;
    }

    /// When to call [`tick`](Self::tick) next at the latest; `None` while there are no peers.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.next_round.filter(|_| !self.peers.is_empty())
    }

    /// Whether the peer is unchoked.
    pub fn is_unchoked(&self, peer: PeerKey) -> bool {
        let standing = self.peers.get(&peer);
        standing.is_some_and(|standing| standing.slot != Slot::Choked)
    }

    /// All connected peers as they are now; who is not among them has left.
    ///
    /// Call it when `poll_timeout` says so, and at once when a peer becomes interested, loses interest or leaves:
    /// before its time it only frees and fills slots, so that calling it often does no harm.
    pub fn tick(&mut self, now: Instant, facts: &[PeerFacts]) -> ChokeChanges {
        let facts: BTreeMap<PeerKey, PeerFacts> =
            facts.iter().map(|facts| (facts.peer, *facts)).collect();
        self.peers.retain(|peer, _| facts.contains_key(peer));
        for peer in facts.keys() {
            self.peers.entry(*peer).or_insert(Standing {
                slot: Slot::Choked,
                choked_since: now,
            });
        }
        let step = self.step(now);
        let choice = self.choose(now, &facts, step);
        self.apply(now, &choice)
    }

    fn step(&mut self, now: Instant) -> Step {
        if !is_due(self.next_round, now) {
            return Step::Fill;
        }
        self.next_round = Some(now + self.config.round);
        if !is_due(self.next_draw, now) {
            return Step::Rank;
        }
        self.next_draw = Some(now + self.config.optimistic_round);
        Step::RankAndDraw
    }

    fn choose(&mut self, now: Instant, facts: &BTreeMap<PeerKey, PeerFacts>, step: Step) -> Choice {
        let interested: Vec<PeerFacts> = facts
            .values()
            .filter(|facts| facts.interested)
            .copied()
            .collect();
        let held = |slot: Slot| {
            let holders = interested.iter().map(|facts| facts.peer);
            holders
                .filter(|peer| self.peers[peer].slot == slot)
                .collect::<BTreeSet<_>>()
        };
        let mut choice = match step {
            Step::Fill => Choice {
                regular: held(Slot::Regular),
                optimistic: held(Slot::Optimistic),
            },
            Step::Rank => Choice {
                regular: BTreeSet::new(),
                optimistic: held(Slot::Optimistic),
            },
            Step::RankAndDraw => Choice::default(),
        };
        let regular_slots = self
            .config
            .slots
            .saturating_sub(self.config.optimistic_slots);
        for peer in self.ranking(now, &interested) {
            if choice.regular.len() >= regular_slots {
                break;
            }
            if step != Step::Fill || !choice.optimistic.contains(&peer) {
                choice.regular.insert(peer);
            }
        }
        choice
            .optimistic
            .retain(|peer| !choice.regular.contains(peer));
        while choice.len() > self.config.slots {
            choice.optimistic.pop_first();
        }
        self.draw(now, &interested, held_before(&self.peers), &mut choice);
        choice
    }

    /// Those who deserve a regular slot, the best first.
    fn ranking(&self, now: Instant, interested: &[PeerFacts]) -> Vec<PeerKey> {
        let mut deserving: Vec<&PeerFacts> = interested
            .iter()
            .filter(|facts| !self.is_snubbed(now, facts))
            .collect();
        deserving.sort_by_key(|facts| {
            let standing = self.peers[&facts.peer];
            match self.phase {
                // Among equals who is unchoked stays so: choking to and fro serves nobody.
                Phase::Leeching => (
                    Reverse(facts.rate_down_bytes_per_s),
                    standing.slot == Slot::Choked,
                    standing.choked_since,
                ),
                Phase::Seeding => (
                    Reverse(facts.rate_up_bytes_per_s),
                    standing.slot != Slot::Choked,
                    standing.choked_since,
                ),
            }
        });
        deserving.iter().map(|facts| facts.peer).collect()
    }

    /// Fills the free slots at random, with those who were not drawn last time if there are any.
    fn draw(
        &mut self,
        now: Instant,
        interested: &[PeerFacts],
        last_time: BTreeSet<PeerKey>,
        choice: &mut Choice,
    ) {
        let outside = interested
            .iter()
            .filter(|facts| !choice.contains(facts.peer));
        let (mut second, mut first): (Vec<&PeerFacts>, Vec<&PeerFacts>) =
            outside.partition(|facts| last_time.contains(&facts.peer));
        while choice.len() < self.config.slots {
            let urn = if first.is_empty() {
                &mut second
            } else {
                &mut first
            };
            if urn.is_empty() {
                break;
            }
            let at = self.draw_one(now, urn);
            choice.optimistic.insert(urn.swap_remove(at).peer);
        }
    }

    /// An index into the urn; new peers are three times as likely.
    fn draw_one(&mut self, now: Instant, urn: &[&PeerFacts]) -> usize {
        let weight = |facts: &PeerFacts| {
            let age = now.saturating_duration_since(facts.connected_at);
            if age < self.config.new_for {
                NEW_PEER_WEIGHT
            } else {
                1
            }
        };
        let total: u32 = urn.iter().map(|facts| weight(facts)).sum();
        let mut ticket = self.rng.random_range(0..total);
        for (at, facts) in urn.iter().enumerate() {
            let weight = weight(facts);
            if ticket < weight {
                return at;
            }
            ticket -= weight;
        }
        0
    }

    fn is_snubbed(&self, now: Instant, facts: &PeerFacts) -> bool {
        self.phase == Phase::Leeching
            && facts.unanswered_since.is_some_and(|since| {
                now.saturating_duration_since(since) >= self.config.snubbed_after
            })
    }

    fn apply(&mut self, now: Instant, choice: &Choice) -> ChokeChanges {
        let mut changes = ChokeChanges::default();
        for (peer, standing) in &mut self.peers {
            let slot = if choice.regular.contains(peer) {
                Slot::Regular
            } else if choice.optimistic.contains(peer) {
                Slot::Optimistic
            } else {
                Slot::Choked
            };
            match (standing.slot == Slot::Choked, slot == Slot::Choked) {
                (true, false) => changes.unchoke.push(*peer),
                (false, true) => {
                    changes.choke.push(*peer);
                    standing.choked_since = now;
                }
                _ => {}
            }
            standing.slot = slot;
        }
        changes
    }
}

impl Choice {
    fn len(&self) -> usize {
        self.regular.len() + self.optimistic.len()
    }

    fn contains(&self, peer: PeerKey) -> bool {
        self.regular.contains(&peer) || self.optimistic.contains(&peer)
    }
}

fn held_before(peers: &BTreeMap<PeerKey, Standing>) -> BTreeSet<PeerKey> {
    let drawn = peers
        .iter()
        .filter(|(_, standing)| standing.slot == Slot::Optimistic);
    drawn.map(|(peer, _)| *peer).collect()
}

fn is_due(time: Option<Instant>, now: Instant) -> bool {
    time.is_none_or(|time| time <= now)
}
