use alloc::vec::Vec;

use super::deserialize_error::DeserializeError;
use super::number::{Number, number};
use crate::decode::lexer::{self, IntSpan, LexError};
use crate::decode::{BDecodeOpt, Irregularity, Position, Skipper};
use crate::error::DecodeErrorKind;
use crate::limits::SERDE_MAX_DEPTH;
use crate::reference::IntRef;
use crate::value_type::BencodeType;
use serde_core::de::Expected;

/// The bytes and how far they are read. Whatever is taken from it has passed every check of decoding.
pub(super) struct Source<'de> {
    input: &'de [u8],
    options: BDecodeOpt,
    position: Position,
    /// What bounds the recursion.
    max_depth: usize,
    /// The keys of the open dictionaries, where they may come unsorted.
    keys: Vec<&'de [u8]>,
    skipper: Skipper,
}

impl<'de> Source<'de> {
    /// Reads the value that begins at `offset`.
    pub(super) fn new(input: &'de [u8], options: BDecodeOpt, offset: usize) -> Source<'de> {
        Source {
            input,
            options,
            position: Position {
                at: offset,
                ..Position::default()
            },
            max_depth: options.max_depth.min(SERDE_MAX_DEPTH),
            keys: Vec::new(),
            skipper: Skipper::default(),
        }
    }

    /// The offset of the next byte.
    #[inline(always)]
    pub(super) fn at(&self) -> usize {
        self.position.at
    }

    /// The bytes from `start` to here.
    #[inline]
    pub(super) fn since(&self, start: usize) -> &'de [u8] {
        &self.input[start..self.position.at]
    }

    /// The next byte, which stays.
    #[inline(always)]
    pub(super) fn peek(&self) -> Result<u8, DeserializeError> {
        match self.input.get(self.position.at) {
            Some(&byte) => Ok(byte),
            None => Err(self.error(DecodeErrorKind::UnexpectedEnd)),
        }
    }

    /// An error at the next byte.
    #[cold]
    pub(super) fn error(&self, kind: DecodeErrorKind) -> DeserializeError {
        DeserializeError::syntax((kind, self.position.at))
    }

    /// The next value is not what was expected.
    #[cold]
    pub(super) fn unexpected(&self, expected: &dyn Expected) -> DeserializeError {
        let found = match self.input.get(self.position.at) {
            None => return self.error(DecodeErrorKind::UnexpectedEnd),
            Some(b'i') => BencodeType::Int,
            Some(b'l') => BencodeType::List,
            Some(b'd') => BencodeType::Dict,
            Some(b'0'..=b'9') => BencodeType::Bytes,
            Some(&found) => return self.error(DecodeErrorKind::ExpectedValue { found }),
        };
        DeserializeError::wrong_type(found, expected, self.position.at)
    }

