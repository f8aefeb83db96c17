use serde_core::Deserialize;

use super::deserialize_error::DeserializeError;
use super::source::Source;
use crate::decode::BDecodeOpt;
use crate::limits::{HARD_MAX_INPUT_LENGTH, HARD_MAX_TOKENS};
use crate::reference::BencodeRef;

/// Reads one canonical value that takes the whole input: [`BDecodeOpt::strict`].
///
/// Straight from the bytes, without a tree in between; `&str` and `&[u8]` borrow from the input. How the types of Rust
/// and of bencode go together:
///
/// | Rust | bencode |
/// |---|---|
/// | integers | an integer; out of range is an error |
/// | `bool` | `i0e`, `i1e` |
/// | `&str`, `String`, `char` | a byte string that is UTF-8 |
/// | `&[u8]`, [`bytes`](crate::bytes) | a byte string |
/// | `Vec<u8>`, `[u8; 20]` | read from a byte string or a list of integers, **written as a list** unless the field is marked [`with = "bip_bencode::bytes"`](crate::bytes) |
/// | `Vec`, tuples | a list |
/// | structs, maps | a dictionary, written sorted; unknown keys are ignored |
/// | names of fields and variants | keys, handed as bytes: visitors written by hand need a `visit_bytes`, as derived ones have |
/// | `Option` | the value itself; `None` is a missing key, and nothing else can be `None` |
/// | keys of maps | whatever becomes a byte string; not integers |
/// | enums | `7:Variant` without content, else `d7:Variant…e` with one pair |
/// | `()` | written as `0:`, read from anything |
/// | floats | none, an error |
/// | [`RawValue`](crate::RawValue), [`WithRaw`](crate::WithRaw) | any value with its exact bytes |
/// | [`BencodeMut`](crate::BencodeMut), [`Integer`](crate::Integer) | any value, any integer |
///
/// ```
/// # use serde::Deserialize;
/// #[derive(Deserialize)]
/// struct Query<'a> {
///     #[serde(rename = "q")]
///     method: &'a str,
///     #[serde(rename = "t")]
///     transaction: &'a [u8],
/// }
///
/// let query: Query = bip_bencode::from_bytes(b"d1:q4:ping1:t2:aa1:y1:qe")?;
/// assert_eq!((query.method, query.transaction), ("ping", &b"aa"[..]));
/// # Ok::<(), bip_bencode::DeserializeError>(())
/// ```
///
/// # Errors
/// The first violation, or what the type refused, with kind, byte offset and key path.
#[inline(always)]
pub fn from_bytes<'de, T: Deserialize<'de>>(input: &'de [u8]) -> Result<T, DeserializeError> {
    BDecodeOpt::strict().deserialize(input)
}

/// Reads the one canonical value at the beginning of the input and tells how many bytes it took. What follows is not
/// looked at, as the piece behind a `ut_metadata` header (BEP 9, "extension message").
///
/// ```
/// # use serde::Deserialize;
/// #[derive(Deserialize)]
/// struct Header {
///     msg_type: u8,
///     piece: u32,
/// }
///
/// let message = b"d8:msg_typei1e5:piecei0eeDATA";
/// let (header, length) = bip_bencode::from_prefix::<Header>(message)?;
/// assert_eq!((header.msg_type, header.piece), (1, 0));
/// assert_eq!(&message[length..], b"DATA");
/// # Ok::<(), bip_bencode::DeserializeError>(())
/// ```
///
/// # Errors
/// The first violation, or what the type refused, with kind, byte offset and key path.
pub fn from_prefix<'de, T: Deserialize<'de>>(
    input: &'de [u8],
) -> Result<(T, usize), DeserializeError> {
    BDecodeOpt::strict().deserialize_prefix(input)
}

