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
    /// How many bytes were left where the newest one begins.
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
        let start = source.left();
        source.open()?;
        let mut elements = Elements {
            source,
            count: 0,
            left: 0,
            state: State::Open,
        };
        // The result stays where it is: moving it costs more than reading it.
        let mut read = visitor.visit_seq(&mut elements);
        if elements.state != State::Closed {
            match &mut read {
                Ok(_) => {
                    if let Err(error) = elements.expect_end(start) {
                        read = Err(error);
                    }
                }
                Err(error) => elements.place(error),
            }
        }
        read
    }

    /// The type has taken all it wants, so this must be all there is.
    #[cold]
    fn expect_end(&mut self, start: usize) -> Result<()> {
        let taken = self.count;
        while self.source.peek()? != b'e' {
            self.begin();
            if let Err(mut error) = self.source.skip() {
                self.place(&mut error);
                return Err(error);
            }
        }
        if self.count > taken {
            let offset = self.source.at_from_end(start);
            return Err(DeserializeError::new(DeserializeErrorKind::WrongLength {
                length: self.count,
                expected: shortened(format_args!("a list of {taken}")),
            })
            .at(offset));
        }
        self.source.close()
    }

    /// Takes the end, or says that there is an element.
    #[inline(always)]
    fn next(&mut self) -> Result<bool> {
        if self.source.peek()? == b'e' {
            self.source.close()?;
            self.state = State::Closed;
            return Ok(false);
        }
        self.begin();
        Ok(true)
    }

    /// The next element begins here.
    #[inline(always)]
    fn begin(&mut self) {
        self.count += 1;
        self.left = self.source.left();
    }

    /// Tells an error that its place is the newest element, or within.
    #[cold]
    fn place(&self, error: &mut DeserializeError) {
        if self.state == State::Open && self.count > 0 {
            let offset = self.source.at_from_end(self.left);
            error.pass(offset, Segment::Index(self.count - 1));
        }
    }
}

impl<'de> SeqAccess<'de> for Elements<'_, 'de> {
    type Error = DeserializeError;

    /// The errors of an element are placed when the type gives up, in [`Elements::visit`].
    #[inline]
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        if self.state != State::Open {
            return Ok(None);
        }
        match self.next() {
            Ok(true) => seed.deserialize(&mut *self.source).map(Some),
            Ok(false) => Ok(None),
            Err(error) => {
                self.state = State::Failed;
                Err(error)
            }
        }
    }
}
