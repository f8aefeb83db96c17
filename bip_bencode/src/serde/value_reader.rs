use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde_core::de::{self, DeserializeSeed, MapAccess, SeqAccess, Unexpected, Visitor};
use serde_core::forward_to_deserialize_any;
use serde_core::{Deserialize, Deserializer};

use super::bytes::FromByteString;
use super::deserialize_error::DeserializeError;
use crate::mutable::{BencodeMut, BencodeMutKind, DictMut, Integer};
use crate::reference::IntRef;

impl<'de: 'a, 'a> Deserialize<'de> for BencodeMut<'a> {
    /// Any value; byte strings and keys are borrowed where the input can lend them.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<BencodeMut<'a>, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Integer<'a> {
    /// An integer of any size (beyond 64 bits only where the options allow it).
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Integer<'a>, D::Error> {
        deserializer.deserialize_any(IntegerVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = BencodeMut<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an integer, a byte string, a list or a dictionary")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<BencodeMut<'de>, E> {
        Ok(u8::from(value).into())
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<BencodeMut<'de>, E> {
        Ok(number.into())
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<BencodeMut<'de>, E> {
        Ok(number.into())
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<BencodeMut<'de>, D::Error> {
        deserializer
            .deserialize_str(DigitsVisitor)
            .map(BencodeMut::new_int)
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<BencodeMut<'de>, E> {
        Ok(text.into())
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<BencodeMut<'de>, E> {
        Ok(String::from(text).into())
    }

    fn visit_borrowed_bytes<E: de::Error>(self, bytes: &'de [u8]) -> Result<BencodeMut<'de>, E> {
        Ok(bytes.into())
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<BencodeMut<'de>, E> {
        Ok(Vec::from(bytes).into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<BencodeMut<'de>, A::Error> {
        let mut list: Vec<BencodeMut<'de>> = Vec::new();
        while let Some(value) = values.next_element()? {
            list.push(value);
        }
        Ok(BencodeMut::from(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut pairs: A) -> Result<BencodeMut<'de>, A::Error> {
        let mut dict = DictMut::new();
        while let Some(key) = pairs.next_key_seed(KeySeed)? {
            let value: BencodeMut<'de> = pairs.next_value()?;
            if dict.insert(key, value).is_some() {
                return Err(de::Error::custom("duplicate key"));
            }
        }
        Ok(BencodeMutKind::Dict(dict).into())
    }
}

/// A key of whatever bytes.
struct KeySeed;

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = Cow<'de, [u8]>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        FromByteString::deserialize(deserializer)
    }
}

struct IntegerVisitor;

impl<'de> Visitor<'de> for IntegerVisitor {
    type Value = Integer<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an integer")
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Integer<'de>, E> {
        Ok(number.into())
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Integer<'de>, E> {
        Ok(number.into())
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Integer<'de>, D::Error> {
        deserializer.deserialize_str(DigitsVisitor)
    }
}

/// An integer beyond 64 bits, as the text of its digits.
struct DigitsVisitor;

impl<'de> Visitor<'de> for DigitsVisitor {
    type Value = Integer<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the digits of an integer")
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Integer<'de>, E> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(E::invalid_value(Unexpected::Str(text), &self));
        }
        Ok(IntRef::new(text.as_bytes()).into())
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Integer<'de>, E> {
        DigitsVisitor
            .visit_borrowed_str::<E>(text)
            .map(Integer::into_owned)
    }
}

/// An integer beyond 64 bits on its way to a type that knows such, as [`BencodeMut`]: serde has no type for it, and its
/// own buffers (flattened and untagged types) keep a text.
pub(super) struct Digits<'de>(pub(super) IntRef<'de>);

impl<'de> Deserializer<'de> for Digits<'de> {
    type Error = DeserializeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeserializeError> {
        visitor.visit_borrowed_str(self.0.digits())
    }

    forward_to_deserialize_any! {
        char str string bytes byte_buf option unit unit_struct newtype_struct seq tuple tuple_struct map struct enum
        identifier ignored_any bool u8 u16 u32 u64 u128 i8 i16 i32 i64 i128 f32 f64
    }
}
