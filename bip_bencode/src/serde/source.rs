use alloc::boxed::Box;
use alloc::vec::Vec;

use serde_core::de::Expected;

use super::deserialize_error::{DeserializeError, DeserializeErrorKind};
use super::number::{Number, out_of_range};
use super::seen_keys::SeenKeys;
use super::trail::Trail;
use crate::decode::lexer::{self, LexError};
use crate::decode::{BDecodeOpt, Irregularity, Position, Skipper};
use crate::error::{DecodeErrorKind, Segment};
use crate::limits::SERDE_MAX_DEPTH;
use crate::reference::IntRef;
use crate::value_type::BencodeType;

type Result<T> = core::result::Result<T, DeserializeError>;

/// The bytes and how far they are read. Whatever is taken from it has passed every check of decoding.
///
/// The usual forms are taken by a few inlined instructions; whatever is long, odd or wrong goes the way of the lexer,
/// which has the last word on it.
pub(super) struct Source<'de> {
    input: &'de [u8],
    /// What is not read yet: the end of the input.
    rest: &'de [u8],
    /// Lists and dictionaries that may still be opened: what bounds the recursion.
    depth_left: usize,
    /// Tokens that may still be taken, counted as on the tape.
    tokens_left: usize,
    /// Keys may come unsorted.
    keeps_keys: bool,
    /// A container was left before its end.
    is_left: bool,
    options: BDecodeOpt,
    /// What most inputs do not need.
    aside: Option<Box<Aside<'de>>>,
}

#[derive(Default)]
struct Aside<'de> {
    seen_keys: SeenKeys<'de>,
    skipper: Skipper,
    trail: Trail,
}

impl<'de> Source<'de> {
    /// Reads the value that begins at `offset`.
    #[inline]
    pub(super) fn new(input: &'de [u8], options: BDecodeOpt, offset: usize) -> Source<'de> {
        Source {
            input,
            rest: &input[offset..],
            depth_left: options.max_depth.min(SERDE_MAX_DEPTH),
            tokens_left: options.max_tokens,
            keeps_keys: options.allows(Irregularity::UnsortedKey),
            is_left: false,
            options,
            aside: None,
        }
    }

    /// The offset of the next byte.
    #[inline(always)]
    pub(super) fn at(&self) -> usize {
        self.input.len() - self.rest.len()
    }

    /// How many bytes are not read yet.
    #[inline(always)]
    pub(super) fn left(&self) -> usize {
        self.rest.len()
    }

    /// The offset of the byte behind which so many are.
    pub(super) fn at_from_end(&self, left: usize) -> usize {
        self.input.len() - left
    }

    /// The bytes from `start` to here.
    #[inline]
    pub(super) fn since(&self, start: usize) -> &'de [u8] {
        &self.input[start..self.at()]
    }

    /// The next byte, which stays.
    #[inline(always)]
    pub(super) fn peek(&self) -> Result<u8> {
        match self.rest {
            [byte, ..] => Ok(*byte),
            [] => Err(self.error(DecodeErrorKind::UnexpectedEnd)),
        }
    }

    /// An error at the next byte.
    #[cold]
    pub(super) fn error(&self, kind: DecodeErrorKind) -> DeserializeError {
        DeserializeError::syntax((kind, self.at()))
    }

    /// The next value is not what was expected.
    #[cold]
    pub(super) fn unexpected(&self, expected: &dyn Expected) -> DeserializeError {
        let found = match self.rest {
            [] => return self.error(DecodeErrorKind::UnexpectedEnd),
            [b'i', ..] => BencodeType::Int,
            [b'l', ..] => BencodeType::List,
            [b'd', ..] => BencodeType::Dict,
            [b'0'..=b'9', ..] => BencodeType::Bytes,
            &[found, ..] => return self.error(DecodeErrorKind::ExpectedValue { found }),
        };
        DeserializeError::wrong_type(found, expected)
    }

