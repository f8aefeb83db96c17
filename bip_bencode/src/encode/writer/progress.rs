use alloc::vec::Vec;
use core::cmp::Ordering;
use std::io;

use super::staging::{CopyError, Staging};
use crate::encode::Output;
use crate::error::{KeyPath, Segment, WriteError, WriteErrorKind};

/// How far the writing of one value has come.
///
/// ```text
///   sound --- an error, whether the caller heeds it or not ---> failed: every call is an error
/// ```
pub(super) struct Progress<'w> {
    pub(super) staging: Staging<'w>,
    open: Vec<Container>,
    /// The last key of each open dictionary, one behind the other.
    keys: Vec<u8>,
    has_failed: bool,
}

enum Container {
    List {
        count: usize,
    },
    Dict {
        /// Where its last key begins.
        key_start: usize,
        has_key: bool,
    },
}

impl<'w> Progress<'w> {
    pub(super) fn new(out: &'w mut dyn io::Write) -> Progress<'w> {
        Progress {
            staging: Staging::new(out),
            open: Vec::new(),
            keys: Vec::new(),
            has_failed: false,
        }
    }

    /// Before a value is written.
    pub(super) fn begin_value(&mut self) -> Result<(), WriteError> {
        self.expect_no_error()?;
        if let Some(Container::List { count }) = self.open.last_mut() {
            *count += 1;
        }
        Ok(())
    }

    /// Writes a key of the innermost dictionary, if it comes in order.
    pub(super) fn key(&mut self, key: &[u8]) -> Result<(), WriteError> {
        self.expect_no_error()?;
        if let Some(Container::Dict { key_start, has_key }) = self.open.last_mut() {
            let last = &self.keys[*key_start..];
            let misplaced = match key.cmp(last) {
                Ordering::Less if *has_key => Some(WriteErrorKind::UnsortedKey),
                Ordering::Equal if *has_key => Some(WriteErrorKind::DuplicateKey),
                _ => None,
            };
            *has_key = true;
            self.keys.truncate(*key_start);
            self.keys.extend_from_slice(key);
            if let Some(kind) = misplaced {
                return Err(self.fail(kind));
            }
        }
        let written = self.staging.string(key);
        self.check(written)
    }

    pub(super) fn open_list(&mut self) -> Result<(), WriteError> {
        let written = self.staging.put(b"l");
        self.check(written)?;
        self.open.push(Container::List { count: 0 });
        Ok(())
    }

    pub(super) fn open_dict(&mut self) -> Result<(), WriteError> {
        let written = self.staging.put(b"d");
        self.check(written)?;
        self.open.push(Container::Dict {
            key_start: self.keys.len(),
            has_key: false,
        });
        Ok(())
    }

    /// Ends the innermost container, as its filling ended.
    pub(super) fn close(&mut self, filled: Result<(), WriteError>) -> Result<(), WriteError> {
        if let Some(Container::Dict { key_start, .. }) = self.open.pop() {
            self.keys.truncate(key_start);
        }
        filled.map_err(|error| {
            self.has_failed = true;
            error.or_at(self.staging.written(), || self.path())
        })?;
        self.expect_no_error()?;
        let written = self.staging.put(b"e");
        self.check(written)
    }

    /// Gives the output the last bytes, and how many there were.
    pub(super) fn finish(mut self) -> Result<u64, WriteError> {
        let drained = self.staging.drain();
        self.check(drained)?;
        Ok(self.staging.written())
    }

    pub(super) fn check(&mut self, written: io::Result<()>) -> Result<(), WriteError> {
        written.map_err(|error| self.fail(WriteErrorKind::Output(error)))
    }

    pub(super) fn check_copy(&mut self, copied: Result<(), CopyError>) -> Result<(), WriteError> {
        copied.map_err(|error| {
            self.fail(match error {
                CopyError::Output(error) => WriteErrorKind::Output(error),
                CopyError::Source(error) => WriteErrorKind::Source(error),
                CopyError::SourceTooShort { missing } => WriteErrorKind::SourceTooShort { missing },
            })
        })
    }

    fn expect_no_error(&mut self) -> Result<(), WriteError> {
        if self.has_failed {
            return Err(self.fail(WriteErrorKind::AfterError));
        }
        Ok(())
    }

    #[cold]
    fn fail(&mut self, kind: WriteErrorKind) -> WriteError {
        self.has_failed = true;
        let offset = match kind {
            WriteErrorKind::Output(_) => self.staging.drained(),
            _ => self.staging.written(),
        };
        WriteError::new(kind, offset, self.path())
    }

    /// Of the newest value.
    fn path(&self) -> KeyPath {
        let mut segments = Vec::with_capacity(self.open.len());
        let mut key_end = self.keys.len();
        for container in self.open.iter().rev() {
            match *container {
                Container::List { count: 0 } => {}
                Container::List { count } => segments.push(Segment::Index(count - 1)),
                Container::Dict { key_start, has_key } => {
                    if has_key {
                        segments.push(Segment::Key(&self.keys[key_start..key_end]));
                    }
                    key_end = key_start;
                }
            }
        }
        KeyPath::from_segments(segments.into_iter().rev())
    }
}
