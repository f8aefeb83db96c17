//! What is asked for, and whom.

use std::fmt;

/// Names a peer connection. The caller gives the keys out and never uses one twice, also not after the peer is gone:
/// blame may name a peer that has left.
pub type PeerKey = u64;

/// Length of every block but the last one of a piece, in bytes (BEP 3; what every client asks for).
pub const BLOCK_LENGTH: u32 = 16 * 1024;

/// A block: `length` bytes at offset `begin` of piece `piece`.
///
/// The picker speaks only of blocks on the grid of [`BLOCK_LENGTH`]; the last block of a piece may be shorter.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(
    clippy::exhaustive_structs,
    reason = "BEP 3 fixes the three numbers of a request"
)]
pub struct BlockId {
    /// Index of the piece.
    pub piece: u32,
    /// Offset of the first byte inside the piece.
    pub begin: u32,
    /// Length in bytes.
    pub length: u32,
}

impl fmt::Debug for BlockId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}+{}", self.piece, self.begin, self.length)
    }
}
