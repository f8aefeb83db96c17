use core::fmt;
use std::io::Read;

use super::DictWriter;
use super::progress::Progress;
use super::slot::Slot;
use crate::error::WriteError;
use crate::mutable::{BencodeMut, Integer};
use crate::reference::BencodeRef;

/// Writes the values of a list, one call each.
pub struct ListWriter<'s, 'w> {
    progress: &'s mut Progress<'w>,
}

impl<'s, 'w> ListWriter<'s, 'w> {
    pub(super) fn new(progress: &'s mut Progress<'w>) -> ListWriter<'s, 'w> {
        ListWriter { progress }
    }

    /// Adds an integer.
    ///
    /// # Errors
    /// See [`WriteErrorKind`](crate::WriteErrorKind).
    pub fn int<'i>(&mut self, int: impl Into<Integer<'i>>) -> Result<(), WriteError> {
        self.next()?.int(&int.into())
    }

    /// Adds a byte string.
    ///
    /// # Errors
    /// See [`WriteErrorKind`](crate::WriteErrorKind).
    pub fn bytes(&mut self, bytes: impl AsRef<[u8]>) -> Result<(), WriteError> {
        self.next()?.bytes(bytes.as_ref())
    }

    /// Adds a byte string of this length from a source, of which no more than 8 KiB are in memory at once. What the
    /// source has beyond the length stays there.
    ///
    /// # Errors
    /// See [`WriteErrorKind`](crate::WriteErrorKind).
    pub fn bytes_from(&mut self, length: u64, mut source: impl Read) -> Result<(), WriteError> {
        self.next()?.bytes_from(length, &mut source)
    }

    /// Adds a list.
    ///
    /// # Errors
    /// See [`WriteErrorKind`](crate::WriteErrorKind).
    pub fn list(
        &mut self,
        fill: impl FnOnce(&mut ListWriter<'_, 'w>) -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        self.next()?.list(fill)
    }

    /// Adds a dictionary.
    ///
    /// # Errors
    /// See [`WriteErrorKind`](crate::WriteErrorKind).
    pub fn dict(
        &mut self,
        fill: impl FnOnce(&mut DictWriter<'_, 'w>) -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        self.next()?.dict(fill)
    }

    /// Adds a value that was built.
    ///
    /// # Errors
    /// See [`WriteErrorKind`](crate::WriteErrorKind).
    pub fn value(&mut self, value: &BencodeMut<'_>) -> Result<(), WriteError> {
        self.next()?.value(value)
    }

    /// Adds a decoded value byte for byte.
    ///
    /// # Errors
    /// See [`WriteErrorKind`](crate::WriteErrorKind).
    pub fn raw(&mut self, value: BencodeRef<'_, '_>) -> Result<(), WriteError> {
        self.next()?.raw(value)
    }

    fn next(&mut self) -> Result<Slot<'_, 'w>, WriteError> {
        Slot::new(self.progress)
    }
}

impl fmt::Debug for ListWriter<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListWriter").finish_non_exhaustive()
    }
}