    /// Takes the next value if it is a byte string.
    #[inline]
    pub(super) fn bytes(&mut self, expected: &dyn Expected) -> Result<&'de [u8], DeserializeError> {
        match self.input.get(self.position.at) {
            Some(&first @ b'0'..=b'9') => self.string(first),
            _ => Err(self.unexpected(expected)),
        }
    }

    /// Takes the byte string, value or key, whose length begins with `first`.
    #[inline(always)]
    pub(super) fn string(&mut self, first: u8) -> Result<&'de [u8], DeserializeError> {
        let offset = self.position.at;
        let span = lexer::string(self.input, offset, first, self.options.max_string_length)
            .map_err(|fault| self.string_fault(fault))?;
        if span.zero_padded {
            self.allow(Irregularity::LengthLeadingZero, offset)?;
        }
        self.token()?;
        self.position.at = span.end;
        Ok(&self.input[span.start..span.end])
    }

    /// Takes the next value if it is an integer that fits.
    #[inline]
    pub(super) fn number<N: Number>(
        &mut self,
        expected: &dyn Expected,
    ) -> Result<N, DeserializeError> {
        let offset = self.position.at;
        if self.input.get(offset) != Some(&b'i') {
            return Err(self.unexpected(expected));
        }
        number(self.int()?, offset)
    }

    /// Takes the integer whose `i` is next.
    #[inline(always)]
    pub(super) fn int(&mut self) -> Result<IntRef<'de>, DeserializeError> {
        let offset = self.position.at;
        let span = lexer::int(self.input, offset).map_err(DeserializeError::syntax)?;
        if span.is_suspect(self.input) {
            self.allow_int(&span, offset)?;
        }
        self.token()?;
        self.position.at = span.end + 1;
        Ok(IntRef::new(&self.input[offset + 1..span.end]))
    }

    /// Takes the `l` or `d` that is next. What is in between until [`close`](Source::close) may recurse.
    #[inline(always)]
    pub(super) fn open(&mut self) -> Result<(), DeserializeError> {
        self.token()?;
        let limit = self.max_depth;
        if self.position.depth >= limit {
            return Err(self.error(DecodeErrorKind::TooDeep { limit }));
        }
        self.position.depth += 1;
        self.position.at += 1;
        Ok(())
    }

    /// Takes the `e` that is next.
    #[inline(always)]
    pub(super) fn close(&mut self) -> Result<(), DeserializeError> {
        self.token()?;
        self.position.depth -= 1;
        self.position.at += 1;
        Ok(())
    }

    /// Takes the next value, whatever it is, and gives its bytes.
    #[inline]
    pub(super) fn skip(&mut self) -> Result<&'de [u8], DeserializeError> {
        let start = self.position.at;
        match self.input.get(start) {
            Some(&first @ b'0'..=b'9') => {
                self.string(first)?;
            }
            Some(b'i') => {
                self.int()?;
            }
            _ => self.skip_container()?,
        }
        Ok(self.since(start))
    }

    fn skip_container(&mut self) -> Result<(), DeserializeError> {
        let skipped = self.skipper.skip(self.input, &self.options, self.position);
        self.position = skipped.map_err(|fault| {
            let error = DeserializeError::syntax((fault.kind, fault.offset));
            let segments: Vec<_> = self.skipper.segments(&fault, self.input).collect();
            segments
                .into_iter()
                .rev()
                .fold(error, DeserializeError::within)
        })?;
        Ok(())
    }

    /// The outermost value is read.
    pub(super) fn end(&self) -> Result<(), DeserializeError> {
        if self.position.at < self.input.len() {
            self.allow(Irregularity::TrailingBytes, self.position.at)?;
        }
        Ok(())
    }

    /// The error if this is not allowed.
    #[cold]
    pub(super) fn allow(
        &self,
        irregularity: Irregularity,
        offset: usize,
    ) -> Result<(), DeserializeError> {
        if self.options.allows(irregularity) {
            return Ok(());
        }
        Err(DeserializeError::syntax((
            DecodeErrorKind::Irregular(irregularity),
            offset,
        )))
    }

    /// Where the length is irregular, that comes before what the string lacks: more bytes would not mend it.
    #[cold]
    fn string_fault(&self, fault: LexError) -> DeserializeError {
        let (kind, offset) = fault;
        let is_padded = self.input[offset] == b'0';
        let irregular = match kind {
            DecodeErrorKind::StringPastEnd { .. } if is_padded => {
                self.allow(Irregularity::LengthLeadingZero, offset).err()
            }
            _ => None,
        };
        irregular.unwrap_or_else(|| DeserializeError::syntax(fault))
    }

    #[cold]
    fn allow_int(&self, span: &IntSpan, offset: usize) -> Result<(), DeserializeError> {
        let mut found = Irregularity::of_int(&self.input[offset + 1..span.end]);
        found.try_for_each(|irregularity| self.allow(irregularity, offset))
    }

    /// Whether the keys of a dictionary need not be sorted.
    #[inline(always)]
    pub(super) fn allows_unsorted(&self) -> bool {
        self.options.allows(Irregularity::UnsortedKey)
    }

    /// The keys kept of the open dictionaries.
    #[inline]
    pub(super) fn keys(&mut self) -> &mut Vec<&'de [u8]> {
        &mut self.keys
    }

    /// Counts a token as the tape would.
    #[inline(always)]
    fn token(&mut self) -> Result<(), DeserializeError> {
        let limit = self.options.max_tokens;
        if self.position.token_count >= limit {
            return Err(self.error(DecodeErrorKind::TooManyTokens { limit }));
        }
        self.position.token_count += 1;
        Ok(())
    }
}
