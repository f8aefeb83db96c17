use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::names::names;

/// Why nothing was verified. What is wrong with the files is told by [`Verification`](crate::Verification) instead.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// A setter named a file that the torrent has not.
    #[error("the torrent has no file {file}")]
    #[non_exhaustive]
    NoSuchFile {
        /// Its index.
        file: usize,
    },
    /// [`Verifier::block_hashes`](crate::Verifier::block_hashes) of a file are not as many as it has blocks, or do not
    /// lead to its root; or it has no root.
    #[error("the block hashes of file {file} are not its own")]
    #[non_exhaustive]
    BlockHashes {
        /// Its index.
        file: usize,
    },
    /// A folder could not be listed, and what is in it besides the torrent was asked for.
    #[error("{}: {source}", path.display())]
    #[non_exhaustive]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why it could not be.
        source: io::Error,
    },
}

names! {
    VerifyError, "no_such_file":
    NoSuchFile "no_such_file",
    BlockHashes "block_hashes",
    Folder "folder",
}
