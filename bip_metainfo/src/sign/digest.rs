use rsa::pkcs1v15::Pkcs1v15Sign;
use sha1::{Digest, Sha1};
use sha2::{Sha256, Sha384, Sha512};

/// What a signature is taken of: BEP 35 does not say, and the signature itself does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignatureDigest {
    /// SHA-1, as µTorrent's signing tool has it. Whoever can choose what you sign can get another torrent signed by it.
    Sha1,
    /// SHA-256.
    #[default]
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl SignatureDigest {
    pub(super) const ALL: [Self; 4] = [Self::Sha256, Self::Sha1, Self::Sha384, Self::Sha512];

    /// Of all parts, one behind the other.
    pub(super) fn of(self, parts: &[&[u8]]) -> Vec<u8> {
        match self {
            Self::Sha1 => digest::<Sha1>(parts),
            Self::Sha256 => digest::<Sha256>(parts),
            Self::Sha384 => digest::<Sha384>(parts),
            Self::Sha512 => digest::<Sha512>(parts),
        }
    }

    /// RSASSA-PKCS1-v1_5 (RFC 8017, section 8.2), with the beginning of its `DigestInfo` (section 9.2, note 1).
    pub(super) fn scheme(self) -> Pkcs1v15Sign {
        let (length, algorithm): (u8, &[u8]) = match self {
            Self::Sha1 => (20, b"\x2b\x0e\x03\x02\x1a"),
            Self::Sha256 => (32, b"\x60\x86\x48\x01\x65\x03\x04\x02\x01"),
            Self::Sha384 => (48, b"\x60\x86\x48\x01\x65\x03\x04\x02\x02"),
            Self::Sha512 => (64, b"\x60\x86\x48\x01\x65\x03\x04\x02\x03"),
        };
        let oid = algorithm.len() as u8;
        let mut prefix = vec![0x30, oid + length + 8, 0x30, oid + 4, 0x06, oid];
        prefix.extend_from_slice(algorithm);
        prefix.extend_from_slice(&[0x05, 0x00, 0x04, length]);
        Pkcs1v15Sign {
            hash_len: Some(length.into()),
            prefix: prefix.into(),
        }
    }
}

fn digest<D: Digest>(parts: &[&[u8]]) -> Vec<u8> {
    let mut digest = D::new();
    parts.iter().for_each(|part| digest.update(part));
    digest.finalize().to_vec()
}
