use core::fmt;
use std::io::Read;

use super::ListWriter;
use super::progress::Progress;
use super::slot::Slot;
use crate::error::WriteError;
use crate::mutable::{BencodeMut, Integer};
use crate::reference::BencodeRef;

/// Writes the pairs of a dictionary, one call each, in ascending order of their raw keys.
pub struct DictWriter<'s, 'w> {
    progress: &'s mut Progress<'w>,
}

impl<'s, 'w> DictWriter<'s, 'w> {
    pub(super) fn new(progress: &'s mut Progress<'w>) -> DictWriter<'s, 'w> {
        DictWriter { progress }
    }

    /// Adds an integer.
    ///
    /// # Errors
    /// See [`WriteErrorKind`](crate::WriteErrorKind).
    pub fn int<'i>(
        &mut self,
        key: impl AsRef<[u8]>,
        int: impl Into<Integer<'i>>,
    ) -> Result<(), WriteError> {
        self.behind(key)?.int(&int.into())
    }

    /// Adds a byte string.
    ///
    /// # Errors
    /// See [`WriteErrorKind`](crate::WriteErrorKind).
    pub fn bytes(
        &mut self,
        key: impl AsRef<[u8]>,
        bytes: impl AsRef<[u8]>,
    ) -> Result<(), WriteError> {
        self.behind(key)?.bytes(bytes.as_ref())
    }

    /// Adds a byte string of this length from a source, of which no more than 8 KiB are in memory at once. What the
    /// source has beyond the length stays there.
    ///
    /// # Errors
    /// See [`WriteErrorKind`](crate::WriteErrorKind).
    pub fn bytes_from(
        &mut self,
        key: impl AsRef<[u8]>,
        length: u64,
        mut source: impl Read,
    ) -> Result<(), WriteError> {
        self.behind(key)?.bytes_from(length, &mut source)
    }

    /// Adds a list.
    ///
    /// # Errors
    /// See [`WriteErrorKind`](crate::WriteErrorKind).
    pub fn list(
        &mut self,
        key: impl AsRef<[u8]>,
        fill: impl FnOnce(&mut ListWriter<'_, 'w>) -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        self.behind(key)?.list(fill)
    }

    /// Adds a dictionary.
    ///
    /// # Errors
    /// See [`WriteErrorKind`](crate::WriteErrorKind).
    pub fn dict(
        &mut self,
        key: impl AsRef<[u8]>,
        fill: impl FnOnce(&mut DictWriter<'_, 'w>) -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        self.behind(key)?.dict(fill)
    }

    /// Adds a value that was built.
    ///
    /// # Errors
    /// See [`WriteErrorKind`](crate::WriteErrorKind).
    pub fn value(
        &mut self,
        key: impl AsRef<[u8]>,
        value: &BencodeMut<'_>,
    ) -> Result<(), WriteError> {
        self.behind(key)?.value(value)
    }

    /// Adds a decoded value byte for byte.
    ///
    /// # Errors
    /// See [`WriteErrorKind`](crate::WriteErrorKind).
    pub fn raw(
        &mut self,
        key: impl AsRef<[u8]>,
        value: BencodeRef<'_, '_>,
    ) -> Result<(), WriteError> {
        self.behind(key)?.raw(value)
    }

    fn behind(&mut self, key: impl AsRef<[u8]>) -> Result<Slot<'_, 'w>, WriteError> {
        self.progress.key(key.as_ref())?;
        Slot::new(self.progress)
    }
}

impl fmt::Debug for DictWriter<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DictWriter").finish_non_exhaustive()
    }
}
