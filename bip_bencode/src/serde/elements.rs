use serde_core::de::{DeserializeSeed, SeqAccess, Visitor};

use super::deserialize_error::{DeserializeError, DeserializeErrorKind};
use super::message::shortened;
use super::source::Source;
use crate::error::Segment;

type Result<T> = core::result::Result<T, DeserializeError>;

/// The values of a list being read.
pub(super) struct Elements<'s, 'de> {
    source: &'s mut Source<'de>,
    /// How many were begun.
    count: usize,
    /// How many bytes were left where the newest one begins; more than there are, before the first.
    left: usize,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    /// The end was taken.
    Closed,
    /// An error was met that is none of an element, and knows its place.
    Failed,
}

impl<'s, 'de> Elements<'s, 'de> {
    /// Reads the list whose `l` is next.
    #[inline]
    pub(super) fn visit<V: Visitor<'de>>(
        source: &'s mut Source<'de>,
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_seq(Elements::open(source)?)
    }

    /// Reads the list whose `l` is next into a type that takes so many values and no more.
    #[inline]
    pub(super) fn visit_all<V: Visitor<'de>>(
        source: &'s mut Source<'de>,
        visitor: V,
    ) -> Result<V::Value> {
        let mut elements = Elements::open(source)?;
        let value = visitor.visit_seq(&mut elements)?;
        elements.expect_end()?;
        Ok(value)
    }

    #[inline(always)]
    fn open(source: &'s mut Source<'de>) -> Result<Elements<'s, 'de>> {
        source.open()?;
        Ok(Elements {
            source,
            count: 0,
            left: usize::MAX,
            state: State::Open,
        })
    }

    /// The type has taken all it wants, so this must be all there is.
    fn expect_end(&mut self) -> Result<()> {
        let taken = self.count;
        while self.next()? {
            self.source.skip()?;
        }
        if self.count == taken {
            return Ok(());
        }
        Err(DeserializeError::new(DeserializeErrorKind::WrongLength {
            length: self.count,
            expected: shortened(format_args!("a list of {taken}")),
        }))
    }

    /// Takes the end, or says that there is an element.
    #[inline(always)]
    fn next(&mut self) -> Result<bool> {
        if self.state != State::Open {
            return Ok(false);
        }
        self.source.check_taken(self.left)?;
        let next = self.look();
        if next.is_err() {
            self.state = State::Failed;
        }
        next
    }

    #[inline(always)]
    fn look(&mut self) -> Result<bool> {
        if self.source.peek()? == b'e' {
            self.source.close()?;
            self.state = State::Closed;
            return Ok(false);
        }
        self.count += 1;
        self.left = self.source.left();
        Ok(true)
    }
}

impl Drop for Elements<'_, '_> {
    #[inline(always)]
    fn drop(&mut self) {
        if self.state == State::Open && self.count > 0 {
            self.source.leave(Segment::Index(self.count - 1), self.left);
        }
    }
}

impl<'de> SeqAccess<'de> for Elements<'_, 'de> {
    type Error = DeserializeError;

    #[inline]
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        if self.next()? {
            seed.deserialize(&mut *self.source).map(Some)
        } else {
            Ok(None)
        }
    }
}
