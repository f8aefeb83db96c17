use std::future::poll_fn;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use super::Front;
use super::desk::{Waiting, register};
use super::error::DhtError;
use crate::core::DhtCore;
use crate::error::BeginError;
use crate::operation::{LookupReport, OperationId, Outcome};

/// An operation under way; dropping it cancels it.
#[derive(Debug)]
pub(crate) struct Operation {
    front: Arc<Front>,
    id: OperationId,
}

/// How an operation ended.
pub(crate) type End = Result<(Outcome, LookupReport), DhtError>;

impl Operation {
    pub(crate) fn begin(
        front: &Arc<Front>,
        command: impl FnOnce(&mut DhtCore, Instant) -> Result<OperationId, BeginError>,
    ) -> Result<Operation, DhtError> {
        let id = front.with(|desk, now| {
            desk.check_open()?;
            let id = command(&mut desk.core, now)?;
            desk.operations.insert(id, Waiting::default());
            Ok::<_, DhtError>(id)
        })?;
        Ok(Operation {
            front: Arc::clone(front),
            id,
        })
    }

    /// The next peer; `None` when the operation has ended and all were taken. Cancel-safe.
    pub(crate) fn poll_peer(&self, context: &Context<'_>) -> Poll<Option<SocketAddr>> {
        let mut desk = self.front.lock();
        let closed = desk.is_closed();
        let Some(waiting) = desk.operations.get_mut(&self.id) else {
            return Poll::Ready(None);
        };
        if let Some(peer) = waiting.peers.pop() {
            return Poll::Ready(Some(peer));
        }
        if closed || waiting.ended.is_some() {
            return Poll::Ready(None);
        }
        register(&mut waiting.waker, context);
        Poll::Pending
    }

    /// Waits for the end, which can be taken once. Cancel-safe until then.
    pub(crate) async fn end(&self) -> End {
        poll_fn(|context| self.poll_end(context)).await
    }

    fn poll_end(&self, context: &Context<'_>) -> Poll<End> {
        let mut desk = self.front.lock();
        let closed = desk.is_closed();
        let Some(waiting) = desk.operations.get_mut(&self.id) else {
            return Poll::Ready(Err(DhtError::Closed));
        };
        match waiting.ended.clone() {
            Some((Ok(outcome), report)) => Poll::Ready(Ok((outcome, report))),
            Some((Err(error), report)) => Poll::Ready(Err(DhtError::Operation {
                error,
                report: Box::new(report),
            })),
            None if closed => Poll::Ready(Err(DhtError::Closed)),
            None => {
                register(&mut waiting.waker, context);
                Poll::Pending
            }
        }
    }
}

impl Drop for Operation {
    fn drop(&mut self) {
        self.front.with(|desk, _| {
            let ended = desk.operations.remove(&self.id);
            // What has ended is no longer known to the core.
            if ended.is_some_and(|waiting| waiting.ended.is_none()) {
                desk.core.cancel(self.id);
            }
        });
    }
}
