use alloc::vec::Vec;

/// Appends the number. Copies of constant length, which are single instructions, at the price of bytes that are taken
/// back.
pub(super) fn write_digits(out: &mut Vec<u8>, number: u64) {
    let (high, low) = (number / 100_000_000, number % 100_000_000);
    let digits = eight_digits(low as u32);
    let text = digits | 0x3030_3030_3030_3030;
    if high > 0 {
        match high {
            0..10 => out.push(b'0' + high as u8),
            10..100 => out.extend_from_slice(&[b'0' + (high / 10) as u8, b'0' + (high % 10) as u8]),
            _ => write_digits(out, high),
        }
        out.extend_from_slice(&text.to_le_bytes());
        return;
    }
    let zeros = (digits.trailing_zeros() / 8).min(7) as usize;
    if out.capacity() - out.len() >= 8 {
        let end = out.len() + 8 - zeros;
        out.extend_from_slice(&(text >> (8 * zeros)).to_le_bytes());
        out.truncate(end);
    } else {
        out.extend_from_slice(&text.to_le_bytes()[zeros..]);
    }
}

/// The digits of a number below 10^8, a byte each, the first in the lowest: two halves, four quarters and eight
/// digits are taken apart side by side in one word.
#[inline]
fn eight_digits(number: u32) -> u64 {
    let halves = u64::from(number / 10_000) | u64::from(number % 10_000) << 32;
    // 10,486 / 2^20 is a hundredth and 103 / 2^10 a tenth, as exactly as it takes here.
    let hundreds = ((halves * 10_486) >> 20) & 0x0000_007f_0000_007f;
    let quarters = hundreds | (halves - 100 * hundreds) << 16;
    let tens = ((quarters * 103) >> 10) & 0x000f_000f_000f_000f;
    tens | (quarters - 10 * tens) << 8
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::{String, ToString};
    use proptest::prelude::*;

    /// With room behind it and without.
    fn check(number: u64) {
        for capacity in [0, 100] {
            let mut out = Vec::with_capacity(capacity);
            write_digits(&mut out, number);
            assert_eq!(String::from_utf8(out).unwrap(), number.to_string());
        }
    }

    #[test]
    fn numbers_on_either_side_of_each_power_of_ten_have_their_digits() {
        for exponent in 0..20 {
            let power = 10u64.pow(exponent);
            [power - 1, power, power + 1].into_iter().for_each(check);
        }
        check(u64::MAX);
        (0..100_000).for_each(check);
    }

    proptest! {
        #[test]
        fn every_number_has_its_digits(number: u64, shift in 0..64u32) {
            check(number >> shift);
        }
    }
}
