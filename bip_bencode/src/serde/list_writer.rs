use serde_core::Serialize;
use serde_core::ser::{SerializeSeq, SerializeTuple, SerializeTupleStruct, SerializeTupleVariant};

use super::serialize_error::SerializeError;
use super::serializer::Writer;
use crate::error::Segment;

type Result<T> = core::result::Result<T, SerializeError>;

/// Writes the values of a list, and the end of the variant around it if there is one.
pub(super) struct ListWriter<'w, 'o> {
    writer: &'w mut Writer<'o>,
    count: usize,
    variant: Option<&'static str>,
}

impl<'w, 'o> ListWriter<'w, 'o> {
    #[inline]
    pub(super) fn open(
        writer: &'w mut Writer<'o>,
        variant: Option<&'static str>,
    ) -> Result<ListWriter<'w, 'o>> {
        writer.open(b'l')?;
        Ok(ListWriter {
            writer,
            count: 0,
            variant,
        })
    }

    #[inline]
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.count += 1;
        self.writer
            .write_whole(value)
            .map_err(|error| self.in_element(error))
    }

    #[cold]
    fn in_element(&self, error: SerializeError) -> SerializeError {
        let error = error.within(Segment::Index(self.count - 1));
        match self.variant {
            Some(variant) => error.within(Segment::Key(variant.as_bytes())),
            None => error,
        }
    }

    #[inline]
    fn close(self) -> Result<()> {
        self.writer.close();
        if self.variant.is_some() {
            self.writer.close();
        }
        Ok(())
    }
}

impl SerializeSeq for ListWriter<'_, '_> {
    type Ok = ();
    type Error = SerializeError;

    #[inline]
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.element(value)
    }

    #[inline]
    fn end(self) -> Result<()> {
        self.close()
    }
}

impl SerializeTuple for ListWriter<'_, '_> {
    type Ok = ();
    type Error = SerializeError;

    #[inline]
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.element(value)
    }

    #[inline]
    fn end(self) -> Result<()> {
        self.close()
    }
}

impl SerializeTupleStruct for ListWriter<'_, '_> {
    type Ok = ();
    type Error = SerializeError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.element(value)
    }

    fn end(self) -> Result<()> {
        self.close()
    }
}

impl SerializeTupleVariant for ListWriter<'_, '_> {
    type Ok = ();
    type Error = SerializeError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.element(value)
    }

    fn end(self) -> Result<()> {
        self.close()
    }
}
