use std::io::Read;

use super::progress::Progress;
use super::{DictWriter, ListWriter};
use crate::encode::{Output, write_value};
use crate::error::WriteError;
use crate::mutable::{BencodeMut, Integer};
use crate::reference::BencodeRef;

/// The place of one value: the outermost, a list's next, or that behind a key.
pub(super) struct Slot<'s, 'w> {
    progress: &'s mut Progress<'w>,
}

impl<'s, 'w> Slot<'s, 'w> {
    pub(super) fn new(progress: &'s mut Progress<'w>) -> Result<Slot<'s, 'w>, WriteError> {
        progress.begin_value()?;
        Ok(Slot { progress })
    }

    pub(super) fn int(self, int: &Integer<'_>) -> Result<(), WriteError> {
        let written = int.write(&mut self.progress.staging);
        self.progress.check(written)
    }

    pub(super) fn bytes(self, bytes: &[u8]) -> Result<(), WriteError> {
        let written = self.progress.staging.string(bytes);
        self.progress.check(written)
    }

    pub(super) fn bytes_from(self, length: u64, source: &mut dyn Read) -> Result<(), WriteError> {
        let written = self.progress.staging.decimal(length, b':');
        self.progress.check(written)?;
        let copied = self.progress.staging.copy(length, source);
        self.progress.check_copy(copied)
    }

    pub(super) fn list(
        self,
        fill: impl FnOnce(&mut ListWriter<'_, 'w>) -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        self.progress.open_list()?;
        let filled = fill(&mut ListWriter::new(self.progress));
        self.progress.close(filled)
    }

    pub(super) fn dict(
        self,
        fill: impl FnOnce(&mut DictWriter<'_, 'w>) -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        self.progress.open_dict()?;
        let filled = fill(&mut DictWriter::new(self.progress));
        self.progress.close(filled)
    }

    pub(super) fn value(self, value: &BencodeMut<'_>) -> Result<(), WriteError> {
        let written = write_value(value, &mut self.progress.staging);
        self.progress.check(written)
    }

    pub(super) fn raw(self, value: BencodeRef<'_, '_>) -> Result<(), WriteError> {
        let written = self.progress.staging.put(value.buffer());
        self.progress.check(written)
    }
}
