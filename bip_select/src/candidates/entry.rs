//! One address.

use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use super::config::CandidatesConfig;
use super::source::Source;

/// ```text
///   Idle --next--> Dialing --on_connected--> Connected
///    ^                |                          |
///    +-- on_failed ---+-------- on_gone ---------+       (then it waits until `ready_at`)
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// `None`: was never tried.
    Idle {
        ready_at: Option<Instant>,
    },
    Dialing,
    Connected {
        since: Instant,
    },
}

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) source: Source,
    pub(super) state: State,
    pub(super) failures: u32,
    /// Drawn once, so that not everybody dials a tracker's list from its top.
    pub(super) lot: u32,
}

impl Entry {
    pub(super) fn is_in_use(&self) -> bool {
        !matches!(self.state, State::Idle { .. })
    }

    pub(super) fn is_ready(&self, now: Instant) -> bool {
        matches!(self.state, State::Idle { ready_at } if ready_at.is_none_or(|at| at <= now))
    }

    /// The least is dialled first, and the greatest gives way first.
    pub(super) fn rank(&self) -> (u32, Source, u32) {
        (self.failures, self.source, self.lot)
    }

    /// Puts it back after a failure.
    pub(super) fn fail(&mut self, now: Instant, config: &CandidatesConfig) {
        self.failures = self.failures.saturating_add(1);
        let doublings = (self.failures - 1).min(31);
        let wait = config.min_backoff.saturating_mul(1 << doublings);
        self.rest(now, wait.min(config.max_backoff));
    }

    /// Puts it back after a connection that was worth it.
    pub(super) fn settle(&mut self, now: Instant, config: &CandidatesConfig) {
        self.failures = 0;
        self.rest(now, config.min_backoff);
    }

    fn rest(&mut self, now: Instant, wait: std::time::Duration) {
        self.state = State::Idle {
            ready_at: Some(now + wait),
        };
    }
}

/// An IPv4 address mapped into IPv6 is the same peer.
pub(super) fn canonical(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

pub(super) fn is_dialable(address: SocketAddr) -> bool {
    let is_host = match address.ip() {
        IpAddr::V4(ip) => !ip.is_broadcast(),
        IpAddr::V6(_) => true,
    };
    is_host && address.port() != 0 && !address.ip().is_unspecified() && !address.ip().is_multicast()
}
