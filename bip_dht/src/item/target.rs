use sha1::{Digest, Sha1};

use crate::Key;

impl Key {
    /// Where an immutable item is kept: the SHA-1 of its bencoded value (BEP 44, "Immutable Items").
    pub fn of_immutable(value: &[u8]) -> Key {
        Key::of_name(value)
    }

    /// Where a mutable item is kept: the SHA-1 of its public key and salt (BEP 44, "Mutable Items").
    pub fn of_mutable(public_key: &[u8; 32], salt: &[u8]) -> Key {
        let hash = Sha1::new().chain_update(public_key).chain_update(salt);
        Key::new(hash.finalize().into())
    }
}
