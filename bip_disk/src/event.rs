//! What the disk tells without being asked.

use std::path::PathBuf;

use bytes::Bytes;

use crate::error::FileError;
use crate::torrent::TorrentKey;

/// A file that already lay there with another length than the torrent's.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WrongSize {
    /// The file, relative to the root of the file system.
    pub path: PathBuf,
    /// Its length by the torrent, in bytes.
    pub expected: u64,
    /// The length it had, in bytes. If shorter, it was extended; if longer, it was left as it is, and what lies
    /// behind the expected length is neither read nor written.
    pub found: u64,
}

/// Something happened to a torrent.
///
/// For each torrent: any number of `WrongSizes`, `CheckProgress` and `ReadFailed`, one `Checked`, and then for each
/// piece that got all its blocks one of `Verified`, `Failed` and `WriteFailed`.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum DiskEvent {
    /// Files had another length than the torrent gives them.
    WrongSizes {
        /// The torrent.
        torrent: TorrentKey,
        /// The files.
        files: Vec<WrongSize>,
    },
    /// The check of what already lies there goes on; told about a hundred times.
    CheckProgress {
        /// The torrent.
        torrent: TorrentKey,
        /// Pieces looked at.
        checked: u32,
        /// Pieces of the torrent.
        total: u32,
    },
    /// While checking, a piece could not be read. It counts as missing.
    ReadFailed {
        /// The torrent.
        torrent: TorrentKey,
        /// The piece.
        piece: u32,
        /// Why.
        error: FileError,
    },
    /// What already lay there is known, and blocks are taken. Comes exactly once for each added torrent.
    Checked {
        /// The torrent.
        torrent: TorrentKey,
        /// The verified pieces, as in a BEP 3 bitfield message: high bit first, spare bits zero.
        have: Bytes,
    },
    /// A piece has the right hash and is written: it may be announced.
    Verified {
        /// The torrent.
        torrent: TorrentKey,
        /// The piece.
        piece: u32,
    },
    /// A piece was complete and had the wrong hash. Nothing of it is kept; it can be fetched again.
    Failed {
        /// The torrent.
        torrent: TorrentKey,
        /// The piece.
        piece: u32,
    },
    /// The file system failed under a piece. Nothing of it is kept; it can be fetched again.
    WriteFailed {
        /// The torrent.
        torrent: TorrentKey,
        /// The piece.
        piece: u32,
        /// Why, e.g. [`std::io::ErrorKind::StorageFull`].
        error: FileError,
    },
    /// The memory budget was nearly exhausted and has room again (at least a quarter): requesting may go on.
    Room,
}
