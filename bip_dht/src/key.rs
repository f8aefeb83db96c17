use std::fmt;

use sha1::{Digest, Sha1};

use crate::node_id::write_hex;

/// Where something is kept in the DHT: an info-hash, the target of an item, or the hash of any name (20 bytes).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key([u8; 20]);

impl Key {
    /// The key of these bytes, as of an info-hash; of a v2 info-hash its first 20 bytes (BEP 52, "DHT").
    pub const fn new(bytes: [u8; 20]) -> Key {
        Key(bytes)
    }

    /// The key of a name: its SHA-1. Programs that agree on a name meet at this key.
    pub fn of_name(name: impl AsRef<[u8]>) -> Key {
        Key(Sha1::digest(name.as_ref()).into())
    }

    /// The key's bytes.
    pub const fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(f, &self.0)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({self})")
    }
}
