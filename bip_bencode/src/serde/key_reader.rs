use serde_core::de::value::BorrowedStrDeserializer;
use serde_core::de::{Deserializer, Visitor};
use serde_core::forward_to_deserialize_any;

use super::deserialize_error::DeserializeError;
use super::deserializer::{text, visit_text_or_bytes};
use super::octets::Octets;
use crate::value_type::BencodeType;

type Result<T> = core::result::Result<T, DeserializeError>;

/// A key of a dictionary. Always a byte string, so it becomes no number.
pub(super) struct KeyReader<'de> {
    key: &'de [u8],
}

impl<'de> KeyReader<'de> {
    #[inline]
    pub(super) fn new(key: &'de [u8]) -> KeyReader<'de> {
        KeyReader { key }
    }
}

macro_rules! refuse {
    ($($method:ident)*) => {$(
        #[cold]
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            Err(DeserializeError::wrong_type(BencodeType::Bytes, &visitor))
        }
    )*};
}

impl<'de> Deserializer<'de> for KeyReader<'de> {
    type Error = DeserializeError;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visit_text_or_bytes(self.key, visitor)
    }

    #[inline]
    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_borrowed_bytes(self.key)
    }

    #[inline]
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_borrowed_str(text(self.key)?)
    }

    #[inline]
    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_str(visitor)
    }

    #[inline]
    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_str(visitor)
    }

    #[inline]
    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_borrowed_bytes(self.key)
    }

    #[inline]
    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_borrowed_bytes(self.key)
    }

    #[inline]
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_seq(Octets::new(self.key))
    }

    #[inline]
    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value> {
        Octets::new(self.key).visit_all(length, visitor)
    }

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_some(self)
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    #[inline]
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        let key: BorrowedStrDeserializer<'de, DeserializeError> =
            BorrowedStrDeserializer::new(text(self.key)?);
        key.deserialize_enum(name, variants, visitor)
    }

    #[inline]
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_unit()
    }

    refuse! {
        deserialize_bool deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_f32 deserialize_f64
    }

    forward_to_deserialize_any! {
        unit unit_struct tuple_struct map struct
    }
}
