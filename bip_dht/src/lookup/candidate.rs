use std::net::SocketAddr;

use crate::address::{is_local, network};
use crate::node_id::{Distance, NodeId};

/// A node that a lookup has heard of.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    /// `None` until it answers, where only its address is known.
    pub(super) id: Option<NodeId>,
    pub(super) address: SocketAddr,
    pub(super) state: State,
    /// How many nodes were asked one after another to hear of it, itself counted.
    pub(super) hops: u8,
    /// Whether the id fits the address (BEP 42).
    pub(super) is_compliant: bool,
    /// What it gave to announce or put with.
    pub(super) token: Option<Box<[u8]>>,
}

/// ```text
///  Fresh ──asked──> Asked ──slot time──> Stalled
///                     │ │                 │  │
///                     │ └── Answered <────┘  │
///                     └───────> Dead <───────┘
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Fresh,
    Asked,
    Stalled,
    Answered,
    Dead,
}

impl Candidate {
    pub(super) fn new(id: Option<NodeId>, address: SocketAddr, hops: u8) -> Candidate {
        Candidate {
            id,
            address,
            state: State::Fresh,
            hops,
            is_compliant: id.is_some_and(|id| id.is_valid_for(address.ip())),
            token: None,
        }
    }

    pub(super) fn identify(&mut self, id: NodeId) {
        self.id = Some(id);
        self.is_compliant = id.is_valid_for(self.address.ip());
    }

    pub(super) fn is_waited_for(&self) -> bool {
        matches!(self.state, State::Asked | State::Stalled)
    }

    /// How far it is; who is not known is farther than everybody.
    pub(super) fn distance_to(&self, target: &NodeId) -> (bool, Option<Distance>) {
        (self.id.is_none(), self.id.map(|id| id.distance(target)))
    }

    /// Whether one person is likely to own both addresses. On local networks every address is its own network.
    pub(super) fn shares_network_with(&self, other: &Candidate) -> bool {
        self.network() == other.network() && !is_local(self.address.ip())
    }

    pub(super) fn network(&self) -> u64 {
        network(self.address.ip(), 24, 64)
    }
}
