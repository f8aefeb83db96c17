use serde_core::ser::{Error, SerializeMap, SerializeSeq};
use serde_core::{Serialize, Serializer};

use crate::access::{Access, BRefAccess};
use crate::limits::SERDE_MAX_DEPTH;
use crate::mutable::{BencodeMut, Integer};
use crate::reference::BencodeRef;

/// By this name our serializer knows the digits of an integer beyond 64 bits.
pub(super) const DIGITS: &str = "$bip_bencode::Digits";

impl Serialize for BencodeMut<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = self;
        Nested { value, depth: 0 }.serialize(serializer)
    }
}

impl Serialize for BencodeRef<'_, '_> {
    /// The value, not its bytes: for these, see [`RawValue`](crate::RawValue).
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = *self;
        Nested { value, depth: 0 }.serialize(serializer)
    }
}

impl Serialize for Integer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Ok(number) = self.to_u64() {
            return serializer.serialize_u64(number);
        }
        if let Ok(number) = self.to_i64() {
            return serializer.serialize_i64(number);
        }
        serializer.serialize_newtype_struct(DIGITS, &Digits(self))
    }
}

/// An integer beyond 64 bits on its way to a serializer, which sees text.
struct Digits<'i>(&'i Integer<'i>);

impl Serialize for Digits<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self.0)
    }
}

/// A byte string: text where people read and it is text.
struct Bytes<'v>(&'v [u8]);

impl Serialize for Bytes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable()
            && let Ok(text) = core::str::from_utf8(self.0)
        {
            return serializer.serialize_str(text);
        }
        serializer.serialize_bytes(self.0)
    }
}

/// A value inside so many others: it may have been built or decoded deeper than the stack would bear.
struct Nested<V> {
    value: V,
    depth: usize,
}

impl<'v, V: BRefAccess<'v>> Serialize for Nested<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let depth = self.depth + 1;
        match self.value.access() {
            Access::Int(int) => int.serialize(serializer),
            Access::Bytes(bytes) => Bytes(bytes).serialize(serializer),
            Access::List(_) | Access::Dict(_) if depth > SERDE_MAX_DEPTH => Err(S::Error::custom(
                format_args!("nested deeper than {SERDE_MAX_DEPTH}"),
            )),
            Access::List(values) => {
                let mut list = serializer.serialize_seq(Some(values.len()))?;
                for value in values {
                    list.serialize_element(&Nested { value, depth })?;
                }
                list.end()
            }
            Access::Dict(pairs) => {
                let mut dict = serializer.serialize_map(Some(pairs.len()))?;
                for (key, value) in pairs {
                    dict.serialize_entry(&Bytes(key), &Nested { value, depth })?;
                }
                dict.end()
            }
        }
    }
}
