use alloc::vec::Vec;
use core::mem;

use serde_core::{Serialize, Serializer};

use super::dict_writer::DictWriter;
use super::list_writer::ListWriter;
use super::raw_value::RAW_VALUE;
use super::serialize_error::{SerializeError, SerializeErrorKind};
use super::value_writer::DIGITS;
use crate::encode::Output;
use crate::error::Segment;
use crate::limits::SERDE_MAX_DEPTH;
use crate::mutable::Integer;

type Result<T> = core::result::Result<T, SerializeError>;

/// The buffer and what is open in it. A value that is written as nothing is `None`; the containers look after that.
pub(super) struct Writer<'o> {
    pub(super) bytes: &'o mut Vec<u8>,
    depth: usize,
    next: Next,
}

/// How the next byte string is to be taken.
#[derive(Clone, Copy, Default)]
enum Next {
    #[default]
    Value,
    /// It is an encoded value itself.
    Encoded,
    /// It is the digits of an integer.
    Digits,
}

impl<'o> Writer<'o> {
    pub(super) fn new(bytes: &'o mut Vec<u8>) -> Writer<'o> {
        Writer {
            bytes,
            depth: 0,
            next: Next::Value,
        }
    }

    /// Writes a value that must not be `None`.
    #[inline]
    pub(super) fn write_whole<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        let start = self.bytes.len();
        value.serialize(&mut *self)?;
        if self.bytes.len() == start {
            return Err(SerializeError::new(SerializeErrorKind::NothingToWrite));
        }
        Ok(())
    }

    /// Begins a list or dictionary.
    #[inline]
    pub(super) fn open(&mut self, byte: u8) -> Result<()> {
        let limit = SERDE_MAX_DEPTH;
        if self.depth >= limit {
            return Err(SerializeError::new(SerializeErrorKind::TooDeep { limit }));
        }
        self.depth += 1;
        self.bytes.push(byte);
        Ok(())
    }

    /// Ends the list or dictionary opened last.
    #[inline]
    pub(super) fn close(&mut self) {
        self.depth -= 1;
        self.bytes.push(b'e');
    }

    /// Begins a dictionary whose one key is the name of a variant.
    fn open_variant(&mut self, variant: &str) -> Result<()> {
        self.open(b'd')?;
        let Ok(()) = self.bytes.string(variant.as_bytes());
        Ok(())
    }
}

macro_rules! serialize_numbers {
    ($($method:ident $type:ty;)*) => {$(
        #[inline]
        fn $method(self, number: $type) -> Result<()> {
            let Ok(()) = Integer::from(number).write(self.bytes);
            Ok(())
        }
    )*};
}

macro_rules! serialize_wide_numbers {
    ($($method:ident $type:ty, $narrow:ty;)*) => {$(
        fn $method(self, number: $type) -> Result<()> {
            match <$narrow>::try_from(number) {
                Ok(number) => number.serialize(self),
                Err(_) => {
                    self.next = Next::Digits;
                    self.collect_str(&number)
                }
            }
        }
    )*};
}

impl<'w, 'o> Serializer for &'w mut Writer<'o> {
    type Ok = ();
    type Error = SerializeError;
    type SerializeSeq = ListWriter<'w, 'o>;
    type SerializeTuple = ListWriter<'w, 'o>;
    type SerializeTupleStruct = ListWriter<'w, 'o>;
    type SerializeTupleVariant = ListWriter<'w, 'o>;
    type SerializeMap = DictWriter<'w, 'o>;
    type SerializeStruct = DictWriter<'w, 'o>;
    type SerializeStructVariant = DictWriter<'w, 'o>;

    serialize_numbers! {
        serialize_u8 u8;
        serialize_u16 u16;
        serialize_u32 u32;
        serialize_u64 u64;
        serialize_i8 i8;
        serialize_i16 i16;
        serialize_i32 i32;
        serialize_i64 i64;
    }

    serialize_wide_numbers! {
        serialize_u128 u128, u64;
        serialize_i128 i128, i64;
    }

    #[inline]
    fn serialize_bool(self, value: bool) -> Result<()> {
        self.serialize_u8(value.into())
    }

    #[inline]
    fn serialize_str(self, text: &str) -> Result<()> {
        self.serialize_bytes(text.as_bytes())
    }

    #[inline]
    fn serialize_char(self, character: char) -> Result<()> {
        self.serialize_str(character.encode_utf8(&mut [0; 4]))
    }

    #[inline]
    fn serialize_bytes(self, bytes: &[u8]) -> Result<()> {
        match mem::take(&mut self.next) {
            Next::Value => {
                let Ok(()) = self.bytes.string(bytes);
            }
            Next::Encoded => self.bytes.extend_from_slice(bytes),
            Next::Digits => {
                self.bytes.push(b'i');
                self.bytes.extend_from_slice(bytes);
                self.bytes.push(b'e');
            }
        }
        Ok(())
    }

    #[inline]
    fn serialize_none(self) -> Result<()> {
        Ok(())
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<()> {
        self.serialize_bytes(b"")
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<()> {
        self.serialize_unit()
    }

    #[inline]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<()> {
        self.next = match name {
            RAW_VALUE => Next::Encoded,
            DIGITS => Next::Digits,
            _ => Next::Value,
        };
        value.serialize(self)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<()> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<()> {
        self.open_variant(variant)?;
        self.write_whole(value)
            .map_err(|error| error.within(Segment::Key(variant.as_bytes())))?;
        self.close();
        Ok(())
    }

    #[inline]
    fn serialize_seq(self, _: Option<usize>) -> Result<ListWriter<'w, 'o>> {
        ListWriter::open(self, None)
    }

    #[inline]
    fn serialize_tuple(self, _: usize) -> Result<ListWriter<'w, 'o>> {
        ListWriter::open(self, None)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<ListWriter<'w, 'o>> {
        ListWriter::open(self, None)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<ListWriter<'w, 'o>> {
        self.open_variant(variant)?;
        ListWriter::open(self, Some(variant))
    }

    #[inline]
    fn serialize_map(self, _: Option<usize>) -> Result<DictWriter<'w, 'o>> {
        DictWriter::open(self, None)
    }

    #[inline]
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<DictWriter<'w, 'o>> {
        DictWriter::open(self, None)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<DictWriter<'w, 'o>> {
        self.open_variant(variant)?;
        DictWriter::open(self, Some(variant))
    }

    #[cold]
    fn serialize_f32(self, _: f32) -> Result<()> {
        Err(SerializeError::new(SerializeErrorKind::Float))
    }

    #[cold]
    fn serialize_f64(self, _: f64) -> Result<()> {
        Err(SerializeError::new(SerializeErrorKind::Float))
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}
