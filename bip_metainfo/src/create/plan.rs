use crate::meta_version::MetaVersion;

/// What a torrent will be, told before anything is read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plan {
    /// The versions it is of.
    pub version: MetaVersion,
    /// Bytes in a piece.
    pub piece_length: u32,
    /// How many pieces there are.
    pub piece_count: u32,
    /// Files, links included, pad files not.
    pub file_count: usize,
    /// Bytes of all files. What pad files add is in `pad_length`.
    pub content_length: u64,
    /// Bytes of files that need not be read, since all hashes of their pieces are known.
    pub known_length: u64,
    /// Pad files.
    pub pad_count: usize,
    /// Bytes of all pad files: what those who know version 1 and not BEP 47 transfer in vain.
    pub pad_length: u64,
    /// Bytes of the `.torrent` file; less, if there are files of the same content (and a version 2 half).
    pub torrent_length: u64,
}
