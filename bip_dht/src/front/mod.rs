//! What both drivers share, without a runtime: who waits for what, when to look for routers, and the cache file. All
//! that waits here are plain futures; the one driver polls them with its tasks, the other with its callers' threads.

mod bootstrap;
mod builder;
mod cache;
mod commands;
mod desk;
mod error;
mod lease;
pub(crate) mod limits;
#[cfg(feature = "ed25519")]
mod mutable;
mod news;
mod operation;
mod queue;
mod socket;
#[cfg(feature = "ed25519")]
mod update;

use std::fmt;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Instant;

pub use self::builder::DhtBuilder;
pub(crate) use self::cache::{Cache, CacheFile};
pub use self::commands::{Announced, Pong, Stored};
pub(crate) use self::commands::{announce, find_node, get, ping, put, ready, sample, scrape};
pub(crate) use self::desk::Desk;
pub use self::error::DhtError;
pub(crate) use self::lease::Lease;
#[cfg(feature = "ed25519")]
pub(crate) use self::mutable::{get_mutable, publish, put_mutable};
pub use self::news::NodeEvent;
pub(crate) use self::news::Subscription;
pub(crate) use self::operation::Operation;
pub(crate) use self::socket::Addresses;
#[cfg(feature = "ed25519")]
pub use self::update::TorrentUpdate;

/// What handles and the driver's loop have in common. The lock is never held while anything waits.
pub(crate) struct Front {
    desk: Mutex<Desk>,
    now: fn() -> Instant,
}

impl Front {
    pub(crate) fn new(desk: Desk, now: fn() -> Instant) -> Arc<Front> {
        Arc::new(Front {
            desk: Mutex::new(desk),
            now,
        })
    }

    pub(crate) fn now(&self) -> Instant {
        (self.now)()
    }

    /// Gives a command, and has the driver carry out what it leads to.
    pub(crate) fn with<T>(&self, command: impl FnOnce(&mut Desk, Instant) -> T) -> T {
        let now = self.now();
        let mut desk = self.lock();
        let result = command(&mut desk, now);
        desk.call_carrier();
        result
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends all that waits, even if the driver does not run any more.
    pub(crate) fn close(&self) {
        self.with(|desk, _| desk.close());
    }

    /// Waits until a handle has given a command. Cancel-safe.
    pub(crate) async fn called(&self) {
        poll_fn(|context: &mut Context<'_>| -> Poll<()> { self.lock().poll_called(context) }).await;
    }
}

impl fmt::Debug for Front {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Front").finish_non_exhaustive()
    }
}
