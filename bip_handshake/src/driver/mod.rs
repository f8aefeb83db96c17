//! Sockets, timers and tasks for the core.
#![allow(
    clippy::disallowed_methods,
    reason = "the driver is what gives the core its clock and its random source"
)]

mod attempt;
mod config;
mod event;
mod handshaker;
mod socket;
mod stream;
mod task;

pub use config::HandshakerConfig;
pub use event::{AttemptId, CompleteMessage, FailedMessage, HandshakeEvent, HandshakeEvents};
pub use handshaker::{Closed, ConnectError, DiscoveryInfo, Handshaker, InitiateMessage};
pub use stream::PeerStream;
