#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod access;
mod decode;
mod encode;
mod error;
mod limits;
mod mutable;
mod reference;
#[cfg(feature = "serde")]
mod serde;
mod stream;
mod text;
mod value_type;

pub use access::{Access, BRefAccess};
pub use decode::{BDecodeOpt, Decoder, Document, Irregularity, Partial, Values, Warning, decode};
pub use error::{
    AccessError, AccessErrorKind, DecodeError, DecodeErrorKind, IntRangeError, KeyPath,
};
pub use limits::{
    DEFAULT_MAX_DEPTH, DEFAULT_MAX_INPUT_LENGTH, DEFAULT_MAX_INT_LENGTH, DEFAULT_MAX_KEY_LENGTH,
    DEFAULT_MAX_KEYS_MEMORY, DEFAULT_MAX_TOKENS, DEFAULT_MAX_WARNINGS, HARD_MAX_DEPTH,
    HARD_MAX_INPUT_LENGTH, HARD_MAX_TOKENS,
};
pub use reference::{
    BencodeRef, BencodeRefKind, DictIter, DictRef, IntRef, ListIter, ListRef, Step, Walk,
};
pub use value_type::BencodeType;

pub use stream::{Token, Tokenizer};

#[cfg(feature = "std")]
pub use limits::DEFAULT_READ_BUFFER_LENGTH;
#[cfg(feature = "std")]
pub use stream::{ReadError, TokenReader};

#[cfg(feature = "std")]
pub use encode::{BencodeWriter, DictWriter, ListWriter};
pub use encode::{DictEncoder, Encoder, ListEncoder};
#[cfg(feature = "std")]
pub use error::{WriteError, WriteErrorKind};
pub use mutable::{
    BCowConvert, BencodeMut, BencodeMutKind, DictMut, Integer, PairIntoIter, PairIter, PairIterMut,
};
pub use text::{Json, Pretty};

#[cfg(feature = "serde")]
pub use limits::SERDE_MAX_DEPTH;
#[cfg(feature = "serde")]
pub use serde::{
    DeserializeError, DeserializeErrorKind, RawValue, RawValueBuf, SerializeError,
    SerializeErrorKind, WithRaw, bytes, from_bytes, from_prefix, from_value, serialize_into,
    to_bytes,
};

#[cfg(feature = "json")]
pub use limits::JSON_MAX_DEPTH;
#[cfg(feature = "json")]
pub use text::{JsonError, JsonErrorKind, from_json};
