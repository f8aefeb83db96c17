//! Equality, hashing and printing without recursion.

use alloc::vec::Vec;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::iter::Zip;
use core::slice;

use super::{BencodeMut, BencodeMutKind, DictMut, PairIter};
use crate::encode::{Escaped, Hashed, write_dict, write_value};

/// What is left to compare of two containers of one type and length.
enum Rest<'v, 'a> {
    List(Zip<slice::Iter<'v, BencodeMut<'a>>, slice::Iter<'v, BencodeMut<'a>>>),
    Dict(Zip<PairIter<'v, 'a>, PairIter<'v, 'a>>),
}

impl PartialEq for BencodeMut<'_> {
    fn eq(&self, other: &Self) -> bool {
        let mut open = Vec::new();
        let mut next = Some((self, other));
        loop {
            if let Some((one, other)) = next {
                match (&one.kind, &other.kind) {
                    (BencodeMutKind::Int(one), BencodeMutKind::Int(other)) if one == other => {}
                    (BencodeMutKind::Bytes(one), BencodeMutKind::Bytes(other)) if one == other => {}
                    (BencodeMutKind::List(one), BencodeMutKind::List(other))
                        if one.len() == other.len() =>
                    {
                        open.push(Rest::List(one.iter().zip(other)));
                    }
                    (BencodeMutKind::Dict(one), BencodeMutKind::Dict(other))
                        if one.len() == other.len() =>
                    {
                        open.push(Rest::Dict(one.iter().zip(other)));
                    }
                    _ => return false,
                }
            }
            next = match open.last_mut() {
                None => return true,
                Some(Rest::List(rest)) => rest.next(),
                Some(Rest::Dict(rest)) => match rest.next() {
                    Some(((key, _), (other_key, _))) if key != other_key => return false,
                    Some(((_, one), (_, other))) => Some((one, other)),
                    None => None,
                },
            };
            if next.is_none() {
                open.pop();
            }
        }
    }
}

impl Eq for BencodeMut<'_> {}

impl PartialEq for DictMut<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other)
    }
}

impl Eq for DictMut<'_> {}

impl Hash for BencodeMut<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Ok(()) = write_value(self, &mut Hashed(state));
    }
}

impl Hash for DictMut<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Ok(()) = write_dict(self, &mut Hashed(state));
    }
}

impl fmt::Debug for BencodeMut<'_> {
    /// The type and the encoded bytes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BencodeMut(\"")?;
        write_value(self, &mut Escaped(f))?;
        f.write_str("\")")
    }
}

impl fmt::Debug for DictMut<'_> {
    /// The type and the encoded bytes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DictMut(\"")?;
        write_dict(self, &mut Escaped(f))?;
        f.write_str("\")")
    }
}
