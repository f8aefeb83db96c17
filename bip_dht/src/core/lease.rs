use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use rand::RngExt;

use super::DhtCore;
use super::task::{Goal, Origin, Task};
use crate::error::OperationError;
use crate::event::DhtEvent;
use crate::key::Key;
use crate::limits::{
    LEASE_ANNOUNCE, LEASE_EARLY_LOOKUPS, LEASE_LOOKUP, LEASE_RETRY, MAX_LEASE_PEERS,
};
use crate::operation::{AnnouncePort, LeaseId, LookupReport, OperationId, Outcome};

/// An announce that is kept alive.
#[derive(Debug)]
pub(super) struct Lease {
    key: Key,
    port: AnnouncePort,
    /// When to look for peers next.
    next: Instant,
    /// Lookups until the next announce.
    until_announce: u32,
    /// How many early lookups were made since the first announce, or the first after a time without network.
    early: usize,
    failures: u32,
    pub(super) operation: Option<OperationId>,
    told: BTreeSet<SocketAddr>,
}

impl Lease {
    pub(super) fn new(now: Instant, key: Key, port: AnnouncePort) -> Lease {
        Lease {
            key,
            port,
            next: now,
            until_announce: 0,
            early: 0,
            failures: 0,
            operation: None,
            told: BTreeSet::new(),
        }
    }

    /// The wait before the next early lookup, if there is one.
    fn next_early(&mut self) -> Option<Duration> {
        let wait = LEASE_EARLY_LOOKUPS.get(self.early).copied();
        self.early += usize::from(wait.is_some());
        wait
    }

    /// When the lease has something to do; never while it does.
    pub(super) fn due(&self) -> Option<Instant> {
        self.operation.is_none().then_some(self.next)
    }
}

impl DhtCore {
    /// Begins the lookups and announces of all leases that are due.
    pub(super) fn renew_leases(&mut self, now: Instant) {
        let due = |lease: &Lease| lease.due().is_some_and(|due| due <= now);
        let mut due: Vec<LeaseId> = self
            .leases
            .iter()
            .filter(|(_, lease)| due(lease))
            .map(|(id, _)| *id)
            .collect();
        for lease_id in due.drain(..) {
            let id = self.draw_id();
            let Some(lease) = self.leases.get_mut(&lease_id) else {
                continue;
            };
            lease.operation = Some(id);
            let goal = match lease.until_announce {
                0 => Goal::Announce(lease.port),
                _ => Goal::GetPeers,
            };
            let task = Task::new(now, Origin::Lease(lease_id), goal, lease.key.into());
            self.start_when_found(now, id, task);
        }
    }

    /// Begins the failed announces of leases at once, because the network is there now.
    pub(super) fn hasten_leases(&mut self, now: Instant) {
        for lease in self.leases.values_mut() {
            if lease.failures > 0 {
                lease.next = lease.next.min(now);
            }
        }
    }

    pub(super) fn on_lease_ended(
        &mut self,
        now: Instant,
        id: LeaseId,
        task: &Task,
        result: Result<Outcome, OperationError>,
        report: LookupReport,
    ) {
        let jitter = self.rng.random_range(0.9..1.1);
        let Some(lease) = self.leases.get_mut(&id) else {
            return;
        };
        lease.operation = None;
        let failed = result.is_err();
        let was_announce = matches!(task.goal, Goal::Announce(_));
        let wait: Duration = match (failed, was_announce) {
            (true, _) => {
                lease.failures += 1;
                // Whoever kept the announce may have gone, too.
                lease.until_announce = 0;
                lease.early = 0;
                (LEASE_RETRY * (1 << (lease.failures - 1).min(8))).min(LEASE_LOOKUP)
            }
            (false, true) => {
                lease.failures = 0;
                let early = LEASE_EARLY_LOOKUPS.len() - lease.early;
                lease.until_announce = LEASE_ANNOUNCE - 1 + early as u32;
                lease.next_early().unwrap_or(LEASE_LOOKUP)
            }
            (false, false) => {
                lease.until_announce = lease.until_announce.saturating_sub(1);
                lease.next_early().unwrap_or(LEASE_LOOKUP)
            }
        };
        lease.next = now + wait.mul_f64(jitter);
        if was_announce {
            self.tell(DhtEvent::LeaseRenewed {
                lease: id,
                result,
                report,
            });
        }
    }

    /// Tells of the peers that the lease has not told of yet.
    pub(super) fn tell_lease_peers(&mut self, id: LeaseId, mut peers: Vec<SocketAddr>) {
        let Some(lease) = self.leases.get_mut(&id) else {
            return;
        };
        peers.retain(|peer| {
            if lease.told.len() >= MAX_LEASE_PEERS {
                lease.told.clear();
            }
            lease.told.insert(*peer)
        });
        if !peers.is_empty() {
            self.tell(DhtEvent::LeasePeers { lease: id, peers });
        }
    }
}
