use serde_core::de::{DeserializeSeed, MapAccess, Visitor};

use super::deserialize_error::DeserializeError;
use super::key_reader::KeyReader;
use super::source::Source;
use crate::decode::Irregularity;
use crate::error::{DecodeErrorKind, Segment};

type Result<T> = core::result::Result<T, DeserializeError>;

/// The pairs of a dictionary being read. Of a repeated key, where that is allowed, the first value counts, as in
/// look-ups: the others are skipped.
pub(super) struct Pairs<'s, 'de> {
    source: &'s mut Source<'de>,
    /// The newest key.
    key: Option<&'de [u8]>,
    /// How many bytes are behind it.
    behind_key: usize,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    /// The end was taken.
    Closed,
    /// An error was met that is none of a value, and knows its place.
    Failed,
}

impl<'s, 'de> Pairs<'s, 'de> {
    /// Reads the dictionary whose `d` is next.
    #[inline]
    pub(super) fn visit<V: Visitor<'de>>(
        source: &'s mut Source<'de>,
        visitor: V,
    ) -> Result<V::Value> {
        let mut pairs = Pairs::open(source)?;
        // The result stays where it is: moving it costs more than reading it.
        let mut read = visitor.visit_map(&mut pairs);
        if pairs.state != State::Closed {
            match &mut read {
                Ok(_) => {
                    if let Err(error) = pairs.skip_rest() {
                        read = Err(error);
                    }
                }
                Err(error) => pairs.place(error),
            }
        }
        read
    }

    /// Takes the `d` that is next.
    #[inline(always)]
    pub(super) fn open(source: &'s mut Source<'de>) -> Result<Pairs<'s, 'de>> {
        source.open()?;
        if let Some(keys) = source.seen_keys() {
            keys.open();
        }
        Ok(Pairs {
            source,
            key: None,
            behind_key: 0,
            state: State::Open,
        })
    }

    /// Takes the next key, or the end.
    #[inline(always)]
    pub(super) fn next_key(&mut self) -> Result<Option<&'de [u8]>> {
        loop {
            let key = match self.source.peek()? {
                b'0'..=b'9' => {
                    let offset = self.source.at();
                    let key = self.source.string()?;
                    let last = self.key.replace(key);
                    self.behind_key = self.source.left();
                    let is_in_order = last.is_none_or(|last| is_before(last, key));
                    if !is_in_order || self.source.seen_keys().is_some() {
                        self.note(key, last, offset)?
                    } else {
                        Some(key)
                    }
                }
                b'e' => {
                    self.close()?;
                    return Ok(None);
                }
                found => return Err(self.source.error(DecodeErrorKind::ExpectedKey { found })),
            };
            if key.is_some() {
                return Ok(key);
            }
            self.skip_value()?;
        }
    }

    /// Looks closer at the order of a key and gives it if it is new.
    #[cold]
    fn note(
        &mut self,
        key: &'de [u8],
        last: Option<&[u8]>,
        offset: usize,
    ) -> Result<Option<&'de [u8]>> {
        let is_in_order = last.is_none_or(|last| last < key);
        let is_new = last != Some(key)
            && match self.source.seen_keys() {
                Some(keys) => keys.insert(key, is_in_order),
                None => true,
            };
        let allowed = match (is_new, is_in_order) {
            (false, _) => self.source.allow(Irregularity::DuplicateKey, offset),
            (true, false) => self.source.allow(Irregularity::UnsortedKey, offset),
            (true, true) => Ok(()),
        };
        match allowed {
            Ok(()) => Ok(is_new.then_some(key)),
            Err(error) => Err(error.within(Segment::Key(key))),
        }
    }

    /// Takes the end.
    #[inline(always)]
    fn close(&mut self) -> Result<()> {
        self.source.close()?;
        if let Some(keys) = self.source.seen_keys() {
            keys.close();
        }
        self.state = State::Closed;
        Ok(())
    }

    /// The type has taken all it wants; the rest is ignored like unknown keys.
    #[cold]
    fn skip_rest(&mut self) -> Result<()> {
        while self.next_key()?.is_some() {
            self.skip_value()?;
        }
        Ok(())
    }

    /// Takes the value of the newest key.
    pub(super) fn skip_value(&mut self) -> Result<()> {
        match self.source.skip() {
            Ok(_) => Ok(()),
            Err(mut error) => {
                self.place(&mut error);
                Err(error)
            }
        }
    }

    /// The source, to read the next value from.
    #[inline]
    pub(super) fn source(&mut self) -> &mut Source<'de> {
        self.source
    }

    /// Tells an error that its place is the value of the newest key, or within.
    #[cold]
    pub(super) fn place(&self, error: &mut DeserializeError) {
        if let (Some(key), State::Open) = (self.key, self.state) {
            let offset = self.source.at_from_end(self.behind_key);
            error.or_missing_value(offset);
            error.pass(offset, Segment::Key(key));
        }
    }
}

/// Whether one key sorts before another: nearly always the first bytes tell.
#[inline(always)]
fn is_before(one: &[u8], other: &[u8]) -> bool {
    match (one, other) {
        ([a, ..], [b, ..]) if a != b => a < b,
        _ => one < other,
    }
}

impl<'de> MapAccess<'de> for Pairs<'_, 'de> {
    type Error = DeserializeError;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        if self.state != State::Open {
            return Ok(None);
        }
        let offset = self.source.at();
        let key = match self.next_key() {
            Ok(Some(key)) => key,
            Ok(None) => return Ok(None),
            Err(error) => {
                self.state = State::Failed;
                return Err(error);
            }
        };
        match seed.deserialize(KeyReader::new(key, offset)) {
            Ok(key) => Ok(Some(key)),
            Err(mut error) => {
                self.state = State::Failed;
                error.pass(offset, Segment::Key(key));
                Err(error)
            }
        }
    }

    /// Its errors are placed when the type gives up, in [`Pairs::visit`].
    #[inline]
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value> {
        seed.deserialize(&mut *self.source)
    }
}
