use std::fmt;
use std::ops::Range;

use bip_bencode::BencodeRef;

use crate::error::MetainfoError;
use crate::limits::LoadLimits;
use crate::section::{Section, content_span};

/// Who vouches for a torrent (BEP 35), as it stands in the file: **nothing of it is verified** by reading it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature<'a> {
    name: &'a [u8],
    certificate: Option<&'a [u8]>,
    info: Option<&'a [u8]>,
    signature: &'a [u8],
}

impl<'a> Signature<'a> {
    /// Who signed, by convention a domain name in reverse: `com.bittorrent`.
    #[must_use]
    pub fn name(&self) -> &'a [u8] {
        self.name
    }

    /// The X.509 certificate in DER; where it is absent, whoever verifies must have it already.
    #[must_use]
    pub fn certificate(&self) -> Option<&'a [u8]> {
        self.certificate
    }

    /// The signer's own dictionary as bencode, byte for byte, which is signed too.
    #[must_use]
    pub fn info(&self) -> Option<&'a [u8]> {
        self.info
    }

    /// The signature over the raw info dictionary of the torrent, followed by that of the signer.
    #[must_use]
    pub fn signature(&self) -> &'a [u8] {
        self.signature
    }
}

impl fmt::Debug for Signature<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signature")
            .field("name", &format_args!("{}", self.name.escape_ascii()))
            .field("signature", &self.signature.len())
            .finish_non_exhaustive()
    }
}

/// Where the parts of a signature stand in the torrent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SignatureSpans {
    name: Range<usize>,
    certificate: Option<Range<usize>>,
    info: Option<Range<usize>>,
    signature: Range<usize>,
}

impl SignatureSpans {
    pub(crate) fn of<'a>(&self, torrent: &'a [u8]) -> Signature<'a> {
        let slice = |range: &Range<usize>| torrent.get(range.clone()).unwrap_or_default();
        Signature {
            name: slice(&self.name),
            certificate: self.certificate.as_ref().map(slice),
            info: self.info.as_ref().map(slice),
            signature: slice(&self.signature),
        }
    }
}

/// The entries of `signatures` that have all they need.
pub(crate) fn read(
    section: &mut Section<'_, '_, '_>,
    limits: &LoadLimits,
) -> Result<Box<[SignatureSpans]>, MetainfoError> {
    let Some(entries) = section.dict_of("signatures") else {
        return Ok(Box::default());
    };
    let (count, limit) = (entries.len(), limits.max_signatures);
    if count > limit {
        return Err(MetainfoError::TooManySignatures { count, limit });
    }
    let mut signatures = Vec::with_capacity(count);
    for (name, value) in entries.iter() {
        match read_one(name, value) {
            Some(signature) => signatures.push(signature),
            None => section.ignored("signatures", "a dictionary with a signature"),
        }
    }
    Ok(signatures.into())
}

fn read_one(name: &[u8], value: BencodeRef<'_, '_>) -> Option<SignatureSpans> {
    let dict = value.dict()?;
    // A key ends where its value begins.
    let name = value.offset() - name.len()..value.offset();
    let bytes = |key: &[u8]| dict.get(key).and_then(content_span);
    Some(SignatureSpans {
        name,
        certificate: bytes(b"certificate"),
        info: dict
            .get(b"info")
            .filter(|info| info.dict().is_some())
            .map(|info| info.offset()..info.offset() + info.raw().len()),
        signature: bytes(b"signature")?,
    })
}
