use thiserror::Error;

use crate::family::Family;
use crate::item::ItemError;

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
}

/// Why an operation brought nothing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum OperationError {
    /// No node is known to ask.
    #[error("no node is known to ask")]
    NoNodes,
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
