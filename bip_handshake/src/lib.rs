#![doc = include_str!("../README.md")]

mod client;
mod config;
mod direction;
mod error;
mod extensions;
mod facts;
mod filter;
mod handshake;
mod inspection;
mod limits;
mod message;
mod peer_id;
mod places;
mod protocol;

#[cfg(feature = "tokio")]
mod driver;

// The driver: what most users start with.
#[cfg(feature = "tokio")]
pub use driver::{
    AttemptId, Closed, CompleteMessage, ConnectError, DiscoveryInfo, FailedMessage, HandshakeEvent,
    HandshakeEvents, Handshaker, HandshakerConfig, InitiateMessage, PeerStream,
};

// What is said in a handshake, and by whom.
pub use client::ClientName;
pub use direction::Direction;
pub use error::{DecodeError, Fault, HandshakeError, ProtocolError};
pub use extensions::{Extension, Extensions};
pub use message::HandshakeMessage;
pub use peer_id::PeerId;
pub use protocol::Protocol;

// Who is let in.
pub use facts::HandshakeFacts;
pub use filter::{FilterDecision, FilterId, Filters, HandshakeFilter, Ruling};
pub use inspection::Inspection;
pub use places::{Places, Room};

// The core of one attempt.
pub use config::HandshakeConfig;
pub use handshake::{Asked, Established, Handshake, Step};

pub use limits::{
    DEFAULT_CONNECT_TIMEOUT, DEFAULT_HANDSHAKE_TIMEOUT, MAX_HANDSHAKE_LENGTH, MAX_PROTOCOL_LENGTH,
};
#[cfg(feature = "tokio")]
pub use limits::{DEFAULT_EVENT_CAPACITY, DEFAULT_MAX_INBOUND, DEFAULT_MAX_OUTBOUND};
