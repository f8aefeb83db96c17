use thiserror::Error;

use crate::krpc::ErrorCode;
use crate::limits::{MAX_SALT_LENGTH, MAX_VALUE_LENGTH};
use crate::names::names;

/// Why something is no item that can be kept (BEP 44).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ItemError {
    /// The value takes more than [`MAX_VALUE_LENGTH`](crate::MAX_VALUE_LENGTH) bytes, bencoded.
    #[error("a value of {length} bytes, where {MAX_VALUE_LENGTH} are the most")]
    ValueTooLong {
        /// The bytes of the value.
        length: usize,
    },
    /// The value is not one bencoded value in its canonical encoding, or is nested too deeply for a message.
    #[error("a value that is not canonical bencode")]
    NotCanonical,
    /// The salt takes more than [`MAX_SALT_LENGTH`](crate::MAX_SALT_LENGTH) bytes.
    #[error("a salt of {length} bytes, where {MAX_SALT_LENGTH} are the most")]
    SaltTooLong {
        /// The bytes of the salt.
        length: usize,
    },
    /// The signature is not that of the key over salt, sequence number and value.
    #[error("a signature that does not fit")]
    InvalidSignature,
}

impl ItemError {
    /// What a node that was to keep the item says (BEP 44, "Errors").
    pub fn code(&self) -> ErrorCode {
        match self {
            ItemError::ValueTooLong { .. } => ErrorCode::ValueTooLong,
            ItemError::NotCanonical => ErrorCode::Protocol,
            ItemError::SaltTooLong { .. } => ErrorCode::SaltTooLong,
            ItemError::InvalidSignature => ErrorCode::InvalidSignature,
        }
    }
}

names! {
    ItemError, "value_too_long":
    ValueTooLong "value_too_long",
    NotCanonical "not_canonical",
    SaltTooLong "salt_too_long",
    InvalidSignature "invalid_signature",
}
