//! Bytes to tokens, however large the input and however it is cut into pieces.

#[cfg(feature = "std")]
mod bounded;
mod containers;
mod found;
mod int;
#[cfg(feature = "std")]
mod read_error;
#[cfg(feature = "std")]
mod reader;
mod repetitions;
mod scan;
mod state;
mod string;
mod token;
mod tokenizer;

pub use token::Token;
pub use tokenizer::Tokenizer;

#[cfg(feature = "std")]
pub use read_error::ReadError;
#[cfg(feature = "std")]
pub use reader::TokenReader;
