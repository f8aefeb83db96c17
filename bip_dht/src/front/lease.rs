use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::Front;
use super::commands::Announced;
use super::desk::{Held, register};
use super::error::DhtError;
use crate::error::OperationError;
use crate::key::Key;
use crate::operation::{AnnouncePort, LeaseId};

/// An announce that is kept alive; dropping it lets it expire.
#[derive(Debug)]
pub(crate) struct Lease {
    front: Arc<Front>,
    id: LeaseId,
}

impl Lease {
    pub(crate) fn begin(
        front: &Arc<Front>,
        key: Key,
        port: AnnouncePort,
    ) -> Result<Lease, DhtError> {
        let id = front.with(|desk, now| {
            desk.check_open()?;
            let id = desk.core.hold(now, key, port)?;
            desk.leases.insert(id, Held::default());
            Ok::<_, DhtError>(id)
        })?;
        Ok(Lease {
            front: Arc::clone(front),
            id,
        })
    }

    /// The next peer; `None` when the node was closed. Cancel-safe.
    pub(crate) fn poll_peer(&self, context: &Context<'_>) -> Poll<Option<SocketAddr>> {
        self.poll(context, |held| held.peers.pop()).map(Result::ok)
    }

    /// How the last announce went that was not asked for before. Cancel-safe.
    pub(crate) fn poll_renewal(
        &self,
        context: &Context<'_>,
    ) -> Poll<Result<Result<Announced, OperationError>, DhtError>> {
        self.poll(context, |held| held.renewal.take())
    }

    pub(crate) fn dropped(&self) -> u64 {
        let desk = self.front.lock();
        desk.leases
            .get(&self.id)
            .map_or(0, |held| held.peers.dropped())
    }

    fn poll<T>(
        &self,
        context: &Context<'_>,
        take: impl FnOnce(&mut Held) -> Option<T>,
    ) -> Poll<Result<T, DhtError>> {
        let mut desk = self.front.lock();
        let closed = desk.is_closed();
        let Some(held) = desk.leases.get_mut(&self.id) else {
            return Poll::Ready(Err(DhtError::Closed));
        };
        if let Some(taken) = take(held) {
            return Poll::Ready(Ok(taken));
        }
        if closed {
            return Poll::Ready(Err(DhtError::Closed));
        }
        register(&mut held.waker, context);
        Poll::Pending
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.front.with(|desk, _| {
            desk.leases.remove(&self.id);
            desk.core.release(self.id);
        });
    }
}
