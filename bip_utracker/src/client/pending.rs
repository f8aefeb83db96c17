//! The requests under way.
//!
//! ```text
//!   accepted ──> waits for a connection id ──(it is here)──> sent ──(answer)──> ended
//!                   ^   │ due: connect again                 │ │ due: sent again, 15·2ⁿ s
//!                   │   └─ too often: ended (timed out) ─────┘ │
//!                   └──── id older than 60 s, or rejected ─────┘
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::Instant;

use super::announce::AnnounceRequest;
use super::scrape::ScrapeRequest;
use crate::event::RequestId;

#[derive(Debug)]
pub(crate) enum Body {
    Announce(AnnounceRequest),
    Scrape(ScrapeRequest),
}

/// Whether a rejected connection id may be replaced by a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reconnect {
    Allowed,
    Spent,
}

#[derive(Debug)]
pub(crate) struct Pending {
    pub(crate) tracker: SocketAddr,
    pub(crate) body: Body,
    /// The same in every repetition, so that the answer to an earlier one still counts.
    pub(crate) transaction_id: u32,
    /// Attempts that stayed unanswered.
    pub(crate) attempts: u32,
    /// The n of the next wait of 15·2ⁿ s; begins anew when the tracker shows that it is there.
    pub(crate) backoff: u32,
    /// The id it was last sent with; `None` while it waits for one.
    pub(crate) connection_id: Option<u64>,
    pub(crate) reconnect: Reconnect,
    /// Whether it stands in the queue of datagrams.
    pub(crate) queued: bool,
    due: Instant,
}

/// Finds a request by its id, by its transaction, and by what is due next.
#[derive(Debug, Default)]
pub(crate) struct PendingRequests {
    by_id: BTreeMap<RequestId, Pending>,
    by_transaction: BTreeMap<u32, RequestId>,
    by_due: BTreeSet<(Instant, RequestId)>,
    next_id: u64,
}

impl PendingRequests {
    /// Takes a request in; it is due at once.
    pub(crate) fn insert(
        &mut self,
        now: Instant,
        tracker: SocketAddr,
        body: Body,
        transaction_id: u32,
    ) -> RequestId {
        let id = RequestId(self.next_id);
        self.next_id += 1;
        let pending = Pending {
            tracker,
            body,
            transaction_id,
            attempts: 0,
            backoff: 0,
            connection_id: None,
            reconnect: Reconnect::Allowed,
            queued: false,
            due: now,
        };
        self.by_transaction.insert(transaction_id, id);
        self.by_due.insert((now, id));
        self.by_id.insert(id, pending);
        id
    }

    pub(crate) fn remove(&mut self, id: RequestId) -> Option<Pending> {
        let pending = self.by_id.remove(&id)?;
        self.by_transaction.remove(&pending.transaction_id);
        self.by_due.remove(&(pending.due, id));
        Some(pending)
    }

    pub(crate) fn get_mut(&mut self, id: RequestId) -> Option<&mut Pending> {
        self.by_id.get_mut(&id)
    }

    pub(crate) fn len(&self) -> usize {
        self.by_id.len()
    }

    pub(crate) fn has_transaction(&self, transaction_id: u32) -> bool {
        self.by_transaction.contains_key(&transaction_id)
    }

    /// The request of this transaction, if it goes to `tracker`.
    pub(crate) fn find(&self, tracker: SocketAddr, transaction_id: u32) -> Option<RequestId> {
        let id = *self.by_transaction.get(&transaction_id)?;
        (self.by_id.get(&id)?.tracker == tracker).then_some(id)
    }

    pub(crate) fn ids(&self) -> Vec<RequestId> {
        self.by_id.keys().copied().collect()
    }

    pub(crate) fn ids_of(&self, tracker: SocketAddr) -> Vec<RequestId> {
        let of_tracker = self
            .by_id
            .iter()
            .filter(|(_, pending)| pending.tracker == tracker);
        of_tracker.map(|(id, _)| *id).collect()
    }

    pub(crate) fn set_due(&mut self, id: RequestId, due: Instant) {
        if let Some(pending) = self.by_id.get_mut(&id) {
            self.by_due.remove(&(pending.due, id));
            pending.due = due;
            self.by_due.insert((due, id));
        }
    }

    pub(crate) fn next_due(&self) -> Option<Instant> {
        self.by_due.first().map(|(due, _)| *due)
    }

    /// The request that is due first, if it is due by now.
    pub(crate) fn first_due(&self, now: Instant) -> Option<RequestId> {
        self.by_due
            .first()
            .filter(|(due, _)| *due <= now)
            .map(|(_, id)| *id)
    }
}
