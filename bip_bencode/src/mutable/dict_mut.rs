use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::mem;

use super::{BCowConvert, BencodeMut};
use crate::limits::MAX_SHIFTED_PAIRS;

/// A key and what it leads to.
pub(super) type Pair<'a> = (Cow<'a, [u8]>, BencodeMut<'a>);

/// A dictionary that was built: pairs sorted by their raw keys.
///
/// The pairs lie in one vector. A look-up is a binary search, a key behind all others is appended at once, and a key
/// between others shifts at most 1,024 of them: a dictionary for which that is not enough turns itself into a B-tree,
/// so that no order of insertions or removals is slow. Whatever it is inside, it reads the same.
///
/// ```
/// use bip_bencode::{BencodeMut, DictMut};
///
/// let mut info = DictMut::new();
/// info.insert("name", "spam");
/// info.insert("length", 10);
/// assert_eq!(info.insert("length", 11), Some(BencodeMut::from(10)));
/// assert!(info.keys().eq([&b"length"[..], b"name"]));
/// ```
#[derive(Clone, Default)]
pub struct DictMut<'a> {
    pairs: Pairs<'a>,
}

#[derive(Clone)]
pub(super) enum Pairs<'a> {
    /// Sorted, each key once.
    Flat(Vec<Pair<'a>>),
    Tree(BTreeMap<Cow<'a, [u8]>, BencodeMut<'a>>),
}

/// Which value of a repeated key stays.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    First,
    Last,
}

impl Default for Pairs<'_> {
    fn default() -> Self {
        Pairs::Flat(Vec::new())
    }
}

