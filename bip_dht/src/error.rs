use std::net::SocketAddr;

use thiserror::Error;

use crate::family::Family;
use crate::item::ItemError;
use crate::names::names;

/// Why an operation could not begin; then no event tells of it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BeginError {
    /// As many operations and leases as the configuration allows are under way, or their ends wait to be taken.
    #[error("{limit} operations are under way, which is the limit")]
    TooManyOperations {
        /// The configured limit.
        limit: usize,
    },
    /// The value or the salt is none that nodes keep.
    #[error(transparent)]
    Item(#[from] ItemError),
    /// The node takes no part in the network of the address.
    #[error("the node takes no part in the {0} network")]
    FamilyUnavailable(Family),
    /// Nobody can be at the address: its port is 0, or it is no single host's.
    #[error("no node can be at {0}")]
    Unreachable(SocketAddr),
}

/// Why an operation brought nothing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum OperationError {
    /// No node is known to ask: the node needs some to begin with ([`add_node`](crate::DhtCore::add_node), or the
    /// builder's `bootstrap`).
    #[error("no node is known to ask: give some to begin with")]
    NoNodes,
    /// The node was looking for the network when the operation was begun, and did not find it: it is unreachable, or
    /// there must be other nodes to begin with. The node goes on looking.
    #[error("none of {asked} nodes to begin with answered: look at the connection, or give others")]
    NotBootstrapped {
        /// How many were asked in the last attempt.
        asked: u32,
    },
    /// Nodes were asked, and none answered.
    #[error("none of {asked} nodes answered")]
    NoAnswer {
        /// How many were asked.
        asked: u32,
    },
    /// Nodes answered, and none has it.
    #[error("none of the nodes has it")]
    NotFound,
    /// Nodes answered, and none of them takes anything.
    #[error("none of the nodes takes it")]
    NotStored,
    /// A newer version than the one that was to be put is there.
    #[error("version {seq} is there already")]
    Outdated {
        /// The sequence number of the newest that was seen.
        seq: i64,
    },
    /// Every node to which it was given refused it.
    #[error("the nodes refused it: error {code}")]
    Refused {
        /// The code of the last refusal (BEP 5, "Errors"; BEP 44, "Errors").
        code: i64,
    },
}

names! {
    BeginError, "too_many_operations":
    TooManyOperations "too_many_operations",
    FamilyUnavailable "family_unavailable",
    Unreachable "unreachable",
    ; by_cause: Item
}

names! {
    OperationError, "no_answer":
    NoNodes "no_nodes",
    NotBootstrapped "not_bootstrapped",
    NoAnswer "no_answer",
    NotFound "not_found",
    NotStored "not_stored",
    Outdated "outdated",
    Refused "refused",
}
