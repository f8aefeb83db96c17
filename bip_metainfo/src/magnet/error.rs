use thiserror::Error;

use crate::names::names;

/// Why a text is no magnet link that can be followed.
///
/// An `offset` is the byte of the given text at which the faulty parameter begins.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MagnetError {
    /// The text does not begin with `magnet:?`.
    #[error("a magnet link begins with magnet:?")]
    NotMagnet,
    /// More bytes than [`Magnet::MAX_LENGTH`](crate::Magnet::MAX_LENGTH).
    #[error("a link of {length} bytes is longer than {limit}")]
    #[non_exhaustive]
    TooLong {
        /// Bytes given, white space around the link not counted.
        length: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// A `%` in an exact topic (`xt`) is not followed by two hexadecimal digits.
    #[error(
        "the exact topic (xt) at byte {offset} holds a % without two hexadecimal digits behind it"
    )]
    #[non_exhaustive]
    InvalidEscape {
        /// Where the parameter begins.
        offset: usize,
    },
    /// Neither an exact topic (`xt`) of BitTorrent nor a public key (`xs=urn:btpk:`) is there.
    #[error("the link names no info-hash")]
    MissingInfoHash,
    /// An exact topic is `urn:btih:` or `urn:btmh:`, but what follows is no hash.
    #[error("the info-hash at byte {offset} is malformed: {topic:?}")]
    #[non_exhaustive]
    InvalidInfoHash {
        /// Where the parameter begins.
        offset: usize,
        /// The topic, cut after 120 characters.
        topic: String,
    },
    /// An info-hash is all zeros: no torrent has it, and it stands for "none" in many programs.
    #[error("the info-hash at byte {offset} is all zeros")]
    #[non_exhaustive]
    ZeroInfoHash {
        /// Where the parameter begins.
        offset: usize,
    },
    /// Two exact topics of the same version name different torrents.
    #[error("the info-hash at byte {offset} contradicts another {topic} before it")]
    #[non_exhaustive]
    ConflictingInfoHashes {
        /// Where the second of them begins.
        offset: usize,
        /// `urn:btih` or `urn:btmh`.
        topic: &'static str,
    },
    /// An exact source is `urn:btpk:`, but what follows is no key of 64 hexadecimal digits (BEP 46).
    #[error("the public key at byte {offset} is malformed: {source_name:?}")]
    #[non_exhaustive]
    InvalidPublicKey {
        /// Where the parameter begins.
        offset: usize,
        /// The exact source, cut after 120 characters.
        source_name: String,
    },
    /// There is a public key, and a salt (`s`) that is no row of hexadecimal digits (BEP 46).
    #[error("the salt at byte {offset} is not made of pairs of hexadecimal digits")]
    #[non_exhaustive]
    InvalidSalt {
        /// Where the parameter begins.
        offset: usize,
    },
}

names! {
    MagnetError, "missing_info_hash":
    NotMagnet "not_magnet",
    TooLong "too_long",
    InvalidEscape "invalid_escape",
    MissingInfoHash "missing_info_hash",
    InvalidInfoHash "invalid_info_hash",
    ZeroInfoHash "zero_info_hash",
    ConflictingInfoHashes "conflicting_info_hashes",
    InvalidPublicKey "invalid_public_key",
    InvalidSalt "invalid_salt",
}

impl MagnetError {
    /// The byte of the given text at which the faulty parameter begins, where a single one is at fault.
    #[must_use]
    pub fn offset(&self) -> Option<usize> {
        match self {
            Self::NotMagnet | Self::TooLong { .. } | Self::MissingInfoHash => None,
            Self::InvalidEscape { offset }
            | Self::InvalidInfoHash { offset, .. }
            | Self::ZeroInfoHash { offset }
            | Self::ConflictingInfoHashes { offset, .. }
            | Self::InvalidPublicKey { offset, .. }
            | Self::InvalidSalt { offset } => Some(*offset),
        }
    }
}
