use core::mem;

use super::found::Found;
use super::state::{Failed, Place, State};
use super::tokenizer::Tokenizer;
use crate::decode::Irregularity;
use crate::error::DecodeErrorKind;

/// Integers. Where a piece of the input ends within one, the next goes on there.
impl Tokenizer {
    /// An integer, from its `i` on.
    #[inline(always)]
    pub(super) fn whole_int(&mut self, input: &mut &[u8]) -> Result<Option<Found>, Failed> {
        // Nearly every integer there is lies in one piece, is regular and has few digits.
        let sign = usize::from(input.get(1) == Some(&b'-'));
        let is_regular = match input.get(1 + sign) {
            Some(b'1'..=b'9') => true,
            Some(b'0') => sign == 0 && input.get(2) == Some(&b'e'),
            _ => false,
        };
        let mut end = 1 + sign;
        while let Some(b'0'..=b'9') = input.get(end) {
            end += 1;
        }
        let count = end - (1 + sign);
        let is_short = count <= COMMON_INT_LENGTH.min(self.max_int_length);
        if is_regular && is_short && input.get(end) == Some(&b'e') {
            self.take(input, end + 1);
            self.end_value();
            return Ok(Some(Found::Int));
        }
        self.gathered.clear();
        self.take(input, 1);
        self.int(input)
    }

    /// The rest of an integer, after its `i`.
    #[cold]
    pub(super) fn int(&mut self, input: &mut &[u8]) -> Result<Option<Found>, Failed> {
        self.state = State::Int;
        if self.gathered.is_empty() && input.first() == Some(&b'-') {
            self.gathered.push(b'-');
            self.take(input, 1);
        }
        let sign = usize::from(self.gathered.first() == Some(&b'-'));
        let digits = input.iter().take_while(|byte| byte.is_ascii_digit());
        let count = digits.count();
        let limit = self.max_int_length;
        if count > limit - (self.gathered.len() - sign) {
            let kind = DecodeErrorKind::IntTooLong { limit };
            return Err(self.fail(kind, self.start, Place::Element));
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
                Err(self.fail(kind, self.at, Place::Element))
            }
        }
    }

    fn end_gathered_int(&mut self) -> Result<Option<Found>, Failed> {
        // Out of the way for the loop, in which what is found changes the tokenizer.
        let text = mem::take(&mut self.gathered);
        let noted = Irregularity::of_int(&text)
            .try_for_each(|irregularity| self.note(irregularity, self.start, Place::Element));
        self.gathered = text;
        noted?;
        self.end_value();
        Ok(Some(Found::GatheredInt))
    }
}

/// Integers of so many digits fit 64 bits.
const COMMON_INT_LENGTH: usize = 18;
