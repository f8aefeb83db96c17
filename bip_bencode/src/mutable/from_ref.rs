use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::{BencodeMut, BencodeMutKind, Integer};
use crate::reference::{BencodeRef, Step};

/// A container being filled, with the key it stands under in its parent.
struct Open<'a> {
    key: Option<&'a [u8]>,
    kind: BencodeMutKind<'a>,
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
                        kind: BencodeMutKind::List(Vec::with_capacity(count)),
                    });
                    continue;
                }
                Step::Dict(_) => {
                    open.push(Open {
                        key: key.take(),
                        kind: BencodeMutKind::Dict(BTreeMap::new()),
                    });
                    continue;
                }
                Step::Int(int) => (key.take(), BencodeMutKind::Int(Integer::from(int))),
                Step::Bytes(bytes) => (key.take(), BencodeMutKind::Bytes(Cow::Borrowed(bytes))),
                Step::End => match open.pop() {
                    Some(done) => (done.key, done.kind),
                    None => break,
                },
            };
            match (open.last_mut().map(|parent| &mut parent.kind), under) {
                (Some(BencodeMutKind::List(list)), _) => list.push(kind.into()),
                (Some(BencodeMutKind::Dict(dict)), Some(key)) => {
                    dict.entry(Cow::Borrowed(key))
                        .or_insert_with(|| kind.into());
                }
                _ => root = kind.into(),
            }
        }
        root
    }
}

impl BencodeMut<'_> {
    /// The same value without a borrow.
    pub fn into_owned(self) -> BencodeMut<'static> {
        match self.into_kind() {
            BencodeMutKind::Int(int) => BencodeMutKind::Int(int.into_owned()),
            BencodeMutKind::Bytes(bytes) => BencodeMutKind::Bytes(Cow::Owned(bytes.into_owned())),
            BencodeMutKind::List(list) => {
                BencodeMutKind::List(list.into_iter().map(BencodeMut::into_owned).collect())
            }
            BencodeMutKind::Dict(dict) => BencodeMutKind::Dict(
                dict.into_iter()
                    .map(|(key, value)| (Cow::Owned(key.into_owned()), value.into_owned()))
                    .collect(),
            ),
        }
        .into()
    }
}
