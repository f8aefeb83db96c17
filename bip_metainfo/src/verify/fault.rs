use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::names::names;

/// What is wrong with a file as a whole, whatever its content is.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FileFault {
    /// Nothing is there, or a folder that it should be in is none.
    #[error("is missing")]
    Missing,
    /// It ends early. What is there is verified nevertheless.
    #[error("is {missing} bytes too short")]
    #[non_exhaustive]
    TooShort {
        /// Bytes that are not there, at least 1.
        missing: u64,
    },
    /// It goes on after its end. What comes before is verified nevertheless.
    #[error("is {surplus} bytes too long")]
    #[non_exhaustive]
    TooLong {
        /// Bytes that should not be there, at least 1.
        surplus: u64,
    },
    /// A folder, or something like a device, is in its place.
    #[error("is not a file")]
    NotAFile,
    /// A symbolic link is on the way to it that the [`LinkPolicy`](crate::LinkPolicy) does not follow.
    #[error("is behind a symbolic link that is not followed")]
    BehindLink,
    /// It should be a symbolic link, and something else is in its place.
    #[error("is not a symbolic link")]
    NotALink,
    /// It is a symbolic link to somewhere else.
    #[error("is a symbolic link to {}", found.display())]
    #[non_exhaustive]
    OtherTarget {
        /// Where it points to, as it is written on disk.
        found: PathBuf,
    },
    /// It could not be read, or looked at. What could be read is verified nevertheless.
    #[error("cannot be read at byte {offset}: {source}")]
    #[non_exhaustive]
    Unreadable {
        /// Where the first such place is, in bytes.
        offset: u64,
        /// Why.
        source: io::Error,
    },
}

names! {
    FileFault, "too_short":
    Missing "missing",
    TooShort "too_short",
    TooLong "too_long",
    NotAFile "not_a_file",
    BehindLink "behind_link",
    NotALink "not_a_link",
    OtherTarget "other_target",
    Unreadable "unreadable",
}

impl FileFault {
    /// How many bytes at the file's beginning can be there to be read.
    pub(super) fn readable(&self, length: u64) -> u64 {
        match self {
            Self::TooShort { missing } => length.saturating_sub(*missing),
            Self::TooLong { .. } => length,
            _ => 0,
        }
    }
}
