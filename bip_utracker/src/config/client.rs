use std::time::Duration;

use crate::family::Family;
use crate::limits::{FIRST_TIMEOUT, MAX_BACKOFF_EXPONENT};

#[cfg(feature = "tokio")]
use std::net::{SocketAddrV4, SocketAddrV6};

/// How a tracker client behaves.
#[derive(Clone, Debug)]
pub struct TrackerClientConfig {
    pub(crate) max_requests: usize,
    pub(crate) max_attempts: u32,
    pub(crate) first_timeout: Duration,
    pub(crate) key: Option<u32>,
    pub(crate) v4: bool,
    pub(crate) v6: bool,
    #[cfg(feature = "tokio")]
    pub(crate) bind_v4: Option<SocketAddrV4>,
    #[cfg(feature = "tokio")]
    pub(crate) bind_v6: Option<SocketAddrV6>,
}

impl Default for TrackerClientConfig {
    fn default() -> TrackerClientConfig {
        TrackerClientConfig {
            max_requests: 4096,
            max_attempts: MAX_BACKOFF_EXPONENT + 1,
            first_timeout: FIRST_TIMEOUT,
            key: None,
            v4: true,
            v6: true,
            #[cfg(feature = "tokio")]
            bind_v4: None,
            #[cfg(feature = "tokio")]
            bind_v6: None,
        }
    }
}

impl TrackerClientConfig {
    /// How many requests may be under way at once (default 4096); at least 1.
    pub fn max_requests(mut self, limit: usize) -> TrackerClientConfig {
        self.max_requests = limit.max(1);
        self
    }

    /// How many datagrams may stay unanswered before a request times out (default 9, which with 15 s is BEP 15's
    /// schedule up to n = 8 and takes 7665 s); at least 1. Connect requests count.
    pub fn max_attempts(mut self, attempts: u32) -> TrackerClientConfig {
        self.max_attempts = attempts.max(1);
        self
    }

    /// The wait after the first attempt (default 15 s, BEP 15's); at least 10 ms. It doubles with each attempt up to
    /// 2^8 times this.
    pub fn first_timeout(mut self, timeout: Duration) -> TrackerClientConfig {
        self.first_timeout = timeout.clamp(Duration::from_millis(10), Duration::from_secs(60 * 60));
        self
    }

    /// The key of all announces that bring none of their own (default: drawn once from the seed). Trackers recognise
    /// a client by it when its address changes, and match its announces over both families.
    pub fn key(mut self, key: u32) -> TrackerClientConfig {
        self.key = Some(key);
        self
    }

    /// Requests to IPv4 trackers end with `FamilyUnavailable`.
    pub fn without_v4(mut self) -> TrackerClientConfig {
        self.v4 = false;
        self
    }

    /// Requests to IPv6 trackers end with `FamilyUnavailable`.
    pub fn without_v6(mut self) -> TrackerClientConfig {
        self.v6 = false;
        self
    }

    /// The driver's IPv4 socket (default: any address, any free port).
    #[cfg(feature = "tokio")]
    pub fn bind_v4(mut self, address: SocketAddrV4) -> TrackerClientConfig {
        self.bind_v4 = Some(address);
        self
    }

    /// The driver's IPv6 socket (default: any address, any free port).
    #[cfg(feature = "tokio")]
    pub fn bind_v6(mut self, address: SocketAddrV6) -> TrackerClientConfig {
        self.bind_v6 = Some(address);
        self
    }

    pub(crate) fn has_family(&self, family: Family) -> bool {
        match family {
            Family::V4 => self.v4,
            Family::V6 => self.v6,
        }
    }

    /// `15 * 2^n` seconds, n being `backoff` (BEP 15, "Time outs").
    pub(crate) fn timeout(&self, backoff: u32) -> Duration {
        self.first_timeout * (1 << backoff.min(MAX_BACKOFF_EXPONENT))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_3840_seconds() {
        let config = TrackerClientConfig::default();
        let seconds: Vec<_> = (0..10)
            .map(|backoff| config.timeout(backoff).as_secs())
            .collect();
        assert_eq!(seconds, [15, 30, 60, 120, 240, 480, 960, 1920, 3840, 3840]);
    }
}
