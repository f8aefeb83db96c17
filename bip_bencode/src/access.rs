use crate::mutable::{BencodeMut, BencodeMutKind, Integer, PairIter};
use crate::reference::{BencodeRef, BencodeRefKind, DictIter, ListIter};
use crate::text::{Json, Pretty};
use core::slice;

/// A value that can be looked into, whether it was decoded ([`BencodeRef`]) or built (`&`[`BencodeMut`]): for functions
/// that take either. What they find lives as long as the value's source (`'v`), not as long as the view of it.
///
/// ```
/// use bip_bencode::{BRefAccess, ben_map};
///
/// fn name<'v>(torrent: impl BRefAccess<'v>) -> Option<&'v str> {
///     torrent.lookup(b"info")?.lookup(b"name")?.as_str()
/// }
///
/// let built = ben_map! { "info" => ben_map! { "name" => "spam" } };
/// let encoded = built.encode();
/// let decoded = bip_bencode::decode(&encoded)?;
/// assert_eq!(name(&built), Some("spam"));
/// assert_eq!(name(decoded.root()), Some("spam"));
/// # Ok::<(), bip_bencode::DecodeError>(())
/// ```
pub trait BRefAccess<'v>: Copy {
    /// The values of a list.
    type List: ExactSizeIterator<Item = Self>;
    /// The pairs of a dictionary.
    type Dict: ExactSizeIterator<Item = (&'v [u8], Self)>;

    /// The value by its type.
    fn access(self) -> Access<'v, Self::List, Self::Dict>;

    /// The integer, if it is one.
    fn as_int(self) -> Option<Integer<'v>> {
        match self.access() {
            Access::Int(int) => Some(int),
            _ => None,
        }
    }

    /// The byte string, if it is one.
    fn as_bytes(self) -> Option<&'v [u8]> {
        match self.access() {
            Access::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The byte string, if it is one and UTF-8.
    fn as_str(self) -> Option<&'v str> {
        core::str::from_utf8(self.as_bytes()?).ok()
    }

    /// The values of the list, if it is one.
    fn as_list(self) -> Option<Self::List> {
        match self.access() {
            Access::List(values) => Some(values),
            _ => None,
        }
    }

    /// The pairs of the dictionary, if it is one: a built one's sorted, a decoded one's in the order of the input.
    fn as_dict(self) -> Option<Self::Dict> {
        match self.access() {
            Access::Dict(pairs) => Some(pairs),
            _ => None,
        }
    }

    /// The value under this key, if this is a dictionary that has it; under a repeated key, the first.
    fn lookup(self, key: &[u8]) -> Option<Self> {
        self.as_dict()?
            .find(|(candidate, _)| *candidate == key)
            .map(|(_, value)| value)
    }

    /// The value as a tree for people to read; it has limits to set.
    fn pretty(self) -> Pretty<Self> {
        Pretty::new(self)
    }

    /// The value as JSON, from which it can be restored exactly: `{}` on one line, `{:#}` indented.
    ///
    /// ```
    /// use bip_bencode::{BRefAccess, ben_list, ben_map};
    ///
    /// let value = ben_map! { "id" => b"\xab\xcd", "n" => 1, "path" => ben_list!["a", "b"] };
    /// assert_eq!(value.to_json().to_string(), r#"{"id":"hex:abcd","n":1,"path":["a","b"]}"#);
    /// ```
    fn to_json(self) -> Json<Self> {
        Json::new(self)
    }
}

/// A value by its type, with the iterators of its kind of source.
#[derive(Clone, Debug)]
#[expect(
    clippy::exhaustive_enums,
    reason = "bencode has four types and will have no fifth"
)]
pub enum Access<'v, L, D> {
    /// An integer of any size.
    Int(Integer<'v>),
    /// A byte string, UTF-8 or not.
    Bytes(&'v [u8]),
    /// The values of a list.
    List(L),
    /// The pairs of a dictionary.
    Dict(D),
}

impl<'a, 't> BRefAccess<'a> for BencodeRef<'a, 't> {
    type List = ListIter<'a, 't>;
    type Dict = DictIter<'a, 't>;

    fn access(self) -> Access<'a, ListIter<'a, 't>, DictIter<'a, 't>> {
        match self.kind() {
            BencodeRefKind::Int(int) => Access::Int(int.into()),
            BencodeRefKind::Bytes(bytes) => Access::Bytes(bytes),
            BencodeRefKind::List(list) => Access::List(list.iter()),
            BencodeRefKind::Dict(dict) => Access::Dict(dict.iter()),
        }
    }
}

impl<'v, 'a> BRefAccess<'v> for &'v BencodeMut<'a> {
    type List = slice::Iter<'v, BencodeMut<'a>>;
    type Dict = PairIter<'v, 'a>;

    fn access(self) -> Access<'v, Self::List, Self::Dict> {
        match self.kind() {
            BencodeMutKind::Int(int) => Access::Int(int.borrowed()),
            BencodeMutKind::Bytes(bytes) => Access::Bytes(bytes),
            BencodeMutKind::List(list) => Access::List(list.iter()),
            BencodeMutKind::Dict(dict) => Access::Dict(dict.iter()),
        }
    }

    /// The value under this key, if this is a dictionary that has it: a binary search.
    fn lookup(self, key: &[u8]) -> Option<&'v BencodeMut<'a>> {
        self.get(key)
    }
}
