//! What the core wants done, and what it is told when it is done.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use sha1::{Digest, Sha1};

use super::schedule::Slot;
use crate::error::{AddTorrentError, FileError, ReadBlockError, RemoveTorrentError, SyncError};
use crate::layout::Layout;
use crate::torrent::TorrentKey;

/// Something to be done with files, by [`Executor::execute`](crate::Executor::execute).
///
/// Operations may run beside each other on several threads, with one exception: those that are not
/// [background](Self::is_background) are run one after the other, in the order in which they were polled.
#[derive(Debug)]
#[must_use = "each operation is executed and its completion handed to the core"]
pub struct Operation {
    pub(crate) torrent: Arc<TorrentFiles>,
    pub(crate) slot: Slot,
    pub(crate) work: Work,
}

impl Operation {
    /// Whether it may run on another thread, beside the others: checks of existing pieces, and syncs.
    #[must_use]
    pub fn is_background(&self) -> bool {
        matches!(self.work, Work::Check { .. } | Work::Sync { .. })
    }
}

/// How an [`Operation`] ended, for [`DiskCore::handle_completion`](crate::DiskCore::handle_completion).
#[derive(Debug)]
#[must_use = "the core waits for it"]
pub struct Completion {
    pub(crate) torrent: TorrentKey,
    pub(crate) slot: Slot,
    pub(crate) outcome: Outcome,
}

/// Names a request until its [`Reply`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub(crate) u64);

/// The one answer to a request.
#[derive(Debug)]
#[non_exhaustive]
pub struct Reply {
    /// The request.
    pub request: RequestId,
    /// How it ended.
    pub outcome: ReplyOutcome,
}

/// How a request ended.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReplyOutcome {
    /// `add_torrent`: all files are there; now they are checked.
    Added(Result<TorrentKey, AddTorrentError>),
    /// `read_block`
    Read(Result<Bytes, ReadBlockError>),
    /// `sync_torrent`
    Synced(Result<(), SyncError>),
    /// `remove_torrent`: nothing of the torrent is open or under way any more.
    Removed(Result<(), RemoveTorrentError>),
}

/// What does not change about a torrent.
#[derive(Debug)]
pub(crate) struct TorrentFiles {
    pub(crate) key: TorrentKey,
    pub(crate) layout: Layout,
    pub(crate) piece_hashes: Vec<[u8; 20]>,
}

#[derive(Debug)]
pub(crate) enum Work {
    /// Measure files, and make those that are missing or too short.
    Prepare { files: Range<usize> },
    /// Read existing pieces and compare their hashes.
    Check { pieces: Range<u32> },
    /// Hash what is in order, and write it all where it belongs.
    Spill(Assembled),
    /// Hash the rest, and write what is in memory if the hash is right.
    Store(Assembled),
    /// Read a run of a verified piece.
    Read {
        request: RequestId,
        piece: u32,
        begin: u32,
        length: u32,
    },
    /// Make files durable.
    Sync {
        request: RequestId,
        files: Vec<usize>,
    },
    /// Close all files.
    Release { request: Option<RequestId> },
}

/// A piece, or a part of it, on its way to the files.
#[derive(Debug)]
pub(crate) struct Assembled {
    pub(crate) piece: u32,
    pub(crate) progress: HashProgress,
    /// In order, without overlap. For `Store` they cover the piece, for `Spill` all of them are in memory.
    pub(crate) parts: Vec<Part>,
}

/// A stretch of a piece.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) begin: u32,
    pub(crate) length: u32,
    /// `None` where it was spilled to the file.
    pub(crate) data: Option<Bytes>,
}

/// The hash of a piece's first bytes.
#[derive(Clone)]
pub(crate) struct HashProgress {
    hasher: Sha1,
    /// Number of bytes hashed.
    pub(crate) hashed: u32,
}

impl std::fmt::Debug for HashProgress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "HashProgress({} bytes)", self.hashed)
    }
}

impl HashProgress {
    pub(crate) fn new() -> Self {
        Self {
            hasher: Sha1::new(),
            hashed: 0,
        }
    }

    /// Adds the next bytes. They belong to one piece, so that a `u32` counts them.
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
        self.hashed += bytes.len() as u32;
    }

    pub(crate) fn finish(self) -> [u8; 20] {
        self.hasher.finalize().into()
    }
}

#[derive(Debug)]
pub(crate) enum Outcome {
    /// For each file the length with which it was found, `None` where it was missing.
    Prepared {
        files: Range<usize>,
        found: Result<Vec<Option<u64>>, FileError>,
    },
    /// For each piece whether its bytes are right, and those that could not be read.
    Checked {
        pieces: Range<u32>,
        good: Vec<bool>,
        unreadable: Vec<(u32, FileError)>,
    },
    Spilled {
        piece: u32,
        progress: Result<HashProgress, FileError>,
    },
    Stored {
        piece: u32,
        verdict: Result<Verdict, FileError>,
    },
    Read {
        request: RequestId,
        data: Result<Bytes, FileError>,
    },
    Synced {
        request: RequestId,
        files: Vec<usize>,
        result: Result<(), FileError>,
    },
    Released {
        request: Option<RequestId>,
    },
}

/// Whether a piece's bytes are those that its hash promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Good,
    Bad,
}
