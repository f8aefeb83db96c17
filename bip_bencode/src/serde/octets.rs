use core::slice;

use serde_core::de::value::U8Deserializer;
use serde_core::de::{DeserializeSeed, Deserializer, IntoDeserializer, SeqAccess, Visitor};
use serde_core::forward_to_deserialize_any;

use super::deserialize_error::{DeserializeError, DeserializeErrorKind};
use super::message::shortened;
use crate::value_type::BencodeType;

type Result<T> = core::result::Result<T, DeserializeError>;

/// A byte string where the type asked for a sequence: `Vec<u8>` and `[u8; 20]` do, and so does a list of anything else,
/// which is refused at its first element.
pub(super) struct Octets<'de> {
    bytes: slice::Iter<'de, u8>,
}

impl<'de> Octets<'de> {
    #[inline]
    pub(super) fn new(bytes: &'de [u8]) -> Octets<'de> {
        Octets {
            bytes: bytes.iter(),
        }
    }

    /// Reads exactly so many.
    #[inline]
    pub(super) fn visit_all<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value> {
        if self.bytes.len() != length {
            return Err(self.wrong_length(length));
        }
        visitor.visit_seq(self)
    }

    #[cold]
    fn wrong_length(&self, length: usize) -> DeserializeError {
        DeserializeError::new(DeserializeErrorKind::WrongLength {
            length: self.bytes.len(),
            expected: shortened(format_args!("{length} bytes")),
        })
    }
}

impl<'de> SeqAccess<'de> for Octets<'de> {
    type Error = DeserializeError;

    #[inline]
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        match self.bytes.next() {
            Some(&byte) => seed.deserialize(Octet(byte)).map(Some),
            None => Ok(None),
        }
    }

    /// Of bytes that are there.
    #[inline]
    fn size_hint(&self) -> Option<usize> {
        Some(self.bytes.len())
    }
}

/// One byte of a byte string: a `u8` and nothing else.
struct Octet(u8);

impl<'de> Deserializer<'de> for Octet {
    type Error = DeserializeError;

    #[inline]
    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let octet: U8Deserializer<DeserializeError> = self.0.into_deserializer();
        octet.deserialize_u8(visitor)
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    #[cold]
    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value> {
        Err(DeserializeError::new(DeserializeErrorKind::WrongType {
            found: shortened(BencodeType::Bytes),
            expected: shortened(BencodeType::List),
        }))
    }

    forward_to_deserialize_any! {
        bool u16 u32 u64 u128 i8 i16 i32 i64 i128 f32 f64 char str string bytes byte_buf option unit unit_struct seq
        tuple tuple_struct map struct enum identifier ignored_any
    }
}
