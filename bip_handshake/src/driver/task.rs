use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot, watch};
use tokio::task::{JoinError, JoinSet, yield_now};
use tokio::time::{Instant, sleep_until};

use super::attempt::{Attempt, Target};
use super::config::HandshakerConfig;
use super::event::{AttemptId, FailedMessage, HandshakeEvent};
use super::handshaker::Shared;
use super::socket;
use crate::direction::Direction;
use crate::error::HandshakeError;
use crate::facts::HandshakeFacts;
use crate::inspection::Inspection;
use crate::limits::ACCEPT_PAUSE;
use crate::peer_id::PeerId;
use crate::places::{Places, Room};

/// What handles ask of the task.
#[derive(Debug)]
pub(super) enum Command {
    Dial(Dial),
    Close,
}

#[derive(Debug)]
pub(super) struct Dial {
    pub(super) id: AttemptId,
    pub(super) info_hash: [u8; 20],
    pub(super) address: SocketAddr,
    pub(super) expected_peer_id: Option<PeerId>,
    pub(super) place: OwnedSemaphorePermit,
}

/// Owns the listener and all attempts, and hands their events on one by one. It never waits for an attempt.
///
/// Nothing here grows without bound: attempts keep their places until their event has been taken over, and nothing is
/// accepted while an event or a connection waits.
pub(super) struct Task {
    config: HandshakerConfig,
    shared: Arc<Shared>,
    listener: Option<TcpListener>,
    commands: mpsc::Receiver<Command>,
    events: mpsc::Sender<HandshakeEvent>,
    stop: watch::Sender<bool>,
    attempts: JoinSet<(u64, HandshakeEvent)>,
    running: HashMap<u64, Running>,
    next_key: u64,
    places: Places,
    /// Accepted, and waits for a place.
    waiting: Option<(TcpStream, Inspection)>,
    /// Waits for room in the queue of events.
    outbox: Option<HandshakeEvent>,
    /// The system refused to accept; try again then.
    accept_again: Option<Instant>,
}

struct Running {
    cut: oneshot::Sender<HandshakeError>,
    /// An outbound attempt's place, free again when this is dropped.
    _place: Option<OwnedSemaphorePermit>,
}

impl Task {
    pub(super) fn new(
        config: HandshakerConfig,
        shared: Arc<Shared>,
        listener: Option<TcpListener>,
        commands: mpsc::Receiver<Command>,
        events: mpsc::Sender<HandshakeEvent>,
        stop: watch::Sender<bool>,
    ) -> Self {
        Self {
            places: Places::new(config.max_inbound),
            config,
            shared,
            listener,
            commands,
            events,
            stop,
            attempts: JoinSet::new(),
            running: HashMap::new(),
            next_key: 0,
            waiting: None,
            outbox: None,
            accept_again: None,
        }
    }

    pub(super) async fn run(mut self) {
        // A sender of its own: its permit must not borrow the task.
        let events = self.events.clone();
        loop {
            if self.waiting.is_some() {
                self.settle().await;
            }
            // Our own work first, strangers' last.
            tokio::select! {
                biased;
                () = events.closed() => break,
                Ok(room) = events.reserve(), if self.outbox.is_some() => {
                    if let Some(event) = self.outbox.take() {
                        room.send(event);
                    }
                }
                Some(joined) = self.attempts.join_next(), if self.outbox.is_none() => {
                    self.outbox = Some(self.ended(joined));
                }
                command = self.commands.recv() => match command {
                    Some(Command::Dial(dial)) => self.dial(dial),
                    Some(Command::Close) | None => break,
                },
                accepted = accept(self.listener.as_ref(), self.accept_again),
                    if self.waiting.is_none() && self.outbox.is_none() =>
                {
                    self.accepted(accepted);
                }
            }
        }
        self.stop().await;
    }

    /// Finds the connection that waits its place, once those whose handshake is already here had their turn: a
    /// burst of good peers shall not displace one another unread.
    async fn settle(&mut self) {
        if self.places.is_full() {
            yield_now().await;
        }
        if self.outbox.is_none()
            && let Some(joined) = self.attempts.try_join_next()
        {
            self.outbox = Some(self.ended(joined));
        }
        // While an event cannot be handed on, nobody is displaced for a newcomer.
        if self.outbox.is_none() {
            self.seat();
        }
    }

    fn dial(&mut self, dial: Dial) {
        let mut facts = self.facts(Direction::Outbound, dial.address);
        facts.info_hash = Some(dial.info_hash);
        let target = Target {
            info_hash: dial.info_hash,
            expected_peer_id: dial.expected_peer_id,
            connect_timeout: self.config.connect_timeout,
        };
        let attempt = self.attempt(Some(dial.id), Inspection::new(facts));
        let (key, cut) = self.enter(Some(dial.place));
        self.attempts
            .spawn(async move { (key, attempt.dial(target, cut).await) });
    }

