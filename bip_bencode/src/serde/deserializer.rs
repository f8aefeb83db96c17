use serde_core::de::{Deserializer, Visitor};

use super::deserialize_error::{DeserializeError, DeserializeErrorKind};
use super::elements::Elements;
use super::number::{Number, out_of_range};
use super::octets::Octets;
use super::pairs::Pairs;
use super::raw_value::RAW_VALUE;
use super::source::Source;
use super::value_reader::Digits;
use super::variant::{DictVariant, StringVariant};
use super::with_raw::{ValueAndBytes, WITH_RAW};

type Result<T> = core::result::Result<T, DeserializeError>;

macro_rules! deserialize_numbers {
    ($($method:ident, $visit:ident;)*) => {$(
        #[inline]
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            let number = self.number(&visitor)?;
            visitor.$visit(number)
        }
    )*};
}

impl<'de> Deserializer<'de> for &mut Source<'de> {
    type Error = DeserializeError;

    deserialize_numbers! {
        deserialize_bool, visit_bool;
        deserialize_u8, visit_u8;
        deserialize_u16, visit_u16;
        deserialize_u32, visit_u32;
        deserialize_u64, visit_u64;
        deserialize_u128, visit_u128;
        deserialize_i8, visit_i8;
        deserialize_i16, visit_i16;
        deserialize_i32, visit_i32;
        deserialize_i64, visit_i64;
        deserialize_i128, visit_i128;
    }

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.peek()? {
            b'0'..=b'9' => visit_text_or_bytes(self.string()?, visitor),
            b'i' => visit_int(self, visitor),
            b'l' => self.deserialize_seq(visitor),
            b'd' => self.deserialize_map(visitor),
            _ => Err(self.unexpected(&visitor)),
        }
    }

    #[inline]
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let bytes = self.bytes(&visitor)?;
        visitor.visit_borrowed_str(text(bytes)?)
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
        let bytes = self.bytes(&visitor)?;
        visitor.visit_borrowed_bytes(bytes)
    }

    #[inline]
    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_bytes(visitor)
    }

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_some(self)
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        match name {
            RAW_VALUE => visitor.visit_borrowed_bytes(self.skip()?),
            WITH_RAW => visitor.visit_seq(ValueAndBytes::new(self)),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    #[inline]
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.peek()? {
            b'l' => Elements::visit(self, visitor),
            b'0'..=b'9' => visitor.visit_seq(Octets::new(self.string()?)),
            _ => Err(self.unexpected(&visitor)),
        }
    }

    #[inline]
    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value> {
        match self.peek()? {
            b'l' => Elements::visit_all(self, visitor),
            b'0'..=b'9' => Octets::new(self.string()?).visit_all(length, visitor),
            _ => Err(self.unexpected(&visitor)),
        }
    }

    #[inline]
    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value> {
        self.deserialize_tuple(length, visitor)
    }

    #[inline]
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.peek()? {
            b'd' => Pairs::visit(self, visitor),
            _ => Err(self.unexpected(&visitor)),
        }
    }

    #[inline]
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.deserialize_map(visitor)
    }

    #[inline]
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        match self.peek()? {
            b'0'..=b'9' => visitor.visit_enum(StringVariant::new(self.string()?)),
            b'd' => DictVariant::visit(self, visitor),
            _ => Err(self.unexpected(&visitor)),
        }
    }

    #[inline]
    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_str(visitor)
    }

    #[inline]
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.skip()?;
        visitor.visit_unit()
    }

    #[inline]
    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_ignored_any(visitor)
    }

    #[inline]
    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        self.deserialize_ignored_any(visitor)
    }

    #[cold]
    fn deserialize_f32<V: Visitor<'de>>(self, _: V) -> Result<V::Value> {
        Err(DeserializeError::new(DeserializeErrorKind::Float))
    }

    #[cold]
    fn deserialize_f64<V: Visitor<'de>>(self, _: V) -> Result<V::Value> {
        Err(DeserializeError::new(DeserializeErrorKind::Float))
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

/// The bytes as text.
#[inline]
pub(super) fn text(bytes: &[u8]) -> Result<&str> {
    match core::str::from_utf8(bytes) {
        // Always so; but known to the compiler, it spares a wide load of what was just stored in two halves, which
        // would take longer than the check itself.
        Ok(text) if text.len() == bytes.len() => Ok(text),
        _ => Err(DeserializeError::new(DeserializeErrorKind::NotUtf8)),
    }
}

/// Nothing is known of the type: a byte string that is UTF-8 is shown as text, which every type that takes bytes takes
/// too.
#[inline]
pub(super) fn visit_text_or_bytes<'de, V: Visitor<'de>>(
    bytes: &'de [u8],
    visitor: V,
) -> Result<V::Value> {
    match core::str::from_utf8(bytes) {
        Ok(text) => visitor.visit_borrowed_str(text),
        Err(_) => visitor.visit_borrowed_bytes(bytes),
    }
}

/// Nothing is known of the type: the integer goes the widest way that types share. One beyond 64 bits (which the options
/// must allow) goes as its digits, wrapped, to those that know.
#[inline]
fn visit_int<'de, V: Visitor<'de>>(source: &mut Source<'de>, visitor: V) -> Result<V::Value> {
    let int = source.int()?;
    if let Some(number) = u64::from_int(int) {
        return visitor.visit_u64(number);
    }
    if let Some(number) = i64::from_int(int) {
        return visitor.visit_i64(number);
    }
    visitor
        .visit_newtype_struct(Digits(int))
        .map_err(|_| out_of_range("64 bits"))
}
