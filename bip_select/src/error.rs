//! What a caller or a peer may get wrong.

use thiserror::Error;

use crate::block::PeerKey;

/// The numbers of a torrent do not fit together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum GeometryError {
    /// The total length needs another number of pieces.
    #[error("{total_length} bytes in pieces of {piece_length} make {expected} pieces, not {told}")]
    PieceCount {
        /// The count told.
        told: u32,
        /// The count that the lengths give.
        expected: u64,
        /// The piece length told.
        piece_length: u32,
        /// The total length told.
        total_length: u64,
    },
    /// The piece length is zero.
    #[error("the piece length is zero")]
    ZeroPieceLength,
    /// More than [`MAX_PIECES`](crate::MAX_PIECES) pieces.
    #[error("{0} pieces are more than this picker takes")]
    TooManyPieces(u32),
    /// A piece of more than [`MAX_BLOCKS_PER_PIECE`](crate::MAX_BLOCKS_PER_PIECE) blocks.
    #[error("a piece of {0} bytes has more blocks than this picker takes")]
    PieceTooLong(u32),
}

/// A fact that cannot be true. The picker is unchanged by it.
///
/// All but [`UnknownPeer`](Self::UnknownPeer) are the peer's fault when the fact came from its messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FactError {
    /// No such peer was announced by `on_peer`: our own fault.
    #[error("peer {0} is not known")]
    UnknownPeer(PeerKey),
    /// A bitfield has exactly `ceil(piece_count / 8)` bytes (BEP 3, "bitfield").
    #[error("a bitfield of {found} bytes where {expected} are right")]
    BitfieldLength {
        /// The right length in bytes.
        expected: usize,
        /// The length told.
        found: usize,
    },
    /// The bits after the last piece must be zero (BEP 3, "bitfield").
    #[error("a spare bit of the bitfield is set")]
    SpareBit,
    /// There is no such piece.
    #[error("piece {piece} of a torrent with {piece_count} pieces")]
    PieceOutOfRange {
        /// The index told.
        piece: u32,
        /// How many pieces there are.
        piece_count: u32,
    },
}
