//! What makes attacks dear: ids bound to addresses (BEP 42) and tokens that nobody can forge.

mod bep42;
mod crc32c;
mod siphash;
mod token;

pub(crate) use siphash::siphash;
pub(crate) use token::Tokens;
