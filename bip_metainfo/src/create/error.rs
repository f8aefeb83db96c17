use std::io;

use thiserror::Error;

use super::access_error::AccessError;
use crate::error::MetainfoError;
use crate::names::names;
use crate::warning::Warning;

/// Why a torrent was not created. Nothing is left behind.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CreateError {
    /// The files could not be looked at.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// A file could not be read.
    #[error("{path}, byte {offset}: {source}")]
    #[non_exhaustive]
    Read {
        /// The file, from the torrent's name on.
        path: String,
        /// Where in it.
        offset: u64,
        /// Why.
        source: io::Error,
    },
    /// A file is not what it was when the creation began.
    #[error("{path} has changed while it was hashed")]
    #[non_exhaustive]
    Changed {
        /// The file, from the torrent's name on.
        path: String,
    },
    /// [`HashOptions::on_progress`](crate::HashOptions::on_progress) said to stop.
    #[error("cancelled")]
    Cancelled,
    /// A piece length of zero.
    #[error("pieces of no length")]
    PieceLengthZero,
    /// A piece length that nobody would load.
    #[error("a piece length of {found} is more than {limit}")]
    #[non_exhaustive]
    PieceLengthTooLarge {
        /// The length asked for, in bytes.
        found: u32,
        /// The largest allowed: see [`LoadLimits::max_piece_length`](crate::LoadLimits::max_piece_length).
        limit: u32,
    },
    /// A piece length that is not made of whole blocks. [`PieceLength::Exact`](crate::PieceLength::Exact) takes any.
    #[error("a piece length of {found} is no multiple of 16384")]
    #[non_exhaustive]
    PieceLengthUneven {
        /// The length asked for, in bytes.
        found: u32,
    },
    /// A piece length that version 2 does not have (BEP 52, "piece length").
    #[error("a piece length of {found} is no power of two of at least 16384, as version 2 needs")]
    #[non_exhaustive]
    PieceLengthNotForV2 {
        /// The length asked for, in bytes.
        found: u32,
    },
    /// No piece length makes the `.torrent` file as small as asked for.
    #[error("the torrent cannot be made smaller than {smallest} bytes, not {target}")]
    #[non_exhaustive]
    TargetTooSmall {
        /// Bytes asked for.
        target: u64,
        /// Bytes with the largest pieces allowed.
        smallest: u64,
    },
    /// A name or path that cannot be written.
    #[error("{path} {reason}")]
    #[non_exhaustive]
    InvalidPath {
        /// The path, from the torrent's name on.
        path: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// More or fewer known hashes than there are pieces.
    #[error("{found} pieces are known, but there are {expected}")]
    #[non_exhaustive]
    KnownPieces {
        /// Pieces that there are.
        expected: u32,
        /// Pieces that were given.
        found: usize,
    },
    /// An extra key that the builder sets itself.
    #[error("{key} has a method of its own")]
    #[non_exhaustive]
    ReservedKey {
        /// The key's path.
        key: String,
    },
    /// An address or a text that readers would leave out or change.
    #[error("{key}: {text:?} would not be read again as it is")]
    #[non_exhaustive]
    InvalidText {
        /// The key's path.
        key: &'static str,
        /// What was given.
        text: String,
    },
    /// The torrent would be refused by whoever loads it, within the limits given.
    #[error("the torrent could not be loaded: {0}")]
    Unloadable(#[from] MetainfoError),
    /// The torrent would be loaded, but not as it was meant.
    #[error("the torrent would be mistaken: {0}")]
    Mistaken(Warning),
}

names! {
    CreateError, "piece_length_zero":
    Read "read",
    Changed "changed",
    Cancelled "cancelled",
    PieceLengthZero "piece_length_zero",
    PieceLengthTooLarge "piece_length_too_large",
    PieceLengthUneven "piece_length_uneven",
    PieceLengthNotForV2 "piece_length_not_for_v2",
    TargetTooSmall "target_too_small",
    InvalidPath "invalid_path",
    KnownPieces "known_pieces",
    ReservedKey "reserved_key",
    InvalidText "invalid_text",
    Mistaken "mistaken",
    ; by_cause: Access, Unloadable
}
