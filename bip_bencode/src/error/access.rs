use core::fmt;

use super::KeyPath;
use crate::value_type::BencodeType;

/// A value is not what the caller looked for. Its path and offset are those of the whole input, not of the dictionary
/// in which it was looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccessError {
    kind: AccessErrorKind,
    offset: usize,
    path: KeyPath,
}

/// What was found instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AccessErrorKind {
    /// The dictionary has no such key. The path ends in the key; the offset is the dictionary's.
    MissingKey,
    /// The value is of another type.
    WrongType {
        /// The type asked for.
        expected: BencodeType,
        /// The type that is there.
        found: BencodeType,
    },
    /// The integer does not fit the number asked for.
    OutOfRange,
    /// The byte string is not UTF-8.
    NotUtf8,
}

impl AccessError {
    pub(crate) fn new(kind: AccessErrorKind, offset: usize, path: KeyPath) -> AccessError {
        AccessError { kind, offset, path }
    }

    /// What was found instead.
    pub fn kind(&self) -> AccessErrorKind {
        self.kind
    }

    /// The byte of the input at which the value begins; where the key is missing, the dictionary.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// The keys that lead to the value, the missing one included.
    pub fn path(&self) -> &KeyPath {
        &self.path
    }
}

impl fmt::Display for AccessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subject = if self.path.is_root() {
            "the outermost value"
        } else {
            self.path.as_str()
        };
        match self.kind {
            AccessErrorKind::MissingKey => write!(f, "{subject} is missing")?,
            AccessErrorKind::WrongType { expected, found } => {
                write!(f, "{subject} is {found}, not {expected}")?
            }
            AccessErrorKind::OutOfRange => write!(f, "{subject} is an integer out of range")?,
            AccessErrorKind::NotUtf8 => write!(f, "{subject} is not UTF-8")?,
        }
        match self.kind {
            AccessErrorKind::MissingKey => write!(f, " in the dictionary at byte {}", self.offset),
            _ => write!(f, " at byte {}", self.offset),
        }
    }
}

impl core::error::Error for AccessError {}

/// The integer does not fit the number asked for; it is never wrapped or clamped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IntRangeError;

impl fmt::Display for IntRangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("integer out of range")
    }
}

impl core::error::Error for IntRangeError {}
