use super::certificate::Certificate;
use super::digest::SignatureDigest;
use super::error::SignError;
use crate::metainfo::Metainfo;
use crate::signature::Signature;

/// Why to believe that a certificate is whose it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Trust {
    /// It is one of those that are trusted.
    Known,
    /// It came with the torrent, was issued by one of those that are trusted, and is for the name that signed.
    Issued,
    /// It came with the torrent, and nothing speaks for it: **anyone may have made it**, in any name.
    Unknown,
}

/// A signature that is of this very torrent, from [`Metainfo::verify_signature`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// Whose it is. [`Certificate::is_valid_at`] tells whether it is in use still.
    pub certificate: Certificate,
    /// Why to believe that.
    pub trust: Trust,
    /// What it was taken of.
    pub digest: SignatureDigest,
}

impl Metainfo {
    /// Verifies the signature under a name (BEP 35): that it is of this info dictionary, and of what the signer added,
    /// byte for byte, by the certificate that came with it or else by one of the trusted ones.
    ///
    /// **Look at [`Verified::trust`]**: without trust, a signature only says that somebody made it.
    ///
    /// # Errors
    /// There is none of that name, it has no certificate and no trusted one verifies it, its certificate cannot be read, or
    /// it is wrong.
    pub fn verify_signature(
        &self,
        name: impl AsRef<[u8]>,
        trusted: &[Certificate],
    ) -> Result<Verified, SignError> {
        let name = name.as_ref();
        let found = self.signatures().find(|one| one.name() == name);
        let signature = found.ok_or_else(|| SignError::NoSignature {
            name: String::from_utf8_lossy(name).into_owned(),
        })?;
        let parts = [self.info().raw(), signature.info().unwrap_or_default()];
        let Some(der) = signature.certificate() else {
            let verified = trusted.iter().find_map(|certificate| {
                let digest = digest_of(certificate, &parts, &signature)?;
                Some((certificate.clone(), digest))
            });
            let (certificate, digest) = verified.ok_or(SignError::NoCertificate)?;
            return Ok(Verified {
                certificate,
                trust: Trust::Known,
                digest,
            });
        };
        let certificate = Certificate::from_der(der)?;
        let digest =
            digest_of(&certificate, &parts, &signature).ok_or(SignError::WrongSignature)?;
        Ok(Verified {
            trust: trust_in(&certificate, name, trusted),
            certificate,
            digest,
        })
    }
}

fn digest_of(
    certificate: &Certificate,
    parts: &[&[u8]],
    signature: &Signature<'_>,
) -> Option<SignatureDigest> {
    let mut digests = SignatureDigest::ALL.into_iter();
    digests.find(|digest| certificate.verifies(*digest, parts, signature.signature()))
}

fn trust_in(certificate: &Certificate, name: &[u8], trusted: &[Certificate]) -> Trust {
    let is_issued = |issuer: &Certificate| certificate.check_issued_by(issuer).is_ok();
    // Else whoever is vouched for could sign in everybody's name.
    let is_of_name = certificate
        .common_name()
        .is_some_and(|common| common.as_bytes() == name);
    if trusted.contains(certificate) {
        Trust::Known
    } else if is_of_name && trusted.iter().any(is_issued) {
        Trust::Issued
    } else {
        Trust::Unknown
    }
}
