use thiserror::Error;

use crate::error::{BeginError, OperationError};
use crate::operation::LookupReport;

/// Why a node could not do what it was asked to.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum DhtError {
    /// It did not begin.
    #[error(transparent)]
    Begin(#[from] BeginError),
    /// It brought nothing.
    #[error("{error}")]
    Operation {
        /// Why.
        error: OperationError,
        /// How it went.
        report: Box<LookupReport>,
    },
    /// The node did not become ready in the time that it was given.
    #[error("the node is not ready yet")]
    NotReady,
    /// The node was closed.
    #[error("the node was closed")]
    Closed,
}

impl DhtError {
    /// A name for machines to read, which stays: `not_ready`. Where another error is the cause, it is that one's.
    pub fn name(&self) -> &'static str {
        match self {
            DhtError::Begin(cause) => cause.name(),
            DhtError::Operation { error, .. } => error.name(),
            DhtError::NotReady => "not_ready",
            DhtError::Closed => "closed",
        }
    }

    /// Why the operation brought nothing, if it is that.
    pub fn operation(&self) -> Option<&OperationError> {
        match self {
            DhtError::Operation { error, .. } => Some(error),
            _ => None,
        }
    }
}
