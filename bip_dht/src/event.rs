use std::net::{IpAddr, SocketAddr};

use crate::error::OperationError;
use crate::family::Family;
#[cfg(feature = "ed25519")]
use crate::item::MutableItem;
use crate::operation::{LeaseId, LookupReport, OperationId, Outcome};

/// What a node has to tell.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum DhtEvent {
    /// Peers were found by `get_peers` or `announce`; each is told once in an operation.
    Peers {
        /// The operation.
        id: OperationId,
        /// The peers, never empty.
        peers: Vec<SocketAddr>,
    },
    /// `get_mutable` found an item, or a newer version than the last it told of. There may be newer ones yet.
    #[cfg(feature = "ed25519")]
    Item {
        /// The operation.
        id: OperationId,
        /// The item; its signature is verified.
        item: MutableItem,
    },
    /// An operation ended. Each that was accepted ends in exactly one such event, unless it was cancelled.
    Ended {
        /// The operation.
        id: OperationId,
        /// What it brought.
        result: Result<Outcome, OperationError>,
        /// How it went.
        report: LookupReport,
    },
    /// Peers were found under a lease; each is told once while the lease remembers it. We are not among them where enough
    /// others say where we are (BEP 42), which they never do on local networks.
    LeasePeers {
        /// The lease.
        lease: LeaseId,
        /// The peers, never empty.
        peers: Vec<SocketAddr>,
    },
    /// A lease announced or put once more, or failed to; it tries again by itself either way.
    LeaseRenewed {
        /// The lease.
        lease: LeaseId,
        /// [`Outcome::Announced`] or [`Outcome::Stored`], or why it failed.
        result: Result<Outcome, OperationError>,
        /// How it went.
        report: LookupReport,
    },
    /// A lease found a version that is newer than all before: of the item that it follows, or of the one that it keeps
    /// alive. It keeps this version alive from now on.
    #[cfg(feature = "ed25519")]
    LeaseItem {
        /// The lease.
        lease: LeaseId,
        /// The item; its signature is verified.
        item: MutableItem,
    },
    /// The node's standing in the network has changed.
    Status(Status),
    /// Nodes of enough networks agree on a new external address.
    ExternalAddress(IpAddr),
    /// The node took another id in one network, because its external address changed (BEP 42).
    IdChanged(Family),
    /// The node answers others from now on, since strangers reach it (BEP 43).
    BecameServer,
}

/// How a node stands in the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// It looks for its neighbours.
    Bootstrapping {
        /// How many nodes it knows that answered.
        nodes: usize,
    },
    /// It has found its neighbours.
    Ready {
        /// How many nodes it knows that answered.
        nodes: usize,
    },
    /// Nobody answers. It keeps trying, and comes back by itself.
    Offline,
}

/// Where the datagram goes that `poll_transmit` has written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Transmit {
    /// The address.
    pub destination: SocketAddr,
}
