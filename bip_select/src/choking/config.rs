//! How the choker chokes.

use std::time::Duration;

use crate::limits::DEFAULT_UNCHOKE_SLOTS;

/// Configuration of a [`Choker`](crate::Choker).
#[derive(Debug, Clone)]
pub struct ChokerConfig {
    pub(crate) slots: usize,
    pub(crate) optimistic_slots: usize,
    pub(crate) round: Duration,
    pub(crate) optimistic_round: Duration,
    pub(crate) snubbed_after: Duration,
    pub(crate) new_for: Duration,
}

impl Default for ChokerConfig {
    fn default() -> Self {
        ChokerConfig {
            slots: DEFAULT_UNCHOKE_SLOTS,
            optimistic_slots: 1,
            round: Duration::from_secs(10),
            optimistic_round: Duration::from_secs(30),
            snubbed_after: Duration::from_secs(60),
            new_for: Duration::from_secs(60),
        }
    }
}

impl ChokerConfig {
    /// How many peers are unchoked at a time, the optimistic ones included. Default 8; 0 uploads to nobody.
    #[must_use]
    pub fn slots(mut self, count: usize) -> Self {
        self.slots = count;
        self
    }

    /// How many of the slots are optimistic. Default 1; more than there are slots means all of them.
    #[must_use]
    pub fn optimistic_slots(mut self, count: usize) -> Self {
        self.optimistic_slots = count;
        self
    }

    /// Time between two rankings of the peers. Default 10 s (BEP 3, "Choking and optimistic unchoking").
    #[must_use]
    pub fn round(mut self, round: Duration) -> Self {
        self.round = round;
        self
    }

    /// Time between two draws of the optimistic peers; they happen with the next ranking. Default 30 s (BEP 3).
    #[must_use]
    pub fn optimistic_round(mut self, round: Duration) -> Self {
        self.optimistic_round = round;
        self
    }

    /// How long requests may stay unanswered before the peer loses its regular slot. Default 60 s.
    #[must_use]
    pub fn snubbed_after(mut self, time: Duration) -> Self {
        self.snubbed_after = time;
        self
    }

    /// How long after connecting a peer counts as new, which makes it three times as likely to be drawn. Default 60 s.
    #[must_use]
    pub fn new_for(mut self, time: Duration) -> Self {
        self.new_for = time;
        self
    }
}
