use core::cmp::Ordering;

use super::containers::Kept;
use super::found::Found;
use super::repetitions::HeldKey;
use super::scan::offset_of;
use super::state::{Fault, State};
use super::tokenizer::Tokenizer;
use crate::decode::Irregularity;
use crate::error::DecodeErrorKind;

/// The tokens that have a length: integers, keys and byte strings. Each function goes on where the last piece ended.
impl Tokenizer {
    /// The first digit of a byte string or key.
    #[inline]
    pub(super) fn begin_length(&mut self, digit: u8, input: &mut &[u8]) {
        self.length = u64::from(digit - b'0');
        self.is_padded = false;
        self.take(input, 1);
    }

    /// The rest of the length of a byte string.
    #[inline]
    pub(super) fn length(&mut self, input: &mut &[u8]) -> Result<Option<Found>, Fault> {
        let end = self
            .digits_of_length(input)
            .map_err(|(kind, offset)| Fault::in_element(kind, offset))?;
        if !end {
            self.state = State::Length;
            return Ok(None);
        }
        if self.length > 0 {
            self.state = State::Content;
        } else {
            self.end_value();
        }
        Ok(Some(Found::Bytes(self.length)))
    }

    /// Content that is there. There is at least one byte of it.
    #[inline]
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
    #[inline]
    pub(super) fn key(&mut self, byte: u8, input: &mut &[u8]) -> Result<Option<Found>, Fault> {
        self.start = self.at;
        if !byte.is_ascii_digit() {
            let kind = DecodeErrorKind::ExpectedKey { found: byte };
            return Err(Fault::in_container(kind, self.at));
        }
        self.begin_length(byte, input);
        self.key_length(input)
    }

    /// The rest of the length of a key, and its content if that is there.
    #[inline]
    pub(super) fn key_length(&mut self, input: &mut &[u8]) -> Result<Option<Found>, Fault> {
        let end = self
            .digits_of_length(input)
            .map_err(|(kind, offset)| Fault::in_container(kind, offset))?;
        if !end {
            self.state = State::KeyLength;
            return Ok(None);
        }
        self.check_key_length()
            .map_err(|kind| Fault::in_container(kind, self.start))?;
        if self.length > input.len() as u64 {
            self.state = State::KeyContent;
            self.containers.begin_partial_key();
            return self.key_content(input);
        }
        let key = &input[..self.length as usize];
        let order = self.containers.whole_key(key, self.kept, self.start);
        self.take(input, key.len());
        self.end_key(order)
    }

