use alloc::borrow::Cow;
use alloc::collections::btree_map;
use alloc::vec;
use core::slice;

use super::dict_mut::{Pair, Pairs};
use super::{BencodeMut, DictMut};

/// The pairs of a dictionary that was built, sorted by their raw keys.
#[derive(Clone, Debug)]
pub struct PairIter<'v, 'a> {
    source: Source<slice::Iter<'v, Pair<'a>>, btree_map::Iter<'v, Cow<'a, [u8]>, BencodeMut<'a>>>,
}

/// The pairs of a dictionary, sorted by their raw keys, with values that can be changed.
#[derive(Debug)]
pub struct PairIterMut<'v, 'a> {
    source:
        Source<slice::IterMut<'v, Pair<'a>>, btree_map::IterMut<'v, Cow<'a, [u8]>, BencodeMut<'a>>>,
}

/// The pairs taken out of a dictionary, sorted by their raw keys.
#[derive(Debug)]
pub struct PairIntoIter<'a> {
    source: Source<vec::IntoIter<Pair<'a>>, btree_map::IntoIter<Cow<'a, [u8]>, BencodeMut<'a>>>,
}

/// The pairs of a dictionary with their keys as they are kept, borrowed or owned.
pub(super) struct CowIter<'v, 'a> {
    source: Source<slice::Iter<'v, Pair<'a>>, btree_map::Iter<'v, Cow<'a, [u8]>, BencodeMut<'a>>>,
}

#[derive(Clone, Debug)]
enum Source<F, T> {
    Flat(F),
    Tree(T),
}

macro_rules! iterator {
    ($($type:ident<$($lifetime:lifetime),+> => $item:ty, |$key:ident, $value:ident| $pair:expr;)*) => {$(
        impl<$($lifetime),+> Iterator for $type<$($lifetime),+> {
            type Item = $item;

            #[inline]
            fn next(&mut self) -> Option<$item> {
                match &mut self.source {
                    Source::Flat(pairs) => pairs.next().map(|($key, $value)| $pair),
                    Source::Tree(pairs) => pairs.next().map(|($key, $value)| $pair),
                }
            }

            #[inline]
            fn size_hint(&self) -> (usize, Option<usize>) {
                match &self.source {
                    Source::Flat(pairs) => pairs.size_hint(),
                    Source::Tree(pairs) => pairs.size_hint(),
                }
            }
        }

        impl<$($lifetime),+> DoubleEndedIterator for $type<$($lifetime),+> {
            fn next_back(&mut self) -> Option<$item> {
                match &mut self.source {
                    Source::Flat(pairs) => pairs.next_back().map(|($key, $value)| $pair),
                    Source::Tree(pairs) => pairs.next_back().map(|($key, $value)| $pair),
                }
            }
        }

        impl<$($lifetime),+> ExactSizeIterator for $type<$($lifetime),+> {}
    )*};
}

iterator! {
    PairIter<'v, 'a> => (&'v [u8], &'v BencodeMut<'a>), |key, value| (&**key, value);
    CowIter<'v, 'a> => (&'v Cow<'a, [u8]>, &'v BencodeMut<'a>), |key, value| (key, value);
    PairIterMut<'v, 'a> => (&'v [u8], &'v mut BencodeMut<'a>), |key, value| (&**key, value);
    PairIntoIter<'a> => (Cow<'a, [u8]>, BencodeMut<'a>), |key, value| (key, value);
}

impl<'a> DictMut<'a> {
    /// The pairs, sorted by their keys.
    #[inline]
    pub fn iter(&self) -> PairIter<'_, 'a> {
        let source = match self.pairs() {
            Pairs::Flat(pairs) => Source::Flat(pairs.iter()),
            Pairs::Tree(pairs) => Source::Tree(pairs.iter()),
        };
        PairIter { source }
    }

    /// The pairs, sorted by their keys, with values that can be changed.
    pub fn iter_mut(&mut self) -> PairIterMut<'_, 'a> {
        let source = match self.pairs_mut() {
            Pairs::Flat(pairs) => Source::Flat(pairs.iter_mut()),
            Pairs::Tree(pairs) => Source::Tree(pairs.iter_mut()),
        };
        PairIterMut { source }
    }

    pub(super) fn cows(&self) -> CowIter<'_, 'a> {
        CowIter {
            source: self.iter().source,
        }
    }

    /// The keys in order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.iter().map(|(key, _)| key)
    }

    /// The values in the order of their keys.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &BencodeMut<'a>> {
        self.iter().map(|(_, value)| value)
    }
}

impl<'v, 'a> IntoIterator for &'v DictMut<'a> {
    type Item = (&'v [u8], &'v BencodeMut<'a>);
    type IntoIter = PairIter<'v, 'a>;

    #[inline]
    fn into_iter(self) -> PairIter<'v, 'a> {
        self.iter()
    }
}

impl<'v, 'a> IntoIterator for &'v mut DictMut<'a> {
    type Item = (&'v [u8], &'v mut BencodeMut<'a>);
    type IntoIter = PairIterMut<'v, 'a>;

    fn into_iter(self) -> PairIterMut<'v, 'a> {
        self.iter_mut()
    }
}

impl<'a> IntoIterator for DictMut<'a> {
    type Item = (Cow<'a, [u8]>, BencodeMut<'a>);
    type IntoIter = PairIntoIter<'a>;

    fn into_iter(self) -> PairIntoIter<'a> {
        let source = match self.into_pairs() {
            Pairs::Flat(pairs) => Source::Flat(pairs.into_iter()),
            Pairs::Tree(pairs) => Source::Tree(pairs.into_iter()),
        };
        PairIntoIter { source }
    }
}
