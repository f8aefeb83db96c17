use bytes::{BufMut, Bytes, BytesMut};
use nom::Parser;
use nom::bytes::streaming::take;
use nom::combinator::verify;
use nom::multi::length_data;
use nom::number::streaming::u8 as byte;

use crate::error::DecodeError;
use crate::extensions::Extensions;
use crate::limits::{PEER_ID_LENGTH, RESERVED_AND_HASH_LENGTH};
use crate::peer_id::PeerId;
use crate::protocol::Protocol;

/// A handshake as it stands on the wire (BEP 3, "peer protocol").
///
/// ```text
/// | 1 byte: n | n bytes: protocol | 8 bytes: extensions | 20 bytes: info-hash | 20 bytes: peer id |
/// ```
///
/// ```
/// use bip_handshake::{Extensions, HandshakeMessage, PeerId, Protocol};
///
/// let message = HandshakeMessage {
///     protocol: Protocol::default(),
///     extensions: Extensions::new(),
///     info_hash: [7; 20],
///     peer_id: PeerId::from_bytes(*b"-XX0100-abcdefghijkl"),
/// };
/// let wire = message.encode();
/// assert_eq!(wire.len(), 68);
/// assert_eq!(HandshakeMessage::decode(&wire), Ok((message, 68)));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_structs,
    reason = "the wire format is fixed, and callers construct it"
)]
pub struct HandshakeMessage {
    /// What is spoken.
    pub protocol: Protocol,
    /// The sender's extensions.
    pub extensions: Extensions,
    /// What the connection is about.
    pub info_hash: [u8; 20],
    /// The sender.
    pub peer_id: PeerId,
}

impl HandshakeMessage {
    /// Length on the wire in bytes, 50 to [`MAX_HANDSHAKE_LENGTH`](crate::MAX_HANDSHAKE_LENGTH).
    pub fn encoded_length(&self) -> usize {
        encoded_length(&self.protocol)
    }

    /// The bytes to send.
    pub fn encode(&self) -> Bytes {
        let mut wire = BytesMut::with_capacity(self.encoded_length());
        wire.put_u8(self.protocol.length_byte());
        wire.put_slice(self.protocol.as_bytes());
        wire.put_slice(&self.extensions.to_bytes());
        wire.put_slice(&self.info_hash);
        wire.put_slice(self.peer_id.as_bytes());
        wire.freeze()
    }

    /// Reads the handshake that `bytes` begin with; the number is its length, what follows it is not looked at.
    ///
    /// # Errors
    /// [`DecodeError::Incomplete`] while bytes are missing; [`DecodeError::EmptyProtocol`] where none can help.
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let (rest, header) = parsed(header(bytes))?;
        let (_, peer_id) = parsed(peer_id(rest))?;
        let protocol = Protocol::custom(Bytes::copy_from_slice(header.protocol))
            .map_err(|_| DecodeError::EmptyProtocol)?;
        let message = Self {
            protocol,
            extensions: header.extensions,
            info_hash: header.info_hash,
            peer_id,
        };
        let length = message.encoded_length();
        Ok((message, length))
    }
}

/// Length in bytes of a whole handshake with this protocol string.
pub(crate) fn encoded_length(protocol: &Protocol) -> usize {
    header_length(protocol) + PEER_ID_LENGTH
}

/// Length in bytes of a handshake with this protocol string, up to the info-hash.
pub(crate) fn header_length(protocol: &Protocol) -> usize {
    1 + protocol.as_bytes().len() + RESERVED_AND_HASH_LENGTH
}

/// A handshake up to the info-hash: what a responder needs to answer.
pub(crate) struct Header<'a> {
    pub(crate) protocol: &'a [u8],
    pub(crate) extensions: Extensions,
    pub(crate) info_hash: [u8; 20],
}

