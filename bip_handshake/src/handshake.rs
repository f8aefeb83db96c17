use std::collections::VecDeque;
use std::time::Instant;

use bytes::Bytes;

use crate::config::HandshakeConfig;
use crate::direction::Direction;
use crate::error::HandshakeError;
use crate::extensions::Extensions;
use crate::message::{encoded_length, header, header_length, parsed, peer_id};
use crate::peer_id::PeerId;

/// One attempt at a handshake, from either end, without a socket or a clock.
///
/// After any `handle_*` or command, drain the polls, then sleep until `poll_timeout` or the next input. Take what
/// [`poll_transmit`](Self::poll_transmit) gives before what [`poll_event`](Self::poll_event) gives: when the last
/// event comes, all has been sent that has to be.
///
/// A responder says nothing before it knows what the peer wants (48 bytes of a BitTorrent handshake): it tells it by
/// [`Step::Asked`], and after [`accept`](Self::accept) answers at once, without waiting for the peer id, since trackers
/// that test for reachability send it only after our answer (BEP 3, "peer protocol").
///
/// Exactly one of [`Step::Complete`] and [`Step::Failed`] comes, and nothing after it.
#[derive(Debug)]
pub struct Handshake {
    config: HandshakeConfig,
    direction: Direction,
    info_hash: Option<[u8; 20]>,
    expected_peer_id: Option<PeerId>,
    deadline: Instant,
    state: State,
    /// Bytes of the peer's handshake so far, never more than one handshake of our protocol.
    received: Vec<u8>,
    theirs: Option<Theirs>,
    transmit: Option<Bytes>,
    /// At most `Asked` and one last step.
    steps: VecDeque<Step>,
}

/// What the peer's handshake has to bring next.
///
/// ```text
/// initiator:  Header ----------------------------> PeerId ----> Done
/// responder:  Header ----> Asked ---- accept ----> PeerId ----> Done
///                |           |                       |            ^
///                +-----------+-- refuse, fault, end, timeout -----+
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Header,
    Asked,
    PeerId,
    Done,
}

#[derive(Debug, Clone, Copy)]
struct Theirs {
    extensions: Extensions,
    info_hash: [u8; 20],
}

/// What a [`Handshake`] tells.
#[derive(Debug)]
#[non_exhaustive]
pub enum Step {
    /// Responder: what the peer wants. Answer by [`Handshake::accept`] or [`Handshake::refuse`].
    Asked(Asked),
    /// The handshake is complete.
    Complete(Established),
    /// The attempt has failed; close the connection.
    Failed(HandshakeError),
}

/// What a peer that dialed us wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Asked {
    /// Its extensions.
    pub extensions: Extensions,
    /// What it wants to speak about.
    pub info_hash: [u8; 20],
}

/// What a complete handshake has told about the peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Established {
    /// The peer's extensions.
    pub extensions: Extensions,
    /// What the connection is about.
    pub info_hash: [u8; 20],
    /// The peer.
    pub peer_id: PeerId,
}

impl Handshake {
    /// An attempt over a connection that we made, to speak about `info_hash`.
    pub fn initiate(now: Instant, config: HandshakeConfig, info_hash: [u8; 20]) -> Self {
        let mut handshake = Self::new(now, config, Direction::Outbound);
        handshake.transmit = Some(handshake.config.message(info_hash).encode());
        handshake.info_hash = Some(info_hash);
        handshake
    }

    /// An attempt over a connection that a peer made.
    pub fn respond(now: Instant, config: HandshakeConfig) -> Self {
        Self::new(now, config, Direction::Inbound)
    }

    fn new(now: Instant, config: HandshakeConfig, direction: Direction) -> Self {
        Self {
            direction,
            info_hash: None,
            expected_peer_id: None,
            deadline: now + config.time_allowed(),
            state: State::Header,
            received: Vec::with_capacity(encoded_length(config.our_protocol())),
            theirs: None,
            transmit: None,
            steps: VecDeque::with_capacity(2),
            config,
        }
    }

    /// Fails the attempt unless the peer is `peer_id`.
    #[must_use]
    pub fn expect_peer_id(mut self, peer_id: PeerId) -> Self {
        self.expected_peer_id = Some(peer_id);
        self
    }