/// Reads a value that is decoded already. Offsets and paths of errors are those of the whole input.
///
/// (Decoding told which value to take; its bytes are read once more.)
///
/// ```
/// let document = bip_bencode::decode(b"d1:rd2:id2:me5:nodesl1:a1:beee")?;
/// let reply = document.root().try_dict()?.dict(b"r")?;
/// let nodes: Vec<&str> = bip_bencode::from_value(reply.value_of(b"nodes")?)?;
/// assert_eq!(nodes, ["a", "b"]);
/// let error = bip_bencode::from_value::<u8>(reply.value_of(b"id")?).unwrap_err();
/// assert_eq!(error.to_string(), "expected u8, found a byte string at byte 9 in r.id");
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
///
/// # Errors
/// What the type refused, with kind, byte offset and key path.
pub fn from_value<'de, T: Deserialize<'de>>(
    value: BencodeRef<'de, '_>,
) -> Result<T, DeserializeError> {
    // Decoding had the last word on these.
    let options = BDecodeOpt::lenient()
        .max_depth(usize::MAX)
        .max_tokens(HARD_MAX_TOKENS)
        .max_string_length(HARD_MAX_INPUT_LENGTH);
    let mut source = Source::new(value.input(), options, value.offset());
    let start = source.left();
    let mut read = T::deserialize(&mut source);
    let complete = read.as_ref().map_or(Ok(()), |_| source.check_taken(start));
    if let Err(error) = complete {
        read = Err(error);
    }
    if let Err(error) = &mut read {
        error.finish(source.take_trail(), value.offset(), &value.segments());
    }
    read
}

impl BDecodeOpt {
    /// Reads one value that takes the whole input (or more than that, where
    /// [`TrailingBytes`](crate::Irregularity::TrailingBytes) are allowed) into a `Deserialize` type. Accepts what
    /// [`decode`](BDecodeOpt::decode) accepts, down to [`SERDE_MAX_DEPTH`](crate::SERDE_MAX_DEPTH), and what is ignored
    /// is checked too. Of a repeated key, where that is allowed, the first value counts; warnings are for
    /// [`check`](BDecodeOpt::check) to tell.
    ///
    /// ```
    /// use bip_bencode::{BDecodeOpt, Irregularity};
    /// use std::collections::BTreeMap;
    ///
    /// let options = BDecodeOpt::strict().allow(Irregularity::UnsortedKey);
    /// let map: BTreeMap<&str, i128> = options.deserialize(b"d1:bi2e1:ai1ee")?;
    /// assert_eq!(map["a"], 1);
    /// let error = options.deserialize::<BTreeMap<&str, i128>>(b"d1:bi2e1:ai1e1:bi3ee").unwrap_err();
    /// assert_eq!(error.to_string(), "duplicate key at byte 13 in b");
    /// # Ok::<(), bip_bencode::DeserializeError>(())
    /// ```
    ///
    /// # Errors
    /// The first violation, or what the type refused, with kind, byte offset and key path.
    #[inline(always)]
    pub fn deserialize<'de, T: Deserialize<'de>>(
        self,
        input: &'de [u8],
    ) -> Result<T, DeserializeError> {
        self.check_length(input)?;
        let mut source = Source::new(input, self, 0);
        let mut read = T::deserialize(&mut source);
        if read.is_ok()
            && let Err(error) = source
                .check_taken(input.len())
                .and_then(|()| source.check_end())
        {
            read = Err(error);
        }
        if let Err(error) = &mut read {
            error.finish(source.take_trail(), 0, &[]);
        }
        read
    }

    /// Reads the one value at the beginning of the input and tells how many bytes it took. What follows is not looked
    /// at.
    ///
    /// # Errors
    /// The first violation, or what the type refused, with kind, byte offset and key path.
    pub fn deserialize_prefix<'de, T: Deserialize<'de>>(
        self,
        input: &'de [u8],
    ) -> Result<(T, usize), DeserializeError> {
        self.check_length(input)?;
        let mut source = Source::new(input, self, 0);
        let read = T::deserialize(&mut source);
        let read = read.and_then(|value| {
            source
                .check_taken(input.len())
                .map(|()| (value, source.at()))
        });
        read.map_err(|mut error| {
            error.finish(source.take_trail(), 0, &[]);
            error
        })
    }
}
