use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::names::names;

/// Why the files below a path cannot become a torrent.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AccessError {
    /// Something could not be looked at.
    #[error("{}: {source}", path.display())]
    #[non_exhaustive]
    Io {
        /// What was looked at.
        path: PathBuf,
        /// Why it could not be.
        source: io::Error,
    },
    /// The path leads to neither a file nor a folder, such as a device.
    #[error("{} is neither a file nor a folder", path.display())]
    #[non_exhaustive]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// The path has no last component to name the torrent, such as `/`.
    #[error("{} has no name", path.display())]
    #[non_exhaustive]
    NoName {
        /// The path.
        path: PathBuf,
    },
    /// A name is no Unicode, on a system where names are not bytes.
    #[error("the name of {} is no Unicode", path.display())]
    #[non_exhaustive]
    NotUnicode {
        /// The path.
        path: PathBuf,
    },
    /// A symbolic link that is to be kept points to the folder itself, or out of it.
    #[error("the link {} points out of its folder", path.display())]
    #[non_exhaustive]
    SymlinkEscapes {
        /// The link.
        path: PathBuf,
    },
    /// A symbolic link that is to be followed leads to a folder that it is in.
    #[error("the link {} leads to a folder that it is in", path.display())]
    #[non_exhaustive]
    SymlinkLoop {
        /// The link.
        path: PathBuf,
    },
    /// Whoever was told of the files said to stop, see [`FileAccessor::watched`](crate::FileAccessor::watched).
    #[error("cancelled")]
    Cancelled,
    /// More files than [`FileOptions::max_files`](crate::FileOptions::max_files).
    #[error("there are more than {limit} files")]
    #[non_exhaustive]
    TooManyFiles {
        /// Files allowed.
        limit: usize,
    },
}

names! {
    AccessError, "symlink_escapes":
    Io "io",
    NotAFile "not_a_file",
    NoName "no_name",
    NotUnicode "not_unicode",
    SymlinkEscapes "symlink_escapes",
    SymlinkLoop "symlink_loop",
    Cancelled "cancelled",
    TooManyFiles "too_many_files",
}