    /// Takes bytes from the peer and says how many belong to its handshake. The rest, untouched, is the beginning of
    /// what follows the handshake: keep it. Once the whole handshake is in, no further byte is taken.
    #[must_use = "bytes that are not taken belong to what follows the handshake"]
    pub fn handle_input(&mut self, now: Instant, bytes: &[u8]) -> usize {
        self.handle_timeout(now);
        if self.state == State::Done {
            return 0;
        }
        let missing = encoded_length(self.config.our_protocol()) - self.received.len();
        let taken = missing.min(bytes.len());
        self.received.extend_from_slice(&bytes[..taken]);
        self.advance();
        taken
    }

    /// The peer sends no more.
    pub fn handle_end(&mut self, now: Instant) {
        self.handle_timeout(now);
        let received = self.received.len();
        self.fail(HandshakeError::Disconnected { received });
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: Instant) {
        if now >= self.deadline {
            self.fail(HandshakeError::TimedOut);
        }
    }

    /// Responder: speaks with the peer about what it asked for. Without effect unless [`Step::Asked`] waits for it.
    pub fn accept(&mut self, now: Instant) {
        self.handle_timeout(now);
        if let (State::Asked, Some(theirs)) = (self.state, self.theirs) {
            self.transmit = Some(self.config.message(theirs.info_hash).encode());
            self.state = State::PeerId;
            self.advance();
        }
    }

    /// Ends the attempt for a reason of ours. Without effect when it has ended.
    pub fn refuse(&mut self, error: HandshakeError) {
        self.fail(error);
    }

    /// Bytes to send to the peer.
    pub fn poll_transmit(&mut self) -> Option<Bytes> {
        self.transmit.take()
    }

    /// What has happened.
    pub fn poll_event(&mut self) -> Option<Step> {
        self.steps.pop_front()
    }

    /// When to call [`handle_timeout`](Self::handle_timeout); `None` once the attempt has ended.
    pub fn poll_timeout(&self) -> Option<Instant> {
        (self.state != State::Done).then_some(self.deadline)
    }

    /// Goes as far as the received bytes reach.
    fn advance(&mut self) {
        if self.state == State::Header {
            self.read_header();
        }
        if self.state == State::PeerId {
            self.read_peer_id();
        }
    }

    fn read_header(&mut self) {
        // Told by the first byte that differs, so that a stranger does not hold its place until the timeout.
        let protocol = self.config.our_protocol();
        let ours =
            std::iter::once(protocol.length_byte()).chain(protocol.as_bytes().iter().copied());
        if self
            .received
            .iter()
            .zip(ours)
            .any(|(theirs, ours)| *theirs != ours)
        {
            return self.fail(HandshakeError::ProtocolMismatch);
        }
        let Ok((_, header)) = parsed(header(&self.received)) else {
            return;
        };
        debug_assert_eq!(header.protocol, protocol.as_bytes());
        let theirs = Theirs {
            extensions: header.extensions,
            info_hash: header.info_hash,
        };
        self.theirs = Some(theirs);
        match self.direction {
            Direction::Outbound if self.info_hash != Some(theirs.info_hash) => {
                self.fail(HandshakeError::InfoHashMismatch {
                    found: theirs.info_hash,
                });
            }
            Direction::Outbound => self.state = State::PeerId,
            Direction::Inbound => {
                self.state = State::Asked;
                let Theirs {
                    extensions,
                    info_hash,
                } = theirs;
                self.steps.push_back(Step::Asked(Asked {
                    extensions,
                    info_hash,
                }));
            }
        }
    }

    fn read_peer_id(&mut self) {
        let start = header_length(self.config.our_protocol());
        let Some(rest) = self.received.get(start..) else {
            return;
        };
        let (Ok((_, found)), Some(theirs)) = (parsed(peer_id(rest)), self.theirs) else {
            return;
        };
        if found == self.config.our_peer_id() {
            return self.fail(HandshakeError::SelfConnection);
        }
        if let Some(expected) = self.expected_peer_id.filter(|expected| *expected != found) {
            return self.fail(HandshakeError::PeerIdMismatch { expected, found });
        }
        self.state = State::Done;
        let Theirs {
            extensions,
            info_hash,
        } = theirs;
        self.steps.push_back(Step::Complete(Established {
            extensions,
            info_hash,
            peer_id: found,
        }));
    }

    fn fail(&mut self, error: HandshakeError) {
        if self.state != State::Done {
            // What is still to be sent stays: where we dialed ourselves, our other end learns it from our answer.
            self.state = State::Done;
            // An unanswered question has lost its meaning.
            self.steps.clear();
            self.steps.push_back(Step::Failed(error));
        }
    }
}
