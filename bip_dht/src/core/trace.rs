//! What a node says of itself to `tracing`. With [`TraceDetail::Anonymous`] nothing of it tells where anybody is or what
//! anybody looks for.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use tracing::field::{DisplayValue, display};
use tracing::{debug, trace};

use super::DhtCore;
use super::task::Goal;
use crate::config::TraceDetail;
use crate::event::{DhtEvent, Status};
use crate::family::Family;
use crate::krpc::DecodeError;
use crate::node_id::NodeId;
use crate::operation::{LeaseId, OperationId};
use crate::rpc::{Pending, Purpose};

impl DhtCore {
    /// What may be shown only on demand. A field without a value is left out.
    fn private<T: std::fmt::Display>(&self, value: T) -> Option<DisplayValue<T>> {
        (self.config.trace_detail == TraceDetail::Full).then(|| display(value))
    }

    pub(super) fn trace_operation(&self, id: OperationId, goal: &Goal, target: NodeId) {
        let target = self.private(target);
        debug!(operation = id.0, what = goal.name(), target, "begins");
    }

    pub(super) fn trace_lease(&self, id: LeaseId, goal: &Goal, target: NodeId) {
        let target = self.private(target);
        debug!(lease = id.0, what = goal.name(), target, "begins");
    }

    pub(super) fn trace_event(&self, event: &DhtEvent) {
        match event {
            DhtEvent::Ended { id, result, report } => debug!(
                operation = id.0,
                error = result.as_ref().err().map(display),
                queries = report.queries,
                answered = report.answered,
                dead = report.dead,
                hops = report.hops,
                took = milliseconds(report.duration),
                "ended",
            ),
            DhtEvent::LeaseRenewed { lease, result, .. } => {
                debug!(
                    lease = lease.0,
                    error = result.as_ref().err().map(display),
                    "renewed"
                );
            }
            DhtEvent::Status(status) => {
                let (status, nodes) = match *status {
                    Status::Bootstrapping { nodes } => ("bootstrapping", nodes),
                    Status::Ready { nodes } => ("ready", nodes),
                    Status::Offline => ("offline", 0),
                };
                debug!(status, nodes, "stands otherwise");
            }
            DhtEvent::ExternalAddress(ip) => self.trace_external(*ip),
            DhtEvent::IdChanged(family) => debug!(?family, "took an id that fits its address"),
            DhtEvent::BecameServer => debug!("answers others, since strangers reach it"),
            _ => {}
        }
    }

    fn trace_external(&self, ip: IpAddr) {
        let family = Family::of(SocketAddr::new(ip, 0));
        let address = self.private(ip);
        debug!(?family, address, "others agree where it is");
    }

    pub(super) fn trace_query(&self, to: SocketAddr, purpose: Purpose) {
        let to = self.private(to);
        trace!(operation = operation(purpose), to, "asks");
    }

    pub(super) fn trace_answer(&self, pending: &Pending, rtt: Option<Duration>) {
        let from = self.private(pending.to);
        let rtt = rtt.map(milliseconds);
        trace!(
            operation = operation(pending.purpose),
            from, rtt, "is answered"
        );
    }

    pub(super) fn trace_silence(&self, pending: &Pending) {
        let of = self.private(pending.to);
        trace!(operation = operation(pending.purpose), of, "gives up");
    }

    pub(super) fn trace_malformed(&self, from: SocketAddr, error: &DecodeError) {
        let from = self.private(from);
        trace!(from, error = display(error), "cannot read");
    }

    pub(super) fn trace_stray(&self, from: SocketAddr) {
        let from = self.private(from);
        trace!(from, "did not ask for this answer");
    }

    pub(super) fn trace_limited(&self, from: SocketAddr) {
        let from = self.private(from);
        trace!(from, "is silent, since this comes too fast");
    }
}

impl Goal {
    fn name(&self) -> &'static str {
        match self {
            Goal::FindNode => "find_node",
            Goal::GetPeers => "get_peers",
            Goal::Announce(_) => "announce",
            Goal::Scrape(_) => "scrape",
            Goal::GetImmutable => "get_immutable",
            Goal::PutImmutable(_) => "put_immutable",
            #[cfg(feature = "ed25519")]
            Goal::GetMutable(_) => "get_mutable",
            #[cfg(feature = "ed25519")]
            Goal::PutMutable { .. } => "put_mutable",
            Goal::Ping => "ping",
            Goal::Sample => "sample",
        }
    }
}

fn operation(purpose: Purpose) -> Option<u64> {
    match purpose {
        Purpose::Lookup(id) | Purpose::Store(id) | Purpose::Direct(id) => Some(id.0),
        Purpose::Check => None,
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
