use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::{BCowConvert, DictMut, Integer};
use crate::encode::{encoded_length, write_value};

/// A value to build, change and encode. Byte strings and keys are borrowed or owned; dictionaries are sorted, so that
/// its encoding is canonical whatever the order of building.
///
/// ```
/// use bip_bencode::{ben_bytes, ben_int, ben_list, ben_map};
///
/// let message = ben_map! {
///     "y" => ben_bytes!("q"),
///     "q" => "ping",
///     "a" => ben_map! { "id" => vec![b'x'; 20] },
///     "n" => ben_list![ben_int!(1), 2, -3],
/// };
/// assert_eq!(message.encode(), b"d1:ad2:id20:xxxxxxxxxxxxxxxxxxxxe1:nli1ei2ei-3ee1:q4:ping1:y1:qe");
/// ```
pub struct BencodeMut<'a> {
    pub(super) kind: BencodeMutKind<'a>,
}

/// A value by its type, to match on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "bencode has four types and will have no fifth"
)]
pub enum BencodeMutKind<'a> {
    /// An integer of any size.
    Int(Integer<'a>),
    /// A byte string, UTF-8 or not.
    Bytes(Cow<'a, [u8]>),
    /// A list.
    List(Vec<BencodeMut<'a>>),
    /// A dictionary, sorted by its raw keys.
    Dict(DictMut<'a>),
}

impl<'a> BencodeMut<'a> {
    /// An integer.
    pub fn new_int(value: impl Into<Integer<'a>>) -> BencodeMut<'a> {
        BencodeMutKind::Int(value.into()).into()
    }

    /// A byte string.
    pub fn new_bytes(bytes: impl BCowConvert<'a>) -> BencodeMut<'a> {
        BencodeMutKind::Bytes(bytes.into_cow()).into()
    }

    /// An empty list.
    pub fn new_list() -> BencodeMut<'a> {
        BencodeMutKind::List(Vec::new()).into()
    }

    /// An empty dictionary.
    pub fn new_dict() -> BencodeMut<'a> {
        BencodeMutKind::Dict(DictMut::new()).into()
    }

    /// The value by its type.
    pub fn kind(&self) -> &BencodeMutKind<'a> {
        &self.kind
    }

    /// The value by its type, to change it.
    pub fn kind_mut(&mut self) -> &mut BencodeMutKind<'a> {
        &mut self.kind
    }

    /// The value by its type, to take it apart.
    pub fn into_kind(mut self) -> BencodeMutKind<'a> {
        self.take_kind()
    }

    /// The integer, if it is one.
    pub fn int(&self) -> Option<&Integer<'a>> {
        match &self.kind {
            BencodeMutKind::Int(int) => Some(int),
            _ => None,
        }
    }

    /// The byte string, if it is one.
    pub fn bytes(&self) -> Option<&[u8]> {
        match &self.kind {
            BencodeMutKind::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The byte string, if it is one and UTF-8.
    pub fn str(&self) -> Option<&str> {
        self.bytes()
            .and_then(|bytes| core::str::from_utf8(bytes).ok())
    }

    /// The list, if it is one.
    pub fn list(&self) -> Option<&[BencodeMut<'a>]> {
        match &self.kind {
            BencodeMutKind::List(list) => Some(list),
            _ => None,
        }
    }

    /// The list, if it is one, to change it.
    pub fn list_mut(&mut self) -> Option<&mut Vec<BencodeMut<'a>>> {
        match &mut self.kind {
            BencodeMutKind::List(list) => Some(list),
            _ => None,
        }
    }

    /// The dictionary, if it is one.
    pub fn dict(&self) -> Option<&DictMut<'a>> {
        match &self.kind {
            BencodeMutKind::Dict(dict) => Some(dict),
            _ => None,
        }
    }

    /// The dictionary, if it is one, to change it.
    pub fn dict_mut(&mut self) -> Option<&mut DictMut<'a>> {
        match &mut self.kind {
            BencodeMutKind::Dict(dict) => Some(dict),
            _ => None,
        }
    }

    /// The value under this key, if this is a dictionary that has it.
    pub fn get(&self, key: impl AsRef<[u8]>) -> Option<&BencodeMut<'a>> {
        self.dict()?.get(key)
    }

    /// The encoded value, in a vector of exactly its size.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.encoded_len());
        let Ok(()) = write_value(self, &mut out);
        out
    }

    /// Appends the encoded value. Makes room once and allocates nothing else (but a stack, beyond 64 nested
    /// containers).
    pub fn encode_into(&self, out: &mut Vec<u8>) {
        out.reserve(self.encoded_len());
        let Ok(()) = write_value(self, out);
    }

    /// Writes the encoded value and says how many bytes that was. Of the output no more than 8 KiB are in memory at
    /// once, so it needs no buffer of its own; it is not flushed.
    ///
    /// # Errors
    /// Those of the output, which then holds a part of the value.
    #[cfg(feature = "std")]
    pub fn write_to(&self, out: &mut dyn std::io::Write) -> std::io::Result<u64> {
        crate::encode::write_to(self, out)
    }

    /// How many bytes [`encode`](BencodeMut::encode) gives.
    pub fn encoded_len(&self) -> usize {
        encoded_length(self)
    }
}

impl Default for BencodeMut<'_> {
    /// The empty byte string.
    fn default() -> Self {
        BencodeMutKind::Bytes(Cow::Borrowed(&[])).into()
    }
}

impl<'a> From<BencodeMutKind<'a>> for BencodeMut<'a> {
    fn from(kind: BencodeMutKind<'a>) -> BencodeMut<'a> {
        BencodeMut { kind }
    }
}

#[cfg(all(test, target_pointer_width = "64"))]
mod tests {
    use super::*;

    /// Writing a large tree waits for memory, so its size counts.
    #[test]
    fn a_value_takes_four_words() {
        assert_eq!(size_of::<BencodeMut<'_>>(), 32);
        assert_eq!(size_of::<Integer<'_>>(), 24);
    }
}
