//! What becomes of a block that came.

use crate::block::{BlockId, PeerKey};

/// What a received block is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BlockVerdict {
    /// Write it.
    New,
    /// Write it: it is the last one of its piece, which can now be verified.
    Completes,
    /// We have it already: drop it.
    Duplicate,
    /// Drop it: no such block, not from this peer, or more than may be open.
    Unwanted,
}

/// Answer to [`on_block`](crate::Picker::on_block).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BlockOutcome {
    /// What to do with the block.
    pub verdict: BlockVerdict,
    /// Other peers that were asked for the same block: send them `cancel`. The picker has already forgotten
    /// these requests.
    pub cancels: Vec<(PeerKey, BlockId)>,
}

impl BlockOutcome {
    /// Whether the block is to be written.
    pub fn is_new(&self) -> bool {
        matches!(self.verdict, BlockVerdict::New | BlockVerdict::Completes)
    }

    pub(super) fn dropped(verdict: BlockVerdict) -> BlockOutcome {
        BlockOutcome {
            verdict,
            cancels: Vec::new(),
        }
    }
}