/// The header at the beginning of `bytes`.
pub(crate) fn header(bytes: &[u8]) -> nom::IResult<&[u8], Header<'_>> {
    let (rest, protocol) = length_data(verify(byte, |length| *length > 0)).parse(bytes)?;
    let (rest, extensions) = array::<8>(rest)?;
    let (rest, info_hash) = array::<20>(rest)?;
    Ok((
        rest,
        Header {
            protocol,
            extensions: Extensions::from_bytes(extensions),
            info_hash,
        },
    ))
}

/// The peer id at the beginning of `bytes`.
pub(crate) fn peer_id(bytes: &[u8]) -> nom::IResult<&[u8], PeerId> {
    let (rest, id) = array::<PEER_ID_LENGTH>(bytes)?;
    Ok((rest, PeerId::from_bytes(id)))
}

fn array<const N: usize>(bytes: &[u8]) -> nom::IResult<&[u8], [u8; N]> {
    let (rest, taken) = take(N)(bytes)?;
    let mut array = [0; N];
    array.copy_from_slice(taken);
    Ok((rest, array))
}

/// nom's answer as ours: the only value the layout can refuse is an empty protocol string.
pub(crate) fn parsed<T>(answer: nom::IResult<&[u8], T>) -> Result<(&[u8], T), DecodeError> {
    answer.map_err(|error| match error {
        nom::Err::Incomplete(_) => DecodeError::Incomplete,
        nom::Err::Error(_) | nom::Err::Failure(_) => DecodeError::EmptyProtocol,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::limits::MAX_HANDSHAKE_LENGTH;

    /// The layout read with indices only.
    fn naive(bytes: &[u8]) -> Result<(HandshakeMessage, usize), DecodeError> {
        let Some(&n) = bytes.first() else {
            return Err(DecodeError::Incomplete);
        };
        let n = usize::from(n);
        if n == 0 {
            return Err(DecodeError::EmptyProtocol);
        }
        if bytes.len() < n + 49 {
            return Err(DecodeError::Incomplete);
        }
        let message = HandshakeMessage {
            protocol: Protocol::custom(bytes[1..=n].to_vec()).unwrap(),
            extensions: Extensions::from_bytes(bytes[n + 1..n + 9].try_into().unwrap()),
            info_hash: bytes[n + 9..n + 29].try_into().unwrap(),
            peer_id: PeerId::from_bytes(bytes[n + 29..n + 49].try_into().unwrap()),
        };
        Ok((message, n + 49))
    }

    proptest! {
        #[test]
        fn decoding_agrees_with_the_naive_reader(
            length in any::<u8>(),
            tail in proptest::collection::vec(any::<u8>(), 0..400),
        ) {
            let mut bytes = vec![length];
            bytes.extend(tail);
            prop_assert_eq!(HandshakeMessage::decode(&bytes), naive(&bytes));
        }

        #[test]
        fn what_is_encoded_decodes_to_itself(
            protocol in proptest::collection::vec(any::<u8>(), 1..=255),
            extensions in any::<[u8; 8]>(),
            info_hash in any::<[u8; 20]>(),
            peer_id in any::<[u8; 20]>(),
        ) {
            let message = HandshakeMessage {
                protocol: Protocol::custom(protocol).unwrap(),
                extensions: Extensions::from_bytes(extensions),
                info_hash,
                peer_id: PeerId::from_bytes(peer_id),
            };
            let wire = message.encode();
            prop_assert!(wire.len() <= MAX_HANDSHAKE_LENGTH);
            prop_assert_eq!(HandshakeMessage::decode(&wire), Ok((message, wire.len())));
        }
    }

    #[test]
    fn an_empty_protocol_is_told_from_missing_bytes() {
        assert_eq!(HandshakeMessage::decode(&[]), Err(DecodeError::Incomplete));
        assert_eq!(
            HandshakeMessage::decode(&[0; 68]),
            Err(DecodeError::EmptyProtocol)
        );
    }
}
