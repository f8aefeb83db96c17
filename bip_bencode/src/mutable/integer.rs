use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt;

use super::BencodeMut;
use crate::error::IntRangeError;
use crate::reference::IntRef;

/// An integer of any size: made from Rust's numbers up to 64 bits, or from a decoded one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Integer<'a> {
    repr: Repr<'a>,
}

/// Each number has one form only, so that the derived equality is that of numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Repr<'a> {
    Small {
        is_negative: bool,
        magnitude: u64,
    },
    /// The magnitude's digits, too many for a `u64`, without leading zeros.
    Big {
        is_negative: bool,
        digits: Cow<'a, str>,
    },
}

/// The digits of the longest `u64`.
const U64_DIGITS: usize = 20;

impl Integer<'_> {
    /// The number.
    ///
    /// # Errors
    /// Out of range.
    pub fn to_i64(&self) -> Result<i64, IntRangeError> {
        match self.repr {
            Repr::Small {
                is_negative: true,
                magnitude,
            } => 0i64.checked_sub_unsigned(magnitude).ok_or(IntRangeError),
            Repr::Small {
                is_negative: false,
                magnitude,
            } => i64::try_from(magnitude).map_err(|_| IntRangeError),
            Repr::Big { .. } => Err(IntRangeError),
        }
    }

    /// The number.
    ///
    /// # Errors
    /// Out of range; every number below zero is.
    pub fn to_u64(&self) -> Result<u64, IntRangeError> {
        match self.repr {
            Repr::Small {
                is_negative: false,
                magnitude,
            } => Ok(magnitude),
            Repr::Small { .. } | Repr::Big { .. } => Err(IntRangeError),
        }
    }

    /// The same number, its digits borrowed from here.
    pub(crate) fn borrowed(&self) -> Integer<'_> {
        Integer {
            repr: match &self.repr {
                Repr::Small {
                    is_negative,
                    magnitude,
                } => Repr::Small {
                    is_negative: *is_negative,
                    magnitude: *magnitude,
                },
                Repr::Big {
                    is_negative,
                    digits,
                } => Repr::Big {
                    is_negative: *is_negative,
                    digits: Cow::Borrowed(digits),
                },
            },
        }
    }

    pub(super) fn into_owned(self) -> Integer<'static> {
        Integer {
            repr: match self.repr {
                Repr::Small {
                    is_negative,
                    magnitude,
                } => Repr::Small {
                    is_negative,
                    magnitude,
                },
                Repr::Big {
                    is_negative,
                    digits,
                } => Repr::Big {
                    is_negative,
                    digits: Cow::Owned(digits.into_owned()),
                },
            },
        }
    }

    /// Appends `i…e`.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        let (is_negative, magnitude) = match &self.repr {
            Repr::Small {
                is_negative,
                magnitude,
            } => (*is_negative, *magnitude),
            Repr::Big {
                is_negative,
                digits,
            } => {
                out.extend_from_slice(if *is_negative { b"i-" } else { b"i" });
                out.extend_from_slice(digits.as_bytes());
                out.push(b'e');
                return;
            }
        };
        out.extend_from_slice(if is_negative { b"i-" } else { b"i" });
        write_decimal(magnitude, b'e', out);
    }
}

/// Appends the number and one more byte. (Formatting machinery would cost several times as much.)
#[inline]
pub(crate) fn write_decimal(mut number: u64, terminator: u8, out: &mut Vec<u8>) {
    if number < 10 {
        out.extend_from_slice(&[b'0' + number as u8, terminator]);
        return;
    }
    let mut text = [0; U64_DIGITS + 1];
    let mut start = U64_DIGITS;
    text[start] = terminator;
    while number > 0 {
        start -= 1;
        text[start] = b'0' + (number % 10) as u8;
        number /= 10;
    }
    out.extend_from_slice(&text[start..]);
}

impl fmt::Display for Integer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.repr {
            Repr::Small {
                is_negative,
                magnitude,
            } => {
                write!(f, "{}{magnitude}", if *is_negative { "-" } else { "" })
            }
            Repr::Big {
                is_negative,
                digits,
            } => f.pad_integral(!is_negative, "", digits),
        }
    }
}

impl<'a> From<IntRef<'a>> for Integer<'a> {
    fn from(int: IntRef<'a>) -> Integer<'a> {
        let is_negative = int.is_negative();
        let digits = int.magnitude();
        let repr = match digits.parse() {
            Ok(magnitude) => Repr::Small {
                is_negative,
                magnitude,
            },
            Err(_) => Repr::Big {
                is_negative,
                digits: Cow::Borrowed(digits),
            },
        };
        Integer { repr }
    }
}

macro_rules! from_numbers {
    ($($type:ty),*) => {$(
        impl From<$type> for Integer<'_> {
            fn from(number: $type) -> Self {
                #[allow(unused_comparisons, reason = "one body serves signed and unsigned types")]
                let is_negative = number < 0;
                // Wrapping is the way to the magnitude of the lowest number, which has no positive twin.
                let magnitude = if is_negative { (number as u64).wrapping_neg() } else { number as u64 };
                Integer { repr: Repr::Small { is_negative, magnitude } }
            }
        }

        impl From<$type> for BencodeMut<'_> {
            fn from(number: $type) -> Self {
                BencodeMut::new_int(number)
            }
        }
    )*};
}

from_numbers!(i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::{String, ToString};

    fn written(int: impl Into<Integer<'static>>) -> String {
        let mut out = Vec::new();
        int.into().write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_number_is_written_with_its_own_digits() {
        assert_eq!(written(0u8), "i0e");
        assert_eq!(written(10u8), "i10e");
        assert_eq!(written(-9i8), "i-9e");
        assert_eq!(written(i8::MIN), "i-128e");
        assert_eq!(written(i64::MIN), "i-9223372036854775808e");
        assert_eq!(written(i64::MAX), "i9223372036854775807e");
        assert_eq!(written(u64::MAX), "i18446744073709551615e");
        assert_eq!(
            written(IntRef::new(b"-100000000000000000000000")),
            "i-100000000000000000000000e"
        );
        assert_eq!(written(IntRef::new(b"-0")), "i0e");
    }

    #[test]
    fn numbers_come_back_or_are_out_of_range() {
        assert_eq!(Integer::from(i64::MIN).to_i64(), Ok(i64::MIN));
        assert_eq!(Integer::from(-1).to_u64(), Err(IntRangeError));
        assert_eq!(Integer::from(u64::MAX).to_i64(), Err(IntRangeError));
        assert_eq!(Integer::from(u64::MAX).to_u64(), Ok(u64::MAX));
        assert_eq!(
            Integer::from(IntRef::new(b"18446744073709551616")).to_u64(),
            Err(IntRangeError)
        );
        assert_eq!(Integer::from(IntRef::new(b"-07")), Integer::from(-7));
        assert_eq!(Integer::from(i64::MIN).to_string(), i64::MIN.to_string());
    }
}
