//! From the end of a lookup to the end of its operation.

use std::net::SocketAddr;
use std::time::Instant;

use super::DhtCore;
use super::task::{Goal, Origin, Task};
use crate::error::OperationError;
use crate::event::DhtEvent;
use crate::family::Family;
use crate::krpc::ErrorCode;
use crate::limits::K;
use crate::lookup::Lookup;
use crate::node_id::NodeId;
use crate::operation::{LookupReport, OperationId, Outcome, SwarmEstimate};
use crate::rpc::Purpose;

impl DhtCore {
    /// The closest nodes are known: gives them what is to be stored, or ends the operation.
    pub(super) fn end_lookup(&mut self, now: Instant, id: OperationId) {
        let Some(task) = self.tasks.get_mut(&id) else {
            return;
        };
        for family in Family::ALL {
            let (lookup, network) = (task.lookup(family), self.networks.of_mut(family));
            if let (Some(lookup), Some(network)) = (lookup, network) {
                let closest: Vec<NodeId> =
                    lookup.closest().take(K).map(|(node, _)| node.id).collect();
                if closest.len() >= 2 {
                    network.size.learn(&lookup.target(), &closest);
                }
            }
        }
        // Nobody takes what is older than what is there.
        if !task.stores() || matches!(task.result(), Err(OperationError::Outdated { .. })) {
            let result = task.result();
            return self.finish(now, id, result);
        }
        let mut takers: Vec<(NodeId, SocketAddr)> = Vec::new();
        for lookup in task.lookups() {
            let willing = lookup.closest().filter(|(_, token)| token.is_some());
            takers.extend(willing.take(K).map(|(node, _)| (node.id, node.address)));
        }
        task.is_storing = true;
        task.storing = takers.len();
        if takers.is_empty() {
            let result = task.result();
            return self.finish(now, id, result);
        }
        for (node, address) in takers {
            self.ask(now, address, Some(node), Purpose::Store(id));
        }
    }

    /// A node took what was to be stored, or refused it with a code, or was silent.
    pub(super) fn on_stored(
        &mut self,
        now: Instant,
        id: OperationId,
        answer: Result<(), Option<ErrorCode>>,
    ) {
        let Some(task) = self.tasks.get_mut(&id) else {
            return;
        };
        task.storing = task.storing.saturating_sub(1);
        match answer {
            Ok(()) => task.stored += 1,
            // That another version is there matters more than why else one was refused.
            Err(Some(_)) if task.overtaken().is_some() => {}
            Err(Some(code)) => task.refusal = Some(code.number()),
            Err(None) => {}
        }
        if task.storing == 0 {
            let result = task.result();
            self.finish(now, id, result);
        }
    }

    /// Forgets an operation. An empty map keeps a leaf with room for eleven; most nodes have nothing under way.
    pub(super) fn take_task(&mut self, id: OperationId) -> Option<Task> {
        let task = self.tasks.remove(&id)?;
        if self.tasks.is_empty() {
            self.tasks.clear();
        }
        self.transactions.forget(id);
        Some(*task)
    }

    /// Ends an operation and tells whom it was for.
    pub(super) fn finish(
        &mut self,
        now: Instant,
        id: OperationId,
        result: Result<Outcome, OperationError>,
    ) {
        let Some(task) = self.take_task(id) else {
            return;
        };
        match task.origin {
            Origin::User => {
                self.commands -= 1;
                let report = task.report(now);
                self.tell(DhtEvent::Ended { id, result, report });
            }
            Origin::Lease(lease) => {
                let report = task.report(now);
                self.on_lease_ended(now, lease, &task, result, report);
            }
            Origin::Upkeep(family) => self.on_upkeep_ended(now, family, &task),
        }
    }
}

impl Task {
    /// What an operation has brought when nothing more is to come.
    fn result(&self) -> Result<Outcome, OperationError> {
        let answered: u32 = self.lookups().map(Lookup::answered).sum();
        if self.asked == 0 {
            return Err(OperationError::NoNodes);
        }
        if answered == 0 {
            return Err(OperationError::NoAnswer { asked: self.asked });
        }
        match &self.goal {
            Goal::GetPeers => Ok(Outcome::Peers {
                count: self.found.len(),
            }),
            Goal::Scrape(scrape) => Ok(Outcome::Scraped(SwarmEstimate {
                seeds: scrape.seeds.estimate(),
                downloaders: scrape.downloaders.estimate(),
                filters: scrape.filters,
            })),
            Goal::GetImmutable => Err(OperationError::NotFound),
            #[cfg(feature = "ed25519")]
            Goal::GetMutable(newest) => match newest.item() {
                Some((item, agreeing)) => Ok(Outcome::Mutable {
                    item: item.clone(),
                    agreeing,
                }),
                None => Err(OperationError::NotFound),
            },
            #[cfg(feature = "ed25519")]
            Goal::PutMutable { .. } => match self.newer_version() {
                Some(newer) => Err(OperationError::Outdated { seq: newer.seq() }),
                // Some may have taken it all the same: those that kept none.
                None => match self.overtaken() {
                    Some(code) => Err(OperationError::Refused { code }),
                    None => self.storage_result(),
                },
            },
            Goal::Announce(_) | Goal::PutImmutable(_) => self.storage_result(),
            Goal::FindNode | Goal::Ping | Goal::Sample => Ok(Outcome::Nodes {
                nodes: self.closest(),
            }),
        }
    }

    /// With which code a node refused a mutable item because it keeps another version.
    fn overtaken(&self) -> Option<i64> {
        let codes = [ErrorCode::CasMismatch, ErrorCode::SequenceTooLow].map(ErrorCode::number);
        self.refusal.filter(|code| codes.contains(code))
    }

    fn storage_result(&self) -> Result<Outcome, OperationError> {
        match (self.stored, self.refusal) {
            (0, Some(code)) => Err(OperationError::Refused { code }),
            (0, None) => Err(OperationError::NotStored),
            (stored, _) => Ok(match self.goal {
                Goal::Announce(_) => Outcome::Announced {
                    stored,
                    peers: self.found.len(),
                },
                _ => Outcome::Stored {
                    target: self.key(),
                    stored,
                },
            }),
        }
    }

    fn closest(&self) -> Vec<crate::krpc::NodeInfo> {
        let closest = |lookup| Lookup::closest(lookup).take(K).map(|(node, _)| node);
        self.lookups().flat_map(closest).collect()
    }

    fn report(&self, now: Instant) -> LookupReport {
        let mut report = LookupReport {
            duration: now.saturating_duration_since(self.started),
            queries: self.queries,
            ..LookupReport::default()
        };
        for lookup in self.lookups() {
            lookup.report(&mut report);
        }
        report
    }
}
