use core::fmt;
use std::io;

use super::KeyPath;

/// Why a value could not be written, and where.
#[derive(Debug)]
#[non_exhaustive]
pub struct WriteError {
    kind: WriteErrorKind,
    offset: u64,
    path: KeyPath,
    /// Not yet if a caller's closure made it from an [`io::Error`].
    has_place: bool,
}

/// What went wrong. What is neither [`Output`](WriteErrorKind::Output) nor [`Source`](WriteErrorKind::Source) is the
/// caller's mistake, and would happen again.
#[derive(Debug)]
#[non_exhaustive]
pub enum WriteErrorKind {
    /// The output could not be written to.
    Output(io::Error),
    /// The source of a byte string could not be read, or the caller's closure gave an [`io::Error`].
    Source(io::Error),
    /// The source of a byte string ended before the length that was announced.
    SourceTooShort {
        /// How many bytes it was short of.
        missing: u64,
    },
    /// A key that sorts before the last one of its dictionary.
    UnsortedKey,
    /// A key that is the last one of its dictionary again.
    DuplicateKey,
    /// An earlier error was not passed on: writing went on after it, or a closure ended as if there had been none.
    AfterError,
}

impl WriteError {
    pub(crate) fn new(kind: WriteErrorKind, offset: u64, path: KeyPath) -> WriteError {
        WriteError {
            kind,
            offset,
            path,
            has_place: true,
        }
    }

    /// The same error, here if it is not known to be elsewhere.
    pub(crate) fn or_at(self, offset: u64, path: impl FnOnce() -> KeyPath) -> WriteError {
        if self.has_place {
            return self;
        }
        WriteError::new(self.kind, offset, path())
    }

    /// What went wrong.
    pub fn kind(&self) -> &WriteErrorKind {
        &self.kind
    }

    /// How many bytes the value had up to there. Where the output could not be written to, how many of them it took.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The value that was being written. A refused key is named.
    pub fn path(&self) -> &KeyPath {
        &self.path
    }
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.kind, self.offset)?;
        if !self.path.is_root() {
            write!(f, " in {}", self.path)?;
        }
        Ok(())
    }
}

impl fmt::Display for WriteErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use WriteErrorKind as Kind;
        match self {
            Kind::Output(error) => write!(f, "output: {error}"),
            Kind::Source(error) => write!(f, "source: {error}"),
            Kind::SourceTooShort { missing } => write!(f, "source is {missing} bytes short"),
            Kind::UnsortedKey => f.write_str("unsorted key"),
            Kind::DuplicateKey => f.write_str("duplicate key"),
            Kind::AfterError => f.write_str("an earlier error was not passed on"),
        }
    }
}

impl core::error::Error for WriteError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match &self.kind {
            WriteErrorKind::Output(error) | WriteErrorKind::Source(error) => error.source(),
            _ => None,
        }
    }
}

impl From<io::Error> for WriteError {
    /// For the closures that fill containers: a [`Source`](WriteErrorKind::Source) that could not be opened, say. The
    /// place is that of the container.
    fn from(error: io::Error) -> WriteError {
        WriteError {
            kind: WriteErrorKind::Source(error),
            offset: 0,
            path: KeyPath::default(),
            has_place: false,
        }
    }
}

impl From<WriteError> for io::Error {
    fn from(error: WriteError) -> io::Error {
        let kind = match &error.kind {
            WriteErrorKind::Output(error) | WriteErrorKind::Source(error) => error.kind(),
            WriteErrorKind::SourceTooShort { .. } => io::ErrorKind::UnexpectedEof,
            _ => io::ErrorKind::InvalidInput,
        };
        io::Error::new(kind, error)
    }
}
