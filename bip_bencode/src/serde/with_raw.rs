use core::fmt;
use core::marker::PhantomData;

use serde_core::de::value::BorrowedBytesDeserializer;
use serde_core::de::{self, DeserializeSeed, SeqAccess, Visitor};
use serde_core::{Deserialize, Deserializer, Serialize, Serializer};

use super::deserialize_error::DeserializeError;
use super::raw_value::RawValue;
use super::source::Source;

/// By this name our deserializer knows that bytes and content are both wanted.
pub(super) const WITH_RAW: &str = "$bip_bencode::WithRaw";

/// A value together with exactly the bytes it was read from. It is written as these bytes.
///
/// ```
/// # use serde::Deserialize;
/// use bip_bencode::WithRaw;
///
/// #[derive(Deserialize)]
/// struct Torrent<'a> {
///     #[serde(borrow)]
///     info: WithRaw<'a, Info<'a>>,
/// }
/// #[derive(Deserialize)]
/// struct Info<'a> {
///     name: &'a str,
/// }
///
/// let torrent: Torrent = bip_bencode::from_bytes(b"d4:infod4:name4:spam5:otheri1eee")?;
/// assert_eq!(torrent.info.value.name, "spam");
/// assert_eq!(torrent.info.raw.as_bytes(), b"d4:name4:spam5:otheri1ee");
/// # Ok::<(), bip_bencode::DeserializeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a pair of what its name says, to be taken apart and built"
)]
pub struct WithRaw<'a, T> {
    /// The value.
    pub value: T,
    /// Its bytes.
    pub raw: RawValue<'a>,
}

impl<'de: 'a, 'a, T: Deserialize<'de>> Deserialize<'de> for WithRaw<'a, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(WITH_RAW, WithRawVisitor(PhantomData))
    }
}

impl<T> Serialize for WithRaw<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.raw.serialize(serializer)
    }
}

struct WithRawVisitor<'a, T>(PhantomData<(&'a [u8], T)>);

impl<'de: 'a, 'a, T: Deserialize<'de>> Visitor<'de> for WithRawVisitor<'a, T> {
    type Value = WithRaw<'a, T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of a bencode input with its bytes")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut both: A) -> Result<Self::Value, A::Error> {
        match (both.next_element()?, both.next_element()?) {
            (Some(value), Some(raw)) => Ok(WithRaw { value, raw }),
            _ => Err(de::Error::invalid_length(0, &self)),
        }
    }
}

/// First the value, then its bytes.
pub(super) struct ValueAndBytes<'s, 'de> {
    source: &'s mut Source<'de>,
    start: usize,
    is_value_read: bool,
}

impl<'s, 'de> ValueAndBytes<'s, 'de> {
    pub(super) fn new(source: &'s mut Source<'de>) -> ValueAndBytes<'s, 'de> {
        ValueAndBytes {
            start: source.at(),
            source,
            is_value_read: false,
        }
    }
}

impl<'de> SeqAccess<'de> for ValueAndBytes<'_, 'de> {
    type Error = DeserializeError;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, DeserializeError> {
        if self.is_value_read {
            let bytes = self.source.since(self.start);
            return seed
                .deserialize(BorrowedBytesDeserializer::new(bytes))
                .map(Some);
        }
        self.is_value_read = true;
        seed.deserialize(&mut *self.source).map(Some)
    }
}
