//! Where addresses come from, and why they are refused.

use thiserror::Error;

/// Where an address comes from. The earlier in this list, the sooner it is dialled among those that failed equally often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Source {
    /// The user named it, or a magnet link (`x.pe`). Never given up and never crowded out by other sources.
    User,
    /// Local service discovery.
    Local,
    /// A tracker.
    Tracker,
    /// Peer exchange.
    Pex,
    /// The DHT.
    Dht,
    /// It was known in an earlier run.
    Resume,
    /// It dialled us. Its port is mostly not one it listens on, so that it is forgotten when it leaves.
    Incoming,
}

/// Why an address was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Port 0, or an unspecified, multicast or broadcast address.
    #[error("nobody can be dialled there")]
    NotDialable,
    /// It is ours.
    #[error("that is our own address")]
    Own,
    /// Its IP address is banned.
    #[error("banned")]
    Banned,
    /// The pool knows it already.
    #[error("known already")]
    Known,
    /// The pool is full of better ones.
    #[error("the pool is full")]
    Full,
}
