use super::{BencodeRef, IntRef};
use crate::decode::TokenKind;

/// One step of a [`Walk`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "bencode has four types and will have no fifth"
)]
pub enum Step<'a> {
    /// An integer.
    Int(IntRef<'a>),
    /// A byte string that is a value.
    Bytes(&'a [u8]),
    /// A key; the steps of its value follow.
    Key(&'a [u8]),
    /// A list begins, with so many values.
    List(usize),
    /// A dictionary begins, with so many pairs.
    Dict(usize),
    /// The list or dictionary opened last ends.
    End,
}

/// Everything in a value in the order of the input: a flat pass over the tape that needs no stack, however deep the
/// value nests.
///
/// ```
/// use bip_bencode::Step;
///
/// let document = bip_bencode::decode(b"d1:al1:bee")?;
/// let steps: Vec<_> = document.root().walk().collect();
/// assert_eq!(steps, [Step::Dict(1), Step::Key(b"a"), Step::List(1), Step::Bytes(b"b"), Step::End, Step::End]);
/// # Ok::<(), bip_bencode::DecodeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Walk<'a, 't> {
    next: BencodeRef<'a, 't>,
    end: usize,
}

impl<'a, 't> Walk<'a, 't> {
    pub(super) fn new(value: BencodeRef<'a, 't>) -> Walk<'a, 't> {
        Walk {
            next: value,
            end: value.next_index(),
        }
    }
}

impl<'a> Iterator for Walk<'a, '_> {
    type Item = Step<'a>;

    #[inline]
    fn next(&mut self) -> Option<Step<'a>> {
        let here = self.next;
        if here.index() >= self.end {
            return None;
        }
        self.next = here.at(here.index() + 1);
        Some(match here.token().kind() {
            TokenKind::Int => Step::Int(here.int_here()),
            TokenKind::Bytes => Step::Bytes(here.bytes_here()),
            TokenKind::Key => Step::Key(here.bytes_here()),
            TokenKind::List => Step::List(here.count_here()),
            TokenKind::Dict => Step::Dict(here.count_here()),
            TokenKind::End => Step::End,
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let remaining = self.end - self.next.index();
        (remaining, Some(remaining))
    }
}

impl ExactSizeIterator for Walk<'_, '_> {}
