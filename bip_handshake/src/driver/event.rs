use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use tokio::sync::mpsc;

use super::stream::PeerStream;
use crate::direction::Direction;
use crate::error::HandshakeError;
use crate::extensions::Extensions;
use crate::peer_id::PeerId;
use crate::protocol::Protocol;

/// How an attempt ended. Each attempt ends in exactly one.
#[derive(Debug)]
#[non_exhaustive]
pub enum HandshakeEvent {
    /// A peer is connected.
    Complete(CompleteMessage),
    /// It has come to nothing.
    Failed(FailedMessage),
}

/// A peer that has said who it is, with the stream to speak with it.
#[derive(Debug)]
#[non_exhaustive]
pub struct CompleteMessage {
    /// The attempt, where we dialed.
    pub attempt: Option<AttemptId>,
    /// Who dialed.
    pub direction: Direction,
    /// What is spoken.
    pub protocol: Protocol,
    /// The peer's extensions. What both sides have is their intersection with ours.
    pub extensions: Extensions,
    /// What the connection is about.
    pub info_hash: [u8; 20],
    /// The peer.
    pub peer_id: PeerId,
    /// The peer's address; of an inbound peer the port is not the one it listens on.
    pub address: SocketAddr,
    /// The connection; its first byte is the one after the peer's handshake.
    pub stream: PeerStream,
}

/// An attempt that came to nothing.
#[derive(Debug)]
#[non_exhaustive]
pub struct FailedMessage {
    /// The attempt, where we dialed.
    pub attempt: Option<AttemptId>,
    /// Who dialed.
    pub direction: Direction,
    /// The peer's address; of an inbound peer the port is not the one it listens on.
    pub address: SocketAddr,
    /// What the connection was about. Of an inbound attempt `None` while the peer had not said it, and
    /// where the attempt ended by [`Displaced`](HandshakeError::Displaced) or [`Closed`](HandshakeError::Closed).
    pub info_hash: Option<[u8; 20]>,
    /// Why.
    pub error: HandshakeError,
}

/// Names an outbound attempt: [`Handshaker::connect`](crate::Handshaker::connect) gives it, its event carries it.
/// Unique within one handshaker, rising.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AttemptId(pub(super) u64);

/// The ends of all attempts, as they come. Ends after the handshaker has stopped and each attempt had its event.
///
/// Dropping it stops the handshaker: nobody would take its connections.
#[derive(Debug)]
pub struct HandshakeEvents {
    pub(super) receiver: mpsc::Receiver<HandshakeEvent>,
}

impl HandshakeEvents {
    /// The next event; `None` when there will be no more.
    ///
    /// Cancel-safe: no event is lost when the future is dropped.
    pub async fn next(&mut self) -> Option<HandshakeEvent> {
        self.receiver.recv().await
    }
}

impl Stream for HandshakeEvents {
    type Item = HandshakeEvent;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.receiver.poll_recv(context)
    }
}
