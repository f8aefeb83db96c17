use core::fmt;
use std::io;

use crate::error::DecodeError;

/// Why a [`TokenReader`](crate::TokenReader) could not go on.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReadError {
    /// Reading failed, or writing where a copy was asked for. After a failed read the same call can be tried again,
    /// except where it takes a whole value: that is then taken in part.
    Io(io::Error),
    /// The bytes are not the bencode that was asked for. Every later call tells the same.
    Decode(DecodeError),
    /// A value was asked for where a key comes next, or in the middle of a byte string. Nothing was taken.
    NotAtValue {
        /// The next byte.
        offset: u64,
    },
    /// A value has more bytes than the caller's limit. It was taken in part.
    ValueTooLong {
        /// The limit that was exceeded, in bytes.
        limit: usize,
        /// Where the value begins.
        offset: u64,
    },
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::Io(error) => error.fmt(f),
            ReadError::Decode(error) => error.fmt(f),
            ReadError::NotAtValue { offset } => write!(f, "no value begins at byte {offset}"),
            ReadError::ValueTooLong { limit, offset } => {
                write!(f, "value longer than {limit} bytes at byte {offset}")
            }
        }
    }
}

impl core::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            ReadError::Io(error) => error.source(),
            ReadError::Decode(error) => error.source(),
            ReadError::NotAtValue { .. } | ReadError::ValueTooLong { .. } => None,
        }
    }
}

impl From<DecodeError> for ReadError {
    fn from(error: DecodeError) -> ReadError {
        ReadError::Decode(error)
    }
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> ReadError {
        ReadError::Io(error)
    }
}
