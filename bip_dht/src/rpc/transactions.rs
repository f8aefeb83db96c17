use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use rand::Rng;

use crate::node_id::NodeId;
use crate::operation::OperationId;

/// What our queries are called on the wire: 4 random bytes, because some nodes answer no others, and because whoever
/// guesses one can forge an answer.
pub(crate) type TransactionId = [u8; 4];

/// Queries that wait for an answer.
///
/// ```text
///  begin() ──> Sent ──1 slot time──> Stalled ──3/4──> Stalled again ──3/4──> gone, given up
///               │                      │                │
///               └───────── take() ─────┴────────────────┴──> gone, answered
/// ```
///
/// With one resend, 5 % loss each way would still hide one of a hundred nodes that are there, and with it their part of
/// what is searched. The second goes out for those few only. Pings of contacts, which come back later, do without. Whose
/// answer matters no longer is waited for as long and not sent to again.
#[derive(Debug, Default)]
pub(crate) struct Transactions {
    pending: BTreeMap<TransactionId, Pending>,
    due: BTreeSet<(Instant, TransactionId)>,
}

/// A query that waits for its answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pending {
    pub(crate) to: SocketAddr,
    /// Who should answer; `None` where only the address is known.
    pub(crate) expected: Option<NodeId>,
    pub(crate) purpose: Purpose,
    sent: Instant,
    slot_time: Duration,
    stalls: u32,
    resends: u32,
    last_sent: Instant,
    due: Instant,
}

/// What a query is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A step of an operation's lookup.
    Lookup(OperationId),
    /// An operation's announce or put.
    Store(OperationId),
    /// An operation that asks one node.
    Direct(OperationId),
    /// Whether a contact of the table is still there.
    Check,
}

/// What became of a query that was not answered in time.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Expiry {
    /// It may be sent once more, and somebody else may be asked beside.
    Stalled(TransactionId, Pending),
    /// It is given up.
    Dead(Pending),
}

impl Transactions {
    /// Notes a query that is being sent.
    pub(crate) fn begin(
        &mut self,
        now: Instant,
        to: SocketAddr,
        expected: Option<NodeId>,
        purpose: Purpose,
        slot_time: Duration,
        rng: &mut impl Rng,
    ) -> TransactionId {
        let id = loop {
            let drawn = rng.next_u32().to_be_bytes();
            if !self.pending.contains_key(&drawn) {
                break drawn;
            }
        };
        let due = now + slot_time;
        self.due.insert((due, id));
        self.pending.insert(
            id,
            Pending {
                to,
                expected,
                purpose,
                sent: now,
                slot_time,
                stalls: 0,
                resends: 0,
                last_sent: now,
                due,
            },
        );
        id
    }

    /// Takes the query that an answer with this transaction id from this very address belongs to.
    pub(crate) fn take(&mut self, transaction: &[u8], from: SocketAddr) -> Option<Pending> {
        let id = TransactionId::try_from(transaction).ok()?;
        if self.pending.get(&id)?.to != from {
            return None;
        }
        self.remove(&id)
    }

    /// The next query that is due at `now`.
    pub(crate) fn expire(&mut self, now: Instant) -> Option<Expiry> {
        let &(due, id) = self.due.first()?;
        if due > now {
            return None;
        }
        let pending = self.pending.get_mut(&id)?;
        if pending.stalls == pending.purpose.stalls() {
            return self.remove(&id).map(Expiry::Dead);
        }
        self.due.remove(&(due, id));
        pending.stalls += 1;
        pending.due = now + pending.purpose.wait_again(pending.slot_time);
        self.due.insert((pending.due, id));
        Some(Expiry::Stalled(id, *pending))
    }

    /// Notes that a stalled query is sent once more.
    pub(crate) fn resent(&mut self, now: Instant, id: &TransactionId) {
        if let Some(pending) = self.pending.get_mut(id) {
            pending.resends += 1;
            pending.last_sent = now;
        }
    }

    /// Forgets the queries of an operation.
    pub(crate) fn forget(&mut self, operation: OperationId) {
        let ids: Vec<_> = self
            .pending
            .iter()
            .filter(|(_, pending)| pending.purpose.operation() == Some(operation))
            .map(|(id, _)| *id)
            .collect();
        for id in ids {
            self.remove(&id);
        }
    }

    pub(crate) fn next_due(&self) -> Option<Instant> {
        self.due.first().map(|(due, _)| *due)
    }

    pub(crate) fn len(&self) -> usize {
        self.pending.len()
    }

    fn remove(&mut self, id: &TransactionId) -> Option<Pending> {
        let pending = self.pending.remove(id)?;
        self.due.remove(&(pending.due, *id));
        // Emptied maps keep a leaf each.
        if self.pending.is_empty() {
            self.pending.clear();
            self.due.clear();
        }
        Some(pending)
    }
}

