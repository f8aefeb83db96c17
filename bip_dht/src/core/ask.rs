//! Queries on their way out.

use std::net::SocketAddr;
use std::time::Instant;

use super::DhtCore;
use super::task::{Goal, Task};
use crate::family::Family;
use crate::krpc::{Call, Message, NodeInfo, Query, Want};
use crate::limits::K;
use crate::node_id::NodeId;
use crate::operation::OperationId;
use crate::rpc::{Pending, Purpose, TransactionId};

/// Our program, as it names itself (BEP 5, "KRPC Protocol").
pub(super) const VERSION: &[u8; 4] = b"bp\x00\x01";

impl DhtCore {
    /// Asks whomever the lookups of an operation want asked now, and goes on where they have ended.
    pub(super) fn drive(&mut self, now: Instant, id: OperationId) {
        for family in Family::ALL {
            while let Some((expected, to)) = self.next_candidate(id, family) {
                self.ask(now, to, expected, Purpose::Lookup(id));
            }
        }
        let is_finished = self.tasks.get(&id).is_some_and(|task| {
            !task.is_storing && task.lookups().all(crate::lookup::Lookup::is_finished)
        });
        if is_finished {
            self.end_lookup(now, id);
        }
    }

    fn next_candidate(
        &mut self,
        id: OperationId,
        family: Family,
    ) -> Option<(Option<NodeId>, SocketAddr)> {
        let task = self.tasks.get_mut(&id).filter(|task| !task.is_storing)?;
        let next = task.lookup_mut(family)?.next()?;
        task.asked += 1;
        Some(next)
    }

    /// Sends a query and waits for its answer.
    pub(super) fn ask(
        &mut self,
        now: Instant,
        to: SocketAddr,
        expected: Option<NodeId>,
        purpose: Purpose,
    ) {
        let table = self
            .networks
            .of(Family::of(to))
            .map(|network| &network.table);
        let known = expected.and_then(|id| table?.rtt(&NodeInfo { id, address: to }));
        let slot_time = self.rtt.slot_time(known);
        let id = self
            .transactions
            .begin(now, to, expected, purpose, slot_time, &mut self.rng);
        self.reach.contacted(now, to.ip());
        self.stats.queries += 1;
        #[cfg(feature = "tracing")]
        self.trace_query(to, purpose);
        self.send(&id, to, purpose);
    }

    /// Writes the query once more, with the same transaction, and lets a lookup ask somebody else beside; a lookup that
    /// has found closer nodes meanwhile only waits.
    pub(super) fn on_stalled(&mut self, now: Instant, id: TransactionId, pending: &Pending) {
        let Purpose::Lookup(operation) = pending.purpose else {
            return self.send_again(now, id, pending);
        };
        let task = self.tasks.get_mut(&operation);
        let lookup = task.and_then(|task| task.lookup_mut(Family::of(pending.to)));
        if lookup.is_some_and(|lookup| lookup.on_stalled(pending.to)) {
            self.send_again(now, id, pending);
        }
        self.drive(now, operation);
    }

    fn send_again(&mut self, now: Instant, id: TransactionId, pending: &Pending) {
        self.transactions.resent(now, &id);
        self.stats.resends += 1;
        self.send(&id, pending.to, pending.purpose);
    }

    /// Where nobody takes what there is to send, this is lost as on a crowded link, and goes out with a resend.
    fn send(&mut self, id: &TransactionId, to: SocketAddr, purpose: Purpose) {
        if !self.outbox.has_room() {
            return;
        }
        let family = Family::of(to);
        let Some(network) = self.networks.of(family) else {
            return;
        };
        let task = purpose.operation().map(|id| self.tasks.get_mut(&id));
        let task = match task {
            Some(None) => return,
            Some(Some(task)) => {
                task.queries += 1;
                Some(&**task)
            }
            None => None,
        };
        let Some(call) = call(purpose, to, task) else {
            return;
        };
        let other = match family {
            Family::V4 => Family::V6,
            Family::V6 => Family::V4,
        };
        // Who knows few nodes of the other family asks for them too (BEP 32, "Bootstrapping").
        let asks_both = matches!(call, Call::FindNode { .. } | Call::GetPeers { .. })
            && self
                .networks
                .of(other)
                .is_some_and(|other| !other.is_ready() || other.table.live_count() < K);
        let want = match asks_both {
            true => Want { n4: true, n6: true },
            false => Want::default(),
        };
        let mut message = Message::query(id, Query::new(network.table.own(), call).want(want));
        message.version = Some(VERSION);
        message.read_only = !self.reach.admits_queries();
        self.outbox.push(to, |buf| message.encode(buf));
    }
}

fn call(purpose: Purpose, to: SocketAddr, task: Option<&Task>) -> Option<Call<'_>> {
    match purpose {
        Purpose::Lookup(_) => task.map(Task::lookup_call),
        Purpose::Store(_) => task?.store_call(to),
        Purpose::Direct(_) => match task?.goal {
            Goal::Sample => Some(Call::SampleInfohashes {
                target: task?.target,
            }),
            _ => Some(Call::Ping),
        },
        Purpose::Check => Some(Call::Ping),
    }
}
