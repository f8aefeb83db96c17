//! What a torrent is to the disk.

use bytes::Bytes;

use crate::layout::Layout;

/// A torrent at one disk; never given twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TorrentKey(pub(crate) u64);

/// Bytes of a piece, of any length and anywhere within it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "callers build it; BEP 3 fixes what a block is"
)]
pub struct Block {
    /// Index of the piece.
    pub piece: u32,
    /// Offset within the piece, in bytes.
    pub begin: u32,
    /// The bytes. They are not copied on the usual way to the file.
    pub data: Bytes,
}

/// How to treat what already lies in the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Check {
    /// Hash every piece whose bytes lie there, and keep what is right.
    Full,
    /// Keep nothing. What lies there is overwritten as pieces come in.
    Fresh,
}

/// A torrent to be added.
#[derive(Debug, Clone)]
#[expect(
    clippy::exhaustive_structs,
    reason = "callers build it; a torrent's bytes are these two and what to do with them"
)]
pub struct TorrentSpec {
    /// Its files and pieces.
    pub layout: Layout,
    /// The SHA-1 of each piece, in order.
    pub piece_hashes: Vec<[u8; 20]>,
    /// What to do with bytes that are already there.
    pub check: Check,
}
