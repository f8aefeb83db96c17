//! The names of torrents, as they stand in `xt` and `xs`, and their prefixes, which may have any case.

use crate::info_hash::InfoHash;
use crate::info_hash_v2::InfoHashV2;

pub(super) const V1: &str = "urn:btih:";
/// With the multihash of SHA-256 in front of the hash: its code, and its length of 32 bytes.
pub(super) const V2: &str = "urn:btmh:1220";
pub(super) const PUBLIC_KEY: &str = "urn:btpk:";

/// The topic of any multihash: others than SHA-256 name no torrent.
const MULTIHASH: &str = "urn:btmh:";

/// An exact topic (`xt`).
pub(super) enum Topic {
    V1(InfoHash),
    V2(InfoHashV2),
    Other,
}

impl Topic {
    /// `None` where a topic of BitTorrent is malformed.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if let Some(hash) = strip_prefix(text, V1) {
            return hash.parse().ok().map(Self::V1);
        }
        if strip_prefix(text, MULTIHASH).is_some() {
            return strip_prefix(text, V2)?.parse().ok().map(Self::V2);
        }
        Some(Self::Other)
    }
}

/// An exact source (`xs`).
pub(super) enum Source {
    /// BEP 46, "Magnet link".
    PublicKey([u8; 32]),
    Other,
}

impl Source {
    /// `None` where a public key is malformed.
    pub(super) fn parse(text: &str) -> Option<Self> {
        match strip_prefix(text, PUBLIC_KEY) {
            Some(key) => decode_hex(key.as_bytes())?
                .try_into()
                .ok()
                .map(Self::PublicKey),
            None => Some(Self::Other),
        }
    }
}

/// The bytes that pairs of hexadecimal digits of any case stand for.
pub(super) fn decode_hex(digits: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: u8| (byte as char).to_digit(16);
    let (pairs, rest) = digits.as_chunks();
    if !rest.is_empty() {
        return None;
    }
    pairs
        .iter()
        .map(|[high, low]| Some((digit(*high)? << 4 | digit(*low)?) as u8))
        .collect()
}

fn strip_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}
