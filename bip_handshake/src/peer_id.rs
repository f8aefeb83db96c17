use std::fmt;

use crate::client::{self, ClientName};

/// The 20 bytes by which a peer names itself (BEP 3, "peer protocol"; BEP 20).
///
/// Nothing proves a peer id: it tells peers apart and finds a connection to oneself, it does not authenticate.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PeerId([u8; 20]);

impl PeerId {
    /// The id with these bytes.
    pub const fn from_bytes(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    /// An id in the Azureus style (BEP 20): `-`, two characters for the client, four for its version, `-`, and twelve
    /// bytes that the caller takes from a random source.
    ///
    /// ```
    /// use bip_handshake::PeerId;
    ///
    /// let id = PeerId::azureus(*b"TR", *b"3000", [b'x'; 12]);
    /// assert_eq!(id.as_bytes(), b"-TR3000-xxxxxxxxxxxx");
    /// assert_eq!(id.client().unwrap().to_string(), "Transmission 3.00");
    /// ```
    pub fn azureus(client: [u8; 2], version: [u8; 4], random: [u8; 12]) -> Self {
        let mut bytes = [b'-'; 20];
        bytes[1..3].copy_from_slice(&client);
        bytes[3..7].copy_from_slice(&version);
        bytes[8..].copy_from_slice(&random);
        Self(bytes)
    }

    /// The id's bytes.
    pub const fn to_bytes(self) -> [u8; 20] {
        self.0
    }

    /// The id's bytes.
    pub const fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }

    /// The client that the id claims to be, for display; `None` where the id follows no known convention.
    pub fn client(&self) -> Option<ClientName> {
        client::identify(&self.0)
    }
}

impl fmt::Display for PeerId {
    /// Readable characters as they are, all others escaped.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.escape_ascii())
    }
}

impl fmt::Debug for PeerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PeerId({self})")
    }
}
