//! Values to build, change and encode.

mod bencode_mut;
mod compare;
mod convert;
mod dict_mut;
mod drop;
mod from_ref;
mod integer;
mod macros;
mod pair_iter;
mod rebuild;

pub use bencode_mut::{BencodeMut, BencodeMutKind};
pub use convert::BCowConvert;
pub use dict_mut::DictMut;
pub use integer::Integer;
pub use pair_iter::{PairIntoIter, PairIter, PairIterMut};
