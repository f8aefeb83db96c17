//! Bytes to tape.

mod decoder;
mod document;
mod fault;
mod filling;
mod frame;
mod irregularity;
pub(crate) mod lexer;
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

#[cfg(feature = "serde")]
pub(crate) use skipper::{Position, Skipper};
pub(crate) use tape::{Token, TokenKind};
