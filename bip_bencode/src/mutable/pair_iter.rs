use alloc::borrow::Cow;
use alloc::collections::{BTreeMap, btree_map};

use super::BencodeMut;

/// The pairs of a dictionary that was built, sorted by their raw keys.
#[derive(Clone, Debug)]
pub struct PairIter<'v, 'a> {
    pairs: btree_map::Iter<'v, Cow<'a, [u8]>, BencodeMut<'a>>,
}

impl<'v, 'a> PairIter<'v, 'a> {
    pub(crate) fn new(pairs: &'v BTreeMap<Cow<'a, [u8]>, BencodeMut<'a>>) -> PairIter<'v, 'a> {
        PairIter {
            pairs: pairs.iter(),
        }
    }
}

impl<'v, 'a> Iterator for PairIter<'v, 'a> {
    type Item = (&'v [u8], &'v BencodeMut<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.pairs.next().map(|(key, value)| (&**key, value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.pairs.size_hint()
    }
}

impl ExactSizeIterator for PairIter<'_, '_> {}
