use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use rand::seq::SliceRandom;
use rand::{Rng, RngExt};

use super::quota::Quota;
use super::swarm::{Added, Growth};
use super::swarms::Swarms;
use super::{KeySample, farthest, map_bytes};
use crate::address::is_reachable;
use crate::clock::{Clock, in_seconds};
use crate::family::Family;
use crate::key::Key;
use crate::limits::{
    MAX_KEY_SAMPLES, MAX_KEYS, MAX_PEERS, MAX_STORED_PER_HOST, MAX_STORED_PER_NETWORK,
    SAMPLE_INTERVAL, SWEEP_INTERVAL,
};
use crate::node_id::NodeId;

/// Who was announced where: peers by key, of both families.
#[derive(Debug)]
pub(crate) struct PeerStore {
    clock: Clock,
    swarms: BTreeMap<Key, Swarms>,
    peer_count: usize,
    quota: Quota,
    swept: u32,
    sample: Vec<Key>,
    /// When another sample is to be chosen.
    sample_until: u32,
}

/// A peer, and whether it has everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StoredPeer {
    pub(crate) address: SocketAddr,
    pub(crate) is_seed: bool,
}

/// Which peers come first in an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Prefer {
    Nobody,
    /// As an asker with `noseed` wants it (BEP 33, "New GET_PEERS Semantics").
    Downloaders,
}

/// Why an announce is not stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AnnounceRefusal {
    /// Port 0, or an address that is no host's.
    Address,
    /// The host or its network has stored as much as it may.
    Quota,
    /// The key, or the store, is full.
    Full,
}

impl PeerStore {
    pub(crate) fn new(now: Instant) -> PeerStore {
        let clock = Clock::new(now);
        PeerStore {
            swarms: BTreeMap::new(),
            peer_count: 0,
            quota: Quota::new(MAX_STORED_PER_HOST, MAX_STORED_PER_NETWORK),
            swept: clock.seconds(now),
            sample: Vec::new(),
            sample_until: 0,
            clock,
        }
    }

    /// Stores a peer, or notes that it is still there. `own` is our id: where the store is full, the key farthest from
    /// it makes room.
    pub(crate) fn announce(
        &mut self,
        now: Instant,
        own: &NodeId,
        key: Key,
        peer: StoredPeer,
    ) -> Result<(), AnnounceRefusal> {
        if !is_reachable(peer.address) {
            return Err(AnnounceRefusal::Address);
        }
        self.sweep(now, SWEEP_INTERVAL);
        let ip = peer.address.ip().to_canonical();
        let growth = self.admit(own, &key, ip)?;
        let second = self.clock.seconds(now);
        let swarms = self.swarms.entry(key).or_insert_with(Swarms::new);
        let added = match ip {
            IpAddr::V4(v4) => {
                swarms
                    .v4
                    .add(peer.address, v4.octets(), peer.is_seed, second, growth)
            }
            IpAddr::V6(v6) => {
                swarms
                    .v6
                    .add(peer.address, v6.octets(), peer.is_seed, second, growth)
            }
        };
        if added == Added::New {
            self.peer_count += 1;
            self.quota.add(ip);
        }
        Ok(())
    }

    /// Whether an announce from this address would be stored now. A token is only worth giving where it would (BEP 33,
    /// "Changed announce accounting").
    pub(crate) fn accepts(&self, own: &NodeId, key: &Key, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        match self.growth(key, ip) {
            Ok(_) => true,
            Err(AnnounceRefusal::Full) => {
                self.may_evict(key, ip) && self.victim(own, key).is_some()
            }
            Err(_) => false,
        }
    }

    /// Makes room for a peer of this address at the key, or says why there is none.
    fn admit(&mut self, own: &NodeId, key: &Key, ip: IpAddr) -> Result<Growth, AnnounceRefusal> {
        loop {
            match self.growth(key, ip) {
                Err(AnnounceRefusal::Full) if self.may_evict(key, ip) => {
                    let victim = self.victim(own, key).ok_or(AnnounceRefusal::Full)?;
                    self.remove(&victim);
                }
                answer => return answer,
            }
        }
    }

    /// What an announce from this address may do at the key without anything being removed.
    fn growth(&self, key: &Key, ip: IpAddr) -> Result<Growth, AnnounceRefusal> {
        let swarms = self.swarms.get(key);
        let refusal = if !self.quota.allows(ip) {
            AnnounceRefusal::Quota
        } else if self.is_full(key) || swarms.is_some_and(|swarms| !swarms.has_room_for(ip)) {
            AnnounceRefusal::Full
        } else {
            return Ok(Growth::Allowed);
        };
        match swarms {
            Some(swarms) if swarms.knows(ip) => Ok(Growth::OnlyReplace),
            _ => Err(refusal),
        }
    }

    /// Whether it is the store that has no room and not the key, and the address has not more than others already.
    fn may_evict(&self, key: &Key, ip: IpAddr) -> bool {
        let swarms = self.swarms.get(key);
        self.is_full(key)
            && self.quota.is_modest(ip)
            && swarms.is_none_or(|swarms| swarms.has_room_for(ip))
    }

