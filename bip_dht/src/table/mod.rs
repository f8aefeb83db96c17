//! Whom we know: the routing table of one family (BEP 5, "Routing Table").
//!
//! A contact is *heard of* when somebody names it or it asks us something; anybody can make us hear of anything.
//! It becomes *live* when it answered a query of ours from its exact address under its id, and there is room for it.
//! Only live contacts are named to others.

mod bucket;
mod closest;
mod contact;
mod family_table;
mod refresh;
mod saved;
#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use rand::Rng;

use crate::clock::Clock;
use crate::family::Family;
use crate::node_id::NodeId;
use family_table::FamilyTable;

pub(crate) use crate::krpc::NodeInfo as Node;
pub use saved::RestoreError;
#[allow(unused_imports, reason = "the core that uses it is being built")]
pub(crate) use saved::Saved;

/// How we came to hear of a node that has not answered us yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// It sent us a query without having been asked. It is pinged 90 s later at the earliest.
    Query,
    /// Another node named it in an answer.
    Answer,
    /// The user, an earlier run or a peer named it.
    Given,
}

/// What an answer made of a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// In its bucket, and named to others.
    Live,
    /// Verified, waiting for a place in its bucket.
    Spare,
    /// Not kept: our own id, an address that cannot be, or a second node of one host.
    Refused,
    /// Not kept, and what was known at its endpoint under another id is gone.
    Impostor,
}

/// Which contacts may be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    /// Live, and answered within the last 15 minutes: what may be told to others.
    Good,
    /// Live, without a failure since the last answer: where our own lookups begin.
    Live,
    /// Everything, even what was only heard of: for a node that knows nobody better.
    Any,
}

/// The contacts of one family, in buckets by the number of bits they have in common with our own id.
#[derive(Debug)]
pub(crate) struct RoutingTable {
    clock: Clock,
    contacts: Contacts,
}

#[derive(Debug)]
enum Contacts {
    V4(FamilyTable<4>),
    V6(FamilyTable<16>),
}

/// One body for both families.
macro_rules! each {
    ($contacts:expr, $table:ident => $body:expr) => {
        match $contacts {
            Contacts::V4($table) => $body,
            Contacts::V6($table) => $body,
        }
    };
}

impl RoutingTable {
    pub(crate) fn new(now: Instant, own: NodeId, family: Family) -> RoutingTable {
        RoutingTable {
            clock: Clock::new(now),
            contacts: match family {
                Family::V4 => Contacts::V4(FamilyTable::new(own)),
                Family::V6 => Contacts::V6(FamilyTable::new(own)),
            },
        }
    }

    pub(crate) fn family(&self) -> Family {
        match self.contacts {
            Contacts::V4(_) => Family::V4,
            Contacts::V6(_) => Family::V6,
        }
    }

    /// The id that the buckets are built around.
    pub(crate) fn own(&self) -> NodeId {
        each!(&self.contacts, table => table.own())
    }

    /// Changes our own id and sorts the contacts anew; those that no longer find room go.
    pub(crate) fn rebase(&mut self, own: NodeId) {
        each!(&mut self.contacts, table => table.rebase(own));
    }

    /// Notes that there may be such a node. It waits, and is pinged where its bucket has use for it.
    pub(crate) fn heard(&mut self, now: Instant, node: Node, source: Source) {
        let now = self.clock.seconds(now);
        each!(&mut self.contacts, table => table.heard(now, node, source));
    }

    /// Notes an answer to a query of ours, matched by its transaction and exact address. `node.id` is the id that the
    /// answer carries, whatever was expected: a known endpoint under a new id is found out here.
    pub(crate) fn answered(&mut self, now: Instant, node: Node, rtt: Option<Duration>) -> Standing {
        let now = self.clock.seconds(now);
        each!(&mut self.contacts, table => table.answered(now, node, rtt))
    }

    /// Takes a node that answered at this time, which is none that is known, nor on the host of one.
    pub(crate) fn insert_verified(&mut self, now: Instant, node: Node, rtt: Duration) {
        let now = self.clock.seconds(now);
        each!(&mut self.contacts, table => table.insert_verified(now, node, rtt));
    }

    /// Lets every contact have answered, and our own id have been looked up, so long ago that a part of the time until the
    /// next time has passed: `phase` draws it, 0 to 1.
    pub(crate) fn spread(&mut self, now: Instant, phase: impl FnMut() -> f64) {
        let now = self.clock.seconds(now);
        each!(&mut self.contacts, table => table.spread(now, phase));
    }

    /// Notes an answer under another id than the one that was asked for. Nobody is kept for it, since who answers to any
    /// name could have any place in the table; what was known at its endpoint goes.
    pub(crate) fn misnamed(&mut self, now: Instant, node: Node) {
        let now = self.clock.seconds(now);
        each!(&mut self.contacts, table => table.misnamed(now, node));
    }

    /// Notes that a query was not answered in time, resends included.
    pub(crate) fn failed(&mut self, now: Instant, node: Node) {
        let now = self.clock.seconds(now);
        each!(&mut self.contacts, table => table.failed(now, node));
    }

    /// Writes up to `count` contacts into `nodes` (cleared first), the closest to `target` first.
    pub(crate) fn closest(
        &self,
        now: Instant,
        target: NodeId,
        count: usize,
        trust: Trust,
        nodes: &mut Vec<Node>,
    ) {
        let now = self.clock.seconds(now);
        each!(&self.contacts, table => table.closest(now, target, count, trust, nodes));
    }

    /// The contact that should be pinged now, if any; it is not named again before a minute has passed.
    pub(crate) fn next_ping(&mut self, now: Instant) -> Option<Node> {
        let now = self.clock.seconds(now);
        each!(&mut self.contacts, table => table.next_ping(now))
    }

    /// Before this moment `next_ping` gives nothing. It may give nothing then, too, and a later moment after that.
    pub(crate) fn next_ping_at(&self) -> Option<Instant> {
        let due = each!(&self.contacts, table => table.next_ping_at())?;
        Some(self.clock.instant(due))
    }

    /// The id to look up now to fill the buckets, if any: our own, or one in a bucket with few contacts.
    pub(crate) fn next_lookup(&mut self, now: Instant, rng: &mut impl Rng) -> Option<NodeId> {
        let now = self.clock.seconds(now);
        each!(&mut self.contacts, table => table.next_lookup(now, rng))
    }

    /// Before this moment `next_lookup` gives nothing.
    pub(crate) fn next_lookup_at(&self) -> Instant {
        let due = each!(&self.contacts, table => table.next_lookup_at());
        self.clock.instant(due)
    }

    /// How long the node at this address took to answer, smoothed; `None` when it never did.
    pub(crate) fn rtt(&self, node: &Node) -> Option<Duration> {
        each!(&self.contacts, table => table.rtt(node))
    }

    /// Everybody known: live contacts first, then the others that answered, then those only heard of.
    pub(crate) fn nodes(&self) -> Vec<Node> {
        each!(&self.contacts, table => table.nodes())
    }

    /// How many contacts are live.
    pub(crate) fn live_count(&self) -> usize {
        each!(&self.contacts, table => table.live_count())
    }

    /// How many contacts are known in all.
    pub(crate) fn contact_count(&self) -> usize {
        each!(&self.contacts, table => table.contact_count())
    }

    /// The heap and the table itself, in bytes.
    pub(crate) fn size_in_bytes(&self) -> usize {
        size_of::<RoutingTable>() + each!(&self.contacts, table => table.heap_bytes())
    }
}
