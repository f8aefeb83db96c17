use core::cmp::Ordering;

use super::containers::Kept;
use super::found::Found;
use super::repetitions::HeldKey;
use super::scan::offset_of;
use super::state::{Failed, Place, State};
use super::tokenizer::Tokenizer;
use crate::decode::Irregularity;
use crate::error::DecodeErrorKind;

/// Byte strings and keys. Where a piece of the input ends within one, the next goes on there.
impl Tokenizer {
    /// A byte string that begins with a digit.
    #[inline(always)]
    pub(super) fn string(&mut self, input: &mut &[u8]) -> Result<Option<Found>, Failed> {
        match self.common_header(input) {
            Some(header) => self.begin_content(header, input),
            None => {
                self.begin_length();
                self.length(input)
            }
        }
    }

    /// The rest of the length of a byte string.
    #[cold]
    pub(super) fn length(&mut self, input: &mut &[u8]) -> Result<Option<Found>, Failed> {
        match self.digits(input, Place::Element)? {
            Some(header) => self.begin_content(header, input),
            None => {
                self.state = State::Length;
                Ok(None)
            }
        }
    }

    #[inline(always)]
    fn begin_content(&mut self, header: usize, input: &mut &[u8]) -> Result<Option<Found>, Failed> {
        self.take(input, header);
        if self.length > 0 {
            self.state = State::Content;
        } else {
            self.end_value();
        }
        Ok(Some(Found::Bytes))
    }

    /// Content that is there. There is at least one byte of it.
    #[inline(always)]
    pub(super) fn content(&mut self, input: &mut &[u8]) -> Found {
        let count = self.length.min(input.len() as u64);
        self.take(input, count as usize);
        self.length -= count;
        if self.length == 0 {
            self.end_value();
        }
        Found::Part
    }

    /// A key that begins with `byte`.
    #[inline(always)]
    pub(super) fn key(&mut self, byte: u8, input: &mut &[u8]) -> Result<Option<Found>, Failed> {
        self.start = self.at;
        if !byte.is_ascii_digit() {
            let kind = DecodeErrorKind::ExpectedKey { found: byte };
            return Err(self.fail(kind, self.at, Place::Container));
        }
        match self.common_header(input) {
            Some(header) => self.begin_key(header, input),
            None => {
                self.begin_length();
                self.key_length(input)
            }
        }
    }

    /// The rest of the length of a key, and its content if that is there.
    #[cold]
    pub(super) fn key_length(&mut self, input: &mut &[u8]) -> Result<Option<Found>, Failed> {
        match self.digits(input, Place::Container)? {
            Some(header) => self.begin_key(header, input),
            None => {
                self.state = State::KeyLength;
                Ok(None)
            }
        }
    }

    #[inline(always)]
    fn begin_key(&mut self, header: usize, input: &mut &[u8]) -> Result<Option<Found>, Failed> {
        self.check_key_length()?;
        // It fits, since it is within the limit on keys.
        let length = self.length as usize;
        let content = &input[header..];
        if length > content.len() {
            self.state = State::KeyContent;
            self.containers.begin_partial_key();
            self.take(input, header);
            return self.key_content(input);
        }
        let order = self
            .containers
            .whole_key(&content[..length], self.kept, self.start);
        self.take(input, header + length);
        self.end_key(order)
    }

    /// The rest of the content of a key.
    pub(super) fn key_content(&mut self, input: &mut &[u8]) -> Result<Option<Found>, Failed> {
        let count = self.length.min(input.len() as u64);
        self.containers.extend_partial_key(&input[..count as usize]);
        self.take(input, count as usize);
        self.length -= count;
        if self.length > 0 {
            return Ok(None);
        }
        let order = self.containers.end_partial_key(self.kept, self.start);
        self.end_key(order)
    }

