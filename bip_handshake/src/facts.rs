use std::net::SocketAddr;

use crate::direction::Direction;
use crate::extensions::Extensions;
use crate::peer_id::PeerId;
use crate::protocol::Protocol;

/// What is known of an attempt at the moment a [`HandshakeFilter`](crate::HandshakeFilter) is asked.
///
/// | asked | inbound knows | outbound knows |
/// |---|---|---|
/// | before dialing, on accept | address, protocol | address, protocol, info-hash |
/// | inbound: before we answer | and extensions, info-hash | |
/// | after the handshake | all | all |
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HandshakeFacts {
    /// Who began the connection.
    pub direction: Direction,
    /// The peer's address; of an inbound peer the port is not the one it listens on.
    pub address: SocketAddr,
    /// The protocol of this handshaker. Peers with another one have failed before.
    pub protocol: Protocol,
    /// The peer's extensions.
    pub extensions: Option<Extensions>,
    /// What the connection is about.
    pub info_hash: Option<[u8; 20]>,
    /// The peer's id.
    pub peer_id: Option<PeerId>,
}

impl HandshakeFacts {
    /// What is known of any attempt at its beginning; the other fields are `None`.
    pub fn new(direction: Direction, address: SocketAddr, protocol: Protocol) -> Self {
        Self {
            direction,
            address,
            protocol,
            extensions: None,
            info_hash: None,
            peer_id: None,
        }
    }
}
