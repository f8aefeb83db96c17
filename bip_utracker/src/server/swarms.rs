use std::collections::BTreeMap;

use super::swarm::{Role, Swarm};
use crate::wire::{AnnounceEvent, AnnouncePacket, ScrapeEntry};

/// All swarms of one family, bounded in torrents and in peers. A tree, since the hashes are the senders' choice and no
/// choice makes a tree slow.
#[derive(Debug)]
pub(crate) struct Swarms<const LENGTH: usize> {
    by_hash: BTreeMap<[u8; 20], Swarm<LENGTH>>,
    peer_count: usize,
    bounds: Bounds,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub(crate) max_torrents: usize,
    pub(crate) max_peers: usize,
    /// Seconds a peer lives after its last announce.
    pub(crate) lifetime: u32,
}

/// A limit is reached; the announce was not taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Full;

impl<const LENGTH: usize> Swarms<LENGTH> {
    pub(crate) fn new(bounds: Bounds) -> Swarms<LENGTH> {
        Swarms {
            by_hash: BTreeMap::new(),
            peer_count: 0,
            bounds,
        }
    }

    pub(crate) fn torrent_count(&self) -> usize {
        self.by_hash.len()
    }

    pub(crate) fn peer_count(&self) -> usize {
        self.peer_count
    }

    /// Takes an announce in. Who takes no connections (port 0) is not kept.
    pub(crate) fn announce(
        &mut self,
        packet: &AnnouncePacket<'_>,
        endpoint: [u8; LENGTH],
        now: u32,
    ) -> Result<(), Full> {
        let hash = packet.info_hash;
        self.expire(&hash, now);
        if packet.port == 0 {
            return Ok(());
        }
        if packet.event == AnnounceEvent::Stopped {
            self.change(&hash, |swarm| swarm.remove(&endpoint));
            return Ok(());
        }
        let known = self.by_hash.get(&hash);
        let role_before = known.and_then(|swarm| swarm.role(&endpoint));
        let no_torrent_more = known.is_none() && self.by_hash.len() >= self.bounds.max_torrents;
        let no_peer_more = role_before.is_none() && self.peer_count >= self.bounds.max_peers;
        if no_torrent_more || no_peer_more {
            return Err(Full);
        }
        self.by_hash.entry(hash).or_insert_with(|| Swarm::new(now));
        self.change(&hash, |swarm| {
            swarm.insert(endpoint, role(packet), now);
            // Repetitions of a datagram must not count twice.
            if packet.event == AnnounceEvent::Completed && role_before != Some(Role::Seeder) {
                swarm.count_completed();
            }
        });
        Ok(())
    }

    /// Writes up to `count` peers for the announcing one and returns their bytes.
    pub(crate) fn select(
        &self,
        packet: &AnnouncePacket<'_>,
        endpoint: &[u8; LENGTH],
        count: usize,
        start: usize,
        out: &mut [u8],
    ) -> usize {
        match self.by_hash.get(&packet.info_hash) {
            Some(swarm) => swarm.select((endpoint, role(packet)), count, start, out),
            None => 0,
        }
    }

    /// The numbers of a torrent; all 0 for an unknown one.
    pub(crate) fn entry(&mut self, hash: &[u8; 20], now: u32) -> ScrapeEntry {
        self.expire(hash, now);
        self.by_hash.get(hash).map(Swarm::entry).unwrap_or_default()
    }

    /// Drops all expired peers and empty swarms.
    pub(crate) fn sweep(&mut self, now: u32) {
        for swarm in self.by_hash.values_mut() {
            swarm.expire(now, self.bounds.lifetime);
        }
        self.by_hash.retain(|_, swarm| swarm.len() > 0);
        self.peer_count = self.by_hash.values().map(Swarm::len).sum();
    }

    fn expire(&mut self, hash: &[u8; 20], now: u32) {
        let lifetime = self.bounds.lifetime;
        self.change(hash, |swarm| swarm.expire(now, lifetime));
    }

    /// Changes a swarm if it is known, keeps the count of all peers right, and drops the swarm if nobody is left.
    fn change(&mut self, hash: &[u8; 20], change: impl FnOnce(&mut Swarm<LENGTH>)) {
        let Some(swarm) = self.by_hash.get_mut(hash) else {
            return;
        };
        let before = swarm.len();
        change(swarm);
        let after = swarm.len();
        self.peer_count = self.peer_count - before + after;
        if after == 0 {
            self.by_hash.remove(hash);
        }
    }
}

fn role(packet: &AnnouncePacket<'_>) -> Role {
    if packet.left == 0 {
        Role::Seeder
    } else {
        Role::Leecher
    }
}
