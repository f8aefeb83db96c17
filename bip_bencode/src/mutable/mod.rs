//! Values to build, change and encode.

mod bencode_mut;
mod convert;
mod drop;
mod from_ref;
mod integer;
mod macros;
mod pair_iter;

pub use bencode_mut::{BencodeMut, BencodeMutKind};
pub use convert::BCowConvert;
pub use integer::Integer;
pub use pair_iter::PairIter;

pub(crate) use integer::write_decimal;
