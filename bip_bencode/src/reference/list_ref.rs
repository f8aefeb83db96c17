use core::fmt;

use super::BencodeRef;
use crate::decode::TokenKind;

/// A decoded list.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ListRef<'a, 't> {
    value: BencodeRef<'a, 't>,
}

impl<'a, 't> ListRef<'a, 't> {
    #[inline]
    pub(super) fn new(value: BencodeRef<'a, 't>) -> ListRef<'a, 't> {
        ListRef { value }
    }

    /// How many values it has. Known, not counted.
    #[inline]
    pub fn len(&self) -> usize {
        self.value.count_here()
    }

    /// Whether it has no value.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value at this position. Steps over those before it; to see them all, take [`iter`](ListRef::iter).
    pub fn get(&self, position: usize) -> Option<BencodeRef<'a, 't>> {
        self.iter().nth(position)
    }

    /// The values in order.
    #[inline]
    pub fn iter(&self) -> ListIter<'a, 't> {
        ListIter {
            next: self.value.at(self.value.index() + 1),
            container: self.value.index(),
            taken: 0,
        }
    }

    /// The list as a value.
    pub fn value(&self) -> BencodeRef<'a, 't> {
        self.value
    }
}

impl<'a, 't> IntoIterator for ListRef<'a, 't> {
    type Item = BencodeRef<'a, 't>;
    type IntoIter = ListIter<'a, 't>;

    fn into_iter(self) -> ListIter<'a, 't> {
        self.iter()
    }
}

impl<'a, 't> IntoIterator for &ListRef<'a, 't> {
    type Item = BencodeRef<'a, 't>;
    type IntoIter = ListIter<'a, 't>;

    fn into_iter(self) -> ListIter<'a, 't> {
        self.iter()
    }
}

impl fmt::Debug for ListRef<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

/// The values of a [`ListRef`].
#[derive(Clone, Debug)]
pub struct ListIter<'a, 't> {
    /// The next value, or the list's end.
    next: BencodeRef<'a, 't>,
    /// Where the container stands, which knows how many there are: asked only for that, it need not be looked at before.
    container: usize,
    taken: usize,
}

impl<'a, 't> Iterator for ListIter<'a, 't> {
    type Item = BencodeRef<'a, 't>;

    #[inline]
    fn next(&mut self) -> Option<BencodeRef<'a, 't>> {
        let value = self.next;
        if value.token().kind() == TokenKind::End {
            return None;
        }
        self.taken += 1;
        self.next = value.at(value.next_index());
        Some(value)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let remaining = self.next.at(self.container).count_here() - self.taken;
        (remaining, Some(remaining))
    }
}

impl ExactSizeIterator for ListIter<'_, '_> {}
