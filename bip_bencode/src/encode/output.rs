use alloc::vec::Vec;
use core::convert::Infallible;
use core::fmt;
use core::hash::Hasher;

use super::digits::write_digits;

/// The digits of the longest `u64`.
const U64_DIGITS: usize = 20;

/// Where encoded bytes go, or what is made of them.
pub(crate) trait Output {
    type Error;

    fn put(&mut self, bytes: &[u8]) -> Result<(), Self::Error>;

    /// The number and one more byte. (Formatting machinery would cost several times as much.)
    #[inline]
    fn decimal(&mut self, mut number: u64, terminator: u8) -> Result<(), Self::Error> {
        if number < 10 {
            return self.put(&[b'0' + number as u8, terminator]);
        }
        let mut text = [0; U64_DIGITS + 1];
        let mut start = U64_DIGITS;
        text[start] = terminator;
        while number > 0 {
            start -= 1;
            text[start] = b'0' + (number % 10) as u8;
            number /= 10;
        }
        self.put(&text[start..])
    }

    /// `4:spam`.
    #[inline]
    fn string(&mut self, bytes: &[u8]) -> Result<(), Self::Error> {
        self.decimal(bytes.len() as u64, b':')?;
        self.put(bytes)
    }
}

impl Output for Vec<u8> {
    type Error = Infallible;

    #[inline]
    fn put(&mut self, bytes: &[u8]) -> Result<(), Infallible> {
        self.extend_from_slice(bytes);
        Ok(())
    }

    #[inline]
    fn decimal(&mut self, number: u64, terminator: u8) -> Result<(), Infallible> {
        match number {
            0..10 => self.extend_from_slice(&[b'0' + number as u8, terminator]),
            10..100 => self.extend_from_slice(&[
                b'0' + (number / 10) as u8,
                b'0' + (number % 10) as u8,
                terminator,
            ]),
            _ => {
                write_digits(self, number);
                self.push(terminator);
            }
        }
        Ok(())
    }
}

/// Only counts: in 64 bits, since a value may borrow the same bytes more often than 32 bits could count.
pub(super) struct Length(pub(super) u64);

impl Output for Length {
    type Error = Infallible;

    #[inline]
    fn put(&mut self, bytes: &[u8]) -> Result<(), Infallible> {
        self.0 += bytes.len() as u64;
        Ok(())
    }

    #[inline]
    fn decimal(&mut self, number: u64, _: u8) -> Result<(), Infallible> {
        let digits = match number {
            0..10 => 1,
            10..100 => 2,
            _ => number.ilog10() + 1,
        };
        self.0 += u64::from(digits) + 1;
        Ok(())
    }
}

/// Encoded bytes as text.
pub(crate) struct Escaped<'f, 'b>(pub(crate) &'f mut fmt::Formatter<'b>);

impl Output for Escaped<'_, '_> {
    type Error = fmt::Error;

    fn put(&mut self, bytes: &[u8]) -> fmt::Result {
        write!(self.0, "{}", bytes.escape_ascii())
    }
}

/// Encoded bytes for a hash table: equal values have the same.
pub(crate) struct Hashed<'h, H>(pub(crate) &'h mut H);

impl<H: Hasher> Output for Hashed<'_, H> {
    type Error = Infallible;

    fn put(&mut self, bytes: &[u8]) -> Result<(), Infallible> {
        self.0.write(bytes);
        Ok(())
    }
}
