use core::ops::Range;

use serde_core::Serialize;
use serde_core::ser::{SerializeMap, SerializeStruct, SerializeStructVariant};

use super::key_writer::KeyWriter;
use super::serialize_error::{SerializeError, SerializeErrorKind};
use super::serializer::Writer;
use super::sorting::sort_pairs;
use crate::encode::{Output, read_bytes};
use crate::error::Segment;

type Result<T> = core::result::Result<T, SerializeError>;

/// Writes the pairs of a dictionary as they come, sorts them at the end if they did not come sorted, and writes the end
/// of the variant around it if there is one.
pub(super) struct DictWriter<'w, 'o> {
    writer: &'w mut Writer<'o>,
    /// Where the first pair begins.
    start: usize,
    /// Where the newest pair begins.
    pair: usize,
    /// The bytes of the newest key.
    key: Range<usize>,
    /// Those of the last key that has a value. Empty, as no key can be at this place, before the first one.
    last_key: Range<usize>,
    is_sorted: bool,
    variant: Option<&'static str>,
}

impl<'w, 'o> DictWriter<'w, 'o> {
    #[inline]
    pub(super) fn open(
        writer: &'w mut Writer<'o>,
        variant: Option<&'static str>,
    ) -> Result<DictWriter<'w, 'o>> {
        writer.open(b'd')?;
        let start = writer.bytes.len();
        Ok(DictWriter {
            writer,
            start,
            pair: start,
            key: start..start,
            last_key: start..start,
            is_sorted: true,
            variant,
        })
    }

    #[inline]
    fn field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<()> {
        self.pair = self.writer.bytes.len();
        let Ok(()) = self.writer.bytes.string(key.as_bytes());
        let end = self.writer.bytes.len();
        self.key = end - key.len()..end;
        self.value(value)
    }

    fn key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        self.pair = self.writer.bytes.len();
        key.serialize(KeyWriter::new(self.writer.bytes))?;
        let (key, end) = read_bytes(self.writer.bytes, self.pair);
        self.key = end - key.len()..end;
        Ok(())
    }

    #[inline]
    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        let start = self.writer.bytes.len();
        if let Err(error) = value.serialize(&mut *self.writer) {
            return Err(self.in_pair(error, self.key.clone()));
        }
        if self.writer.bytes.len() == start {
            // `None` is left out, and its key with it.
            self.writer.bytes.truncate(self.pair);
            return Ok(());
        }
        let is_first = self.last_key.start == self.start;
        let bytes = &*self.writer.bytes;
        self.is_sorted &= is_first || bytes[self.last_key.clone()] < bytes[self.key.clone()];
        self.last_key = self.key.clone();
        Ok(())
    }

    #[inline]
    fn close(self) -> Result<()> {
        if !self.is_sorted {
            sort_pairs(self.writer.bytes, self.start).map_err(|key| {
                let error = SerializeError::new(SerializeErrorKind::DuplicateKey);
                self.in_pair(error, key)
            })?;
        }
        self.writer.close();
        if self.variant.is_some() {
            self.writer.close();
        }
        Ok(())
    }

    #[cold]
    fn in_pair(&self, error: SerializeError, key: Range<usize>) -> SerializeError {
        let error = error.within(Segment::Key(&self.writer.bytes[key]));
        match self.variant {
            Some(variant) => error.within(Segment::Key(variant.as_bytes())),
            None => error,
        }
    }
}

impl SerializeMap for DictWriter<'_, '_> {
    type Ok = ();
    type Error = SerializeError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        self.key(key)
    }

    #[inline]
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.value(value)
    }

    #[inline]
    fn end(self) -> Result<()> {
        self.close()
    }
}

impl SerializeStruct for DictWriter<'_, '_> {
    type Ok = ();
    type Error = SerializeError;

    #[inline]
    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<()> {
        self.field(key, value)
    }

    #[inline]
    fn end(self) -> Result<()> {
        self.close()
    }
}

impl SerializeStructVariant for DictWriter<'_, '_> {
    type Ok = ();
    type Error = SerializeError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<()> {
        self.field(key, value)
    }

    fn end(self) -> Result<()> {
        self.close()
    }
}