    /// The rest of the content of a key.
    pub(super) fn key_content(&mut self, input: &mut &[u8]) -> Result<Option<Found>, Fault> {
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

    #[inline]
    fn end_key(&mut self, order: Ordering) -> Result<Option<Found>, Fault> {
        self.state = State::Value;
        if order != Ordering::Greater {
            self.note_order(order)?;
        }
        Ok(Some(Found::Key))
    }

    /// For a key that does not sort behind the one in front of it.
    #[cold]
    fn note_order(&mut self, order: Ordering) -> Result<(), Fault> {
        let irregularity = if order == Ordering::Equal {
            Irregularity::DuplicateKey
        } else {
            self.containers.set_unsorted();
            Irregularity::UnsortedKey
        };
        self.note(irregularity, self.start)
            .map_err(|kind| Fault::in_element(kind, self.start))
    }

    #[inline]
    fn check_key_length(&self) -> Result<(), DecodeErrorKind> {
        let limit = self.max_key_length;
        if self.length > limit as u64 {
            return Err(DecodeErrorKind::KeyTooLong { limit });
        }
        let bookkeeping = match self.kept {
            Kept::Newest => 0,
            Kept::All => size_of::<HeldKey>(),
        };
        // The length fits, since it is within the limit above.
        let needed = (self.length as usize).saturating_add(bookkeeping);
        let limit = self.max_keys_memory;
        if self.containers.keys_memory().saturating_add(needed) > limit {
            return Err(DecodeErrorKind::KeysTooLarge { limit });
        }
        Ok(())
    }

    /// Reads on in a length and says whether its colon was reached and taken.
    #[inline]
    fn digits_of_length(&mut self, input: &mut &[u8]) -> Result<bool, (DecodeErrorKind, u64)> {
        let bytes = *input;
        for (count, &byte) in bytes.iter().enumerate() {
            if byte == b':' {
                self.take(input, count + 1);
                return self.check_length().map(|()| true);
            }
            if !byte.is_ascii_digit() {
                let kind = DecodeErrorKind::ExpectedColon { found: byte };
                return Err((kind, self.at + count as u64));
            }
            self.is_padded |= self.length == 0;
            self.length = self
                .length
                .checked_mul(10)
                .and_then(|tens| tens.checked_add(u64::from(byte - b'0')))
                .filter(|&length| length <= self.max_string_length)
                .ok_or_else(|| self.string_too_long())?;
        }
        self.take(input, bytes.len());
        Ok(false)
    }

    #[inline]
    fn check_length(&mut self) -> Result<(), (DecodeErrorKind, u64)> {
        if self.length > self.max_string_length {
            return Err(self.string_too_long());
        }
        if self.is_padded {
            self.note(Irregularity::LengthLeadingZero, self.start)
                .map_err(|kind| (kind, self.start))?;
        }
        Ok(())
    }

    #[cold]
    fn string_too_long(&self) -> (DecodeErrorKind, u64) {
        let limit = offset_of(self.max_string_length);
        (DecodeErrorKind::StringTooLong { limit }, self.start)
    }

    /// An integer, from its `i` on.
    #[inline]
    pub(super) fn whole_int(&mut self, input: &mut &[u8]) -> Result<Option<Found>, Fault> {
        // Nearly every integer there is lies in one piece, is regular and has few digits.
        let sign = usize::from(input.get(1) == Some(&b'-'));
        let digits = input.get(1 + sign..).unwrap_or_default();
        let is_regular = match digits {
            [b'1'..=b'9', ..] => true,
            [b'0', b'e', ..] => sign == 0,
            _ => false,
        };
        let count = digits
            .iter()
            .take(COMMON_INT_LENGTH.min(self.max_int_length))
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        if is_regular && digits.get(count) == Some(&b'e') && count > 0 {
            self.take(input, 1 + sign + count + 1);
            self.end_value();
            return Ok(Some(Found::Int));
        }
        self.gathered.clear();
        self.take(input, 1);
        self.int(input)
    }

    /// The rest of an integer, after its `i`.
    #[cold]
    pub(super) fn int(&mut self, input: &mut &[u8]) -> Result<Option<Found>, Fault> {
        self.state = State::Int;
        if self.gathered.is_empty() && input.first() == Some(&b'-') {
            self.gathered.push(b'-');
            self.take(input, 1);
        }
        let sign = usize::from(self.gathered.first() == Some(&b'-'));
        let limit = self.max_int_length;
        let left = limit - (self.gathered.len() - sign);
        let digits = input.iter().take_while(|byte| byte.is_ascii_digit());
        let count = digits.count();
        if count > left {
            let kind = DecodeErrorKind::IntTooLong { limit };
            return Err(Fault::in_element(kind, self.start));
        }
        self.gathered.extend_from_slice(&input[..count]);
        self.take(input, count);
        let has_digits = self.gathered.len() > sign;
        match input.first() {
            None => Ok(None),
            Some(b'e') if has_digits => {
                self.take(input, 1);
                self.end_gathered_int()
            }
            Some(&found) => {
                let kind = match has_digits {
                    true => DecodeErrorKind::ExpectedIntEnd { found },
                    false => DecodeErrorKind::ExpectedDigit { found },
                };
                Err(Fault::in_element(kind, self.at))
            }
        }
    }

    fn end_gathered_int(&mut self) -> Result<Option<Found>, Fault> {
        let start = self.start;
        // Taken out for the loop: what an integer has is found by its text, what becomes of it by the options.
        let text = core::mem::take(&mut self.gathered);
        let mut irregularities = Irregularity::of_int(&text);
        let noted = irregularities.try_for_each(|irregularity| self.note(irregularity, start));
        drop(irregularities);
        self.gathered = text;
        noted.map_err(|kind| Fault::in_element(kind, start))?;
        self.end_value();
        Ok(Some(Found::GatheredInt))
    }
}

/// Integers of so many digits fit 64 bits.
const COMMON_INT_LENGTH: usize = 18;
