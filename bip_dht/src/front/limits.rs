//! The bounds of the drivers, each with its reason; those of the core are in the crate's `limits.rs`.

use std::time::Duration;

use crate::limits::MAX_PEERS_FOUND;

/// Where a node of the public network begins if it knows nobody. Run by the makers of BitTorrent, Transmission and
/// libtorrent; each gives only addresses of others.
pub const ROUTERS: &[&str] = &[
    "router.bittorrent.com:6881",
    "dht.transmissionbt.com:6881",
    "dht.libtorrent.org:25401",
];

/// How many peers wait for who asked for them, in each operation and lease: as many as an operation tells of, so that
/// even who reads nothing before its end loses none. A lease lives longer; what it finds while so many wait is dropped and
/// counted.
pub const MAX_WAITING_PEERS: usize = MAX_PEERS_FOUND;

/// How many events wait for the slowest who listens; above that the oldest are gone, and it is told so.
pub const MAX_WAITING_NEWS: usize = 32;

/// How many datagrams of the other protocol wait at a shared socket; more are dropped and counted.
#[cfg(feature = "tokio")]
pub const MAX_WAITING_DATAGRAMS: usize = 256;

/// The longest datagram that is read whole: an answer with a thousand peers of both families, which some nodes send.
pub const MAX_DATAGRAM_LENGTH: usize = 16 * 1024;

/// How long operations wait for names to be resolved where nobody else is known: longer than a system asks its first
/// name server.
pub(crate) const NAME_PATIENCE: Duration = Duration::from_secs(10);

/// How many addresses of one name a node turns to: some names have dozens.
pub(crate) const MAX_ADDRESSES_OF_NAME: usize = 16;

/// How long a node that knows others from its cache tries them before it turns to the given nodes.
pub(crate) const CACHE_HEAD_START: Duration = Duration::from_secs(3);

/// How long a node that is not ready waits until it turns to the given nodes again.
pub(crate) const BOOTSTRAP_AGAIN_AFTER: Duration = Duration::from_secs(60);

/// How often the cache file is written.
pub(crate) const CACHE_AGAIN_AFTER: Duration = Duration::from_secs(5 * 60);

/// Bytes of a cache file that is read: far more than the tables of both families take.
pub(crate) const MAX_CACHE_LENGTH: u64 = 1024 * 1024;

/// How often a mutable item is read and changed anew because somebody else wrote in between.
#[cfg(feature = "ed25519")]
pub const MAX_CHANGES: usize = 8;

/// How many datagrams one socket may bring before the other, and what there is to send, has its turn.
#[cfg(feature = "tokio")]
pub(crate) const RECEIVE_BATCH: usize = 64;

/// How long a thread of the blocking driver waits for a datagram at most, should nothing wake it.
#[cfg(feature = "blocking")]
pub(crate) const MAX_SLEEP: Duration = Duration::from_secs(1);
