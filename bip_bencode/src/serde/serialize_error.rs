use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;

use serde_core::ser;

use super::message::shortened;
use super::way::Way;
use crate::error::{KeyPath, Segment};

/// Why a value cannot be written as bencode, and where in the value.
#[derive(Clone, PartialEq, Eq)]
pub struct SerializeError {
    /// Boxed, so that results stay small.
    inner: Box<Inner>,
}

#[derive(Clone, PartialEq, Eq)]
struct Inner {
    kind: SerializeErrorKind,
    way: Way,
    /// The way once it is whole.
    path: KeyPath,
}

/// What was wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SerializeErrorKind {
    /// Bencode has no floating-point numbers.
    Float,
    /// The key of a map is no byte string; integers are none.
    KeyNotBytes,
    /// Two fields or keys are the same. The path ends in the key.
    DuplicateKey,
    /// `None` where it cannot be left out: outermost, in a list, or as the content of a variant.
    NothingToWrite,
    /// More lists and dictionaries inside each other than [`SERDE_MAX_DEPTH`](crate::SERDE_MAX_DEPTH).
    TooDeep {
        /// The limit that was exceeded.
        limit: usize,
    },
    /// What the type had to say, shortened.
    Message(String),
}

use SerializeErrorKind as Kind;

impl SerializeError {
    /// What was wrong.
    pub fn kind(&self) -> &SerializeErrorKind {
        &self.inner.kind
    }

    /// The keys that lead to the value.
    pub fn path(&self) -> &KeyPath {
        &self.inner.path
    }

    #[cold]
    pub(super) fn new(kind: SerializeErrorKind) -> SerializeError {
        SerializeError {
            inner: Box::new(Inner {
                kind,
                way: Way::default(),
                path: KeyPath::default(),
            }),
        }
    }

    /// The container around the place.
    #[cold]
    pub(super) fn within(mut self, segment: Segment<'_>) -> SerializeError {
        self.inner.way.push(segment);
        self
    }

    /// Turns the way into the path, at the outermost value.
    #[cold]
    pub(super) fn finish(mut self) -> SerializeError {
        self.inner.path = core::mem::take(&mut self.inner.way).into_path();
        self
    }
}

impl ser::Error for SerializeError {
    #[cold]
    fn custom<T: fmt::Display>(message: T) -> SerializeError {
        SerializeError::new(Kind::Message(shortened(message)))
    }
}

impl fmt::Display for SerializeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.inner.kind)?;
        if !self.path().is_root() {
            write!(f, " in {}", self.path())?;
        }
        Ok(())
    }
}

impl fmt::Debug for SerializeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SerializeError")
            .field("kind", self.kind())
            .field("path", self.path())
            .finish()
    }
}

impl core::error::Error for SerializeError {}

impl fmt::Display for SerializeErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kind::Float => f.write_str("bencode has no floating-point numbers"),
            Kind::KeyNotBytes => f.write_str("a key must be a byte string"),
            Kind::DuplicateKey => f.write_str("duplicate key"),
            Kind::NothingToWrite => f.write_str("nothing to write where a value must be"),
            Kind::TooDeep { limit } => write!(f, "nested deeper than {limit}"),
            Kind::Message(message) => f.write_str(message),
        }
    }
}
