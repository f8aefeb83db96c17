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
    is_closed: bool,
}

impl<'s, 'de> Elements<'s, 'de> {
    /// Reads the list whose `l` is next.
    #[inline]
    pub(super) fn visit<V: Visitor<'de>>(
        source: &'s mut Source<'de>,
        visitor: V,
    ) -> Result<V::Value> {
        let offset = source.at();
        source.open()?;
        let mut elements = Elements {
            source,
            count: 0,
            is_closed: false,
        };
        let value = visitor.visit_seq(&mut elements)?;
        if !elements.is_closed {
            elements.expect_end(offset)?;
        }
        Ok(value)
    }

    /// The type has taken all it wants, so this must be all there is.
    #[cold]
    fn expect_end(&mut self, offset: usize) -> Result<()> {
        let taken = self.count;
        while self.source.peek()? != b'e' {
            self.count += 1;
            let skipped = self.source.skip();
            skipped.map_err(|error| error.within(Segment::Index(self.count - 1)))?;
        }
        if self.count > taken {
            return Err(DeserializeError::new(DeserializeErrorKind::WrongLength {
                length: self.count,
                expected: shortened(format_args!("a list of {taken}")),
            })
            .at(offset));
        }
        self.source.close()
    }
}

impl<'de> SeqAccess<'de> for Elements<'_, 'de> {
    type Error = DeserializeError;

    #[inline]
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        if self.is_closed {
            return Ok(None);
        }
        let offset = self.source.at();
        if self.source.peek()? == b'e' {
            self.source.close()?;
            self.is_closed = true;
            return Ok(None);
        }
        self.count += 1;
        match seed.deserialize(&mut *self.source) {
            Ok(value) => Ok(Some(value)),
            Err(error) => Err(error.at(offset).within(Segment::Index(self.count - 1))),
        }
    }
}
