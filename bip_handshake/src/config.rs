use std::time::Duration;

use crate::extensions::Extensions;
use crate::limits::{DEFAULT_HANDSHAKE_TIMEOUT, MAX_TIMEOUT};
use crate::message::HandshakeMessage;
use crate::peer_id::PeerId;
use crate::protocol::Protocol;

/// What our side says in each [`Handshake`](crate::Handshake), and how long it waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandshakeConfig {
    peer_id: PeerId,
    protocol: Protocol,
    extensions: Extensions,
    timeout: Duration,
}

impl HandshakeConfig {
    /// The BitTorrent protocol, no extension, [`DEFAULT_HANDSHAKE_TIMEOUT`], as `peer_id`.
    pub fn new(peer_id: PeerId) -> Self {
        Self {
            peer_id,
            protocol: Protocol::default(),
            extensions: Extensions::new(),
            timeout: DEFAULT_HANDSHAKE_TIMEOUT,
        }
    }

    /// The protocol to speak; a peer with another one is refused.
    #[must_use]
    pub fn protocol(mut self, protocol: Protocol) -> Self {
        self.protocol = protocol;
        self
    }

    /// The extensions to offer.
    #[must_use]
    pub fn extensions(mut self, extensions: Extensions) -> Self {
        self.extensions = extensions;
        self
    }

    /// Time for the whole exchange, a day at most.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout.min(MAX_TIMEOUT);
        self
    }

    pub(crate) fn our_peer_id(&self) -> PeerId {
        self.peer_id
    }

    pub(crate) fn our_protocol(&self) -> &Protocol {
        &self.protocol
    }

    pub(crate) fn time_allowed(&self) -> Duration {
        self.timeout
    }

    pub(crate) fn message(&self, info_hash: [u8; 20]) -> HandshakeMessage {
        HandshakeMessage {
            protocol: self.protocol.clone(),
            extensions: self.extensions,
            info_hash,
            peer_id: self.peer_id,
        }
    }
}
