use core::fmt;
use std::io::{Read, Write};

use super::progress::Progress;
use super::slot::Slot;
use super::{DictWriter, ListWriter};
use crate::error::WriteError;
use crate::mutable::{BencodeMut, Integer};
use crate::reference::BencodeRef;

/// Writes one value to an [`io::Write`](Write) as it comes, so that it can be larger than memory: an [`Encoder`] for
/// outputs that are no vector.
///
/// What was written cannot be sorted any more, so keys must come in order: another is an error, as is a source that
/// ends early. Containers close by themselves. After an error the output holds a part of the value, and nothing more
/// can be written: whoever does not pass the error on gets another, so that no broken value looks whole.
///
/// Small pieces are gathered in a buffer of 8 KiB inside. The output is given everything before the last call returns,
/// but is not flushed. Nothing is allocated but room for the last key of each open dictionary.
///
/// ```
/// use bip_bencode::BencodeWriter;
///
/// # let (mut file, pieces) = (Vec::new(), &b"01234567890123456789"[..]);
/// let length = BencodeWriter::new(&mut file).dict(|torrent| {
///     torrent.bytes("announce", "udp://t.org:1")?;
///     torrent.dict("info", |info| {
///         info.int("length", 10)?;
///         info.bytes("name", "spam")?;
///         info.int("piece length", 16_384)?;
///         info.bytes_from("pieces", 20, pieces)
///     })
/// })?;
/// assert_eq!(length, file.len() as u64);
///
/// let error = BencodeWriter::new(&mut file).dict(|torrent| {
///     torrent.int("b", 1)?;
///     torrent.int("a", 2)
/// });
/// assert_eq!(error.unwrap_err().to_string(), "unsorted key at byte 7 in a");
/// # Ok::<(), bip_bencode::WriteError>(())
/// ```
///
/// [`Encoder`]: crate::Encoder
#[must_use = "nothing is written before the value is given"]
pub struct BencodeWriter<'w> {
    progress: Progress<'w>,
}

impl<'w> BencodeWriter<'w> {
    /// Every method writes the one value there is and says how many bytes that was.
    pub fn new(out: &'w mut dyn Write) -> BencodeWriter<'w> {
        BencodeWriter {
            progress: Progress::new(out),
        }
    }

    /// Writes an integer.
    ///
    /// # Errors
    /// See [`WriteErrorKind`](crate::WriteErrorKind).
    pub fn int<'i>(self, int: impl Into<Integer<'i>>) -> Result<u64, WriteError> {
        self.write(|slot| slot.int(&int.into()))
    }

    /// Writes a byte string.
    ///
    /// # Errors
    /// See [`WriteErrorKind`](crate::WriteErrorKind).
    pub fn bytes(self, bytes: impl AsRef<[u8]>) -> Result<u64, WriteError> {
        self.write(|slot| slot.bytes(bytes.as_ref()))
    }

    /// Writes a byte string of this length from a source, of which no more than 8 KiB are in memory at once. What the
    /// source has beyond the length stays there.
    ///
    /// # Errors
    /// See [`WriteErrorKind`](crate::WriteErrorKind).
    pub fn bytes_from(self, length: u64, mut source: impl Read) -> Result<u64, WriteError> {
        self.write(|slot| slot.bytes_from(length, &mut source))
    }

    /// Writes a list.
    ///
    /// # Errors
    /// See [`WriteErrorKind`](crate::WriteErrorKind).
    pub fn list(
        self,
        fill: impl FnOnce(&mut ListWriter<'_, 'w>) -> Result<(), WriteError>,
    ) -> Result<u64, WriteError> {
        self.write(|slot| slot.list(fill))
    }

    /// Writes a dictionary.
    ///
    /// # Errors
    /// See [`WriteErrorKind`](crate::WriteErrorKind).
    pub fn dict(
        self,
        fill: impl FnOnce(&mut DictWriter<'_, 'w>) -> Result<(), WriteError>,
    ) -> Result<u64, WriteError> {
        self.write(|slot| slot.dict(fill))
    }

    /// Writes a value that was built.
    ///
    /// # Errors
    /// See [`WriteErrorKind`](crate::WriteErrorKind).
    pub fn value(self, value: &BencodeMut<'_>) -> Result<u64, WriteError> {
        self.write(|slot| slot.value(value))
    }

    /// Writes a decoded value byte for byte.
    ///
    /// # Errors
    /// See [`WriteErrorKind`](crate::WriteErrorKind).
    pub fn raw(self, value: BencodeRef<'_, '_>) -> Result<u64, WriteError> {
        self.write(|slot| slot.raw(value))
    }

    fn write(
        mut self,
        write: impl FnOnce(Slot<'_, 'w>) -> Result<(), WriteError>,
    ) -> Result<u64, WriteError> {
        write(Slot::new(&mut self.progress)?)?;
        self.progress.finish()
    }
}

impl fmt::Debug for BencodeWriter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BencodeWriter").finish_non_exhaustive()
    }
}
