use std::fmt;

/// The eight reserved bytes of a handshake: a set of bits, each an extension of the protocol (BEP 3, "peer protocol").
///
/// Bits without a name here are kept and told as they came.
///
/// ```
/// use bip_handshake::{Extension, Extensions};
///
/// let ours = Extensions::new().with(Extension::Fast).with(Extension::ExtensionProtocol);
/// let theirs = Extensions::from_bytes([0, 0, 0, 0, 0, 0x10, 0, 0x01]);
/// assert!(theirs.contains(Extension::Dht));
/// assert_eq!(ours.intersection(theirs), Extensions::new().with(Extension::ExtensionProtocol));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Extensions([u8; 8]);

/// A bit of [`Extensions`] that has a meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Extension {
    /// The peer runs a DHT node and will say its port (BEP 5, "BitTorrent protocol extension").
    Dht,
    /// The fast extension (BEP 6).
    Fast,
    /// The extension protocol (BEP 10).
    ExtensionProtocol,
    /// A hybrid torrent can be upgraded to version 2 (BEP 52, "upgrade path").
    V2,
}

impl Extension {
    const ALL: [Self; 4] = [Self::Dht, Self::Fast, Self::ExtensionProtocol, Self::V2];

    const fn position(self) -> (usize, u8) {
        match self {
            Self::Dht => (7, 0x01),
            Self::Fast => (7, 0x04),
            Self::ExtensionProtocol => (5, 0x10),
            Self::V2 => (7, 0x10),
        }
    }
}

impl Extensions {
    /// No extension at all.
    pub const fn new() -> Self {
        Self([0; 8])
    }

    /// The bits as they stand on the wire.
    pub const fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(bytes)
    }

    /// The bits as they stand on the wire.
    pub const fn to_bytes(self) -> [u8; 8] {
        self.0
    }

    /// This set and `extension`.
    #[must_use]
    pub fn with(mut self, extension: Extension) -> Self {
        self.insert(extension);
        self
    }

    /// Adds `extension`.
    pub fn insert(&mut self, extension: Extension) {
        let (byte, bit) = extension.position();
        self.0[byte] |= bit;
    }

    /// Takes `extension` out.
    pub fn remove(&mut self, extension: Extension) {
        let (byte, bit) = extension.position();
        self.0[byte] &= !bit;
    }

    /// Whether `extension` is in the set.
    pub fn contains(self, extension: Extension) -> bool {
        let (byte, bit) = extension.position();
        self.0[byte] & bit != 0
    }

    /// What both sets have: of ours and theirs, what may be spoken.
    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        Self((u64::from_be_bytes(self.0) & u64::from_be_bytes(other.0)).to_be_bytes())
    }
}

impl fmt::Debug for Extensions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Extensions({:016x}", u64::from_be_bytes(self.0))?;
        for extension in Extension::ALL
            .into_iter()
            .filter(|extension| self.contains(*extension))
        {
            write!(f, " {extension:?}")?;
        }
        f.write_str(")")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_extension_has_the_bit_of_its_bep() {
        let cases = [
            (Extension::Dht, 1_u64),
            (Extension::Fast, 1 << 2),
            (Extension::V2, 1 << 4),
            (Extension::ExtensionProtocol, 1 << 20),
        ];
        for (extension, bits) in cases {
            let mut set = Extensions::new().with(extension);
            assert_eq!(u64::from_be_bytes(set.to_bytes()), bits, "{extension:?}");
            set.remove(extension);
            assert_eq!(set, Extensions::new());
        }
    }

    #[test]
    fn unknown_bits_are_kept() {
        let set = Extensions::from_bytes([0x80, 0, 0, 0, 0, 0, 0, 0]).with(Extension::Dht);
        assert_eq!(set.to_bytes(), [0x80, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(format!("{set:?}"), "Extensions(8000000000000001 Dht)");
    }
}
