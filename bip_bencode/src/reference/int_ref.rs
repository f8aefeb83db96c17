use core::fmt;

use crate::error::IntRangeError;

/// An integer of any size, as its digits in the input.
///
/// Equal when the numbers are, however they are written.
#[derive(Clone, Copy)]
pub struct IntRef<'a> {
    /// ASCII: an optional `-` and at least one digit.
    text: &'a [u8],
}

impl<'a> IntRef<'a> {
    #[inline]
    pub(crate) fn new(text: &'a [u8]) -> IntRef<'a> {
        IntRef { text }
    }

    /// The digits as they stand in the input, with the minus sign if there is one.
    pub fn digits(&self) -> &'a str {
        // Only ASCII gets here, so the fallback is never taken.
        core::str::from_utf8(self.text).unwrap_or("0")
    }

    /// The digits without sign and without leading zeros.
    pub fn magnitude(&self) -> &'a str {
        let digits = self.digits();
        let digits = digits.strip_prefix('-').unwrap_or(digits);
        match digits.trim_start_matches('0') {
            "" => "0",
            magnitude => magnitude,
        }
    }

    /// Whether the number is below zero; `-0` is not.
    pub fn is_negative(&self) -> bool {
        self.text.first() == Some(&b'-') && self.magnitude() != "0"
    }

    /// The number.
    ///
    /// # Errors
    /// Out of range.
    #[inline]
    pub fn to_i64(&self) -> Result<i64, IntRangeError> {
        let (is_negative, magnitude) = self.parts()?;
        if is_negative {
            0i64.checked_sub_unsigned(magnitude).ok_or(IntRangeError)
        } else {
            i64::try_from(magnitude).map_err(|_| IntRangeError)
        }
    }

    /// The number.
    ///
    /// # Errors
    /// Out of range; every number below zero is.
    #[inline]
    pub fn to_u64(&self) -> Result<u64, IntRangeError> {
        match self.parts()? {
            (true, 1..) => Err(IntRangeError),
            (_, magnitude) => Ok(magnitude),
        }
    }

    /// The number.
    ///
    /// # Errors
    /// Out of range.
    pub fn to_i128(&self) -> Result<i128, IntRangeError> {
        let magnitude = self.magnitude().parse().map_err(|_| IntRangeError)?;
        if self.is_negative() {
            0i128.checked_sub_unsigned(magnitude).ok_or(IntRangeError)
        } else {
            i128::try_from(magnitude).map_err(|_| IntRangeError)
        }
    }

    /// The number.
    ///
    /// # Errors
    /// Out of range; every number below zero is.
    pub fn to_u128(&self) -> Result<u128, IntRangeError> {
        if self.is_negative() {
            return Err(IntRangeError);
        }
        self.magnitude().parse().map_err(|_| IntRangeError)
    }

    #[inline]
    fn parts(&self) -> Result<(bool, u64), IntRangeError> {
        let (is_negative, digits) = match self.text {
            [b'-', digits @ ..] => (true, digits),
            digits => (false, digits),
        };
        let mut magnitude = 0u64;
        if digits.len() <= 19 {
            // 19 digits cannot overflow.
            for digit in digits {
                magnitude = magnitude * 10 + u64::from(digit - b'0');
            }
        } else {
            for digit in digits {
                magnitude = magnitude
                    .checked_mul(10)
                    .and_then(|tens| tens.checked_add(u64::from(digit - b'0')))
                    .ok_or(IntRangeError)?;
            }
        }
        Ok((is_negative, magnitude))
    }
}

impl PartialEq for IntRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
            || (self.is_negative() == other.is_negative() && self.magnitude() == other.magnitude())
    }
}

impl Eq for IntRef<'_> {}

impl fmt::Display for IntRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad_integral(!self.is_negative(), "", self.magnitude())
    }
}

impl fmt::Debug for IntRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IntRef({})", self.digits())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, i64: Option<i64>, u64: Option<u64>) {
        let int = IntRef::new(text.as_bytes());
        assert_eq!(int.to_i64().ok(), i64, "{text} as i64");
        assert_eq!(int.to_u64().ok(), u64, "{text} as u64");
    }

    #[test]
    fn numbers_are_exact_to_the_edges_of_both_types_and_refused_one_past_them() {
        check("0", Some(0), Some(0));
        check("-1", Some(-1), None);
        check("9223372036854775807", Some(i64::MAX), Some(i64::MAX as u64));
        check("9223372036854775808", None, Some(1 << 63));
        check("-9223372036854775808", Some(i64::MIN), None);
        check("-9223372036854775809", None, None);
        check("18446744073709551615", None, Some(u64::MAX));
        check("18446744073709551616", None, None);
        check("1000000000000000000000000000000", None, None);
        check("-1000000000000000000000000000000", None, None);
    }

    fn check_wide(text: &str, i128: Option<i128>, u128: Option<u128>) {
        let int = IntRef::new(text.as_bytes());
        assert_eq!(int.to_i128().ok(), i128, "{text} as i128");
        assert_eq!(int.to_u128().ok(), u128, "{text} as u128");
        let int = crate::mutable::Integer::from(int);
        assert_eq!(int.to_i128().ok(), i128, "{text}, built, as i128");
        assert_eq!(int.to_u128().ok(), u128, "{text}, built, as u128");
    }

    #[test]
    fn wide_numbers_are_exact_to_the_edges_of_both_types_and_refused_one_past_them() {
        check_wide("0", Some(0), Some(0));
        check_wide("-00", Some(0), Some(0));
        check_wide("-1", Some(-1), None);
        check_wide("18446744073709551616", Some(1 << 64), Some(1 << 64));
        check_wide("-18446744073709551616", Some(-(1 << 64)), None);
        check_wide(
            "170141183460469231731687303715884105727",
            Some(i128::MAX),
            Some(i128::MAX as u128),
        );
        check_wide(
            "170141183460469231731687303715884105728",
            None,
            Some(1 << 127),
        );
        check_wide(
            "-170141183460469231731687303715884105728",
            Some(i128::MIN),
            None,
        );
        check_wide("-170141183460469231731687303715884105729", None, None);
        check_wide(
            "340282366920938463463374607431768211455",
            None,
            Some(u128::MAX),
        );
        check_wide("340282366920938463463374607431768211456", None, None);
    }

    #[test]
    fn irregular_spellings_have_the_value_they_spell() {
        check("-0", Some(0), Some(0));
        check("-03", Some(-3), None);
        check(
            "00000000000000000000000000000000000000042",
            Some(42),
            Some(42),
        );
        assert_eq!(IntRef::new(b"-03"), IntRef::new(b"-3"));
        assert_eq!(IntRef::new(b"-0"), IntRef::new(b"0"));
        assert_ne!(IntRef::new(b"-3"), IntRef::new(b"3"));
        assert!(!IntRef::new(b"-00").is_negative());
        assert_eq!(IntRef::new(b"-03").digits(), "-03");
        assert_eq!(
            alloc::format!("{} {:>5}", IntRef::new(b"-007"), IntRef::new(b"7")),
            "-7     7"
        );
    }
}
