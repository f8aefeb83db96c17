//! What a node does with items (BEP 44, BEP 46).

#[cfg(feature = "ed25519")]
use std::time::Duration;

use super::dht::MainlineDht;
use super::republishing::Republishing;
#[cfg(feature = "ed25519")]
use super::torrent_updates::TorrentUpdates;
use crate::front::{self, DhtError, Lease, Stored};
#[cfg(feature = "ed25519")]
use crate::item::{MutableItem, SecretKey, TorrentPointer};
use crate::key::Key;

impl MainlineDht {
    /// Stores a value under its own hash (BEP 44, "Immutable Items"). It is bencoded, canonical, and at most
    /// [`MAX_VALUE_LENGTH`](crate::MAX_VALUE_LENGTH) bytes long; nodes forget it after two hours.
    ///
    /// Cancel-safe in that nothing is left behind: dropping the future ends it; some nodes may keep it all the same.
    ///
    /// # Errors
    /// It could not begin, nobody answered, or nobody took it.
    pub async fn put(&self, value: &[u8]) -> Result<Stored, DhtError> {
        front::put(self.front(), value).await
    }

    /// Stores a value as [`put`](MainlineDht::put) does, and again each hour until the [`Republishing`] is dropped (BEP 44,
    /// "Expiration").
    ///
    /// # Errors
    /// The value is none that nodes keep, as many operations and leases as configured are under way, or the node was
    /// closed.
    pub fn republish(&self, value: &[u8]) -> Result<Republishing, DhtError> {
        let lease = Lease::republish(self.front(), value)?;
        Ok(Republishing::new(
            lease,
            Key::of_immutable(value),
            self.clone(),
        ))
    }

    /// Gets the value whose hash is `key`, bencoded (BEP 44, "Immutable Items").
    ///
    /// Cancel-safe in that nothing is left behind: dropping the future ends it.
    ///
    /// # Errors
    /// It could not begin, nobody answered, or nobody has it.
    pub async fn get(&self, key: Key) -> Result<Vec<u8>, DhtError> {
        front::get(self.front(), key).await
    }

    /// Gets the newest version of the item with this owner and salt that the network keeps (BEP 44, "Mutable Items"). The
    /// salt is empty if the item has none.
    ///
    /// Cancel-safe in that nothing is left behind: dropping the future ends it.
    ///
    /// # Errors
    /// It could not begin, nobody answered, or nobody has it.
    #[cfg(feature = "ed25519")]
    pub async fn get_mutable(
        &self,
        public_key: [u8; 32],
        salt: &[u8],
    ) -> Result<MutableItem, DhtError> {
        front::get_mutable(self.front(), public_key, salt).await
    }

    /// Replaces the item of this owner and salt by what `change` makes of its present version, of which there is none at
    /// first: a bencoded value, canonical, at most [`MAX_VALUE_LENGTH`](crate::MAX_VALUE_LENGTH) bytes long. If somebody
    /// else writes in between, `change` is called again with their version, at most
    /// [`MAX_CHANGES`](crate::MAX_CHANGES) times in all (BEP 44, "CAS"). Two who
    /// make the same value of the same version cannot be told apart, and are one change.
    ///
    /// Cancel-safe in that nothing is left behind: dropping the future ends it; some nodes may keep it all the same.
    ///
    /// # Errors
    /// It could not begin, nobody answered, nobody took it, or others wrote in between each time.
    #[cfg(feature = "ed25519")]
    pub async fn put_mutable(
        &self,
        owner: &SecretKey,
        salt: &[u8],
        change: impl FnMut(Option<&MutableItem>) -> Vec<u8>,
    ) -> Result<Stored, DhtError> {
        front::put_mutable(self.front(), owner, salt, change).await
    }

    /// Stores a signed item and keeps it alive, as [`republish`](MainlineDht::republish) does a value: one that
    /// [`get_mutable`](MainlineDht::get_mutable) found, or one's own. Nobody's secret key is needed, and no newer version is
    /// overwritten: if one is found on the way, it is kept alive instead, see [`Republishing::item`].
    ///
    /// # Errors
    /// As many operations and leases as configured are under way, or the node was closed.
    #[cfg(feature = "ed25519")]
    pub fn republish_mutable(&self, item: MutableItem) -> Result<Republishing, DhtError> {
        let key = item.target();
        let lease = Lease::republish_mutable(self.front(), item)?;
        Ok(Republishing::new(lease, key, self.clone()))
    }

    /// Lets who follows this owner and salt know which torrent is the current one (BEP 46, "Publishing content"), once.
    /// Whoever follows it, the publisher too, keeps it alive.
    ///
    /// Cancel-safe in that nothing is left behind: dropping the future ends it; some nodes may keep it all the same.
    ///
    /// # Errors
    /// As [`put_mutable`](MainlineDht::put_mutable).
    #[cfg(feature = "ed25519")]
    pub async fn publish(
        &self,
        owner: &SecretKey,
        salt: &[u8],
        torrent: TorrentPointer,
    ) -> Result<Stored, DhtError> {
        front::publish(self.front(), owner, salt, torrent).await
    }

    /// Hands out which torrent is the current one of this owner and salt, and each that takes its place, until the
    /// [`TorrentUpdates`] are dropped (BEP 46, "Consuming content"). It is asked for once in each `every`, taken as at least
    /// [`MIN_FOLLOW_INTERVAL`](crate::MIN_FOLLOW_INTERVAL) and at most a day; a few minutes are usual.
    ///
    /// # Errors
    /// The salt is too long, as many operations and leases as configured are under way, or the node was closed.
    #[cfg(feature = "ed25519")]
    pub fn follow(
        &self,
        public_key: [u8; 32],
        salt: &[u8],
        every: Duration,
    ) -> Result<TorrentUpdates, DhtError> {
        let lease = Lease::follow(self.front(), public_key, salt, every)?;
        Ok(TorrentUpdates::new(lease, self.clone()))
    }
}
