use alloc::collections::BTreeSet;

use serde_core::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};

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
    is_closed: bool,
    /// How many keys of other dictionaries stand before this one's.
    keys_before: usize,
    /// All keys so far, once one of them came out of order: repetitions need no longer be neighbours.
    unsorted: Option<BTreeSet<&'de [u8]>>,
}

impl<'s, 'de> Pairs<'s, 'de> {
    /// Reads the dictionary whose `d` is next.
    #[inline]
    pub(super) fn visit<V: Visitor<'de>>(
        source: &'s mut Source<'de>,
        visitor: V,
    ) -> Result<V::Value> {
        let mut pairs = Pairs::open(source)?;
        let value = visitor.visit_map(&mut pairs)?;
        while !pairs.is_closed && pairs.next_key()?.is_some() {
            pairs.next_value::<IgnoredAny>()?;
        }
        Ok(value)
    }

    /// Takes the `d` that is next.
    #[inline]
    pub(super) fn open(source: &'s mut Source<'de>) -> Result<Pairs<'s, 'de>> {
        source.open()?;
        Ok(Pairs {
            keys_before: source.keys().len(),
            source,
            key: None,
            is_closed: false,
            unsorted: None,
        })
    }

    /// Takes the next key, or the end.
    #[inline]
    pub(super) fn next_key(&mut self) -> Result<Option<&'de [u8]>> {
        loop {
            let offset = self.source.at();
            let key = match self.source.peek()? {
                b'e' => {
                    self.close()?;
                    return Ok(None);
                }
                first @ b'0'..=b'9' => self.source.string(first)?,
                found => return Err(self.source.error(DecodeErrorKind::ExpectedKey { found })),
            };
            let last = self.key.replace(key);
            let is_in_order = last.is_none_or(|last| last < key);
            let is_new = (is_in_order && !self.source.allows_unsorted())
                || self.note(key, last, offset).map_err(|e| self.in_value(e))?;
            match self.source.peek() {
                Ok(b'e') => {
                    let error = self.source.error(DecodeErrorKind::MissingValue);
                    return Err(self.in_value(error));
                }
                Ok(_) if is_new => return Ok(Some(key)),
                Ok(_) => {
                    let skipped = self.source.skip();
                    skipped.map_err(|error| self.in_value(error))?;
                }
                Err(error) => return Err(self.in_value(error)),
            }
        }
    }

    /// Looks closer at the order of a key and says whether it is new.
    #[cold]
    fn note(&mut self, key: &'de [u8], last: Option<&[u8]>, offset: usize) -> Result<bool> {
        if last == Some(key) {
            self.source.allow(Irregularity::DuplicateKey, offset)?;
            return Ok(false);
        }
        if last.is_some_and(|last| last > key) {
            self.source.allow(Irregularity::UnsortedKey, offset)?;
            if self.unsorted.is_none() {
                let keys = &self.source.keys()[self.keys_before..];
                self.unsorted = Some(keys.iter().copied().collect());
            }
        }
        let is_new = match &mut self.unsorted {
            Some(keys) => keys.insert(key),
            None => {
                self.source.keys().push(key);
                true
            }
        };
        if !is_new {
            self.source.allow(Irregularity::DuplicateKey, offset)?;
        }
        Ok(is_new)
    }

    /// Takes the end.
    #[inline]
    fn close(&mut self) -> Result<()> {
        self.source.close()?;
        let keys_before = self.keys_before;
        self.source.keys().truncate(keys_before);
        self.is_closed = true;
        Ok(())
    }

    /// The source, to read the next value from.
    #[inline]
    pub(super) fn source(&mut self) -> &mut Source<'de> {
        self.source
    }

    /// The error's place is the newest key or its value.
    #[cold]
    pub(super) fn in_value(&self, error: DeserializeError) -> DeserializeError {
        match self.key {
            Some(key) => error.within(Segment::Key(key)),
            None => error,
        }
    }
}

impl<'de> MapAccess<'de> for Pairs<'_, 'de> {
    type Error = DeserializeError;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        if self.is_closed {
            return Ok(None);
        }
        let offset = self.source.at();
        let Some(key) = self.next_key()? else {
            return Ok(None);
        };
        match seed.deserialize(KeyReader::new(key, offset)) {
            Ok(key) => Ok(Some(key)),
            Err(error) => Err(self.in_value(error.at(offset))),
        }
    }

    #[inline]
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value> {
        let offset = self.source.at();
        match seed.deserialize(&mut *self.source) {
            Ok(value) => Ok(value),
            Err(error) => Err(self.in_value(error.at(offset))),
        }
    }
}
