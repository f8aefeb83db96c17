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

/// Where the byte string lies whose first digit `first` stands at `offset`, if its length is regular and has one or two
/// digits, as nearly all have; else [`string`] has to see.
///
/// Two numbers, which stay in registers. A [`StringSpan`] in a result was written to memory and read back at once in other
/// widths, which cost half of all decoding.
#[inline(always)]
pub(crate) fn short_string(
    input: &[u8],
    offset: usize,
    first: u8,
    max_length: usize,
) -> Option<(usize, usize)> {
    let &[_, second, third] = input.get(offset..)?.first_chunk()?;
    let (high, low) = (
        usize::from(first - b'0'),
        usize::from(second.wrapping_sub(b'0')),
    );
    // Which of both it is is not branched on, since nothing would predict it.
    let is_short = second == b':';
    let length = if is_short { high } else { high * 10 + low };
    let colon = if is_short { second } else { third };
    let start = offset + if is_short { 2 } else { 3 };
    let is_regular = is_short || (low < 10 && high > 0);
    let fits = colon == b':' && is_regular && length <= max_length && length <= input.len() - start;
    fits.then_some((start, start + length))
}

/// Reads the byte string whose first digit `first` stands at `offset`, whatever its length.
#[cold]
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
    let mut at = digits_end(input, digits_start + 1);
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

/// Where the digits that begin at `at` end, or a little before that. Eight at a time, because a loop over single digits
/// is left at an unpredictable place.
#[inline(always)]
fn digits_end(input: &[u8], mut at: usize) -> usize {
    while let Some(eight) = input.get(at..).and_then(<[u8]>::first_chunk) {
        let digits = u64::from_le_bytes(*eight) ^ u64::from_le_bytes([b'0'; 8]);
        // The highest bit of each byte that is above 9, and perhaps of later ones.
        let others = (digits.wrapping_add(u64::from_le_bytes([0x76; 8])) | digits)
            & u64::from_le_bytes([0x80; 8]);
        if others != 0 {
            return at + (others.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn short_lengths_are_read_as_any_length_is() {
        let check = |header: [u8; 3], length, limit| {
            let rest = core::iter::repeat(b'x');
            let input: Vec<u8> = header.into_iter().chain(rest).take(length).collect();
            let expect = string(&input, 0, input[0], limit).ok();
            let expect = expect.filter(|span| input.len() >= 3 && span.start <= 3);
            let expect = expect.filter(|span| !span.zero_padded);
            assert_eq!(
                short_string(&input, 0, input[0], limit),
                expect.map(|span| (span.start, span.end)),
                "{} {limit}",
                input.escape_ascii()
            );
        };
        for first in b'0'..=b'9' {
            for second in 0..=255 {
                for third in [b'/', b'0', b'5', b'9', b':', b';', b'e', 0xff] {
                    for length in [1, 2, 3, 12, 45, 103] {
                        for limit in [0, 1, 9, 10, 42, 99, 1_000] {
                            check([first, second, third], length, limit);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn the_end_of_the_digits_is_at_the_first_other_byte() {
        for other in 0..=255u8 {
            for digits in 0..20 {
                let mut input: Vec<u8> = (b'0'..=b'9').cycle().take(digits).collect();
                input.push(other);
                input.extend(b"12e456789012345678901");
                let end = digits_end(&input, 0);
                let is_digit = |byte: &u8| byte.is_ascii_digit();
                let first_other = input.iter().position(|byte| !is_digit(byte));
                assert_eq!(Some(end), first_other, "{}", input.escape_ascii());
            }
        }
        let near_the_end = digits_end(b"1234567890", 0);
        assert!(near_the_end <= 10, "it stops where eight bytes are no more");
    }
}
