//! One tree from another without recursion.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::dict_mut::{Keep, Pair};
use super::{BencodeMut, BencodeMutKind, DictMut};

impl<'a> Clone for BencodeMut<'a> {
    fn clone(&self) -> BencodeMut<'a> {
        rebuild(self, |value| match &value.kind {
            BencodeMutKind::Int(int) => Opened::Scalar(BencodeMutKind::Int(int.clone())),
            BencodeMutKind::Bytes(bytes) => Opened::Scalar(BencodeMutKind::Bytes(bytes.clone())),
            BencodeMutKind::List(list) => Opened::List(list.iter()),
            BencodeMutKind::Dict(dict) => {
                Opened::Dict(dict.cows().map(|(key, value)| (key.clone(), value)))
            }
        })
    }
}

impl BencodeMut<'_> {
    /// The same value without a borrow.
    pub fn into_owned(self) -> BencodeMut<'static> {
        let own = |bytes: Cow<'_, [u8]>| Cow::Owned(bytes.into_owned());
        rebuild(self, |value| match value.into_kind() {
            BencodeMutKind::Int(int) => Opened::Scalar(BencodeMutKind::Int(int.into_owned())),
            BencodeMutKind::Bytes(bytes) => Opened::Scalar(BencodeMutKind::Bytes(own(bytes))),
            BencodeMutKind::List(list) => Opened::List(list.into_iter()),
            BencodeMutKind::Dict(dict) => {
                Opened::Dict(dict.into_iter().map(move |(key, value)| (own(key), value)))
            }
        })
    }
}

/// A value taken apart one level deep: what is in a container comes out of its iterator.
enum Opened<'t, L, D> {
    Scalar(BencodeMutKind<'t>),
    List(L),
    Dict(D),
}

/// A container being filled, with the key it stands under in its parent.
struct Open<'t, L, D> {
    key: Option<Cow<'t, [u8]>>,
    parts: Parts<'t, L, D>,
}

enum Parts<'t, L, D> {
    List(Vec<BencodeMut<'t>>, L),
    Dict(Vec<Pair<'t>>, D),
}

fn rebuild<'t, V, L, D>(root: V, take_apart: impl Fn(V) -> Opened<'t, L, D>) -> BencodeMut<'t>
where
    L: ExactSizeIterator<Item = V>,
    D: ExactSizeIterator<Item = (Cow<'t, [u8]>, V)>,
{
    let mut open: Vec<Open<'t, L, D>> = Vec::new();
    let mut next = (None, root);
    loop {
        let (key, value) = next;
        let mut done = match take_apart(value) {
            Opened::Scalar(kind) => Some((key, kind)),
            Opened::List(rest) => {
                let parts = Parts::List(Vec::with_capacity(rest.len()), rest);
                open.push(Open { key, parts });
                None
            }
            Opened::Dict(rest) => {
                let parts = Parts::Dict(Vec::with_capacity(rest.len()), rest);
                open.push(Open { key, parts });
                None
            }
        };
        next = loop {
            let Some(parent) = open.last_mut() else {
                return done.map(|(_, kind)| kind.into()).unwrap_or_default();
            };
            if let Some((key, kind)) = done.take() {
                parent.add(key, kind.into());
            }
            if let Some(next) = parent.next() {
                break next;
            }
            done = open.pop().map(Open::close);
        };
    }
}

impl<'t, V, L, D> Open<'t, L, D>
where
    L: Iterator<Item = V>,
    D: Iterator<Item = (Cow<'t, [u8]>, V)>,
{
    fn next(&mut self) -> Option<(Option<Cow<'t, [u8]>>, V)> {
        match &mut self.parts {
            Parts::List(_, rest) => rest.next().map(|value| (None, value)),
            Parts::Dict(_, rest) => rest.next().map(|(key, value)| (Some(key), value)),
        }
    }

    fn add(&mut self, key: Option<Cow<'t, [u8]>>, value: BencodeMut<'t>) {
        match &mut self.parts {
            Parts::List(list, _) => list.push(value),
            Parts::Dict(pairs, _) => pairs.extend(key.map(|key| (key, value))),
        }
    }

    fn close(self) -> (Option<Cow<'t, [u8]>>, BencodeMutKind<'t>) {
        let kind = match self.parts {
            Parts::List(list, _) => BencodeMutKind::List(list),
            Parts::Dict(pairs, _) => BencodeMutKind::Dict(DictMut::from_pairs(pairs, Keep::First)),
        };
        (self.key, kind)
    }
}
