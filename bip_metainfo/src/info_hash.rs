use std::fmt;
use std::str::FromStr;

use sha1::{Digest, Sha1};
use thiserror::Error;

use crate::hex::Hex;
use crate::names::names;

/// The SHA-1 digest that names a version 1 torrent: 20 bytes over its raw info dictionary (BEP 3).
///
/// ```
/// use bip_metainfo::InfoHash;
///
/// let hash: InfoHash = "6162616261626162616261626162616261626162".parse()?;
/// assert_eq!(hash, "MFRGCYTBMJQWEYLCMFRGCYTBMJQWEYLC".parse()?); // the base32 of old magnet links
/// assert_eq!(hash.to_string(), "6162616261626162616261626162616261626162");
/// # Ok::<(), bip_metainfo::ParseInfoHashError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InfoHash([u8; InfoHash::LENGTH]);

impl InfoHash {
    /// How many bytes an info-hash has.
    pub const LENGTH: usize = 20;

    /// Takes 20 bytes that are a hash already.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; Self::LENGTH]) -> Self {
        Self(bytes)
    }

    /// Hashes `bytes`, the raw info dictionary.
    #[must_use]
    pub fn digest(bytes: &[u8]) -> Self {
        Self(Sha1::digest(bytes).into())
    }

    /// The 20 bytes, by value: what crosses to the other crates.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; Self::LENGTH] {
        self.0
    }

    /// The 20 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }
}

impl From<[u8; InfoHash::LENGTH]> for InfoHash {
    fn from(bytes: [u8; InfoHash::LENGTH]) -> Self {
        Self(bytes)
    }
}

impl From<InfoHash> for [u8; InfoHash::LENGTH] {
    fn from(hash: InfoHash) -> Self {
        hash.0
    }
}

impl AsRef<[u8]> for InfoHash {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// 40 lower-case hexadecimal digits.
impl fmt::Display for InfoHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Hex(&self.0).fmt(f)
    }
}

impl fmt::Debug for InfoHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InfoHash({self})")
    }
}

/// Reads 40 hexadecimal digits or 32 characters of base32, in any case (BEP 9, "magnet URI format").
impl FromStr for InfoHash {
    type Err = ParseInfoHashError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut hash = [0; Self::LENGTH];
        let read = match text.len() {
            40 => decode_digits(text, &mut hash, 4, |byte| (byte as char).to_digit(16)),
            32 => decode_digits(text, &mut hash, 5, base32_value),
            length => return Err(ParseInfoHashError::Length { length }),
        };
        read.map_or(Err(ParseInfoHashError::Digit), |()| Ok(Self(hash)))
    }
}

/// Shifts digits of `bits` bits each into `out`, which they fill exactly.
pub(crate) fn decode_digits(
    text: &str,
    out: &mut [u8],
    bits: u32,
    value: impl Fn(u8) -> Option<u32>,
) -> Option<()> {
    let (mut pending, mut pending_bits) = (0u32, 0u32);
    let mut out = out.iter_mut();
    for byte in text.bytes() {
        pending = (pending << bits) | value(byte)?;
        pending_bits += bits;
        if pending_bits >= 8 {
            pending_bits -= 8;
            *out.next()? = (pending >> pending_bits) as u8;
            pending &= (1 << pending_bits) - 1;
        }
    }
    Some(())
}

fn base32_value(byte: u8) -> Option<u32> {
    match byte.to_ascii_uppercase() {
        letter @ b'A'..=b'Z' => Some(u32::from(letter - b'A')),
        digit @ b'2'..=b'7' => Some(u32::from(digit - b'2') + 26),
        _ => None,
    }
}

/// Why a text is no info-hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ParseInfoHashError {
    /// Neither 40 nor 32 characters, or of version 2, not 64.
    #[error("no info-hash has {length} characters")]
    #[non_exhaustive]
    Length {
        /// The length found, in bytes.
        length: usize,
    },
    /// The right length, but a character that is no digit.
    #[error("an info-hash holds a character that is no digit")]
    Digit,
}

names! {
    ParseInfoHashError, "digit":
    Length "length",
    Digit "digit",
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: Result<[u8; 20], ParseInfoHashError>) {
        assert_eq!(
            text.parse::<InfoHash>().map(InfoHash::to_bytes),
            expect,
            "{text}"
        );
    }

    #[test]
    fn both_notations_are_read_in_any_case() {
        check(
            "6162616261626162616261626162616261626162",
            Ok(*b"abababababababababab"),
        );
        check(
            "MFRGCYTBMJQWEYLCMFRGCYTBMJQWEYLC",
            Ok(*b"abababababababababab"),
        );
        check(
            "mfrgcytbmjqweylcMFRGCYTBMJQWEYLC",
            Ok(*b"abababababababababab"),
        );
        check("CDcdCDcdCDcdCDcdCDcdCDcdCDcdCDcdCDcdCDcd", Ok([0xcd; 20]));
        check("77777777777777777777777777777777", Ok([0xff; 20]));
    }

    #[test]
    fn anything_else_is_refused() {
        check("", Err(ParseInfoHashError::Length { length: 0 }));
        check(
            &"a".repeat(41),
            Err(ParseInfoHashError::Length { length: 41 }),
        );
        check(&"g".repeat(40), Err(ParseInfoHashError::Digit));
        check(&"1".repeat(32), Err(ParseInfoHashError::Digit));
        check(&"é".repeat(20), Err(ParseInfoHashError::Digit));
    }

    #[test]
    fn what_is_written_is_read_again() {
        let hash = InfoHash::digest(b"abc");
        assert_eq!(hash.to_string(), "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(hash.to_string().parse(), Ok(hash));
    }
}
