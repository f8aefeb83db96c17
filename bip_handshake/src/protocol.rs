use std::fmt;

use bytes::Bytes;

use crate::error::ProtocolError;
use crate::limits::MAX_PROTOCOL_LENGTH;

/// The string that opens a handshake and names what is spoken (BEP 3, "peer protocol").
///
/// [`Protocol::default`] is `BitTorrent protocol`. An application that is no torrent client takes a string of its own,
/// so that strangers are told apart with their first bytes.
///
/// ```
/// use bip_handshake::Protocol;
///
/// assert_eq!(Protocol::default().to_string(), "BitTorrent protocol");
/// assert_eq!(Protocol::custom("folder sync 1")?.as_bytes().len(), 13);
/// assert!(Protocol::custom(vec![b'x'; 256]).is_err());
/// # Ok::<(), bip_handshake::ProtocolError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Protocol(Bytes);

impl Protocol {
    /// `BitTorrent protocol`.
    pub const BITTORRENT: Self = Self(Bytes::from_static(b"BitTorrent protocol"));

    /// A protocol string of one's own, 1 to [`MAX_PROTOCOL_LENGTH`] bytes.
    ///
    /// # Errors
    /// [`ProtocolError`] for a string that is empty or too long.
    pub fn custom(name: impl Into<Bytes>) -> Result<Self, ProtocolError> {
        let name = name.into();
        match name.len() {
            0 => Err(ProtocolError::Empty),
            1..=MAX_PROTOCOL_LENGTH => Ok(Self(name)),
            length => Err(ProtocolError::TooLong { length }),
        }
    }

    /// The string's bytes, without the length byte.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The string's length as the byte that precedes it on the wire.
    pub(crate) fn length_byte(&self) -> u8 {
        // Both constructors bound the length.
        u8::try_from(self.0.len()).unwrap_or(u8::MAX)
    }
}

impl Default for Protocol {
    fn default() -> Self {
        Self::BITTORRENT
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.escape_ascii())
    }
}

impl fmt::Debug for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Protocol({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_protocol_holds_one_to_255_bytes() {
        assert_eq!(Protocol::custom(""), Err(ProtocolError::Empty));
        assert_eq!(Protocol::custom(vec![1; 255]).unwrap().length_byte(), 255);
        assert_eq!(
            Protocol::custom(vec![1; 256]),
            Err(ProtocolError::TooLong { length: 256 })
        );
    }
}
