//! What the choker is told and what it answers.

use std::time::Instant;

use crate::block::PeerKey;

/// Which rate ranks the peers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a torrent is either complete or not"
)]
pub enum Phase {
    /// We lack pieces: tit for tat, those who give us most.
    #[default]
    Leeching,
    /// We have all: those who take most, then those who waited longest.
    Seeding,
}

/// A connected peer, as it is now.
#[derive(Debug, Clone, Copy)]
#[expect(
    clippy::exhaustive_structs,
    reason = "the caller builds one per peer; a new field is a new question to it"
)]
pub struct PeerFacts {
    /// Who.
    pub peer: PeerKey,
    /// Whether it told us that it is interested.
    pub interested: bool,
    /// Payload it gives us.
    pub rate_down_bytes_per_s: u64,
    /// Payload we give it.
    pub rate_up_bytes_per_s: u64,
    /// When it connected.
    pub connected_at: Instant,
    /// Since when it owes us a block: the later of its last block and the first request after that.
    /// `None` while nothing is asked of it.
    pub unanswered_since: Option<Instant>,
}

/// What to tell the peers. No peer is in both lists; each list is in order of the keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChokeChanges {
    /// Choke these, before the others are unchoked.
    pub choke: Vec<PeerKey>,
    /// Unchoke these.
    pub unchoke: Vec<PeerKey>,
}

impl ChokeChanges {
    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.choke.is_empty() && self.unchoke.is_empty()
    }
}
