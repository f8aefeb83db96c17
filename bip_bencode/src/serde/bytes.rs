//! Byte strings for fields that serde would otherwise take for lists of integers: mark them
//! `#[serde(with = "bip_bencode::bytes")]`.
//!
//! For `&[u8]`, `Vec<u8>`, `Box<[u8]>`, `Cow<[u8]>`, arrays, and `Option`s of these (which also want
//! `#[serde(default)]`). Reading is strict: a list is refused. `&[u8]`, `Vec<u8>` and arrays *read* byte strings without
//! this; it is writing where serde cannot tell them from lists.
//!
//! ```
//! # use serde::{Deserialize, Serialize};
//! #[derive(Serialize, Deserialize)]
//! struct Ping<'a> {
//!     #[serde(with = "bip_bencode::bytes")]
//!     id: [u8; 4],
//!     #[serde(with = "bip_bencode::bytes", borrow)]
//!     token: &'a [u8],
//!     #[serde(with = "bip_bencode::bytes", default)]
//!     version: Option<Vec<u8>>,
//! }
//!
//! let input = b"d2:id4:\xff\0\x01z5:token2:aae";
//! let ping: Ping = bip_bencode::from_bytes(input)?;
//! assert_eq!((ping.id, ping.token, &ping.version), (*b"\xff\0\x01z", &b"aa"[..], &None));
//! assert_eq!(bip_bencode::to_bytes(&ping)?, input);
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;

use serde_core::de::{self, Unexpected, Visitor};
use serde_core::{Deserializer, Serializer};

/// Writes a byte string.
///
/// # Errors
/// Only the serializer's own.
pub fn serialize<T: AsByteString + ?Sized, S: Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match value.as_byte_string() {
        Some(bytes) => serializer.serialize_bytes(bytes),
        None => serializer.serialize_none(),
    }
}

/// Reads a byte string.
///
/// # Errors
/// Not a byte string, or not as long as the array.
pub fn deserialize<'de, T: FromByteString<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    T::deserialize(deserializer)
}

/// What [`serialize`] writes.
pub trait AsByteString {
    /// The bytes, if there are any to be written.
    fn as_byte_string(&self) -> Option<&[u8]>;
}

/// What [`deserialize`] reads.
pub trait FromByteString<'de>: Sized {
    /// Reads it.
    ///
    /// # Errors
    /// Not a byte string, or not as long as the array.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

macro_rules! as_byte_string {
    ($(impl<$($lifetime:lifetime)? $(const $size:ident)?> $type:ty;)*) => {$(
        impl<$($lifetime)? $(const $size: usize)?> AsByteString for $type {
            fn as_byte_string(&self) -> Option<&[u8]> {
                Some(self.as_ref())
            }
        }
    )*};
}

as_byte_string! {
    impl<> [u8];
    impl<'a> &'a [u8];
    impl<> Vec<u8>;
    impl<> Box<[u8]>;
    impl<'a> Cow<'a, [u8]>;
    impl<const N> [u8; N];
}

impl<T: AsByteString> AsByteString for Option<T> {
    fn as_byte_string(&self) -> Option<&[u8]> {
        self.as_ref()?.as_byte_string()
    }
}

impl<'de: 'a, 'a> FromByteString<'de> for Cow<'a, [u8]> {
    /// Borrowed where the input can lend it.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_bytes(BytesVisitor)
    }
}

impl<'de: 'a, 'a> FromByteString<'de> for &'a [u8] {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Cow::deserialize(deserializer)? {
            Cow::Borrowed(bytes) => Ok(bytes),
            Cow::Owned(bytes) => Err(de::Error::invalid_type(
                Unexpected::Bytes(&bytes),
                &"borrowed bytes",
            )),
        }
    }
}

impl<'de> FromByteString<'de> for Vec<u8> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::deserialize(deserializer).map(Cow::into_owned)
    }
}

impl<'de> FromByteString<'de> for Box<[u8]> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(Vec::into_boxed_slice)
    }
}

impl<'de, const N: usize> FromByteString<'de> for [u8; N] {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = Cow::deserialize(deserializer)?;
        <[u8; N]>::try_from(&*bytes)
            .map_err(|_| de::Error::invalid_length(bytes.len(), &&*alloc::format!("{N} bytes")))
    }
}

impl<'de, T: FromByteString<'de>> FromByteString<'de> for Option<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_option(OptionVisitor(PhantomData))
    }
}

struct BytesVisitor;

impl<'de> Visitor<'de> for BytesVisitor {
    type Value = Cow<'de, [u8]>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a byte string")
    }

    fn visit_borrowed_bytes<E: de::Error>(self, bytes: &'de [u8]) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(bytes))
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Self::Value, E> {
        Ok(Cow::Owned(bytes.to_vec()))
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text.as_bytes()))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        self.visit_bytes(text.as_bytes())
    }
}

struct OptionVisitor<T>(PhantomData<T>);

impl<'de, T: FromByteString<'de>> Visitor<'de> for OptionVisitor<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a byte string or nothing")
    }

    fn visit_none<E: de::Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        T::deserialize(deserializer).map(Some)
    }
}
