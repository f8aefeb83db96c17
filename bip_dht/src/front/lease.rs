use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll};
#[cfg(feature = "ed25519")]
use std::time::Duration;
use std::time::Instant;

use super::Front;
use super::commands::{Announced, Stored};
use super::desk::{Held, register};
use super::error::DhtError;
#[cfg(feature = "ed25519")]
use super::update::TorrentUpdate;
use crate::core::DhtCore;
use crate::error::{BeginError, OperationError};
#[cfg(feature = "ed25519")]
use crate::item::MutableItem;
use crate::key::Key;
use crate::operation::{AnnouncePort, LeaseId};

/// Something that is kept up; dropping it lets it expire.
#[derive(Debug)]
pub(crate) struct Lease {
    front: Arc<Front>,
    id: LeaseId,
}

/// How something was renewed: it brought that, or nothing.
pub(crate) type Renewal<T> = Result<Result<T, OperationError>, DhtError>;

impl Lease {
    pub(crate) fn announce(
        front: &Arc<Front>,
        key: Key,
        port: AnnouncePort,
    ) -> Result<Lease, DhtError> {
        Lease::begin(front, Held::default(), |core, now| {
            core.hold(now, key, port)
        })
    }

    pub(crate) fn republish(front: &Arc<Front>, value: &[u8]) -> Result<Lease, DhtError> {
        Lease::begin(front, Held::default(), |core, now| {
            core.republish_immutable(now, value)
        })
    }

    #[cfg(feature = "ed25519")]
    pub(crate) fn republish_mutable(
        front: &Arc<Front>,
        item: MutableItem,
    ) -> Result<Lease, DhtError> {
        let held = Held {
            item: Some(item.clone()),
            ..Held::default()
        };
        Lease::begin(front, held, |core, now| core.republish_mutable(now, item))
    }

    #[cfg(feature = "ed25519")]
    pub(crate) fn follow(
        front: &Arc<Front>,
        public_key: [u8; 32],
        salt: &[u8],
        every: Duration,
    ) -> Result<Lease, DhtError> {
        Lease::begin(front, Held::default(), |core, now| {
            core.follow(now, public_key, salt, every)
        })
    }

    fn begin(
        front: &Arc<Front>,
        held: Held,
        command: impl FnOnce(&mut DhtCore, Instant) -> Result<LeaseId, BeginError>,
    ) -> Result<Lease, DhtError> {
        let id = front.with(|desk, now| {
            desk.check_open()?;
            let id = command(&mut desk.core, now)?;
            desk.leases.insert(id, held);
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
    pub(crate) fn poll_announced(&self, context: &Context<'_>) -> Poll<Renewal<Announced>> {
        let renewal = self.poll(context, |held| held.renewal.take());
        renewal.map_ok(|(result, report)| result.map(|outcome| Announced::new(outcome, report)))
    }

    /// How the last put went that was not asked for before. Cancel-safe.
    pub(crate) fn poll_stored(&self, context: &Context<'_>) -> Poll<Renewal<Stored>> {
        let renewal = self.poll(context, |held| held.renewal.take());
        renewal.map_ok(|(result, report)| result.map(|outcome| Stored::new(outcome, report)))
    }

    /// The newest version, once; `None` when the node was closed. Cancel-safe.
    #[cfg(feature = "ed25519")]
    pub(crate) fn poll_update(&self, context: &Context<'_>) -> Poll<Option<TorrentUpdate>> {
        let item = self.poll(context, |held| held.item.take());
        item.map(|item| item.ok().map(|item| TorrentUpdate::new(&item)))
    }

    /// The version that is kept alive now.
    #[cfg(feature = "ed25519")]
    pub(crate) fn item(&self) -> Option<MutableItem> {
        let desk = self.front.lock();
        desk.leases.get(&self.id)?.item.clone()
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