    fn accepted(&mut self, accepted: io::Result<(TcpStream, SocketAddr)>) {
        self.accept_again = None;
        match accepted {
            Ok((stream, address)) => {
                let mut inspection =
                    Inspection::new(self.facts(Direction::Inbound, socket::canonical(address)));
                match inspection.pass(&self.shared.filters()) {
                    // Before it takes a place: what is blocked displaces nobody.
                    Err(error) => self.outbox = Some(failed(inspection.facts, error)),
                    Ok(()) => self.waiting = Some((stream, inspection)),
                }
            }
            // That one peer has gone again says nothing about the next.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(_) => self.accept_again = Some(Instant::now() + ACCEPT_PAUSE),
        }
    }

    /// Gives the connection that waits its place, or makes room for it.
    fn seat(&mut self) {
        let Some((stream, inspection)) = self.waiting.take() else {
            return;
        };
        match self.places.room() {
            Room::Free => {
                // Without it small messages wait for acknowledgements; a socket that refuses is closed already, as
                // the attempt is about to tell.
                let _ = stream.set_nodelay(true);
                let attempt = self.attempt(None, inspection);
                let (key, cut) = self.enter(None);
                self.places.take(key);
                self.attempts
                    .spawn(async move { (key, attempt.accept(stream, cut).await) });
                return;
            }
            Room::Displace(oldest) => self.cut(oldest, HandshakeError::Displaced),
            Room::Wait => {}
        }
        self.waiting = Some((stream, inspection));
    }

    fn attempt(&self, id: Option<AttemptId>, inspection: Inspection) -> Attempt {
        Attempt::new(
            id,
            Arc::clone(&self.shared),
            self.config.of_one_attempt(),
            inspection,
        )
    }

    fn facts(&self, direction: Direction, address: SocketAddr) -> HandshakeFacts {
        HandshakeFacts::new(direction, address, self.config.protocol.clone())
    }

    fn enter(
        &mut self,
        place: Option<OwnedSemaphorePermit>,
    ) -> (u64, oneshot::Receiver<HandshakeError>) {
        let key = self.next_key;
        self.next_key += 1;
        let (cut, is_cut) = oneshot::channel();
        self.running.insert(key, Running { cut, _place: place });
        (key, is_cut)
    }

    fn ended(&mut self, joined: Result<(u64, HandshakeEvent), JoinError>) -> HandshakeEvent {
        match joined {
            Ok((key, event)) => {
                self.running.remove(&key);
                self.places.leave(key);
                event
            }
            // Nothing cancels an attempt from outside, so this is a bug of ours: it shall be seen.
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    /// Ends an attempt early; one that has just ended by itself keeps its own end.
    fn cut(&mut self, key: u64, error: HandshakeError) {
        // The entry stays until the attempt has ended; its sender is used up.
        if let Some(running) = self.running.get_mut(&key) {
            let (spent, _) = oneshot::channel();
            let _ = std::mem::replace(&mut running.cut, spent).send(error);
        }
    }

    /// Frees the port, then gives every attempt its end. Returns when all events are taken or nobody takes them.
    async fn stop(mut self) {
        self.shared.stop_dialing();
        self.listener = None;
        self.commands.close();
        self.stop.send_replace(true);
        for (_, running) in self.running.drain() {
            let _ = running.cut.send(HandshakeError::Closed);
        }
        if let Some(event) = self.outbox.take() {
            let _ = self.events.send(event).await;
        }
        if let Some((_, inspection)) = self.waiting.take() {
            let _ = self
                .events
                .send(failed(inspection.facts, HandshakeError::Closed))
                .await;
        }
        // Commands that were given before the queue closed have been promised an event too.
        while let Some(command) = self.commands.recv().await {
            if let Command::Dial(dial) = command {
                let _ = self.events.send(never_dialed(dial)).await;
            }
        }
        while let Some(joined) = self.attempts.join_next().await {
            let event = self.ended(joined);
            let _ = self.events.send(event).await;
        }
    }
}

/// The next connection, after a pause where the system asked for one; never where there is no listener.
async fn accept(
    listener: Option<&TcpListener>,
    again: Option<Instant>,
) -> io::Result<(TcpStream, SocketAddr)> {
    if let Some(again) = again {
        sleep_until(again).await;
    }
    match listener {
        Some(listener) => listener.accept().await,
        None => std::future::pending().await,
    }
}

fn failed(facts: HandshakeFacts, error: HandshakeError) -> HandshakeEvent {
    HandshakeEvent::Failed(FailedMessage {
        attempt: None,
        direction: facts.direction,
        address: facts.address,
        info_hash: facts.info_hash,
        error,
    })
}

fn never_dialed(dial: Dial) -> HandshakeEvent {
    HandshakeEvent::Failed(FailedMessage {
        attempt: Some(dial.id),
        direction: Direction::Outbound,
        address: dial.address,
        info_hash: Some(dial.info_hash),
        error: HandshakeError::Closed,
    })
}
