#![doc = include_str!("../README.md")]

mod config;
mod core;
mod error;
mod event;
mod executor;
mod fs;
mod layout;
mod limits;
mod torrent;

#[cfg(feature = "tokio")]
mod driver;

#[cfg(feature = "tokio")]
pub use driver::{DiskEvents, DiskManager};

pub use config::DiskConfig;
pub use error::{
    AddTorrentError, FileAction, FileError, LayoutError, OutOfRange, ReadBlockError,
    RemoveTorrentError, SyncError, WriteBlockError,
};
pub use event::{DiskEvent, WrongSize};
pub use layout::{Extent, Extents, Layout};
pub use limits::{
    DEFAULT_MAX_OPEN_FILES, DEFAULT_MAX_PENDING_READS, DEFAULT_MEMORY_BUDGET, MAX_PENDING_EVENTS,
    MAX_READ_LENGTH,
};
pub use torrent::{Block, Check, TorrentKey, TorrentSpec};

pub use fs::{
    Access, FileHandleCache, FileSystem, MemoryFile, MemoryFileSystem, NativeFile, NativeFileSystem,
};

pub use core::{Completion, DiskCore, Operation, Reply, ReplyOutcome, RequestId};
pub use executor::Executor;
