//! Bytes to tape.

mod decoder;
mod document;
mod fault;
mod filling;
mod frame;
mod irregularity;
mod lexer;
mod options;
mod partial;
mod repetitions;
mod sink;
mod skipper;
mod tape;
mod values;

pub use decoder::Decoder;
pub use document::{Document, decode};
pub use irregularity::{Irregularity, Warning};
pub use options::BDecodeOpt;
pub use partial::Partial;
pub use values::Values;

pub(crate) use tape::{Token, TokenKind};
#[cfg(feature = "serde")]
#[allow(unused_imports, reason = "deserializing skips with these")]
pub(crate) use {
    fault::Fault,
    skipper::{Position, Skipper},
};
