use thiserror::Error;

use crate::edit::EditError;
use crate::names::names;

/// Why a torrent was not signed, or a signature not accepted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SignError {
    /// The certificate is no X.509 certificate, in DER or PEM.
    #[error("not a certificate: {reason}")]
    #[non_exhaustive]
    Certificate {
        /// What is wrong with it.
        reason: String,
    },
    /// The private key is no RSA key in PKCS #8 or PKCS #1, in DER or PEM.
    #[error("not a private key: {reason}")]
    #[non_exhaustive]
    Key {
        /// What is wrong with it.
        reason: String,
    },
    /// The private key is encrypted. Decrypt it first: `openssl pkey -in KEY -out PLAIN`.
    #[error("the private key is encrypted with a password")]
    EncryptedKey,
    /// The key is of a kind other than RSA, which alone BEP 35 knows.
    #[error("a key for {kind}, where BEP 35 takes RSA")]
    #[non_exhaustive]
    UnsupportedKey {
        /// Its algorithm: `ECDSA`, `Ed25519`, or the number of one without a name here.
        kind: String,
    },
    /// The key is too short to be trusted, or too long to be handled.
    #[error("an RSA key of {bits} bits is not within {least} to {most}")]
    #[non_exhaustive]
    KeyLength {
        /// Bits found.
        bits: usize,
        /// The fewest allowed.
        least: usize,
        /// The most allowed.
        most: usize,
    },
    /// The certificate is for another key than the one to sign with.
    #[error("the certificate is for another key")]
    OtherKey,
    /// The torrent has no signature under this name.
    #[error("the torrent has no signature of {name:?}")]
    #[non_exhaustive]
    NoSignature {
        /// The name.
        name: String,
    },
    /// The signature comes without a certificate, and none that is known verifies it.
    #[error("the signature comes without a certificate, and none that is known verifies it")]
    NoCertificate,
    /// The signature is not of this info dictionary by this key: something was changed, or it was made by somebody else.
    #[error("the signature is not of this torrent by this key")]
    WrongSignature,
    /// The certificate was not issued by that other one.
    #[error("the certificate was not issued by the other one: {reason}")]
    #[non_exhaustive]
    NotIssuer {
        /// Why not.
        reason: &'static str,
    },
    /// What the signer says of itself is no dictionary.
    #[error("the signature's own info is not a dictionary")]
    InfoNotDict,
    /// The signature could not be put into the torrent.
    #[error("the signature does not fit into the torrent")]
    Edit(#[from] EditError),
}

names! {
    SignError, "wrong_signature":
    Certificate "certificate",
    Key "key",
    EncryptedKey "encrypted_key",
    UnsupportedKey "unsupported_key",
    KeyLength "key_length",
    OtherKey "other_key",
    NoSignature "no_signature",
    NoCertificate "no_certificate",
    WrongSignature "wrong_signature",
    NotIssuer "not_issuer",
    InfoNotDict "info_not_dict",
    ; by_cause: Edit
}
