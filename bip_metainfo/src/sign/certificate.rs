use std::fmt;

use rsa::pkcs1;
use rsa::traits::PublicKeyParts as _;
use rsa::{BigUint, RsaPublicKey};
use x509_cert::certificate::Version;
use x509_cert::der::asn1::{PrintableStringRef, TeletexStringRef, Utf8StringRef};
use x509_cert::der::{Decode as _, Encode as _};
use x509_cert::ext::pkix::BasicConstraints;
use x509_cert::spki::SubjectPublicKeyInfoOwned;

use super::digest::SignatureDigest;
use super::error::SignError;
use super::{oid, pem};
use crate::limits::{MAX_RSA_BITS, MIN_RSA_BITS};

/// An X.509 certificate with an RSA key (BEP 35; RFC 5280).
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    der: Box<[u8]>,
    parsed: x509_cert::Certificate,
    key: RsaPublicKey,
}

impl Certificate {
    /// Reads the first certificate of a text in PEM.
    ///
    /// # Errors
    /// It is none, or its key is none of RSA, of 1024 to 4096 bits.
    pub fn from_pem(text: &str) -> Result<Self, SignError> {
        let (label, der) = pem::decode(text).map_err(|reason| SignError::Certificate { reason })?;
        if label != "CERTIFICATE" {
            let reason = format!("it is a {label}");
            return Err(SignError::Certificate { reason });
        }
        Self::from_der(&der)
    }

    /// Reads a certificate in DER.
    ///
    /// # Errors
    /// As [`from_pem`](Self::from_pem).
    pub fn from_der(der: &[u8]) -> Result<Self, SignError> {
        let parsed = x509_cert::Certificate::from_der(der);
        let parsed = parsed.map_err(|error| SignError::Certificate {
            reason: error.to_string(),
        })?;
        Ok(Self {
            der: der.into(),
            key: read_key(&parsed.tbs_certificate.subject_public_key_info)?,
            parsed,
        })
    }

    /// The certificate in DER, as it was read.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// The common name of its subject: by BEP 35, the name under which it signs.
    #[must_use]
    pub fn common_name(&self) -> Option<String> {
        let subject = &self.parsed.tbs_certificate.subject.0;
        let mut parts = subject.iter().flat_map(|part| part.0.iter());
        let name = &parts.find(|part| part.oid == oid::COMMON_NAME)?.value;
        let utf8 = name.decode_as::<Utf8StringRef<'_>>();
        let utf8 = utf8.map(|text| text.as_str().to_owned());
        let printable = || name.decode_as::<PrintableStringRef<'_>>();
        let teletex = || name.decode_as::<TeletexStringRef<'_>>();
        utf8.or_else(|_| printable().map(|text| text.as_str().to_owned()))
            .or_else(|_| teletex().map(|text| text.as_str().to_owned()))
            .ok()
    }

    /// Whether it was meant to be used at this time, in seconds since 1970. Verification does not look at it: what was
    /// signed in time stays signed.
    #[must_use]
    pub fn is_valid_at(&self, now: u64) -> bool {
        let validity = &self.parsed.tbs_certificate.validity;
        let [begin, end] = [validity.not_before, validity.not_after];
        (begin.to_unix_duration().as_secs()..=end.to_unix_duration().as_secs()).contains(&now)
    }

    /// Whether this certificate was issued with the key of that one, which may issue: which is of version 1, or says so.
    ///
    /// # Errors
    /// [`SignError::NotIssuer`] tells why it was not.
    pub fn check_issued_by(&self, issuer: &Self) -> Result<(), SignError> {
        let refuse = |reason| Err(SignError::NotIssuer { reason });
        let (signed, above) = (&self.parsed.tbs_certificate, &issuer.parsed.tbs_certificate);
        if signed.issuer != above.subject {
            return refuse("it names another issuer");
        }
        let constraints = above.get::<BasicConstraints>();
        let is_authority = constraints.is_ok_and(|found| found.is_some_and(|(_, found)| found.ca));
        if above.version != Version::V1 && !is_authority {
            return refuse("that one may not issue certificates");
        }
        let (Some(digest), Some(signature), Ok(signed)) = (
            oid::digest_of_signature(self.parsed.signature_algorithm.oid),
            self.parsed.signature.as_bytes(),
            signed.to_der(),
        ) else {
            return refuse("its signature is not by RSA and SHA");
        };
        if issuer.verifies(digest, &[&signed], signature) {
            Ok(())
        } else {
            refuse("its signature is not by the key of that one")
        }
    }

    pub(super) fn verifies(
        &self,
        digest: SignatureDigest,
        parts: &[&[u8]],
        signature: &[u8],
    ) -> bool {
        let verified = self
            .key
            .verify(digest.scheme(), &digest.of(parts), signature);
        verified.is_ok()
    }

    pub(super) fn is_for(&self, key: &RsaPublicKey) -> bool {
        self.key == *key
    }
}

fn read_key(info: &SubjectPublicKeyInfoOwned) -> Result<RsaPublicKey, SignError> {
    if info.algorithm.oid != oid::RSA {
        return Err(SignError::UnsupportedKey {
            kind: oid::kind_of_key(info.algorithm.oid),
        });
    }
    let malformed = |reason: String| SignError::Certificate { reason };
    let bytes = info.subject_public_key.raw_bytes();
    let key = pkcs1::RsaPublicKey::from_der(bytes).map_err(|error| malformed(error.to_string()))?;
    let modulus = BigUint::from_bytes_be(key.modulus.as_bytes());
    check_length(modulus.bits())?;
    let exponent = BigUint::from_bytes_be(key.public_exponent.as_bytes());
    RsaPublicKey::new_with_max_size(modulus, exponent, MAX_RSA_BITS)
        .map_err(|error| malformed(error.to_string()))
}

pub(super) fn check_length(bits: usize) -> Result<(), SignError> {
    if (MIN_RSA_BITS..=MAX_RSA_BITS).contains(&bits) {
        return Ok(());
    }
    Err(SignError::KeyLength {
        bits,
        least: MIN_RSA_BITS,
        most: MAX_RSA_BITS,
    })
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate")
            .field("common_name", &self.common_name())
            .field("bits", &self.key.n().bits())
            .finish_non_exhaustive()
    }
}
