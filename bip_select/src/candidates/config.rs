//! How many are dialled, and how often again.

use std::time::Duration;

use crate::limits::DEFAULT_CANDIDATES;

/// Configuration of [`Candidates`](crate::Candidates).
#[derive(Debug, Clone)]
pub struct CandidatesConfig {
    pub(crate) capacity: usize,
    pub(crate) max_dialing: usize,
    pub(crate) max_connected: usize,
    pub(crate) min_backoff: Duration,
    pub(crate) max_backoff: Duration,
    pub(crate) settled_after: Duration,
}

impl Default for CandidatesConfig {
    fn default() -> Self {
        CandidatesConfig {
            capacity: DEFAULT_CANDIDATES,
            max_dialing: 30,
            max_connected: 100,
            min_backoff: Duration::from_secs(5),
            max_backoff: Duration::from_secs(30 * 60),
            settled_after: Duration::from_secs(60),
        }
    }
}

impl CandidatesConfig {
    /// How many addresses are remembered, those in use included. Default 2 000.
    #[must_use]
    pub fn capacity(mut self, count: usize) -> Self {
        self.capacity = count;
        self
    }

    /// How many are dialled at a time. Default 30.
    #[must_use]
    pub fn max_dialing(mut self, count: usize) -> Self {
        self.max_dialing = count;
        self
    }

    /// How many are connected at a time, those who dialled us included; at that number no more are given out to dial.
    /// Default 100.
    #[must_use]
    pub fn max_connected(mut self, count: usize) -> Self {
        self.max_connected = count;
        self
    }

    /// Wait after the first failure; it doubles with each further one. Default 5 s.
    #[must_use]
    pub fn min_backoff(mut self, time: Duration) -> Self {
        self.min_backoff = time;
        self
    }

    /// Longest wait. Default 30 min.
    #[must_use]
    pub fn max_backoff(mut self, time: Duration) -> Self {
        self.max_backoff = time;
        self
    }

    /// A connection that lasted so long makes up for all failures; a shorter one counts as a failure itself, since
    /// a peer that hangs up at once will do so again. Default 60 s.
    #[must_use]
    pub fn settled_after(mut self, time: Duration) -> Self {
        self.settled_after = time;
        self
    }
}
