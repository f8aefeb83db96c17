use std::net::SocketAddr;
use std::time::Duration;

use crate::config::HandshakeConfig;
use crate::extensions::Extensions;
use crate::limits::{
    DEFAULT_CONNECT_TIMEOUT, DEFAULT_EVENT_CAPACITY, DEFAULT_HANDSHAKE_TIMEOUT,
    DEFAULT_MAX_INBOUND, DEFAULT_MAX_OUTBOUND, MAX_TIMEOUT,
};
use crate::peer_id::PeerId;
use crate::protocol::Protocol;

/// How a [`Handshaker`](crate::Handshaker) behaves.
#[derive(Debug, Clone)]
pub struct HandshakerConfig {
    pub(super) listen_addr: Option<SocketAddr>,
    pub(super) open_port: Option<u16>,
    pub(super) peer_id: PeerId,
    pub(super) protocol: Protocol,
    pub(super) extensions: Extensions,
    pub(super) connect_timeout: Duration,
    pub(super) handshake_timeout: Duration,
    pub(super) max_inbound: usize,
    pub(super) max_outbound: usize,
    pub(super) event_capacity: usize,
}

impl Default for HandshakerConfig {
    /// No listener, a random peer id, the BitTorrent protocol without extensions, the limits of the crate's page.
    fn default() -> Self {
        Self {
            listen_addr: None,
            open_port: None,
            peer_id: PeerId::azureus(*b"bp", *b"0200", rand::random()),
            protocol: Protocol::default(),
            extensions: Extensions::new(),
            connect_timeout: DEFAULT_CONNECT_TIMEOUT,
            handshake_timeout: DEFAULT_HANDSHAKE_TIMEOUT,
            max_inbound: DEFAULT_MAX_INBOUND,
            max_outbound: DEFAULT_MAX_OUTBOUND,
            event_capacity: DEFAULT_EVENT_CAPACITY,
        }
    }
}

impl HandshakerConfig {
    /// Accepts connections at this address; port 0 takes a free one, see [`Handshaker::local_addr`].
    ///
    /// `[::]` takes IPv4 connections too, wherever the system lets it; they are told by their IPv4 address. Any other
    /// address takes its own family only.
    ///
    /// [`Handshaker::local_addr`]: crate::Handshaker::local_addr
    #[must_use]
    pub fn listen_addr(mut self, address: SocketAddr) -> Self {
        self.listen_addr = Some(address);
        self
    }

    /// The port by which others reach the listener, where it is not the listener's own (a router forwards it).
    /// [`DiscoveryInfo`](crate::DiscoveryInfo) tells it; the handshake does not.
    #[must_use]
    pub fn open_port(mut self, port: u16) -> Self {
        self.open_port = Some(port);
        self
    }

    /// Who we are. By default a random id of the form `-bp0200-…`.
    #[must_use]
    pub fn peer_id(mut self, peer_id: PeerId) -> Self {
        self.peer_id = peer_id;
        self
    }

    /// The protocol to speak; peers with another one fail.
    #[must_use]
    pub fn protocol(mut self, protocol: Protocol) -> Self {
        self.protocol = protocol;
        self
    }

    /// The extensions to offer; none by default.
    #[must_use]
    pub fn extensions(mut self, extensions: Extensions) -> Self {
        self.extensions = extensions;
        self
    }

    /// Time for an outbound connection to stand, [`DEFAULT_CONNECT_TIMEOUT`] by default, a day at most.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout.min(MAX_TIMEOUT);
        self
    }

    /// Time for the exchange once the connection stands, [`DEFAULT_HANDSHAKE_TIMEOUT`] by default, a day at most.
    #[must_use]
    pub fn handshake_timeout(mut self, timeout: Duration) -> Self {
        self.handshake_timeout = timeout.min(MAX_TIMEOUT);
        self
    }

    /// Inbound attempts in progress, at least 1, [`DEFAULT_MAX_INBOUND`] by default. When one more comes, the oldest
    /// gives way to it and fails with [`Displaced`](crate::HandshakeError::Displaced); why, is said at
    /// [`Places`](crate::Places).
    #[must_use]
    pub fn max_inbound(mut self, limit: usize) -> Self {
        self.max_inbound = limit.max(1);
        self
    }

    /// Outbound attempts in progress, at least 1, [`DEFAULT_MAX_OUTBOUND`] by default. At the limit
    /// [`connect`](crate::Handshaker::connect) waits and [`try_connect`](crate::Handshaker::try_connect) fails.
    #[must_use]
    pub fn max_outbound(mut self, limit: usize) -> Self {
        self.max_outbound = limit.clamp(1, tokio::sync::Semaphore::MAX_PERMITS);
        self
    }

    /// Events that wait for the application, at least 1, [`DEFAULT_EVENT_CAPACITY`] by default. When they are not
    /// taken, attempts keep their places and nothing more is accepted.
    #[must_use]
    pub fn event_capacity(mut self, capacity: usize) -> Self {
        self.event_capacity = capacity.clamp(1, tokio::sync::Semaphore::MAX_PERMITS);
        self
    }

    /// What the core of each attempt is given.
    pub(super) fn of_one_attempt(&self) -> HandshakeConfig {
        HandshakeConfig::new(self.peer_id)
            .protocol(self.protocol.clone())
            .extensions(self.extensions)
            .timeout(self.handshake_timeout)
    }
}
