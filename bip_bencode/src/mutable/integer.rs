use alloc::borrow::Cow;
use alloc::format;
use core::fmt;

use super::BencodeMut;
use crate::encode::Output;
use crate::error::IntRangeError;
use crate::reference::IntRef;

/// An integer of any size: made from Rust's numbers up to 64 bits, or from a decoded one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Integer<'a> {
    repr: Repr<'a>,
}

/// Each number has one form only, so that the derived equality is that of numbers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Repr<'a> {
    Small {
        is_negative: bool,
        magnitude: u64,
    },
    /// Digits with a magnitude too big for a `u64`, behind a minus sign or none, without leading zeros.
    Big(Cow<'a, str>),
}

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
            Repr::Big(_) => Err(IntRangeError),
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
            Repr::Small { .. } | Repr::Big(_) => Err(IntRangeError),
        }
    }

    /// The number.
    ///
    /// # Errors
    /// Out of range.
    pub fn to_i128(&self) -> Result<i128, IntRangeError> {
        let (is_negative, magnitude) = self.parts()?;
        if is_negative {
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
        match self.parts()? {
            (false, magnitude) => Ok(magnitude),
            (true, _) => Err(IntRangeError),
        }
    }

    /// Whether it is below zero, and how far from it.
    fn parts(&self) -> Result<(bool, u128), IntRangeError> {
        match &self.repr {
            Repr::Small {
                is_negative,
                magnitude,
            } => Ok((*is_negative, (*magnitude).into())),
            Repr::Big(digits) => {
                let magnitude = digits.strip_prefix('-');
                let is_negative = magnitude.is_some();
                let magnitude = magnitude.unwrap_or(digits).parse();
                Ok((is_negative, magnitude.map_err(|_| IntRangeError)?))
            }
        }
    }

    /// The same number, its digits borrowed from here.
    pub(crate) fn borrowed(&self) -> Integer<'_> {
        let repr = match &self.repr {
            Repr::Big(digits) => Repr::Big(Cow::Borrowed(digits)),
            &Repr::Small {
                is_negative,
                magnitude,
            } => Repr::Small {
                is_negative,
                magnitude,
            },
        };
        Integer { repr }
    }

    pub(crate) fn into_owned(self) -> Integer<'static> {
        let repr = match self.repr {
            Repr::Big(digits) => Repr::Big(Cow::Owned(digits.into_owned())),
            Repr::Small {
                is_negative,
                magnitude,
            } => Repr::Small {
                is_negative,
                magnitude,
            },
        };
        Integer { repr }
    }

    /// Writes `i…e`.
    #[inline]
    pub(crate) fn write<O: Output>(&self, output: &mut O) -> Result<(), O::Error> {
        match &self.repr {
            Repr::Small {
                is_negative,
                magnitude,
            } => {
                output.put(if *is_negative { b"i-" } else { b"i" })?;
                output.decimal(*magnitude, b'e')
            }
            Repr::Big(digits) => {
                output.put(b"i")?;
                output.put(digits.as_bytes())?;
                output.put(b"e")
            }
        }
    }
}

impl fmt::Display for Integer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.repr {
            Repr::Small {
                is_negative,
                magnitude,
            } => i128::from(*magnitude)
                .wrapping_mul(if *is_negative { -1 } else { 1 })
                .fmt(f),
            Repr::Big(digits) => match digits.strip_prefix('-') {
                Some(magnitude) => f.pad_integral(false, "", magnitude),
                None => f.pad_integral(true, "", digits),
            },
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
            Err(_) if !is_negative => Repr::Big(Cow::Borrowed(digits)),
            // The sign stands right in front of the digits, unless these begin with zeros.
            Err(_) if int.digits().len() == digits.len() + 1 => {
                Repr::Big(Cow::Borrowed(int.digits()))
            }
            Err(_) => Repr::Big(Cow::Owned(format!("-{digits}"))),
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
    use alloc::vec::Vec;

    fn written(int: impl Into<Integer<'static>>) -> String {
        let mut out = Vec::new();
        let Ok(()) = int.into().write(&mut out);
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
