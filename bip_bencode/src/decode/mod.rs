//! Bytes to tape.

mod decoder;
mod document;
mod filling;
mod frame;
mod irregularity;
mod lexer;
mod options;
mod repetitions;
mod tape;

pub use decoder::Decoder;
pub use document::{Document, decode};
pub use irregularity::{Irregularity, Warning};
pub use options::BDecodeOpt;

pub(crate) use tape::{Token, TokenKind};