    /// Takes the next value if it is a byte string.
    #[inline(always)]
    pub(super) fn bytes(&mut self, expected: &dyn Expected) -> Result<&'de [u8]> {
        match self.rest {
            [b'0'..=b'9', ..] => self.string(),
            _ => Err(self.unexpected(expected)),
        }
    }

    /// Takes the byte string, value or key, whose length begins with the next byte, a digit.
    #[inline(always)]
    pub(super) fn string(&mut self) -> Result<&'de [u8]> {
        let (length, behind) = match self.rest {
            [ones, b':', behind @ ..] => (usize::from(ones - b'0'), behind),
            [tens @ b'1'..=b'9', ones @ b'0'..=b'9', b':', behind @ ..] => {
                let (tens, ones) = (usize::from(tens - b'0'), usize::from(ones - b'0'));
                (10 * tens + ones, behind)
            }
            _ => return self.long_string(),
        };
        match behind.split_at_checked(length) {
            Some((bytes, rest)) if length <= self.options.max_string_length => {
                self.token()?;
                self.rest = rest;
                Ok(bytes)
            }
            _ => self.long_string(),
        }
    }

    #[inline(never)]
    fn long_string(&mut self) -> Result<&'de [u8]> {
        let (offset, limit) = (self.at(), self.options.max_string_length);
        let span = lexer::string(self.input, offset, self.rest[0], limit)
            .map_err(|fault| self.string_fault(fault))?;
        if span.zero_padded {
            self.allow(Irregularity::LengthLeadingZero, offset)?;
        }
        self.token()?;
        self.rest = &self.input[span.end..];
        Ok(&self.input[span.start..span.end])
    }

    /// Where the length is irregular, that comes before what the string lacks: more bytes would not mend it.
    #[cold]
    fn string_fault(&self, fault: LexError) -> DeserializeError {
        let (kind, offset) = fault;
        let irregular = match kind {
            DecodeErrorKind::StringPastEnd { .. } if self.input[offset] == b'0' => {
                self.allow(Irregularity::LengthLeadingZero, offset).err()
            }
            _ => None,
        };
        irregular.unwrap_or_else(|| DeserializeError::syntax(fault))
    }

    /// Takes the next value if it is an integer that fits.
    #[inline(always)]
    pub(super) fn number<N: Number>(&mut self, expected: &dyn Expected) -> Result<N> {
        let [b'i', digits @ ..] = self.rest else {
            return Err(self.unexpected(expected));
        };
        let number = match self.small_int(digits)? {
            Some(number) => N::from_u64(number),
            None => N::from_int(self.int()?),
        };
        number.ok_or_else(|| out_of_range(N::NAME))
    }

    /// Takes the integer that has these digits if it is a regular one of up to 18 digits and not negative.
    #[inline(always)]
    fn small_int(&mut self, digits: &'de [u8]) -> Result<Option<u64>> {
        let mut number = 0u64;
        let mut rest = digits;
        while let [digit @ b'0'..=b'9', behind @ ..] = rest {
            // May wrap, and is then not used.
            number = number
                .wrapping_mul(10)
                .wrapping_add(u64::from(digit - b'0'));
            rest = behind;
        }
        let digit_count = digits.len() - rest.len();
        match rest {
            [b'e', rest @ ..]
                if (digit_count == 1 || digits[0] != b'0') && (1..=18).contains(&digit_count) =>
            {
                self.token()?;
                self.rest = rest;
                Ok(Some(number))
            }
            _ => Ok(None),
        }
    }

    /// Takes the integer whose `i` is next.
    #[inline(never)]
    pub(super) fn int(&mut self) -> Result<IntRef<'de>> {
        let offset = self.at();
        let span = lexer::int(self.input, offset).map_err(DeserializeError::syntax)?;
        let text = &self.input[offset + 1..span.end];
        if span.is_suspect(self.input) {
            let mut found = Irregularity::of_int(text);
            found.try_for_each(|irregularity| self.allow(irregularity, offset))?;
        }
        self.token()?;
        self.rest = &self.input[span.end + 1..];
        Ok(IntRef::new(text))
    }

    /// Takes the `l` or `d` that is next. What is in between until [`close`](Source::close) may recurse.
    #[inline(always)]
    pub(super) fn open(&mut self) -> Result<()> {
        self.token()?;
        let Some(depth_left) = self.depth_left.checked_sub(1) else {
            let limit = self.options.max_depth.min(SERDE_MAX_DEPTH);
            return Err(self.error(DecodeErrorKind::TooDeep { limit }));
        };
        self.depth_left = depth_left;
        self.step();
        Ok(())
    }

    /// Takes the `e` that is next.
    #[inline(always)]
    pub(super) fn close(&mut self) -> Result<()> {
        self.token()?;
        self.depth_left += 1;
        self.step();
        Ok(())
    }

    #[inline(always)]
    fn step(&mut self) {
        if let [_, rest @ ..] = self.rest {
            self.rest = rest;
        }
    }

    /// Takes the next value, whatever it is, and gives its bytes.
    #[inline]
    pub(super) fn skip(&mut self) -> Result<&'de [u8]> {
        let start = self.at();
        match self.rest {
            [b'0'..=b'9', ..] => drop(self.string()?),
            [b'i', ..] => drop(self.int()?),
            _ => self.skip_container()?,
        }
        Ok(self.since(start))
    }

    #[inline(never)]
    fn skip_container(&mut self) -> Result<()> {
        let max_depth = self.options.max_depth.min(SERDE_MAX_DEPTH);
        let from = Position {
            at: self.at(),
            depth: max_depth - self.depth_left,
            token_count: self.options.max_tokens - self.tokens_left,
        };
        let skipper = &mut self.aside.get_or_insert_default().skipper;
        match skipper.skip(self.input, &self.options, from) {
            Ok(end) => {
                self.rest = &self.input[end.at..];
                self.tokens_left = self.options.max_tokens - end.token_count;
                Ok(())
            }
            Err(fault) => {
                let error = DeserializeError::syntax((fault.kind, fault.offset));
                let mut segments: Vec<_> = skipper.segments(&fault, self.input).collect();
                segments.reverse();
                Err(segments.into_iter().fold(error, DeserializeError::within))
            }
        }
    }

    /// A container is left, by an error most likely, at a value of which so many bytes were left.
    #[cold]
    pub(super) fn leave(&mut self, segment: Segment<'_>, left: usize) {
        let offset = self.at_from_end(left);
        self.is_left = true;
        self.aside().trail.add(segment, offset);
    }

    /// Makes sure that the value that began with so many bytes left was taken, and whole.
    #[inline(always)]
    pub(super) fn check_taken(&self, left: usize) -> Result<()> {
        if self.is_left || self.rest.len() == left {
            return Err(DeserializeError::new(DeserializeErrorKind::NotReadToEnd));
        }
        Ok(())
    }

    /// Makes sure that the outermost value takes the whole input.
    #[inline]
    pub(super) fn check_end(&self) -> Result<()> {
        if self.rest.is_empty() {
            return Ok(());
        }
        self.allow(Irregularity::TrailingBytes, self.at())
    }

    /// The way to the place of the error that was met.
    pub(super) fn take_trail(&mut self) -> Trail {
        core::mem::take(&mut self.aside().trail)
    }

    fn aside(&mut self) -> &mut Aside<'de> {
        self.aside.get_or_insert_default()
    }

    /// The error if this is not allowed.
    #[cold]
    pub(super) fn allow(&self, irregularity: Irregularity, offset: usize) -> Result<()> {
        if self.options.allows(irregularity) {
            return Ok(());
        }
        let kind = DecodeErrorKind::Irregular(irregularity);
        Err(DeserializeError::syntax((kind, offset)))
    }

    /// The keys of the open dictionaries, if they need not be sorted.
    #[inline(always)]
    pub(super) fn seen_keys(&mut self) -> Option<&mut SeenKeys<'de>> {
        if self.keeps_keys {
            Some(&mut self.aside().seen_keys)
        } else {
            None
        }
    }

    /// Counts a token.
    #[inline(always)]
    fn token(&mut self) -> Result<()> {
        match self.tokens_left.checked_sub(1) {
            Some(tokens_left) => {
                self.tokens_left = tokens_left;
                Ok(())
            }
            None => Err(self.error(DecodeErrorKind::TooManyTokens {
                limit: self.options.max_tokens,
            })),
        }
    }
}