impl<'a> DictMut<'a> {
    /// Without a pair. Allocates nothing.
    pub const fn new() -> DictMut<'a> {
        DictMut {
            pairs: Pairs::Flat(Vec::new()),
        }
    }

    /// Sorts only what is not sorted.
    pub(super) fn from_pairs(mut pairs: Vec<Pair<'a>>, keep: Keep) -> DictMut<'a> {
        if !pairs.is_sorted_by(|(before, _), (key, _)| before < key) {
            if keep == Keep::Last {
                pairs.reverse();
            }
            // Stable: of equal keys the first comes first, and stays.
            pairs.sort_by(|(one, _), (other, _)| one.cmp(other));
            pairs.dedup_by(|(key, _), (before, _)| key == before);
        }
        DictMut {
            pairs: Pairs::Flat(pairs),
        }
    }

    /// How many pairs it has.
    pub fn len(&self) -> usize {
        match &self.pairs {
            Pairs::Flat(pairs) => pairs.len(),
            Pairs::Tree(tree) => tree.len(),
        }
    }

    /// Whether it has no pair.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value under this key.
    pub fn get(&self, key: impl AsRef<[u8]>) -> Option<&BencodeMut<'a>> {
        let key = key.as_ref();
        match &self.pairs {
            Pairs::Flat(pairs) => place(pairs, key).ok().map(|at| &pairs[at].1),
            Pairs::Tree(tree) => tree.get(key),
        }
    }

    /// The value under this key, to change it.
    pub fn get_mut(&mut self, key: impl AsRef<[u8]>) -> Option<&mut BencodeMut<'a>> {
        let key = key.as_ref();
        match &mut self.pairs {
            Pairs::Flat(pairs) => place(pairs, key).ok().map(|at| &mut pairs[at].1),
            Pairs::Tree(tree) => tree.get_mut(key),
        }
    }

    /// Whether it has this key.
    pub fn contains_key(&self, key: impl AsRef<[u8]>) -> bool {
        self.get(key).is_some()
    }

    /// Adds a pair, or replaces the value of a key that is there and gives back the old one.
    pub fn insert(
        &mut self,
        key: impl BCowConvert<'a>,
        value: impl Into<BencodeMut<'a>>,
    ) -> Option<BencodeMut<'a>> {
        let (key, value) = (key.into_cow(), value.into());
        self.prepare_shift(&key, Result::is_err);
        match &mut self.pairs {
            Pairs::Flat(pairs) => match place(pairs, &key) {
                Ok(at) => Some(mem::replace(&mut pairs[at].1, value)),
                Err(at) => {
                    pairs.insert(at, (key, value));
                    None
                }
            },
            Pairs::Tree(tree) => tree.insert(key, value),
        }
    }

    /// The value under this key; if there is none yet, the one that `make` gives is added.
    ///
    /// ```
    /// # use bip_bencode::{BencodeMut, DictMut};
    /// let mut torrent = DictMut::new();
    /// let info = torrent.get_or_insert_with("info", BencodeMut::new_dict);
    /// info.dict_mut().unwrap().insert("private", 1);
    /// assert_eq!(BencodeMut::from(torrent).encode(), b"d4:infod7:privatei1eee");
    /// ```
    pub fn get_or_insert_with(
        &mut self,
        key: impl BCowConvert<'a>,
        make: impl FnOnce() -> BencodeMut<'a>,
    ) -> &mut BencodeMut<'a> {
        let key = key.into_cow();
        self.prepare_shift(&key, Result::is_err);
        match &mut self.pairs {
            Pairs::Flat(pairs) => {
                let at = place(pairs, &key).unwrap_or_else(|at| {
                    pairs.insert(at, (key, make()));
                    at
                });
                &mut pairs[at].1
            }
            Pairs::Tree(tree) => tree.entry(key).or_insert_with(make),
        }
    }

    /// Takes a pair out and gives its value.
    pub fn remove(&mut self, key: impl AsRef<[u8]>) -> Option<BencodeMut<'a>> {
        let key = key.as_ref();
        self.prepare_shift(key, Result::is_ok);
        match &mut self.pairs {
            Pairs::Flat(pairs) => place(pairs, key).ok().map(|at| pairs.remove(at).1),
            Pairs::Tree(tree) => tree.remove(key),
        }
    }

    /// Takes all pairs out.
    pub fn clear(&mut self) {
        *self = DictMut::new();
    }

    /// Keeps the pairs of which `keep` says so.
    pub fn retain(&mut self, mut keep: impl FnMut(&[u8], &mut BencodeMut<'a>) -> bool) {
        match &mut self.pairs {
            Pairs::Flat(pairs) => pairs.retain_mut(|(key, value)| keep(key, value)),
            Pairs::Tree(tree) => tree.retain(|key, value| keep(key, value)),
        }
    }

    /// Becomes a tree if a pair is about to be added or taken out so far from the end that too many would shift.
    /// `shifts` says whether what is about to happen at this place does that at all.
    fn prepare_shift(&mut self, key: &[u8], shifts: fn(&Result<usize, usize>) -> bool) {
        if let Pairs::Flat(pairs) = &mut self.pairs
            && let Some(limit) = pairs.len().checked_sub(MAX_SHIFTED_PAIRS + 1)
            && key <= &*pairs[limit].0
            && shifts(&place(pairs, key))
        {
            self.pairs = Pairs::Tree(mem::take(pairs).into_iter().collect());
        }
    }

    #[inline]
    pub(super) fn pairs(&self) -> &Pairs<'a> {
        &self.pairs
    }

    pub(super) fn pairs_mut(&mut self) -> &mut Pairs<'a> {
        &mut self.pairs
    }

    pub(super) fn into_pairs(self) -> Pairs<'a> {
        self.pairs
    }
}

/// Where this key is, or belongs.
#[inline]
fn place(pairs: &[Pair<'_>], key: &[u8]) -> Result<usize, usize> {
    match pairs.last() {
        Some((last, _)) if **last >= *key => {
            pairs.binary_search_by(|(candidate, _)| (**candidate).cmp(key))
        }
        _ => Err(pairs.len()),
    }
}
