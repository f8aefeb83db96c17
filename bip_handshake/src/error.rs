use std::io;

use crate::peer_id::PeerId;

/// Why an attempt ended without a handshake. [`HandshakeError::fault`] says on whose side it lies.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HandshakeError {
    /// The peer's first bytes are not those of our protocol.
    #[error("the peer speaks another protocol")]
    ProtocolMismatch,
    /// The peer we dialed answered with another info-hash than the one we asked for.
    #[error("the peer answered with another info-hash than the one asked for")]
    InfoHashMismatch {
        /// The info-hash it answered with.
        found: [u8; 20],
    },
    /// The peer we dialed is not the one we expected.
    #[error("expected the peer {expected}, found {found}")]
    PeerIdMismatch {
        /// The peer id the attempt asked for.
        expected: PeerId,
        /// The peer id that answered.
        found: PeerId,
    },
    /// Our own peer id came back: we dialed ourselves. Both ends of such a connection may tell it.
    #[error("the peer is ourselves")]
    SelfConnection,
    /// A peer asked for an info-hash that is not registered.
    #[error("the peer asked for an info-hash that is not registered")]
    UnknownInfoHash,
    /// A filter blocked the attempt.
    #[error("blocked by a filter")]
    Filtered,
    /// The peer closed the connection within the handshake.
    #[error("the peer closed the connection after {received} bytes of its handshake")]
    Disconnected {
        /// How many bytes of a handshake had come.
        received: usize,
    },
    /// The connection stood, but the exchange took too long.
    #[error("the handshake took too long")]
    TimedOut,
    /// The connection did not stand in time.
    #[error("the peer could not be reached in time")]
    ConnectTimedOut,
    /// The connection could not be made.
    #[error("the peer could not be reached: {0}")]
    Connect(#[source] io::Error),
    /// The connection broke.
    #[error("the connection broke: {0}")]
    Io(#[source] io::Error),
    /// All places for inbound attempts were taken, and this attempt was the oldest; a newer one has its place.
    #[error("gave its place to a newer inbound attempt")]
    Displaced,
    /// The handshaker was closed before the attempt ended.
    #[error("the handshaker was closed")]
    Closed,
}

/// On whose side an attempt failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// The peer said what it must not say: dialing it again is of no use.
    Peer,
    /// Too little was heard: the address is dead, or busy, or does not want us. A later attempt may succeed.
    Network,
    /// We did not want the connection.
    Local,
}

impl HandshakeError {
    /// On whose side it lies.
    pub fn fault(&self) -> Fault {
        match self {
            Self::ProtocolMismatch
            | Self::InfoHashMismatch { .. }
            | Self::PeerIdMismatch { .. } => Fault::Peer,
            Self::Disconnected { .. }
            | Self::TimedOut
            | Self::ConnectTimedOut
            | Self::Connect(_)
            | Self::Io(_) => Fault::Network,
            Self::SelfConnection
            | Self::UnknownInfoHash
            | Self::Filtered
            | Self::Displaced
            | Self::Closed => Fault::Local,
        }
    }
}

/// Why a string cannot be a [`Protocol`](crate::Protocol).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProtocolError {
    /// It is empty.
    #[error("a protocol string is not empty")]
    Empty,
    /// It does not fit its length byte.
    #[error("a protocol string has at most 255 bytes, this one has {length}")]
    TooLong {
        /// Its length in bytes.
        length: usize,
    },
}

/// Why bytes are no [`HandshakeMessage`](crate::HandshakeMessage).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// More bytes may make a handshake of them.
    #[error("the handshake is not complete")]
    Incomplete,
    /// The length byte of the protocol string is 0.
    #[error("the protocol string is empty")]
    EmptyProtocol,
}
