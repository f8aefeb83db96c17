use alloc::vec::Vec;

use serde_core::ser::{Impossible, SerializeSeq, SerializeTuple};
use serde_core::{Serialize, Serializer};

use super::serialize_error::{SerializeError, SerializeErrorKind};
use crate::encode::Output;

type Result<T> = core::result::Result<T, SerializeError>;

/// Writes the key of a map: whatever becomes a byte string, arrays and vectors of `u8` included.
pub(super) struct KeyWriter<'w> {
    bytes: &'w mut Vec<u8>,
    part: Part,
}

/// What is being written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Whole,
    /// One byte of a key that is given byte by byte.
    Octet,
}

impl<'w> KeyWriter<'w> {
    pub(super) fn new(bytes: &'w mut Vec<u8>) -> KeyWriter<'w> {
        KeyWriter {
            bytes,
            part: Part::Whole,
        }
    }
}

#[cold]
fn not_bytes<T>() -> Result<T> {
    Err(SerializeError::new(SerializeErrorKind::KeyNotBytes))
}

macro_rules! refuse {
    ($($method:ident($($type:ty),*) -> $ok:ty;)*) => {$(
        #[cold]
        fn $method(self, $(_: $type),*) -> Result<$ok> {
            not_bytes()
        }
    )*};
}

impl<'w> Serializer for KeyWriter<'w> {
    type Ok = ();
    type Error = SerializeError;
    type SerializeSeq = OctetKey<'w>;
    type SerializeTuple = OctetKey<'w>;
    type SerializeTupleStruct = Impossible<(), SerializeError>;
    type SerializeTupleVariant = Impossible<(), SerializeError>;
    type SerializeMap = Impossible<(), SerializeError>;
    type SerializeStruct = Impossible<(), SerializeError>;
    type SerializeStructVariant = Impossible<(), SerializeError>;

    #[inline]
    fn serialize_str(self, text: &str) -> Result<()> {
        self.serialize_bytes(text.as_bytes())
    }

    #[inline]
    fn serialize_bytes(self, bytes: &[u8]) -> Result<()> {
        if self.part != Part::Whole {
            return not_bytes();
        }
        let Ok(()) = self.bytes.string(bytes);
        Ok(())
    }

    fn serialize_u8(self, byte: u8) -> Result<()> {
        if self.part != Part::Octet {
            return not_bytes();
        }
        self.bytes.push(byte);
        Ok(())
    }

    fn serialize_char(self, character: char) -> Result<()> {
        self.serialize_str(character.encode_utf8(&mut [0; 4]))
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<()> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<OctetKey<'w>> {
        if self.part != Part::Whole {
            return not_bytes();
        }
        Ok(OctetKey {
            key: Vec::new(),
            bytes: self.bytes,
        })
    }

    fn serialize_tuple(self, length: usize) -> Result<OctetKey<'w>> {
        self.serialize_seq(Some(length))
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<()> {
        not_bytes()
    }

    refuse! {
        serialize_bool(bool) -> ();
        serialize_u16(u16) -> ();
        serialize_u32(u32) -> ();
        serialize_u64(u64) -> ();
        serialize_u128(u128) -> ();
        serialize_i8(i8) -> ();
        serialize_i16(i16) -> ();
        serialize_i32(i32) -> ();
        serialize_i64(i64) -> ();
        serialize_i128(i128) -> ();
        serialize_f32(f32) -> ();
        serialize_f64(f64) -> ();
        serialize_none() -> ();
        serialize_unit() -> ();
        serialize_unit_struct(&'static str) -> ();
        serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant;
        serialize_map(Option<usize>) -> Self::SerializeMap;
        serialize_struct(&'static str, usize) -> Self::SerializeStruct;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Self::SerializeStructVariant;
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

/// A key given byte by byte.
pub(super) struct OctetKey<'w> {
    key: Vec<u8>,
    bytes: &'w mut Vec<u8>,
}

impl SerializeSeq for OctetKey<'_> {
    type Ok = ();
    type Error = SerializeError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        value.serialize(KeyWriter {
            bytes: &mut self.key,
            part: Part::Octet,
        })
    }

    fn end(self) -> Result<()> {
        let Ok(()) = self.bytes.string(&self.key);
        Ok(())
    }
}

impl SerializeTuple for OctetKey<'_> {
    type Ok = ();
    type Error = SerializeError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        SerializeSeq::serialize_element(self, value)
    }

    fn end(self) -> Result<()> {
        SerializeSeq::end(self)
    }
}
