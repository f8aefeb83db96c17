use bip_bencode::{BencodeMut, Encoder};

use super::certificate::Certificate;
use super::digest::SignatureDigest;
use super::error::SignError;
use super::signing_key::SigningKey;
use crate::edit::{EditError, splice_in_root};
use crate::load_options::LoadOptions;
use crate::metainfo::Metainfo;

impl Metainfo {
    /// Begins to sign the torrent (BEP 35) under a name, by convention a domain name in reverse: `com.bittorrent`. What was
    /// signed under that name before is replaced. The info dictionary, and with it the info-hash, stays as it is.
    pub fn sign<'s>(&'s self, name: &'s str, key: &'s SigningKey) -> Signer<'s> {
        Signer {
            torrent: self,
            name,
            key,
            certificate: None,
            info: None,
            digest: SignatureDigest::default(),
        }
    }
}

/// A signature in the making, from [`Metainfo::sign`].
///
/// **Signing takes a time that depends on the key.** The `rsa` crate of version 0.9, which does it, does not compute in
/// constant time ([RUSTSEC-2023-0071](https://rustsec.org/advisories/RUSTSEC-2023-0071), "Marvin"; it names no release
/// without that fault). What the key works on is blinded here with numbers that only whoever has the key can tell, which takes
/// from the time what an attacker could relate to what was signed; it is a mitigation, and no proof. Sign where nobody but
/// you can measure, as on your own machine; do not sign for strangers in a service that they can time. Verifying has no
/// secret, and is not affected. What a signature is does not depend on the blinding.
#[derive(Debug, Clone)]
#[must_use = "nothing is signed before `apply`"]
pub struct Signer<'s> {
    torrent: &'s Metainfo,
    name: &'s str,
    key: &'s SigningKey,
    certificate: Option<&'s Certificate>,
    info: Option<&'s BencodeMut<'s>>,
    digest: SignatureDigest,
}

impl<'s> Signer<'s> {
    /// Puts the certificate into the torrent. By BEP 35 that of a root is better left out, for whoever trusts it has it.
    pub fn certificate(mut self, certificate: &'s Certificate) -> Self {
        self.certificate = Some(certificate);
        self
    }

    /// A dictionary of the signer's own, which is signed too: an `update-url` there goes before that of the torrent
    /// (BEP 39).
    pub fn info(mut self, dict: &'s BencodeMut<'s>) -> Self {
        self.info = Some(dict);
        self
    }

    /// What the signature is taken of. Default [`SignatureDigest::Sha256`].
    pub fn digest(mut self, digest: SignatureDigest) -> Self {
        self.digest = digest;
        self
    }

    /// The signed torrent, loaded with the default [`LoadOptions`]; [`Metainfo::raw`] has the bytes to write.
    ///
    /// # Errors
    /// The certificate is for another key, the signer's own info is no dictionary, or the torrent has too many
    /// signatures then.
    pub fn apply(self) -> Result<Metainfo, SignError> {
        self.apply_with(LoadOptions::default())
    }

    /// As [`apply`](Self::apply), loaded as the options say.
    ///
    /// # Errors
    /// As [`apply`](Self::apply).
    pub fn apply_with(self, options: impl Into<LoadOptions>) -> Result<Metainfo, SignError> {
        let public = self.key.public();
        if self
            .certificate
            .is_some_and(|certificate| !certificate.is_for(&public))
        {
            return Err(SignError::OtherKey);
        }
        if self.info.is_some_and(|info| info.dict().is_none()) {
            return Err(SignError::InfoNotDict);
        }
        let info = self.info.map(BencodeMut::encode).unwrap_or_default();
        let signature = self
            .key
            .sign(self.digest, &[self.torrent.info().raw(), &info])?;
        let mut entry = Vec::new();
        Encoder::new(&mut entry).dict(|entry| {
            if let Some(certificate) = self.certificate {
                entry.bytes("certificate", certificate.as_der());
            }
            if let Some(info) = self.info {
                entry.value("info", info);
            }
            entry.bytes("signature", &signature);
        });
        let bytes = splice_in_root(self.torrent, b"signatures", self.name.as_bytes(), entry)?;
        Ok(Metainfo::from_bytes_with(&bytes, options).map_err(EditError::from)?)
    }
}
