//! Connection ids, one for each tracker, shared by all requests to it (BEP 15, "UDP connections / spoofing").
//!
//! ```text
//!              join()                   connected()
//!   no entry ─────────> Connecting ─────────────────────> Connected
//!      ^                │ ^  │   ^                         │     │
//!      │    join(): wait│ │  │   └──── join() after 60 s ──┘     │
//!      │    for the same│ │  │ remove(): refused, unreachable    │
//!      │       answer   └─┘  v                                   │
//!      └─────────────────────────── reject(): id not accepted ───┘
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::event::RequestId;
use crate::limits::CONNECTION_ID_LIFETIME;

#[derive(Debug)]
enum Connection {
    Connecting {
        transaction_id: u32,
        sent_at: Instant,
        queued: bool,
        waiting: BTreeSet<RequestId>,
    },
    Connected {
        connection_id: u64,
        received_at: Instant,
    },
}

/// All connections of a client: never more than `limit`. That is the limit of requests, so that when all entries are
/// taken, one of them has no request waiting for it and may give way.
#[derive(Debug)]
pub(crate) struct Connections {
    by_tracker: BTreeMap<SocketAddr, Connection>,
    limit: usize,
    /// Connect requests to one tracker keep this distance, however many requests wait for the answer.
    min_distance: Duration,
}

/// Whether a connect request has to be queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Join {
    Send,
    Wait,
}

impl Connections {
    pub(crate) fn new(limit: usize, min_distance: Duration) -> Connections {
        Connections {
            by_tracker: BTreeMap::new(),
            limit,
            min_distance,
        }
    }

    /// The tracker's connection id, if there is one young enough.
    pub(crate) fn usable(&self, tracker: SocketAddr, now: Instant) -> Option<u64> {
        match self.by_tracker.get(&tracker)? {
            Connection::Connected {
                connection_id,
                received_at,
            } => {
                let age = now.saturating_duration_since(*received_at);
                (age < CONNECTION_ID_LIFETIME).then_some(*connection_id)
            }
            Connection::Connecting { .. } => None,
        }
    }

    /// Makes `request` wait for a connection id. A connect request that begins with it takes `transaction_id`; one that
    /// is repeated keeps its own, so that a late answer to an earlier one still counts.
    pub(crate) fn join(
        &mut self,
        tracker: SocketAddr,
        request: RequestId,
        now: Instant,
        transaction_id: u32,
    ) -> Join {
        if let Some(Connection::Connecting {
            sent_at,
            queued,
            waiting,
            ..
        }) = self.by_tracker.get_mut(&tracker)
        {
            waiting.insert(request);
            if *queued || now.saturating_duration_since(*sent_at) < self.min_distance {
                return Join::Wait;
            }
            (*sent_at, *queued) = (now, true);
            return Join::Send;
        }
        self.make_room(tracker);
        let waiting = BTreeSet::from([request]);
        let connecting = Connection::Connecting {
            transaction_id,
            sent_at: now,
            queued: true,
            waiting,
        };
        self.by_tracker.insert(tracker, connecting);
        Join::Send
    }

    /// A request was cancelled or timed out.
    pub(crate) fn leave(&mut self, tracker: SocketAddr, request: RequestId) {
        if let Some(Connection::Connecting { waiting, .. }) = self.by_tracker.get_mut(&tracker) {
            waiting.remove(&request);
        }
    }

    /// Takes the tracker's connect request out of the queue: its transaction id. If nobody waits any more, there is none,
    /// and the connection is forgotten, so that the next request does not wait for an answer to what was never sent.
    pub(crate) fn take_queued(&mut self, tracker: SocketAddr) -> Option<u32> {
        match self.by_tracker.get_mut(&tracker)? {
            Connection::Connecting { waiting, .. } if waiting.is_empty() => {
                self.by_tracker.remove(&tracker);
                None
            }
            Connection::Connecting {
                transaction_id,
                queued,
                ..
            } => {
                *queued = false;
                Some(*transaction_id)
            }
            Connection::Connected { .. } => None,
        }
    }

    /// Whether a datagram with this transaction id answers a connect request to `tracker`.
    pub(crate) fn is_answer(&self, tracker: SocketAddr, transaction_id: u32) -> bool {
        matches!(self.by_tracker.get(&tracker),
            Some(Connection::Connecting { transaction_id: ours, .. }) if *ours == transaction_id)
    }

    /// The tracker gave a connection id; returns who waited for it.
    pub(crate) fn connected(
        &mut self,
        tracker: SocketAddr,
        connection_id: u64,
        now: Instant,
    ) -> BTreeSet<RequestId> {
        let connected = Connection::Connected {
            connection_id,
            received_at: now,
        };
        match self.by_tracker.insert(tracker, connected) {
            Some(Connection::Connecting { waiting, .. }) => waiting,
            _ => BTreeSet::new(),
        }
    }

