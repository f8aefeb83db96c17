//! The commands that begin and end leases.

#[cfg(feature = "ed25519")]
use std::time::Duration;
use std::time::Instant;

use super::{Lease, Subject};
use crate::core::DhtCore;
#[cfg(feature = "ed25519")]
use crate::core::begin::check_salt;
use crate::error::BeginError;
#[cfg(feature = "ed25519")]
use crate::item::MutableItem;
use crate::item::check_value;
use crate::key::Key;
use crate::operation::{AnnouncePort, LeaseId};

impl DhtCore {
    /// Announces a peer at a key and keeps it announced until [`release`](DhtCore::release): every 15 minutes anew, with
    /// lookups 5, 15 and 45 seconds after the first announce, and then each 5 minutes. Whom it finds comes as [`LeasePeers`](crate::DhtEvent::LeasePeers) events.
    ///
    /// # Errors
    /// `TooManyOperations`.
    pub fn hold(
        &mut self,
        now: Instant,
        key: Key,
        port: AnnouncePort,
    ) -> Result<LeaseId, BeginError> {
        self.begin_lease(now, Subject::peer(key, port))
    }

    /// Puts a value as [`put_immutable`](DhtCore::put_immutable) does, and keeps it alive until
    /// [`release`](DhtCore::release): it is put again each hour (BEP 44, "Expiration").
    ///
    /// # Errors
    /// `Item` and `TooManyOperations`.
    pub fn republish_immutable(
        &mut self,
        now: Instant,
        value: &[u8],
    ) -> Result<LeaseId, BeginError> {
        check_value(value)?;
        self.begin_lease(now, Subject::Immutable(value.into()))
    }

    /// Puts an item that its owner can replace, and keeps it alive until [`release`](DhtCore::release): it is put again
    /// each hour (BEP 44, "Expiration"). The secret key is not needed for that. No newer version is overwritten: if one
    /// is found on the way, it is kept alive instead, and a [`LeaseItem`](crate::DhtEvent::LeaseItem) event tells of it.
    ///
    /// # Errors
    /// `TooManyOperations`.
    #[cfg(feature = "ed25519")]
    pub fn republish_mutable(
        &mut self,
        now: Instant,
        item: MutableItem,
    ) -> Result<LeaseId, BeginError> {
        self.begin_lease(now, Subject::Mutable(Box::new(item)))
    }

    /// Looks for new versions of an item until [`release`](DhtCore::release), once in each `every`, which is taken as at
    /// least [`MIN_FOLLOW_INTERVAL`](crate::MIN_FOLLOW_INTERVAL) and at most a day. Each that is newer than all before
    /// comes as a [`LeaseItem`](crate::DhtEvent::LeaseItem) event, and is kept alive as by
    /// [`republish_mutable`](DhtCore::republish_mutable) (BEP 46, "Consuming content").
    ///
    /// # Errors
    /// `Item` where the salt is too long, and `TooManyOperations`.
    #[cfg(feature = "ed25519")]
    pub fn follow(
        &mut self,
        now: Instant,
        public_key: [u8; 32],
        salt: &[u8],
        every: Duration,
    ) -> Result<LeaseId, BeginError> {
        check_salt(salt)?;
        self.begin_lease(now, Subject::followed(public_key, salt, every))
    }

    fn begin_lease(&mut self, now: Instant, subject: Subject) -> Result<LeaseId, BeginError> {
        self.check_room()?;
        let id = LeaseId(self.draw_id().0);
        #[cfg(feature = "tracing")]
        {
            let (goal, key) = subject.next_step(now);
            self.trace_lease(id, &goal, key.into());
        }
        self.leases.insert(id, Lease::new(now, subject));
        self.renew_leases(now);
        Ok(id)
    }

    /// Ends a lease; nodes forget by themselves what it kept up. Events that stand in the queue stay there.
    pub fn release(&mut self, lease: LeaseId) {
        if let Some(operation) = self.leases.remove(&lease).and_then(|lease| lease.operation) {
            self.cancel(operation);
        }
    }
}
