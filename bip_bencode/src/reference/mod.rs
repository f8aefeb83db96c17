//! Borrowed values over a tape.

mod bencode_ref;
mod canonical;
mod dict_ref;
mod int_ref;
mod list_ref;
mod path;
mod walk;

pub use bencode_ref::{BencodeRef, BencodeRefKind};
pub use dict_ref::{DictIter, DictRef};
pub use int_ref::IntRef;
pub use list_ref::{ListIter, ListRef};
pub use walk::{Step, Walk};
