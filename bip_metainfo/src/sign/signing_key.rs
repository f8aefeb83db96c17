use std::fmt;

use rsa::pkcs1::DecodeRsaPrivateKey as _;
use rsa::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _, PrivateKeyInfo};
use rsa::traits::PublicKeyParts as _;
use rsa::{RsaPrivateKey, RsaPublicKey};

use super::blinding::Blinding;
use super::certificate::check_length;
use super::digest::SignatureDigest;
use super::error::SignError;
use super::{oid, pem};

/// A private RSA key to sign with. Its memory is wiped when it is dropped. How long it takes to sign may tell something of it:
/// see [`Signer`](crate::Signer).
#[derive(Clone)]
pub struct SigningKey(RsaPrivateKey);

impl SigningKey {
    /// Reads the first key of a text in PEM: `PRIVATE KEY` (PKCS #8) or `RSA PRIVATE KEY` (PKCS #1).
    ///
    /// # Errors
    /// It is none, it is encrypted, or it is none of RSA, of 1024 to 4096 bits.
    pub fn from_pem(text: &str) -> Result<Self, SignError> {
        // What OpenSSL wrote before PKCS #8, with headers that PEM knows no more.
        if text.contains("Proc-Type: 4,ENCRYPTED") {
            return Err(SignError::EncryptedKey);
        }
        let (label, der) = pem::decode(text).map_err(|reason| SignError::Key { reason })?;
        match label.as_str() {
            "PRIVATE KEY" | "RSA PRIVATE KEY" => Self::from_der(&der),
            "ENCRYPTED PRIVATE KEY" => Err(SignError::EncryptedKey),
            "EC PRIVATE KEY" => Err(SignError::UnsupportedKey {
                kind: "ECDSA".to_owned(),
            }),
            label => Err(SignError::Key {
                reason: format!("it is a {label}"),
            }),
        }
    }

    /// Reads a key in DER, by PKCS #8 or PKCS #1.
    ///
    /// # Errors
    /// As [`from_pem`](Self::from_pem).
    pub fn from_der(der: &[u8]) -> Result<Self, SignError> {
        let key = match PrivateKeyInfo::try_from(der) {
            Ok(info) if info.algorithm.oid != oid::RSA => {
                return Err(SignError::UnsupportedKey {
                    kind: oid::kind_of_key(info.algorithm.oid),
                });
            }
            Ok(_) => RsaPrivateKey::from_pkcs8_der(der).map_err(|error| error.to_string()),
            Err(_) => RsaPrivateKey::from_pkcs1_der(der).map_err(|error| error.to_string()),
        };
        let key = key.map_err(|reason| SignError::Key { reason })?;
        check_length(key.n().bits())?;
        Ok(Self(key))
    }

    /// Of all parts, one behind the other.
    pub(super) fn sign(
        &self,
        digest: SignatureDigest,
        parts: &[&[u8]],
    ) -> Result<Vec<u8>, SignError> {
        let unusable = |reason: String| SignError::Key { reason };
        // Wiped when it is dropped, like the key.
        let secret = self.0.to_pkcs8_der();
        let secret = secret.map_err(|error| unusable(error.to_string()))?;
        let hash = digest.of(parts);
        let mut blinding = Blinding::new(secret.as_bytes(), &hash);
        let signature = self.0.sign_with_rng(&mut blinding, digest.scheme(), &hash);
        signature.map_err(|error| unusable(error.to_string()))
    }

    pub(super) fn public(&self) -> RsaPublicKey {
        self.0.to_public_key()
    }
}

/// The key itself is kept to itself.
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("bits", &self.0.n().bits())
            .finish_non_exhaustive()
    }
}