    fn is_full(&self, key: &Key) -> bool {
        let new_key = !self.swarms.contains_key(key);
        self.peer_count >= MAX_PEERS || (new_key && self.swarms.len() >= MAX_KEYS)
    }

    /// The key farthest from us, if this one is nearer.
    fn victim(&self, own: &NodeId, key: &Key) -> Option<Key> {
        let farthest = farthest(&self.swarms, own)?;
        let distance = |key: &Key| own.distance(&NodeId::from(*key));
        (distance(key) < distance(&farthest)).then_some(farthest)
    }

    fn remove(&mut self, key: &Key) {
        if let Some(mut swarms) = self.swarms.remove(key) {
            let (quota, count) = (&mut self.quota, &mut self.peer_count);
            swarms.expire(u32::MAX, |ip| {
                quota.remove(ip);
                *count -= 1;
            });
        }
    }

    /// Appends up to `count` peers of this family, chosen at random, in random order.
    #[expect(
        clippy::too_many_arguments,
        reason = "time, randomness and the buffer besides the question"
    )]
    pub(crate) fn sample(
        &self,
        now: Instant,
        key: &Key,
        family: Family,
        count: usize,
        prefer: Prefer,
        rng: &mut impl Rng,
        peers: &mut Vec<SocketAddr>,
    ) {
        let now = self.clock.seconds(now);
        match (self.swarms.get(key), family) {
            (Some(swarms), Family::V4) => swarms.v4.sample(now, count, prefer, rng, peers),
            (Some(swarms), Family::V6) => swarms.v6.sample(now, count, prefer, rng, peers),
            (None, _) => {}
        }
    }

    /// Everybody at this key, of both families: what the filters of a scrape are made of (BEP 33).
    pub(crate) fn peers(&self, now: Instant, key: &Key) -> impl Iterator<Item = StoredPeer> {
        let now = self.clock.seconds(now);
        let swarms = self.swarms.get(key).into_iter();
        swarms.flat_map(move |swarms| swarms.v4.iter(now).chain(swarms.v6.iter(now)))
    }

    /// Some of the keys that have peers, in an order that says nothing. The same ones until the interval is over, unless
    /// all fit: who wants more has to come back then, and does not need to come earlier.
    pub(crate) fn sample_keys(&mut self, now: Instant, rng: &mut impl Rng) -> KeySample<'_> {
        self.sweep(now, SWEEP_INTERVAL);
        let second = self.clock.seconds(now);
        let interval = in_seconds(SAMPLE_INTERVAL);
        let all_fit = self.swarms.len() <= MAX_KEY_SAMPLES;
        if all_fit || second >= self.sample_until || self.sample.len() < MAX_KEY_SAMPLES {
            self.sample_until = second.saturating_add(interval);
            self.sample.clear();
            self.sample
                .reserve_exact(self.swarms.len().min(MAX_KEY_SAMPLES));
            let mut wanted = self.swarms.len().min(MAX_KEY_SAMPLES);
            for (left, key) in (1..=self.swarms.len()).rev().zip(self.swarms.keys()) {
                if wanted > 0 && rng.random_range(0..left) < wanted {
                    self.sample.push(*key);
                    wanted -= 1;
                }
            }
            // An answer takes only as many of the first as fit.
            self.sample.shuffle(rng);
        }
        KeySample {
            keys: &self.sample,
            stored: self.swarms.len(),
            interval: Duration::from_secs(u64::from(self.sample_until.saturating_sub(second))),
        }
    }

    /// Drops what has expired, unless that was done less than `rest` ago.
    fn sweep(&mut self, now: Instant, rest: Duration) {
        let now = self.clock.seconds(now);
        if now.saturating_sub(self.swept) < in_seconds(rest) {
            return;
        }
        self.swept = now;
        let (quota, count) = (&mut self.quota, &mut self.peer_count);
        self.swarms.retain(|_, swarms| {
            swarms.expire(now, |ip| {
                quota.remove(ip);
                *count -= 1;
            });
            swarms.len() > 0
        });
        if self.swarms.is_empty() {
            self.sample = Vec::new();
        }
    }

    /// Drops what has expired; the store does so by itself where it is written to.
    pub(crate) fn expire(&mut self, now: Instant) {
        self.sweep(now, Duration::ZERO);
    }

    pub(crate) fn key_count(&self) -> usize {
        self.swarms.len()
    }

    pub(crate) fn peer_count(&self) -> usize {
        self.peer_count
    }

    /// The heap (estimated, where maps are concerned) and the store itself, in bytes.
    pub(crate) fn size_in_bytes(&self) -> usize {
        let swarms: usize = self.swarms.values().map(Swarms::heap_bytes).sum();
        size_of::<PeerStore>()
            + swarms
            + map_bytes::<Key, Swarms>(self.swarms.len())
            + self.quota.heap_bytes()
            + self.sample.capacity() * size_of::<Key>()
    }
}
