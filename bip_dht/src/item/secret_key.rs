use std::fmt;

use ed25519_dalek::hazmat::{ExpandedSecretKey, raw_sign};
use ed25519_dalek::{Sha512, VerifyingKey};

/// What mutable items are signed with (BEP 44, "Mutable Items"): an Ed25519 key pair. Overwritten when dropped.
pub struct SecretKey {
    expanded: ExpandedSecretKey,
    public: VerifyingKey,
}

impl SecretKey {
    /// The key pair of a seed, which is the private key of RFC 8032. It must come from a cryptographic random source.
    pub fn from_seed(seed: &[u8; 32]) -> SecretKey {
        SecretKey::of(ExpandedSecretKey::from(seed))
    }

    /// The key pair of an expanded private key, 64 bytes as BEP 44 and libtorrent write it: the SHA-512 of a seed.
    pub fn from_expanded(expanded: &[u8; 64]) -> SecretKey {
        SecretKey::of(ExpandedSecretKey::from_bytes(expanded))
    }

    fn of(expanded: ExpandedSecretKey) -> SecretKey {
        let public = VerifyingKey::from(&expanded);
        SecretKey { expanded, public }
    }

    /// The public half, by which others find and check the items.
    pub fn public_key(&self) -> &[u8; 32] {
        self.public.as_bytes()
    }

    pub(super) fn sign(&self, message: &[u8]) -> [u8; 64] {
        raw_sign::<Sha512>(&self.expanded, message, &self.public).to_bytes()
    }
}

/// Shows the public half alone.
impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(of ")?;
        crate::node_id::write_hex(f, self.public_key())?;
        f.write_str(")")
    }
}
