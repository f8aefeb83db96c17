//! Values to build, change and encode.

mod bencode_mut;
mod convert;
mod drop;
mod from_ref;
mod integer;
mod macros;

pub use bencode_mut::{BencodeMut, BencodeMutKind};
pub use convert::BCowConvert;
pub use integer::Integer;

pub(crate) use integer::write_decimal;
