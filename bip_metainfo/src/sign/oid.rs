//! The numbers of algorithms, as keys and certificates have them.

use x509_cert::spki::ObjectIdentifier;

use super::digest::SignatureDigest;

pub(super) const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
pub(super) const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");

const KINDS: [(&str, ObjectIdentifier); 5] = [
    ("ECDSA", ObjectIdentifier::new_unwrap("1.2.840.10045.2.1")),
    ("Ed25519", ObjectIdentifier::new_unwrap("1.3.101.112")),
    ("Ed448", ObjectIdentifier::new_unwrap("1.3.101.113")),
    (
        "RSASSA-PSS",
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10"),
    ),
    ("DSA", ObjectIdentifier::new_unwrap("1.2.840.10040.4.1")),
];

const RSA_SIGNATURES: [(SignatureDigest, ObjectIdentifier); 4] = [
    (
        SignatureDigest::Sha1,
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.5"),
    ),
    (
        SignatureDigest::Sha256,
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11"),
    ),
    (
        SignatureDigest::Sha384,
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.12"),
    ),
    (
        SignatureDigest::Sha512,
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.13"),
    ),
];

/// What people call an algorithm of keys.
pub(super) fn kind_of_key(oid: ObjectIdentifier) -> String {
    let kind = KINDS.iter().find(|(_, other)| *other == oid);
    kind.map_or_else(|| oid.to_string(), |(name, _)| (*name).to_owned())
}

/// The digest of a signature by RSA.
pub(super) fn digest_of_signature(oid: ObjectIdentifier) -> Option<SignatureDigest> {
    let found = RSA_SIGNATURES.iter().find(|(_, other)| *other == oid);
    found.map(|(digest, _)| *digest)
}
