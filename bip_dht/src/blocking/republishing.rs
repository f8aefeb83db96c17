use std::future::poll_fn;

use super::dht::MainlineDht;
use super::wait::wait;
use crate::error::OperationError;
use crate::front::{DhtError, Lease, Stored};
#[cfg(feature = "ed25519")]
use crate::item::MutableItem;
use crate::key::Key;

/// An item that is kept alive: stored at once, and again each hour (BEP 44, "Expiration"). Dropping it lets the item
/// expire, after two hours at most.
#[derive(Debug)]
pub struct Republishing {
    lease: Lease,
    key: Key,
    /// Keeps the node for as long as the item is to be kept.
    _node: MainlineDht,
}

impl Republishing {
    pub(super) fn new(lease: Lease, key: Key, node: MainlineDht) -> Republishing {
        Republishing {
            lease,
            key,
            _node: node,
        }
    }

    /// Where the item is found.
    pub fn key(&self) -> Key {
        self.key
    }

    /// The version that is kept alive now: the one that was given, or a newer one that its owner has put since. `None` if
    /// the item is immutable.
    #[cfg(feature = "ed25519")]
    pub fn item(&self) -> Option<MutableItem> {
        self.lease.item()
    }

    /// How the latest put went, as soon as there is one that was not asked for before. A failed one is repeated without
    /// our doing. [`OperationError::Outdated`] says that a newer version was found, which is kept alive from now on.
    ///
    /// # Errors
    /// [`DhtError::Closed`].
    pub fn renewal(&mut self) -> Result<Result<Stored, OperationError>, DhtError> {
        wait(poll_fn(|context| self.lease.poll_stored(context)))
    }
}