    #[inline(always)]
    fn end_key(&mut self, order: Ordering) -> Result<Option<Found>, Failed> {
        self.state = State::Value;
        if order != Ordering::Greater {
            self.note_order(order)?;
        }
        Ok(Some(Found::Key))
    }

    /// For a key that does not sort behind the one in front of it.
    #[cold]
    fn note_order(&mut self, order: Ordering) -> Result<(), Failed> {
        let irregularity = if order == Ordering::Equal {
            Irregularity::DuplicateKey
        } else {
            self.containers.set_unsorted();
            Irregularity::UnsortedKey
        };
        self.note(irregularity, self.start, Place::Element)
    }

    #[inline(always)]
    fn check_key_length(&mut self) -> Result<(), Failed> {
        let bookkeeping = match self.kept {
            Kept::Newest => 0,
            Kept::All => size_of::<HeldKey>() as u64,
        };
        let held = self.containers.keys_memory() as u64 + bookkeeping;
        let is_short = self.length <= self.max_key_length as u64;
        if is_short && held.saturating_add(self.length) <= self.max_keys_memory as u64 {
            return Ok(());
        }
        let kind = match is_short {
            false => DecodeErrorKind::KeyTooLong {
                limit: self.max_key_length,
            },
            true => DecodeErrorKind::KeysTooLarge {
                limit: self.max_keys_memory,
            },
        };
        Err(self.fail(kind, self.start, Place::Container))
    }

    /// Reads a length and its colon, sets the one and says where the other ends, if they lie in one piece, are regular
    /// and have few digits, as nearly all are.
    #[inline(always)]
    fn common_header(&mut self, input: &[u8]) -> Option<usize> {
        let mut length = 0;
        let mut at = 0;
        loop {
            match input.get(at)? {
                digit @ b'0'..=b'9' => length = length * 10 + u64::from(digit - b'0'),
                b':' => break,
                _ => return None,
            }
            at += 1;
            if at > COMMON_LENGTH {
                return None;
            }
        }
        let is_padded = at > 1 && input[0] == b'0';
        if is_padded || length > self.max_string_length {
            return None;
        }
        self.length = length;
        Some(at + 1)
    }

    /// Nothing is read yet of a length.
    #[cold]
    fn begin_length(&mut self) {
        self.length = 0;
        self.has_digits = false;
        self.is_padded = false;
    }

    /// Reads on in a length and says where in the input its colon ends; takes all of the input if it does not.
    fn digits(&mut self, input: &mut &[u8], place: Place) -> Result<Option<usize>, Failed> {
        for (index, &byte) in input.iter().enumerate() {
            if byte == b':' {
                self.check_length(place)?;
                return Ok(Some(index + 1));
            }
            if !byte.is_ascii_digit() {
                let kind = DecodeErrorKind::ExpectedColon { found: byte };
                return Err(self.fail(kind, self.at + index as u64, place));
            }
            let tens = self.length.checked_mul(10);
            let longer = tens.and_then(|tens| tens.checked_add(u64::from(byte - b'0')));
            self.length = match longer {
                // The first digit is looked at with the colon.
                Some(length) if !self.has_digits || length <= self.max_string_length => length,
                _ => return Err(self.fail_too_long(place)),
            };
            self.is_padded |= self.has_digits && self.length < 10;
            self.has_digits = true;
        }
        self.take(input, input.len());
        Ok(None)
    }

    fn check_length(&mut self, place: Place) -> Result<(), Failed> {
        if self.length > self.max_string_length {
            return Err(self.fail_too_long(place));
        }
        if self.is_padded {
            self.note(Irregularity::LengthLeadingZero, self.start, place)?;
        }
        Ok(())
    }

    #[cold]
    fn fail_too_long(&mut self, place: Place) -> Failed {
        let limit = offset_of(self.max_string_length);
        self.fail(DecodeErrorKind::StringTooLong { limit }, self.start, place)
    }
}

/// Lengths of so many digits do not overflow.
const COMMON_LENGTH: usize = 18;
