use std::borrow::Cow;

use thiserror::Error;

use crate::names::names;

/// Why bytes are no torrent that this crate can load. Every one of them is the file's fault, none is the caller's.
///
/// Keys are named by their path, as in `info.files[3].length`; in a bare info dictionary too.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MetainfoError {
    /// More bytes than [`LoadLimits::max_input_length`](crate::LoadLimits::max_input_length).
    #[error("{length} bytes are more than the {limit} that may be loaded")]
    #[non_exhaustive]
    TooLarge {
        /// Bytes given.
        length: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// The bytes are not bencode, or nest or split into more than the limits allow.
    #[error("not bencode: {reason}")]
    #[non_exhaustive]
    Bencode {
        /// The byte at which it was found.
        offset: usize,
        /// What was found, at which byte and under which key.
        reason: String,
    },
    /// Bytes follow the torrent. White space is forgiven, and only behind a whole file.
    #[error("the torrent ends at byte {offset}, but other bytes follow")]
    #[non_exhaustive]
    TrailingBytes {
        /// Where the torrent ends.
        offset: usize,
    },
    /// `meta version` is none that is known: the torrent is newer than this crate (BEP 52: 3 and more).
    #[error("the torrent is of version {found}, and only 1 and 2 are known")]
    #[non_exhaustive]
    UnknownVersion {
        /// The number as written, cut after 24 characters.
        found: String,
    },
    /// The info dictionary of a version 2 torrent is not canonical bencode, such as unsorted or duplicate keys. Nobody
    /// would agree on its files (BEP 52, "infohash").
    #[error("the info dictionary of a version 2 torrent is not canonical: {reason}")]
    #[non_exhaustive]
    NotCanonical {
        /// What was found, and where: the byte is counted from the beginning of the dictionary.
        reason: String,
    },
    /// A key that no torrent can do without is missing.
    #[error("{key} is missing")]
    #[non_exhaustive]
    MissingKey {
        /// The key's path.
        key: String,
    },
    /// A value that no torrent can do without has the wrong type.
    #[error("{key} is not {expected}")]
    #[non_exhaustive]
    WrongType {
        /// The key's path.
        key: String,
        /// What it should be, with its article.
        expected: &'static str,
    },
    /// `piece length` is negative, zero or more than
    /// [`LoadLimits::max_piece_length`](crate::LoadLimits::max_piece_length).
    #[error("a piece length of {found} is not within 1 to {limit}")]
    #[non_exhaustive]
    InvalidPieceLength {
        /// The number as written, cut after 24 characters.
        found: String,
        /// The largest allowed.
        limit: u32,
    },
    /// A file's length is negative or more than 64 bits hold, or a symbolic link has one.
    #[error("{key} is {found}, which is no length for this file")]
    #[non_exhaustive]
    InvalidLength {
        /// The key's path.
        key: String,
        /// The number as written, cut after 24 characters.
        found: String,
    },
    /// All lengths together exceed [`LoadLimits::max_total_length`](crate::LoadLimits::max_total_length).
    #[error("the files are longer than {limit} bytes together")]
    #[non_exhaustive]
    TotalTooLong {
        /// The largest total allowed.
        limit: u64,
    },
    /// The torrent has no byte of content.
    #[error("all files are empty: there is nothing to transfer")]
    NoContent,
    /// `files` is an empty list.
    #[error("info.files lists no file")]
    NoFiles,
    /// A path is an empty list (BEP 3: "a zero length list is an error case").
    #[error("{key} has no component")]
    #[non_exhaustive]
    EmptyPath {
        /// The key's path.
        key: String,
    },
    /// A path has more components than
    /// [`LoadLimits::max_directory_depth`](crate::LoadLimits::max_directory_depth).
    #[error("{key} has {depth} components, more than {limit}")]
    #[non_exhaustive]
    PathTooDeep {
        /// The key's path.
        key: String,
        /// Components found.
        depth: usize,
        /// Components allowed.
        limit: usize,
    },
    /// Too many files have the name of another one: see
    /// [`LoadLimits::max_duplicate_names`](crate::LoadLimits::max_duplicate_names).
    #[error("too many files have the same names: {limit} new ones were tried")]
    #[non_exhaustive]
    TooManyDuplicateNames {
        /// New names that may be tried.
        limit: usize,
    },
    /// `pieces` is not a row of 20-byte hashes.
    #[error("info.pieces has {length} bytes, which is no multiple of 20")]
    #[non_exhaustive]
    PiecesLength {
        /// Bytes found.
        length: usize,
    },
    /// More pieces than [`LoadLimits::max_pieces`](crate::LoadLimits::max_pieces).
    #[error("{count} pieces are more than {limit}")]
    #[non_exhaustive]
    TooManyPieces {
        /// Pieces that the lengths ask for.
        count: u64,
        /// Pieces allowed.
        limit: u32,
    },
    /// There are more or fewer hashes than the lengths ask for.
    #[error("the lengths make {expected} pieces, but there are {found} hashes")]
    #[non_exhaustive]
    PieceCount {
        /// Pieces that the lengths ask for.
        expected: u64,
        /// Hashes found.
        found: u64,
    },
    /// The piece length of a version 2 torrent is no power of two, or less than 16 KiB (BEP 52, "piece length").
    #[error("a piece length of {found} is no power of two of at least 16384, as version 2 needs")]
    #[non_exhaustive]
    PieceLengthNotForV2 {
        /// The length found, in bytes.
        found: u32,
    },
    /// The file tree of a version 2 torrent is malformed (BEP 52, "File tree layout").
    #[error("{key} {reason}")]
    #[non_exhaustive]
    FileTree {
        /// The key's path.
        key: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A file with content has no `pieces root` of 32 bytes that are not all zeros (BEP 52).
    #[error("{key} is no hash, and the file has content")]
    #[non_exhaustive]
    PiecesRoot {
        /// The key's path.
        key: String,
    },
    /// The two halves of a hybrid torrent describe different content (BEP 52, "Upgrade Path").
    #[error("the halves of the hybrid torrent differ: file {file} of version 1 {reason}")]
    #[non_exhaustive]
    InconsistentFiles {
        /// The index of the file in `info.files`; one past the last where version 2 has more.
        file: usize,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// An entry of `piece layers` does not belong to the files of the torrent (BEP 52, "piece layers").
    #[error("the piece layer of {root} {reason}")]
    #[non_exhaustive]
    PieceLayer {
        /// The entry's key in hexadecimal digits, cut after 64.
        root: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// More hashes than [`LoadLimits::max_layer_hashes`](crate::LoadLimits::max_layer_hashes).
    #[error("piece layers have more than {limit} hashes")]
    #[non_exhaustive]
    TooManyLayerHashes {
        /// Hashes allowed.
        limit: usize,
    },
    /// The paths are longer than [`LoadLimits::max_path_bytes`](crate::LoadLimits::max_path_bytes) together.
    #[error("the paths of all files have more than {limit} bytes together")]
    #[non_exhaustive]
    PathsTooLong {
        /// Bytes allowed.
        limit: usize,
    },
    /// A symbolic link points out of the torrent's folder (BEP 47, "Symlinks").
    #[error("{key} leads out of the torrent's folder")]
    #[non_exhaustive]
    SymlinkEscapes {
        /// The key's path.
        key: String,
    },
    /// More entries than [`LoadLimits::max_signatures`](crate::LoadLimits::max_signatures).
    #[error("{count} signatures are more than {limit}")]
    #[non_exhaustive]
    TooManySignatures {
        /// Entries found.
        count: usize,
        /// Entries allowed.
        limit: usize,
    },
}

names! {
    MetainfoError, "missing_key":
    TooLarge "too_large",
    Bencode "bencode",
    TrailingBytes "trailing_bytes",
    UnknownVersion "unknown_version",
    NotCanonical "not_canonical",
    MissingKey "missing_key",
    WrongType "wrong_type",
    InvalidPieceLength "invalid_piece_length",
    InvalidLength "invalid_length",
    TotalTooLong "total_too_long",
    NoContent "no_content",
    NoFiles "no_files",
    EmptyPath "empty_path",
    PathTooDeep "path_too_deep",
    TooManyDuplicateNames "too_many_duplicate_names",
    PiecesLength "pieces_length",
    TooManyPieces "too_many_pieces",
    PieceCount "piece_count",
    PieceLengthNotForV2 "piece_length_not_for_v2",
    FileTree "file_tree",
    PiecesRoot "pieces_root",
    InconsistentFiles "inconsistent_files",
    PieceLayer "piece_layer",
    TooManyLayerHashes "too_many_layer_hashes",
    PathsTooLong "paths_too_long",
    SymlinkEscapes "symlink_escapes",
    TooManySignatures "too_many_signatures",
}

impl MetainfoError {
    /// The path of the key that it is about, as in `info.files[3].length`, where it is about one.
    #[must_use]
    pub fn key(&self) -> Option<Cow<'_, str>> {
        let key = match self {
            Self::MissingKey { key }
            | Self::WrongType { key, .. }
            | Self::InvalidLength { key, .. }
            | Self::EmptyPath { key }
            | Self::PathTooDeep { key, .. }
            | Self::FileTree { key, .. }
            | Self::PiecesRoot { key }
            | Self::SymlinkEscapes { key } => key,
            Self::UnknownVersion { .. } => "info.meta version",
            Self::NotCanonical { .. } => "info",
            Self::InvalidPieceLength { .. } | Self::PieceLengthNotForV2 { .. } => {
                "info.piece length"
            }
            Self::NoFiles => "info.files",
            Self::InconsistentFiles { file, .. } => {
                return Some(format!("info.files[{file}]").into());
            }
            Self::PiecesLength { .. } | Self::PieceCount { .. } => "info.pieces",
            Self::PieceLayer { root, .. } => return Some(format!("piece layers.{root}").into()),
            Self::TooManyLayerHashes { .. } => "piece layers",
            Self::TooManySignatures { .. } => "signatures",
            Self::TooLarge { .. }
            | Self::Bencode { .. }
            | Self::TrailingBytes { .. }
            | Self::TotalTooLong { .. }
            | Self::NoContent
            | Self::TooManyDuplicateNames { .. }
            | Self::TooManyPieces { .. }
            | Self::PathsTooLong { .. } => return None,
        };
        Some(key.into())
    }

    /// The byte of the input at which it was found, where the bytes are at fault.
    #[must_use]
    pub fn offset(&self) -> Option<usize> {
        match self {
            Self::Bencode { offset, .. } | Self::TrailingBytes { offset } => Some(*offset),
            _ => None,
        }
    }
}
