use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use crate::core::task::{Goal, Task};
use crate::key::Key;
use crate::limits::{LEASE_ANNOUNCE, LEASE_EARLY_LOOKUPS, LEASE_LOOKUP, MAX_LEASE_PEERS};
use crate::operation::AnnouncePort;

/// An announce that is kept alive, with lookups for the others in between.
#[derive(Debug)]
pub(in crate::core) struct AnnouncedPeer {
    key: Key,
    port: AnnouncePort,
    /// Lookups until the next announce.
    until_announce: usize,
    /// How many early lookups were made since the first announce, or the first after a time without network.
    early: usize,
    told: BTreeSet<SocketAddr>,
}

impl AnnouncedPeer {
    pub(super) fn new(key: Key, port: AnnouncePort) -> AnnouncedPeer {
        AnnouncedPeer {
            key,
            port,
            until_announce: 0,
            early: 0,
            told: BTreeSet::new(),
        }
    }

    pub(super) fn key(&self) -> Key {
        self.key
    }

    pub(super) fn port(&self) -> AnnouncePort {
        self.port
    }

    pub(super) fn next_goal(&self) -> Goal {
        match self.until_announce {
            0 => Goal::Announce(self.port),
            _ => Goal::GetPeers,
        }
    }

    /// The wait after an announce or a lookup.
    pub(super) fn on_ended(&mut self, task: &Task) -> Duration {
        self.until_announce = match task.goal {
            Goal::Announce(_) => LEASE_EARLY_LOOKUPS.len() - self.early + LEASE_ANNOUNCE - 1,
            _ => self.until_announce.saturating_sub(1),
        };
        let early = LEASE_EARLY_LOOKUPS.get(self.early).copied();
        self.early += usize::from(early.is_some());
        early.unwrap_or(LEASE_LOOKUP)
    }

    /// Whoever kept the announce may have gone, too, and others may have come whom nobody could tell of.
    pub(super) fn on_failed(&mut self) {
        self.until_announce = 0;
        self.early = 0;
    }

    /// Keeps to those that were not told of yet, and notes that they are.
    pub(super) fn not_told(&mut self, mut peers: Vec<SocketAddr>) -> Vec<SocketAddr> {
        peers.retain(|peer| {
            let is_new = !self.told.contains(peer);
            if is_new && self.told.len() >= MAX_LEASE_PEERS {
                self.told.clear();
            }
            is_new && self.told.insert(*peer)
        });
        peers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_peer_more_than_is_remembered_makes_the_lease_tell_of_all_again() {
        let mut lease = AnnouncedPeer::new(Key::of_name("room"), AnnouncePort::Implied);
        let peer = |number: usize| SocketAddr::from(([192, 0, 2, 1], number as u16));
        let peers: Vec<SocketAddr> = (1..=MAX_LEASE_PEERS).map(peer).collect();
        assert_eq!(lease.not_told(peers.clone()), peers);
        assert_eq!(lease.not_told(peers.clone()), [], "all are remembered");
        let one_more = peer(MAX_LEASE_PEERS + 1);
        assert_eq!(lease.not_told(vec![one_more]), [one_more]);
        let again = vec![peers[0], one_more];
        assert_eq!(lease.not_told(again), [peers[0]]);
    }
}
