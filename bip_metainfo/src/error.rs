use thiserror::Error;

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
    /// The torrent has no version 1 half: it needs BEP 52, **which this crate does not read yet**.
    #[error("the torrent is of version 2 only (BEP 52), which is not supported yet")]
    V2Only,
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
}
