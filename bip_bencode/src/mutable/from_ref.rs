use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::dict_mut::{Keep, Pair};
use super::{BencodeMut, BencodeMutKind, DictMut, Integer};
use crate::reference::{BencodeRef, Step};

/// A container being filled, with the key it stands under in its parent.
struct Open<'a> {
    key: Option<&'a [u8]>,
    parts: Parts<'a>,
}

enum Parts<'a> {
    List(Vec<BencodeMut<'a>>),
    Dict(Vec<Pair<'a>>),
}

impl<'a> From<BencodeRef<'a, '_>> for BencodeMut<'a> {
    /// Borrows byte strings and keys from the input. Of a repeated key the first value stays, as in look-ups; integers
    /// lose their leading zeros.
    fn from(value: BencodeRef<'a, '_>) -> BencodeMut<'a> {
        let mut open: Vec<Open<'a>> = Vec::new();
        let mut key = None;
        let mut root = BencodeMut::default();
        for step in value.walk() {
            let (under, kind) = match step {
                Step::Key(bytes) => {
                    key = Some(bytes);
                    continue;
                }
                Step::List(count) => {
                    open.push(Open {
                        key: key.take(),
                        parts: Parts::List(Vec::with_capacity(count)),
                    });
                    continue;
                }
                Step::Dict(count) => {
                    open.push(Open {
                        key: key.take(),
                        parts: Parts::Dict(Vec::with_capacity(count)),
                    });
                    continue;
                }
                Step::Int(int) => (key.take(), BencodeMutKind::Int(Integer::from(int))),
                Step::Bytes(bytes) => (key.take(), BencodeMutKind::Bytes(Cow::Borrowed(bytes))),
                Step::End => match open.pop() {
                    Some(done) => (done.key, done.parts.into_kind()),
                    None => break,
                },
            };
            match (open.last_mut().map(|parent| &mut parent.parts), under) {
                (Some(Parts::List(list)), _) => list.push(kind.into()),
                (Some(Parts::Dict(pairs)), Some(key)) => {
                    pairs.push((Cow::Borrowed(key), kind.into()));
                }
                _ => root = kind.into(),
            }
        }
        root
    }
}

impl<'a> Parts<'a> {
    fn into_kind(self) -> BencodeMutKind<'a> {
        match self {
            Parts::List(list) => BencodeMutKind::List(list),
            Parts::Dict(pairs) => BencodeMutKind::Dict(DictMut::from_pairs(pairs, Keep::First)),
        }
    }
}
