use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::hex::Hex;
use crate::info_hash::{InfoHash, ParseInfoHashError, decode_digits};

/// The SHA-256 digest that names a version 2 torrent: 32 bytes over its raw info dictionary (BEP 52, "infohash").
///
/// ```
/// use bip_metainfo::InfoHashV2;
///
/// let hash: InfoHashV2 = "caf1e1c30e81cb361b9ee167c4aa64228a7fa4fa9f6105232b28ad099f3a302e".parse()?;
/// assert_eq!(hash.truncated().to_string(), "caf1e1c30e81cb361b9ee167c4aa64228a7fa4fa");
/// # Ok::<(), bip_metainfo::ParseInfoHashError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InfoHashV2([u8; InfoHashV2::LENGTH]);

impl InfoHashV2 {
    /// How many bytes an info-hash of version 2 has.
    pub const LENGTH: usize = 32;

    /// Takes 32 bytes that are a hash already.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; Self::LENGTH]) -> Self {
        Self(bytes)
    }

    /// Hashes `bytes`, the raw info dictionary.
    #[must_use]
    pub fn digest(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The 32 bytes, by value.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; Self::LENGTH] {
        self.0
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }

    /// The first 20 bytes, which stand for the torrent where there is room for no more: in handshakes, at trackers and
    /// in the DHT (BEP 52, "infohash").
    #[must_use]
    pub fn truncated(self) -> InfoHash {
        let mut bytes = [0; InfoHash::LENGTH];
        bytes.copy_from_slice(&self.0[..InfoHash::LENGTH]);
        InfoHash::from_bytes(bytes)
    }
}

impl From<[u8; InfoHashV2::LENGTH]> for InfoHashV2 {
    fn from(bytes: [u8; InfoHashV2::LENGTH]) -> Self {
        Self(bytes)
    }
}

impl From<InfoHashV2> for [u8; InfoHashV2::LENGTH] {
    fn from(hash: InfoHashV2) -> Self {
        hash.0
    }
}

impl AsRef<[u8]> for InfoHashV2 {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// 64 lower-case hexadecimal digits.
impl fmt::Display for InfoHashV2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Hex(&self.0).fmt(f)
    }
}

impl fmt::Debug for InfoHashV2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InfoHashV2({self})")
    }
}

/// Reads 64 hexadecimal digits in any case; without the `1220` that a magnet link has in front of them.
impl FromStr for InfoHashV2 {
    type Err = ParseInfoHashError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() != 64 {
            return Err(ParseInfoHashError::Length { length: text.len() });
        }
        let mut hash = [0; Self::LENGTH];
        decode_digits(text, &mut hash, 4, |byte| (byte as char).to_digit(16))
            .map_or(Err(ParseInfoHashError::Digit), |()| Ok(Self(hash)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let hash = InfoHashV2::digest(b"abc");
        let text = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hash.to_string(), text);
        assert_eq!(text.to_uppercase().parse(), Ok(hash));
        assert_eq!(
            hash.truncated().to_bytes(),
            hash.to_bytes()[..InfoHash::LENGTH]
        );
    }

    #[test]
    fn anything_but_64_digits_is_refused() {
        let check = |text: &str, expect| assert_eq!(text.parse::<InfoHashV2>(), Err(expect));
        check(&"a".repeat(63), ParseInfoHashError::Length { length: 63 });
        check(&"a".repeat(65), ParseInfoHashError::Length { length: 65 });
        check(&"g".repeat(64), ParseInfoHashError::Digit);
        check(&"é".repeat(32), ParseInfoHashError::Digit);
    }
}
