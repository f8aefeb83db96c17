//! One error for each operation, and the file system's own fault inside them.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What was tried when a file failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileAction {
    /// Opening it, or creating it and the folders above it.
    Open,
    /// Asking for its length.
    Measure,
    /// Giving it its length.
    Extend,
    /// Reading from it.
    Read,
    /// Writing to it.
    Write,
    /// Making its bytes durable.
    Sync,
}

/// The file system failed: which file, at what, and its own reason.
///
/// ```
/// # fn told(error: &bip_disk::FileError) {
/// if error.kind() == std::io::ErrorKind::StorageFull {
///     // stop requesting until there is room
/// }
/// # }
/// ```
#[derive(Debug, Clone, thiserror::Error)]
#[error("could not {} {}", verb(.action), .path.display())]
#[non_exhaustive]
pub struct FileError {
    /// The file, relative to the root of the file system.
    pub path: PathBuf,
    /// What was tried.
    pub action: FileAction,
    /// The file system's reason. A file that ends too early is [`io::ErrorKind::UnexpectedEof`], a write that takes
    /// nothing [`io::ErrorKind::WriteZero`].
    pub source: Arc<io::Error>,
}

impl FileError {
    pub(crate) fn new(path: &Path, action: FileAction, source: io::Error) -> Self {
        Self {
            path: path.to_owned(),
            action,
            source: Arc::new(source),
        }
    }

    /// The kind of the file system's reason, e.g. [`io::ErrorKind::StorageFull`].
    #[must_use]
    pub fn kind(&self) -> io::ErrorKind {
        self.source.kind()
    }
}

fn verb(action: &FileAction) -> &'static str {
    match action {
        FileAction::Open => "open",
        FileAction::Measure => "measure",
        FileAction::Extend => "extend",
        FileAction::Read => "read",
        FileAction::Write => "write",
        FileAction::Sync => "sync",
    }
}

/// A [`Layout`](crate::Layout) cannot be made of these numbers and paths.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LayoutError {
    /// The piece length is zero.
    #[error("the piece length is zero")]
    ZeroPieceLength,
    /// The lengths add up to more than a `u64` holds, or to more pieces than a `u32` counts.
    #[error("the files are too long for this piece length")]
    TooLong,
    /// A path is empty, absolute, or has a component such as `..`.
    #[error("the path {} does not stay inside the folder", .0.display())]
    UnsafePath(PathBuf),
    /// Two files have the same path.
    #[error("two files have the path {}", .0.display())]
    DuplicatePath(PathBuf),
}

/// No such bytes in this torrent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("bytes {begin} to {begin}+{length} of piece {piece} lie outside of the torrent")]
#[non_exhaustive]
pub struct OutOfRange {
    /// The piece.
    pub piece: u32,
    /// Offset within the piece.
    pub begin: u32,
    /// Number of bytes.
    pub length: u32,
}

/// A torrent was not added.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AddTorrentError {
    /// The layout needs another number of piece hashes.
    #[error("the layout has {expected} pieces, but {found} hashes were given")]
    HashCount {
        /// Pieces of the layout.
        expected: u32,
        /// Hashes given.
        found: usize,
    },
    /// A file could not be opened, created or given its length.
    #[error(transparent)]
    File(#[from] FileError),
    /// It was removed while its files were being made.
    #[error("the torrent was removed")]
    Removed,
    /// The disk is closed.
    #[error("the disk is closed")]
    Closed,
}

/// A block was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WriteBlockError {
    /// No torrent has this key (any more).
    #[error("no torrent has this key")]
    UnknownTorrent,
    /// What lies there is not yet checked: wait for [`DiskEvent::Checked`](crate::DiskEvent::Checked).
    #[error("the torrent is still being checked")]
    Checking,
    /// The torrent has no such bytes; the peer's fault.
    #[error(transparent)]
    OutOfRange(#[from] OutOfRange),
    /// The memory budget is exhausted. Only the core says so, the driver waits.
    #[error("no room in the memory budget")]
    NoRoom,
    /// The disk is closed.
    #[error("the disk is closed")]
    Closed,
}

/// A run of bytes was not read.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum ReadBlockError {
    /// No torrent has this key (any more).
    #[error("no torrent has this key")]
    UnknownTorrent,
    /// The torrent has no such bytes; the peer's fault.
    #[error(transparent)]
    OutOfRange(#[from] OutOfRange),
    /// More than [`MAX_READ_LENGTH`](crate::MAX_READ_LENGTH) bytes were asked for at once.
    #[error("{0} bytes are too many for one read")]
    TooLong(u32),
    /// The piece is not verified, so that nothing of it is given away.
    #[error("piece {0} is not verified")]
    NotVerified(u32),
    /// Too many reads are waiting. Only the core says so, the driver waits.
    #[error("too many reads are waiting")]
    TooManyReads,
    /// The file system failed.
    #[error(transparent)]
    File(#[from] FileError),
    /// The disk is closed.
    #[error("the disk is closed")]
    Closed,
}

/// A torrent's bytes were not made durable.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum SyncError {
    /// No torrent has this key (any more).
    #[error("no torrent has this key")]
    UnknownTorrent,
    /// The first file that failed; the others were still tried.
    #[error(transparent)]
    File(#[from] FileError),
    /// The disk is closed.
    #[error("the disk is closed")]
    Closed,
}

/// A torrent was not removed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RemoveTorrentError {
    /// No torrent has this key (any more).
    #[error("no torrent has this key")]
    UnknownTorrent,
    /// The disk is closed.
    #[error("the disk is closed")]
    Closed,
}