    /// The tracker does not accept the id; a newer one stays.
    pub(crate) fn reject(&mut self, tracker: SocketAddr, rejected: u64) {
        if let Some(Connection::Connected { connection_id, .. }) = self.by_tracker.get(&tracker)
            && *connection_id == rejected
        {
            self.by_tracker.remove(&tracker);
        }
    }

    /// There is no connecting to the tracker; returns who waited for it.
    pub(crate) fn remove(&mut self, tracker: SocketAddr) -> BTreeSet<RequestId> {
        match self.by_tracker.remove(&tracker) {
            Some(Connection::Connecting { waiting, .. }) => waiting,
            _ => BTreeSet::new(),
        }
    }

    pub(crate) fn clear(&mut self) {
        self.by_tracker.clear();
    }

    /// Drops the oldest connection that no request waits for, if a new one would be one too many.
    fn make_room(&mut self, newcomer: SocketAddr) {
        if self.by_tracker.len() < self.limit || self.by_tracker.contains_key(&newcomer) {
            return;
        }
        let idle = self
            .by_tracker
            .iter()
            .filter_map(|(tracker, connection)| match connection {
                Connection::Connected { received_at, .. } => Some((*received_at, *tracker)),
                Connection::Connecting {
                    waiting, sent_at, ..
                } => waiting.is_empty().then_some((*sent_at, *tracker)),
            });
        if let Some((_, oldest)) = idle.min() {
            self.by_tracker.remove(&oldest);
        }
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.by_tracker.len()
    }
}

#[cfg(test)]
#[allow(
    clippy::disallowed_methods,
    reason = "a test needs some instant to begin with"
)]
mod tests {
    use super::*;

    const DISTANCE: Duration = Duration::from_secs(15);

    fn tracker(port: u16) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], port))
    }

    #[test]
    fn an_id_is_used_for_less_than_sixty_seconds() {
        let now = Instant::now();
        let mut connections = Connections::new(1, DISTANCE);
        assert_eq!(
            connections.join(tracker(1), RequestId(1), now, 7),
            Join::Send
        );
        connections.connected(tracker(1), 99, now);
        assert_eq!(
            connections.usable(tracker(1), now + Duration::from_millis(59_999)),
            Some(99)
        );
        assert_eq!(
            connections.usable(tracker(1), now + Duration::from_secs(60)),
            None
        );
    }

    #[test]
    fn many_requests_share_one_connect_request() {
        let now = Instant::now();
        let mut connections = Connections::new(9, DISTANCE);
        assert_eq!(
            connections.join(tracker(1), RequestId(1), now, 7),
            Join::Send
        );
        assert_eq!(
            connections.join(tracker(1), RequestId(2), now, 8),
            Join::Wait
        );
        assert_eq!(connections.take_queued(tracker(1)), Some(7));
        assert_eq!(
            connections.join(tracker(1), RequestId(2), now + DISTANCE, 8),
            Join::Send
        );
        assert_eq!(connections.take_queued(tracker(1)), Some(7));
        assert!(connections.is_answer(tracker(1), 7) && !connections.is_answer(tracker(2), 7));
        let waiting = connections.connected(tracker(1), 99, now);
        assert_eq!(waiting, BTreeSet::from([RequestId(1), RequestId(2)]));
    }

    #[test]
    fn a_newer_id_survives_the_rejection_of_an_older() {
        let now = Instant::now();
        let mut connections = Connections::new(1, DISTANCE);
        connections.connected(tracker(1), 99, now);
        connections.reject(tracker(1), 98);
        assert_eq!(connections.usable(tracker(1), now), Some(99));
        connections.reject(tracker(1), 99);
        assert_eq!(connections.usable(tracker(1), now), None);
    }

    #[test]
    fn at_the_limit_the_oldest_idle_connection_gives_way() {
        let now = Instant::now();
        let mut connections = Connections::new(2, DISTANCE);
        for port in 1..=2 {
            connections.join(tracker(port), RequestId(0), now, 7);
            connections.connected(tracker(port), 99, now + Duration::from_secs(port.into()));
        }
        assert_eq!(connections.len(), 2);
        connections.join(tracker(3), RequestId(3), now, 7);
        assert_eq!(connections.len(), 2);
        assert_eq!(connections.usable(tracker(1), now), None);
        assert_eq!(connections.usable(tracker(2), now), Some(99));
    }

    #[test]
    fn a_connect_request_that_nobody_waits_for_is_not_sent() {
        let now = Instant::now();
        let mut connections = Connections::new(2, DISTANCE);
        connections.join(tracker(1), RequestId(1), now, 7);
        connections.leave(tracker(1), RequestId(1));
        assert_eq!(connections.take_queued(tracker(1)), None);
        assert_eq!(
            connections.join(tracker(1), RequestId(2), now, 8),
            Join::Send
        );
    }
}