impl Pending {
    /// How long the answer took, where that is certain: an answer that came soon after the resend answers the first.
    pub(crate) fn rtt(&self, now: Instant) -> Option<Duration> {
        let since_resend = now.saturating_duration_since(self.last_sent);
        let certain = self.resends == 0 || self.resends == 1 && since_resend < self.slot_time / 4;
        certain.then(|| now.saturating_duration_since(self.sent))
    }

    /// Whether it was sent more than once: a single datagram that is lost says nothing of whom it was for.
    pub(crate) fn was_resent(&self) -> bool {
        self.resends > 0
    }

    /// How long ago it was first sent.
    pub(crate) fn elapsed(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.sent)
    }
}

impl Purpose {
    /// How often it stalls until it is given up.
    fn stalls(self) -> u32 {
        match self {
            Purpose::Lookup(_) | Purpose::Store(_) | Purpose::Direct(_) => 2,
            Purpose::Check => 1,
        }
    }

    /// How long after it stalled something is done again. Who waits for a lookup waits for its silent nodes.
    fn wait_again(self, slot_time: Duration) -> Duration {
        match self {
            Purpose::Lookup(_) | Purpose::Store(_) | Purpose::Direct(_) => slot_time * 3 / 4,
            Purpose::Check => slot_time,
        }
    }

    pub(crate) fn operation(self) -> Option<OperationId> {
        match self {
            Purpose::Lookup(id) | Purpose::Store(id) | Purpose::Direct(id) => Some(id),
            Purpose::Check => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    const SLOT: Duration = Duration::from_millis(300);

    fn address(port: u16) -> SocketAddr {
        SocketAddr::from(([192, 0, 2, 1], port))
    }

    struct Asked {
        transactions: Transactions,
        id: TransactionId,
        start: Instant,
    }

    #[expect(clippy::disallowed_methods, reason = "any moment will do")]
    fn asked() -> Asked {
        let mut transactions = Transactions::default();
        let mut rng = StdRng::from_seed([7; 32]);
        let start = Instant::now();
        let id = transactions.begin(start, address(1), None, Purpose::Check, SLOT, &mut rng);
        Asked {
            transactions,
            id,
            start,
        }
    }

    #[test]
    fn an_answer_counts_only_from_the_exact_address_and_once() {
        let mut asked = asked();
        assert!(asked.transactions.take(&asked.id, address(2)).is_none());
        assert!(
            asked
                .transactions
                .take(&asked.id[..3], address(1))
                .is_none()
        );
        assert!(asked.transactions.take(&asked.id, address(1)).is_some());
        assert!(asked.transactions.take(&asked.id, address(1)).is_none());
        assert_eq!(asked.transactions.next_due(), None);
    }

    #[test]
    fn a_ping_is_sent_twice_and_then_given_up() {
        let mut asked = asked();
        let transactions = &mut asked.transactions;
        assert!(transactions.expire(asked.start + SLOT / 2).is_none());
        let stalled = transactions.expire(asked.start + SLOT);
        assert!(matches!(stalled, Some(Expiry::Stalled(id, _)) if id == asked.id));
        transactions.resent(asked.start + SLOT, &asked.id);
        assert!(transactions.expire(asked.start + SLOT * 3 / 2).is_none());
        let dead = transactions.expire(asked.start + SLOT * 2);
        assert!(matches!(dead, Some(Expiry::Dead(pending)) if pending.was_resent()));
        assert_eq!(transactions.len(), 0);
        assert_eq!(transactions.next_due(), None);
    }

    #[test]
    fn a_late_answer_counts_and_is_measured_only_where_that_is_certain() {
        for (late, certain) in [(10, true), (200, false)] {
            let mut asked = asked();
            asked.transactions.expire(asked.start + SLOT);
            asked.transactions.resent(asked.start + SLOT, &asked.id);
            let answer = asked.start + SLOT + Duration::from_millis(late);
            let pending = asked.transactions.take(&asked.id, address(1)).unwrap();
            assert_eq!(pending.rtt(answer).is_some(), certain);
        }
    }

    #[test]
    fn what_was_not_sent_again_is_waited_for_and_measured_as_long() {
        let mut late = asked();
        late.transactions.expire(late.start + SLOT);
        let answer = late.start + SLOT * 3 / 2;
        let pending = late.transactions.take(&late.id, address(1)).unwrap();
        assert_eq!(pending.rtt(answer), Some(SLOT * 3 / 2));
        let mut lost = asked();
        lost.transactions.expire(lost.start + SLOT);
        let dead = lost.transactions.expire(lost.start + SLOT * 2);
        assert!(matches!(dead, Some(Expiry::Dead(pending)) if !pending.was_resent()));
    }
}
