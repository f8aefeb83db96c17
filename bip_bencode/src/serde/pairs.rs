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
    /// How many bytes are behind it; more than there are, before the first.
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
        visitor.visit_map(Pairs::open(source)?)
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
            behind_key: usize::MAX,
            state: State::Open,
        })
    }

    /// Takes the next key, or the end.
    #[inline(always)]
    pub(super) fn next_key(&mut self) -> Result<Option<&'de [u8]>> {
        if self.state != State::Open {
            return Ok(None);
        }
        self.source.check_taken(self.behind_key)?;
        let key = self.take_key();
        if key.is_err() {
            self.state = State::Failed;
        }
        key
    }

    #[inline(always)]
    fn take_key(&mut self) -> Result<Option<&'de [u8]>> {
        loop {
            match self.source.peek()? {
                b'0'..=b'9' => {
                    let left = self.source.left();
                    let key = self.source.string()?;
                    let last = self.key.replace(key);
                    self.behind_key = self.source.left();
                    let is_in_order = last.is_none_or(|last| is_before(last, key));
                    let is_usual = is_in_order && self.source.seen_keys().is_none();
                    if is_usual || self.note(key, last, left)? {
                        return Ok(Some(key));
                    }
                    self.skip_value()?;
                }
                b'e' => {
                    self.source.close()?;
                    if let Some(keys) = self.source.seen_keys() {
                        keys.close();
                    }
                    self.state = State::Closed;
                    return Ok(None);
                }
                found => return Err(self.source.error(DecodeErrorKind::ExpectedKey { found })),
            }
        }
    }

    /// Looks closer at the order of a key and says whether it is new.
    #[cold]
    fn note(&mut self, key: &'de [u8], last: Option<&[u8]>, left: usize) -> Result<bool> {
        let is_in_order = last.is_none_or(|last| last < key);
        let is_new = last != Some(key)
            && match self.source.seen_keys() {
                Some(keys) => keys.insert(key, is_in_order),
                None => true,
            };
        let irregularity = match (is_new, is_in_order) {
            (true, true) => return Ok(true),
            (true, false) => Irregularity::UnsortedKey,
            (false, _) => Irregularity::DuplicateKey,
        };
        let offset = self.source.at_from_end(left);
        match self.source.allow(irregularity, offset) {
            Ok(()) => Ok(is_new),
            Err(error) => Err(error.within(Segment::Key(key))),
        }
    }

    /// Takes the value of the newest key.
    #[cold]
    pub(super) fn skip_value(&mut self) -> Result<()> {
        let Err(mut error) = self.source.skip() else {
            return Ok(());
        };
        self.state = State::Failed;
        if error.is_here() {
            error.or_missing_value();
        }
        Err(error.within(Segment::Key(self.key.unwrap_or_default())))
    }

    /// The source, to read the value of the newest key from.
    #[inline]
    pub(super) fn source(&mut self) -> &mut Source<'de> {
        self.source
    }

    /// The newest key is not what the type wants.
    #[cold]
    pub(super) fn refuse_key(&mut self, error: DeserializeError, left: usize) -> DeserializeError {
        self.state = State::Failed;
        let error = error.at(self.source.at_from_end(left));
        error.within(Segment::Key(self.key.unwrap_or_default()))
    }
}

impl Drop for Pairs<'_, '_> {
    #[inline(always)]
    fn drop(&mut self) {
        if self.state == State::Open
            && let Some(key) = self.key
        {
            self.source.leave(Segment::Key(key), self.behind_key);
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
        let left = self.source.left();
        let Some(key) = self.next_key()? else {
            return Ok(None);
        };
        match seed.deserialize(KeyReader::new(key)) {
            Ok(key) => Ok(Some(key)),
            Err(error) => Err(self.refuse_key(error, left)),
        }
    }

    #[inline]
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value> {
        seed.deserialize(&mut *self.source)
    }
}
