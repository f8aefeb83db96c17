//! What is kept up until it is released: announces, items, and the watch over another's item.

mod commands;
#[cfg(feature = "ed25519")]
mod followed;
mod peer;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use rand::RngExt;

#[cfg(feature = "ed25519")]
use self::followed::Followed;
use self::peer::AnnouncedPeer;
use super::DhtCore;
use super::task::{Goal, Origin, Task};
use crate::error::OperationError;
use crate::event::DhtEvent;
use crate::family::Family;
#[cfg(feature = "ed25519")]
use crate::item::MutableItem;
use crate::key::Key;
use crate::limits::{ITEM_RENEWAL, LEASE_LOOKUP, LEASE_RETRY};
use crate::operation::{AnnouncePort, LeaseId, LookupReport, OperationId, Outcome};

/// Something that is kept up.
///
/// ```text
///  Resting ──due──> Busy (`operation`) ──ended──> Resting, until its next turn
///                                      ──failed─> Resting, for 10 s, 20 s and so on up to 5 minutes
/// ```
#[derive(Debug)]
pub(super) struct Lease {
    subject: Subject,
    /// When to do something next.
    next: Instant,
    failures: u32,
    pub(super) operation: Option<OperationId>,
}

/// What is kept up.
#[derive(Debug)]
enum Subject {
    Peer(AnnouncedPeer),
    Immutable(Box<[u8]>),
    #[cfg(feature = "ed25519")]
    Mutable(Box<MutableItem>),
    #[cfg(feature = "ed25519")]
    Followed(Box<Followed>),
}

/// What became of a lease's operation.
enum Ended {
    /// All is well for so long.
    Well(Duration),
    /// The same, and a newer version was found.
    #[cfg(feature = "ed25519")]
    Newer(Duration, MutableItem),
    Failed,
}

impl Subject {
    fn peer(key: Key, port: AnnouncePort) -> Subject {
        Subject::Peer(AnnouncedPeer::new(key, port))
    }

    #[cfg(feature = "ed25519")]
    fn followed(public_key: [u8; 32], salt: &[u8], every: Duration) -> Subject {
        Subject::Followed(Box::new(Followed::new(public_key, salt, every)))
    }

    #[cfg_attr(not(feature = "ed25519"), expect(unused_variables))]
    fn next_step(&self, now: Instant) -> (Goal, Key) {
        match self {
            Subject::Peer(peer) => (peer.next_goal(), peer.key()),
            Subject::Immutable(value) => {
                (Goal::PutImmutable(value.clone()), Key::of_immutable(value))
            }
            #[cfg(feature = "ed25519")]
            Subject::Mutable(item) => (Goal::put_mutable((**item).clone(), None), item.target()),
            #[cfg(feature = "ed25519")]
            Subject::Followed(followed) => (followed.next_goal(now), followed.key()),
        }
    }

    #[cfg_attr(not(feature = "ed25519"), expect(unused_variables))]
    fn on_ended(
        &mut self,
        now: Instant,
        task: &Task,
        result: &Result<Outcome, OperationError>,
    ) -> Ended {
        match self {
            Subject::Peer(peer) => match result {
                Ok(_) => Ended::Well(peer.on_ended(task)),
                Err(_) => {
                    peer.on_failed();
                    Ended::Failed
                }
            },
            Subject::Immutable(_) => match result {
                Ok(_) => Ended::Well(ITEM_RENEWAL),
                Err(_) => Ended::Failed,
            },
            #[cfg(feature = "ed25519")]
            Subject::Mutable(item) => match (task.newer_version(), result) {
                // Its owner put another in its place: that is the one to be kept, and soon, since it is not known
                // whether anybody else does.
                (Some(newer), _) => {
                    **item = newer.clone();
                    Ended::Newer(LEASE_RETRY, newer)
                }
                (None, Ok(_)) => Ended::Well(ITEM_RENEWAL),
                (None, Err(_)) => Ended::Failed,
            },
            #[cfg(feature = "ed25519")]
            Subject::Followed(followed) => followed.on_ended(now, task, result),
        }
    }
}

impl Lease {
    fn new(now: Instant, subject: Subject) -> Lease {
        Lease {
            subject,
            next: now,
            failures: 0,
            operation: None,
        }
    }

    /// When the lease has something to do; never while it does.
    pub(super) fn due(&self) -> Option<Instant> {
        self.operation.is_none().then_some(self.next)
    }

    /// The wait after one more failure.
    fn next_retry(&mut self) -> Duration {
        let wait = LEASE_RETRY * (1 << self.failures.min(8));
        self.failures += 1;
        wait.min(LEASE_LOOKUP)
    }
}

impl DhtCore {
    /// Begins what is due of all leases.
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
            let (goal, key) = lease.subject.next_step(now);
            let task = Task::new(now, Origin::Lease(lease_id), goal, key.into());
            self.start_when_found(now, id, task);
        }
    }

    /// Begins at once what failed, because the network is there now.
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
        let ended = lease.subject.on_ended(now, task, &result);
        let wait = match &ended {
            Ended::Failed => lease.next_retry(),
            Ended::Well(wait) => *wait,
            #[cfg(feature = "ed25519")]
            Ended::Newer(wait, _) => *wait,
        };
        if !matches!(ended, Ended::Failed) {
            lease.failures = 0;
        }
        lease.next = now + wait.mul_f64(jitter);
        if task.stores() {
            self.tell(DhtEvent::LeaseRenewed {
                lease: id,
                result,
                report,
            });
        }
        #[cfg(feature = "ed25519")]
        if let Ended::Newer(_, item) = ended {
            self.tell(DhtEvent::LeaseItem { lease: id, item });
        }
    }

    /// Tells of the peers that the lease has not told of yet, ourselves left out as far as we know where we are.
    pub(super) fn tell_lease_peers(&mut self, id: LeaseId, mut peers: Vec<SocketAddr>) {
        let Some(lease) = self.leases.get_mut(&id) else {
            return;
        };
        let Subject::Peer(lease) = &mut lease.subject else {
            return;
        };
        let port = lease.port();
        let own = Family::ALL.map(|family| self.networks.of(family)?.announced_as(port));
        peers.retain(|peer| !own.contains(&Some(*peer)));
        let peers = lease.not_told(peers);
        if !peers.is_empty() {
            self.tell(DhtEvent::LeasePeers { lease: id, peers });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_is_tried_again_after_twice_as_long_up_to_five_minutes() {
        #[expect(clippy::disallowed_methods, reason = "any moment will do")]
        let now = Instant::now();
        let mut lease = Lease::new(now, Subject::Immutable(Box::from(*b"i1e")));
        let rests: Vec<u64> = (0..40).map(|_| lease.next_retry().as_secs()).collect();
        assert_eq!(rests[..6], [10, 20, 40, 80, 160, 300]);
        assert!(rests[6..].iter().all(|rest| *rest == 300), "{rests:?}");
    }
}
