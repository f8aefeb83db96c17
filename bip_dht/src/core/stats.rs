use std::time::Duration;

use super::DhtCore;
use crate::family::Family;

/// What a node has counted since it started, and what it keeps now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DhtStats {
    /// Datagrams received, whatever was in them.
    pub datagrams_in: u64,
    /// Their bytes.
    pub bytes_in: u64,
    /// Datagrams sent.
    pub datagrams_out: u64,
    /// Their bytes.
    pub bytes_out: u64,
    /// Queries sent, resends not counted.
    pub queries: u64,
    /// Queries sent a second time.
    pub resends: u64,
    /// Answers to queries of ours.
    pub answers: u64,
    /// Queries of ours that nobody answered.
    pub timeouts: u64,
    /// Queries of others that were answered.
    pub served: u64,
    /// Queries of others that were refused with an error.
    pub refused: u64,
    /// Queries of others that were left unanswered because they came too fast.
    pub limited: u64,
    /// Datagrams that were no message.
    pub malformed: u64,
    /// Answers that belong to no query of ours, or come from the wrong address.
    pub strays: u64,
    /// IPv4 nodes in the routing table.
    pub nodes_v4: usize,
    /// IPv6 nodes in the routing table.
    pub nodes_v6: usize,
    /// Nodes known in all, those counted that were only heard of.
    pub contacts: usize,
    /// About how many bytes the tables and stores take, without what operations under way do.
    pub memory: usize,
    /// Queries that wait for an answer.
    pub pending: usize,
    /// Operations under way, those of leases and of the node's own upkeep counted.
    pub operations: usize,
    /// Leases.
    pub leases: usize,
    /// Keys that others keep peers at with us.
    pub keys: usize,
    /// Peers that others keep with us.
    pub peers: usize,
    /// Items that others keep with us.
    pub items: usize,
    /// How long answers take on average; `None` before the first.
    pub rtt: Option<Duration>,
}

impl DhtCore {
    /// What was counted since the start, and what is kept now.
    pub fn stats(&self) -> DhtStats {
        let live = |family| {
            self.networks
                .of(family)
                .map_or(0, |network| network.table.live_count())
        };
        DhtStats {
            nodes_v4: live(Family::V4),
            nodes_v6: live(Family::V6),
            contacts: self
                .networks
                .iter()
                .map(|network| network.table.contact_count())
                .sum(),
            memory: self.memory(),
            pending: self.transactions.len(),
            operations: self.tasks.len() + self.waiting.len(),
            leases: self.leases.len(),
            keys: self.peers.key_count(),
            peers: self.peers.peer_count(),
            items: self.items.as_ref().map_or(0, |items| items.item_count()),
            rtt: self.rtt.mean(),
            ..self.stats
        }
    }

    fn memory(&self) -> usize {
        let networks = self.networks.iter().map(|network| {
            network.table.size_in_bytes()
                + network.size.size_in_bytes()
                + network.votes.size_in_bytes()
        });
        let items = self.items.as_ref().map_or(0, |items| items.size_in_bytes());
        networks.sum::<usize>() + self.peers.size_in_bytes() + items + self.budget.size_in_bytes()
    }
}
