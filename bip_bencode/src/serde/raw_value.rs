use alloc::vec::Vec;
use core::any::type_name;
use core::fmt;

use serde_core::de::{self, Visitor};
use serde_core::{Deserialize, Deserializer, Serialize, Serializer};

use super::deserialize_error::DeserializeError;
use crate::decode::BDecodeOpt;
use crate::error::DecodeError;
use crate::reference::BencodeRef;

/// By this name our deserializer and serializer know a raw value.
pub(super) const RAW_VALUE: &str = "$bip_bencode::RawValue";

/// Any value as exactly its encoded bytes, borrowed: what an info-hash is taken over (BEP 3, "info dictionary"), or a
/// part to be read later or passed on.
///
/// Reading it checks the bytes under the same options as the rest; writing it copies them. Where bytes and content are
/// both wanted, [`WithRaw`](crate::WithRaw) gives them at once.
///
/// ```
/// # use serde::{Deserialize, Serialize};
/// use bip_bencode::RawValue;
///
/// #[derive(Deserialize, Serialize)]
/// struct Torrent<'a> {
///     announce: &'a str,
///     #[serde(borrow)]
///     info: RawValue<'a>,
/// }
///
/// let input = b"d8:announce5:udp:/4:infod4:name4:spamee";
/// let torrent: Torrent = bip_bencode::from_bytes(input)?;
/// assert_eq!(torrent.info.as_bytes(), b"d4:name4:spame");
/// assert_eq!(bip_bencode::to_bytes(&torrent)?, input);
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RawValue<'a> {
    bytes: &'a [u8],
}

/// Any value as exactly its encoded bytes, owned: [`RawValue`] for types that borrow nothing.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RawValueBuf {
    bytes: Vec<u8>,
}

impl<'a> RawValue<'a> {
    /// The bytes, if they are one canonical value.
    ///
    /// # Errors
    /// The first violation, with its kind, byte offset and key path.
    pub fn new(bytes: &'a [u8]) -> Result<RawValue<'a>, DecodeError> {
        BDecodeOpt::strict().check(bytes)?;
        Ok(RawValue { bytes })
    }

    /// The encoded bytes. To be read by [`from_bytes`](crate::from_bytes) or [`decode`](crate::decode()), under the
    /// options of the outer value if these were lenient.
    pub fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The same value without a borrow.
    pub fn to_buf(&self) -> RawValueBuf {
        RawValueBuf {
            bytes: self.bytes.to_vec(),
        }
    }
}

impl RawValueBuf {
    /// The bytes, if they are one canonical value.
    ///
    /// # Errors
    /// The first violation, with its kind, byte offset and key path.
    pub fn new(bytes: Vec<u8>) -> Result<RawValueBuf, DecodeError> {
        BDecodeOpt::strict().check(&bytes)?;
        Ok(RawValueBuf { bytes })
    }

    /// The value, borrowed.
    pub fn as_raw(&self) -> RawValue<'_> {
        RawValue { bytes: &self.bytes }
    }

    /// The encoded bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The encoded bytes.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

impl fmt::Debug for RawValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawValue(\"{}\")", self.bytes.escape_ascii())
    }
}

impl fmt::Debug for RawValueBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawValueBuf(\"{}\")", self.bytes.escape_ascii())
    }
}

impl<'a> From<BencodeRef<'a, '_>> for RawValue<'a> {
    fn from(value: BencodeRef<'a, '_>) -> RawValue<'a> {
        RawValue {
            bytes: value.buffer(),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for RawValue<'a> {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<RawValue<'a>, D::Error> {
        deserializer.deserialize_newtype_struct(RAW_VALUE, BorrowedVisitor)
    }
}

impl<'de> Deserialize<'de> for RawValueBuf {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<RawValueBuf, D::Error> {
        deserializer.deserialize_newtype_struct(RAW_VALUE, OwnedVisitor)
    }
}

impl Serialize for RawValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(RAW_VALUE, &Verbatim(self.bytes))
    }
}

impl Serialize for RawValueBuf {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_raw().serialize(serializer)
    }
}

/// Encoded bytes on their way to a serializer, which sees a byte string.
struct Verbatim<'a>(&'a [u8]);

impl Serialize for Verbatim<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

struct BorrowedVisitor;

impl<'de> Visitor<'de> for BorrowedVisitor {
    type Value = RawValue<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("encoded bytes of a bencode input")
    }

    #[inline]
    fn visit_borrowed_bytes<E: de::Error>(self, bytes: &'de [u8]) -> Result<RawValue<'de>, E> {
        check_foreign::<E>(bytes)?;
        Ok(RawValue { bytes })
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<RawValue<'de>, D::Error> {
        refuse_buffered::<D::Error>()?;
        deserializer.deserialize_bytes(self)
    }
}

struct OwnedVisitor;

impl<'de> Visitor<'de> for OwnedVisitor {
    type Value = RawValueBuf;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        BorrowedVisitor.expecting(f)
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<RawValueBuf, E> {
        check_foreign::<E>(bytes)?;
        Ok(RawValue { bytes }.to_buf())
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<RawValueBuf, D::Error> {
        refuse_buffered::<D::Error>()?;
        deserializer.deserialize_byte_buf(self)
    }
}

/// Our deserializer hands out encoded bytes as it has checked them. From any other format a byte string comes, with
/// anything in it.
fn check_foreign<E: de::Error>(bytes: &[u8]) -> Result<(), E> {
    if !is_ours::<E>() {
        BDecodeOpt::strict().check(bytes).map_err(E::custom)?;
    }
    Ok(())
}

/// What serde has buffered for a flattened or untagged type, it has decoded: the bytes are gone.
fn refuse_buffered<E: de::Error>() -> Result<(), E> {
    if is_ours::<E>() {
        return Err(E::custom(
            "a raw value can be neither flattened nor untagged",
        ));
    }
    Ok(())
}

fn is_ours<E>() -> bool {
    type_name::<E>() == type_name::<DeserializeError>()
}
