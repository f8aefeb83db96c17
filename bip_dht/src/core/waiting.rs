//! Operations that were begun before the network was found.

use std::time::Instant;

use super::DhtCore;
use super::network::Network;
use super::task::Task;
use crate::error::OperationError;
use crate::limits::{BOOTSTRAP_PATIENCE, K};
use crate::operation::OperationId;

impl DhtCore {
    /// Says that nodes to begin with are being looked for, as while names are resolved: operations that begin before any
    /// is known wait for them until then. A time that has come ends it.
    pub fn expect_nodes(&mut self, now: Instant, until: Instant) {
        self.expected_until = Some(until).filter(|until| *until > now);
        self.attend_waiting(now);
    }

    /// Begins an operation, or has it wait while the network is being looked for.
    pub(super) fn start_when_found(&mut self, now: Instant, id: OperationId, task: Task) {
        if self.is_bootstrapping(now) {
            self.waiting.insert(id, Box::new(task));
        } else {
            self.start(now, id, task);
        }
    }

    /// Begins the operations that wait once there is somebody to ask, and ends them where nobody is to be expected.
    pub(super) fn attend_waiting(&mut self, now: Instant) {
        self.expected_until = self.expected_until.filter(|until| *until > now);
        if self.waiting.is_empty() {
            return;
        }
        if self.has_found_nodes() {
            for (id, task) in std::mem::take(&mut self.waiting) {
                self.start(now, id, *task);
            }
            return;
        }
        let is_bootstrapping = self.is_bootstrapping(now);
        while let Some(first) = self.waiting.first_entry() {
            if is_bootstrapping && patience_ends(first.get()) > now {
                return;
            }
            let (id, task) = first.remove_entry();
            self.tasks.insert(id, task);
            let error = self.why_nobody_was_found();
            self.finish(now, id, Err(error));
        }
    }

    /// When the next of them has waited long enough, or what it waits for is no longer expected.
    pub(super) fn waiting_due(&self) -> Option<Instant> {
        let (_, first) = self.waiting.first_key_value()?;
        let patience = patience_ends(first);
        Some(patience.min(self.expected_until.unwrap_or(patience)))
    }

    /// Whether there are enough nodes to ask, even if our neighbours are not found yet.
    fn has_found_nodes(&self) -> bool {
        let has_found = |network: &Network| network.is_ready() || network.table.live_count() >= K;
        self.networks.iter().any(has_found)
    }

    /// Whether nodes are to be expected that are not there yet. Who is offline has looked for them in vain.
    fn is_bootstrapping(&self, now: Instant) -> bool {
        let is_expected = self.expected_until.is_some_and(|until| now < until);
        !self.has_found_nodes()
            && (is_expected || self.networks.iter().any(Network::may_find_nodes))
    }

    fn why_nobody_was_found(&self) -> OperationError {
        match self.networks.iter().map(Network::asked_in_vain).sum() {
            0 => OperationError::NoNodes,
            asked => OperationError::NotBootstrapped { asked },
        }
    }
}

fn patience_ends(task: &Task) -> Instant {
    task.started + BOOTSTRAP_PATIENCE
}
