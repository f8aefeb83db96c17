use std::time::Duration;

use crate::key::Key;

/// Some of the keys at which peers are stored, for an answer to `sample_infohashes` (BEP 51, "Sampling RPC").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KeySample<'a> {
    /// Up to 20 keys.
    pub(crate) keys: &'a [Key],
    /// How many keys are stored in all.
    pub(crate) stored: usize,
    /// How long until others are chosen.
    pub(crate) interval: Duration,
}
