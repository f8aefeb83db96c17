use thiserror::Error;

use super::error::EditError;
use crate::create::{AccessError, CreateError};
use crate::meta_version::MetaVersion;
use crate::names::names;

/// Why the hashes of an existing torrent cannot serve a new one.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReuseError {
    /// A file of the torrent is not among the content.
    #[error("{path} is missing")]
    #[non_exhaustive]
    MissingFile {
        /// Its path, from the torrent's name on.
        path: String,
    },
    /// The content has a file that the torrent has not.
    #[error("{path} is not in the torrent")]
    #[non_exhaustive]
    ExtraFile {
        /// Its path below the torrent's folder.
        path: String,
    },
    /// A file has another length.
    #[error("{path} has {found} bytes, not {expected}")]
    #[non_exhaustive]
    Length {
        /// Its path, from the torrent's name on.
        path: String,
        /// Bytes in the torrent.
        expected: u64,
        /// Bytes of the content.
        found: u64,
    },
    /// A symbolic link does not say where to.
    #[error("{path} is a symbolic link without a target")]
    #[non_exhaustive]
    Symlink {
        /// Its path, from the torrent's name on.
        path: String,
    },
    /// The torrent has no hashes of that version, or not all of them.
    #[error("the torrent lacks hashes for {version:?}")]
    #[non_exhaustive]
    MissingHashes {
        /// What was asked for.
        version: MetaVersion,
    },
    /// Files of the new torrent would not begin where those of the old one do: that one has them in another order, or
    /// padded otherwise. Its hashes are of other pieces then, and the torrent has to be created anew.
    #[error("{path} would not begin at the same byte as in the existing torrent")]
    #[non_exhaustive]
    OtherPieces {
        /// The first such file's path, from the torrent's name on.
        path: String,
    },
    /// The torrent has a version 2 half already.
    #[error("the torrent is of version 2 already")]
    AlreadyV2,
    /// Version 2 has no pieces of this length (BEP 52, "piece length").
    #[error("a piece length of {found} is no power of two of at least 16384, as version 2 needs")]
    #[non_exhaustive]
    PieceLengthNotForV2 {
        /// The length, in bytes.
        found: u32,
    },
    /// The content could not be looked at.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The new torrent could not be created.
    #[error(transparent)]
    Create(#[from] CreateError),
    /// The new torrent could not be put together: the old info dictionary is not canonical bencode, as version 2 needs.
    #[error(transparent)]
    Edit(#[from] EditError),
}

names! {
    ReuseError, "missing_hashes":
    MissingFile "missing_file",
    ExtraFile "extra_file",
    Length "other_length",
    Symlink "symlink_without_target",
    MissingHashes "missing_hashes",
    OtherPieces "other_pieces",
    AlreadyV2 "already_v2",
    PieceLengthNotForV2 "piece_length_not_for_v2",
    ; by_cause: Access, Create, Edit
}
