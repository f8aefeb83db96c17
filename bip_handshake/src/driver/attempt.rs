use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout, timeout_at};

use super::event::{AttemptId, CompleteMessage, FailedMessage, HandshakeEvent};
use super::handshaker::Shared;
use super::socket;
use super::stream::PeerStream;
use crate::config::HandshakeConfig;
use crate::error::HandshakeError;
use crate::handshake::{Asked, Established, Handshake, Step};
use crate::inspection::Inspection;
use crate::limits::READ_LENGTH;
use crate::peer_id::PeerId;

/// One attempt, run as a task of its own so that none waits for another.
pub(super) struct Attempt {
    id: Option<AttemptId>,
    shared: Arc<Shared>,
    config: HandshakeConfig,
    inspection: Inspection,
    /// Came with the handshake and follows it.
    ahead: Bytes,
}

/// Where an outbound attempt goes.
pub(super) struct Target {
    pub(super) info_hash: [u8; 20],
    pub(super) expected_peer_id: Option<PeerId>,
    pub(super) connect_timeout: Duration,
}

type Outcome = Result<(Established, TcpStream), HandshakeError>;

impl Attempt {
    pub(super) fn new(
        id: Option<AttemptId>,
        shared: Arc<Shared>,
        config: HandshakeConfig,
        inspection: Inspection,
    ) -> Self {
        Self {
            id,
            shared,
            config,
            inspection,
            ahead: Bytes::new(),
        }
    }

    /// Over a connection that a peer made and whose address has passed the filters. `cut` ends it early, unless the
    /// peer has already sent all it has to.
    pub(super) async fn accept(
        mut self,
        stream: TcpStream,
        cut: oneshot::Receiver<HandshakeError>,
    ) -> HandshakeEvent {
        let core = Handshake::respond(now(), self.config.clone());
        let outcome = tokio::select! {
            biased;
            outcome = self.exchange(core, stream) => outcome,
            Ok(error) = cut => Err(error),
        };
        self.end(outcome)
    }

    /// Over a connection that is still to be made. `cut` ends it early.
    pub(super) async fn dial(
        mut self,
        target: Target,
        cut: oneshot::Receiver<HandshakeError>,
    ) -> HandshakeEvent {
        let outcome = tokio::select! {
            biased;
            outcome = self.reach(target) => outcome,
            Ok(error) = cut => Err(error),
        };
        self.end(outcome)
    }

    async fn reach(&mut self, target: Target) -> Outcome {
        self.inspection.pass(&self.shared.filters())?;
        let stream = connect(self.inspection.facts.address, target.connect_timeout).await?;
        let mut core = Handshake::initiate(now(), self.config.clone(), target.info_hash);
        if let Some(peer_id) = target.expected_peer_id {
            core = core.expect_peer_id(peer_id);
        }
        self.exchange(core, stream).await
    }

    async fn exchange(&mut self, mut core: Handshake, mut stream: TcpStream) -> Outcome {
        // The core forgets its deadline with its last step, but what it had to send must still go out in time.
        let deadline = core
            .poll_timeout()
            .map_or_else(Instant::now, Instant::from_std);
        loop {
            if let Some(bytes) = core.poll_transmit() {
                send(&mut stream, &bytes, deadline).await?;
                continue;
            }
            match core.poll_event() {
                Some(Step::Asked(asked)) => self.answer(&mut core, asked),
                Some(Step::Complete(established)) => {
                    self.welcome(&established)?;
                    return Ok((established, stream));
                }
                Some(Step::Failed(error)) => return Err(error),
                None => self.receive(&mut core, &stream, deadline).await?,
            }
        }
    }

    /// A peer has said what it wants.
    fn answer(&mut self, core: &mut Handshake, asked: Asked) {
        self.inspection.facts.extensions = Some(asked.extensions);
        self.inspection.facts.info_hash = Some(asked.info_hash);
        let verdict = match self.shared.is_registered(&asked.info_hash) {
            true => self.inspection.pass(&self.shared.filters()),
            false => Err(HandshakeError::UnknownInfoHash),
        };
        match verdict {
            Ok(()) => core.accept(now()),
            Err(error) => core.refuse(error),
        }
    }

    /// A peer has said all.
    fn welcome(&mut self, established: &Established) -> Result<(), HandshakeError> {
        self.inspection.facts.extensions = Some(established.extensions);
        self.inspection.facts.peer_id = Some(established.peer_id);
        self.inspection.pass(&self.shared.filters())
    }

    /// Waits for bytes, or for the deadline.
    async fn receive(
        &mut self,
        core: &mut Handshake,
        stream: &TcpStream,
        deadline: Instant,
    ) -> Result<(), HandshakeError> {
        match timeout_at(deadline, stream.readable()).await {
            Err(_) => core.handle_timeout(now()),
            Ok(ready) => {
                ready.map_err(HandshakeError::Io)?;
                self.read(core, stream)?;
            }
        }
        Ok(())
    }

    /// The buffer lives only while there is something to read, so that a silent peer costs none.
    fn read(&mut self, core: &mut Handshake, stream: &TcpStream) -> Result<(), HandshakeError> {
        let mut buffer = [0; READ_LENGTH];
        match stream.try_read(&mut buffer) {
            Ok(0) => core.handle_end(now()),
            Ok(length) => {
                let taken = core.handle_input(now(), &buffer[..length]);
                // Bytes are left over only where the handshake is complete, and then nothing more is read here.
                if taken < length {
                    self.ahead = Bytes::copy_from_slice(&buffer[taken..length]);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => core.handle_end(now()),
            Err(error) => return Err(HandshakeError::Io(error)),
        }
        Ok(())
    }

    fn end(self, outcome: Outcome) -> HandshakeEvent {
        let facts = self.inspection.facts;
        match outcome {
            Ok((established, stream)) => HandshakeEvent::Complete(CompleteMessage {
                attempt: self.id,
                direction: facts.direction,
                protocol: facts.protocol,
                extensions: established.extensions,
                info_hash: established.info_hash,
                peer_id: established.peer_id,
                address: facts.address,
                stream: PeerStream::new(stream, self.ahead),
            }),
            Err(error) => HandshakeEvent::Failed(FailedMessage {
                attempt: self.id,
                direction: facts.direction,
                address: facts.address,
                info_hash: facts.info_hash,
                error,
            }),
        }
    }
}

async fn connect(address: SocketAddr, limit: Duration) -> Result<TcpStream, HandshakeError> {
    match timeout(limit, socket::connect(address)).await {
        Ok(connected) => connected.map_err(HandshakeError::Connect),
        Err(_) => Err(HandshakeError::ConnectTimedOut),
    }
}

async fn send(
    stream: &mut TcpStream,
    bytes: &[u8],
    deadline: Instant,
) -> Result<(), HandshakeError> {
    match timeout_at(deadline, stream.write_all(bytes)).await {
        Ok(sent) => sent.map_err(HandshakeError::Io),
        Err(_) => Err(HandshakeError::TimedOut),
    }
}

/// tokio's clock, so that where a test pauses it, the core's stands still too.
fn now() -> std::time::Instant {
    Instant::now().into_std()
}
