//! The two scalars, read from their first byte to their last. Small and inlined: the decoder's hot loop is made of them.

use crate::error::DecodeErrorKind;

/// What was wrong and at which byte.
pub(crate) type LexError = (DecodeErrorKind, usize);

/// Where the bytes of a byte string lie.
pub(crate) struct StringSpan {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Its length is written with leading zeros.
    pub(crate) zero_padded: bool,
}

/// Reads the byte string whose first digit `first` stands at `offset`.
#[inline(always)]
pub(crate) fn string(
    input: &[u8],
    offset: usize,
    first: u8,
    max_length: usize,
) -> Result<StringSpan, LexError> {
    let mut length = u64::from(first - b'0');
    let mut at = offset + 1;
    loop {
        match input.get(at) {
            Some(b':') => break,
            Some(digit @ b'0'..=b'9') => {
                length = length * 10 + u64::from(digit - b'0');
                // Also what keeps the next round from overflowing.
                if length > max_length as u64 {
                    return Err((DecodeErrorKind::StringTooLong { limit: max_length }, offset));
                }
                at += 1;
            }
            Some(&found) => return Err((DecodeErrorKind::ExpectedColon { found }, at)),
            None => return Err((DecodeErrorKind::UnexpectedEnd, at)),
        }
    }
    let length = length as usize;
    if length > max_length {
        return Err((DecodeErrorKind::StringTooLong { limit: max_length }, offset));
    }
    let start = at + 1;
    let available = input.len() - start;
    if length > available {
        return Err((
            DecodeErrorKind::StringPastEnd {
                missing: length - available,
            },
            offset,
        ));
    }
    Ok(StringSpan {
        start,
        end: start + length,
        zero_padded: first == b'0' && at > offset + 1,
    })
}

/// Where an integer's text lies, between its `i` and its `e`.
pub(crate) struct IntSpan {
    pub(crate) end: usize,
    pub(crate) negative: bool,
    pub(crate) digits_start: usize,
}

impl IntSpan {
    /// Whether it needs a closer look: more than one digit beginning with 0, a negative zero, or so many digits that it
    /// may not fit 64 bits.
    #[inline(always)]
    pub(crate) fn is_suspect(&self, input: &[u8]) -> bool {
        let digit_count = self.end - self.digits_start;
        digit_count > 18 || (input[self.digits_start] == b'0' && (digit_count > 1 || self.negative))
    }
}

/// Reads the integer whose `i` stands at `offset`.
#[inline(always)]
pub(crate) fn int(input: &[u8], offset: usize) -> Result<IntSpan, LexError> {
    let negative = input.get(offset + 1) == Some(&b'-');
    let digits_start = offset + 1 + usize::from(negative);
    match input.get(digits_start) {
        Some(b'0'..=b'9') => {}
        Some(&found) => return Err((DecodeErrorKind::ExpectedDigit { found }, digits_start)),
        None => return Err((DecodeErrorKind::UnexpectedEnd, input.len())),
    }
    let mut at = digits_start + 1;
    loop {
        match input.get(at) {
            Some(b'e') => {
                return Ok(IntSpan {
                    end: at,
                    negative,
                    digits_start,
                });
            }
            Some(b'0'..=b'9') => at += 1,
            Some(&found) => return Err((DecodeErrorKind::ExpectedIntEnd { found }, at)),
            None => return Err((DecodeErrorKind::UnexpectedEnd, at)),
        }
    }
}
