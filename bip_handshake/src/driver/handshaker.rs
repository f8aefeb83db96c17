use std::collections::HashSet;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, TryAcquireError, mpsc, watch};

use super::config::HandshakerConfig;
use super::event::{AttemptId, HandshakeEvents};
use super::socket;
use super::task::{Command, Dial, Task};
use crate::filter::{FilterId, Filters, HandshakeFilter};
use crate::limits::COMMAND_CAPACITY;
use crate::peer_id::PeerId;

/// Makes and accepts connections, many at once, and brings each through its handshake.
///
/// Clones are handles to one and the same. Dropping the last one stops it, as [`close`](Self::close) does: the
/// port is freed, and each attempt in progress ends in [`Closed`](crate::HandshakeError::Closed).
#[derive(Debug, Clone)]
pub struct Handshaker {
    shared: Arc<Shared>,
    commands: mpsc::Sender<Command>,
    stopped: watch::Receiver<bool>,
}

/// An address to dial, and what to speak about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct InitiateMessage {
    info_hash: [u8; 20],
    address: SocketAddr,
    expected_peer_id: Option<PeerId>,
}

impl InitiateMessage {
    /// To speak with whoever is at `address` about `info_hash`.
    pub fn new(info_hash: [u8; 20], address: SocketAddr) -> Self {
        Self {
            info_hash,
            address,
            expected_peer_id: None,
        }
    }

    /// Fails the attempt with [`PeerIdMismatch`](crate::HandshakeError::PeerIdMismatch) unless the peer is `peer_id`.
    #[must_use]
    pub fn expect_peer_id(mut self, peer_id: PeerId) -> Self {
        self.expected_peer_id = Some(peer_id);
        self
    }
}

/// What a discovery service (tracker, DHT) needs to know about us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct DiscoveryInfo {
    /// The port where we can be reached: the configured open port, else the listener's; 0 where there is neither.
    pub port: u16,
    /// Who we are.
    pub peer_id: PeerId,
}

/// The handshaker was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the handshaker was closed")]
#[expect(clippy::exhaustive_structs, reason = "there is nothing more to say")]
pub struct Closed;

/// Why no attempt was begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// As many outbound attempts as allowed are in progress, or commands are waiting.
    #[error("all places for outbound attempts are taken")]
    Full,
    /// The handshaker was closed.
    #[error("the handshaker was closed")]
    Closed,
}

impl Handshaker {
    /// Binds the listener, where one is wanted, and starts. Needs a tokio runtime with I/O and time.
    ///
    /// # Errors
    /// What the system says to the listener's address.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn start(config: HandshakerConfig) -> io::Result<(Self, HandshakeEvents)> {
        let listener = config.listen_addr.map(socket::listen).transpose()?;
        let local_addr = match &listener {
            Some(listener) => Some(socket::canonical(listener.local_addr()?)),
            None => None,
        };
        let shared = Arc::new(Shared::new(&config, local_addr));
        let (commands, commanded) = mpsc::channel(COMMAND_CAPACITY);
        let (events, receiver) = mpsc::channel(config.event_capacity);
        let (stop, stopped) = watch::channel(false);
        tokio::spawn(
            Task::new(
                config,
                Arc::clone(&shared),
                listener,
                commanded,
                events,
                stop,
            )
            .run(),
        );
        Ok((
            Self {
                shared,
                commands,
                stopped,
            },
            HandshakeEvents { receiver },
        ))
    }

    /// Where the listener is, with its real port.
    pub fn local_addr(&self) -> Option<SocketAddr> {
        self.shared.local_addr
    }

    /// What to tell discovery services.
    pub fn discovery_info(&self) -> DiscoveryInfo {
        self.shared.discovery_info
    }

    /// Accepts inbound peers that ask for `info_hash`. All others are refused, so that without this none comes in.
    pub fn register(&self, info_hash: [u8; 20]) {
        self.shared
            .registered
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(info_hash);
    }

    /// Accepts no more inbound peers that ask for `info_hash`. Peers that were already answered may still complete.
    pub fn unregister(&self, info_hash: [u8; 20]) {
        self.shared
            .registered
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&info_hash);
    }

    /// Begins an attempt. Its end comes as an event, exactly one for each id that is returned.
    ///
    /// Waits while [`max_outbound`](HandshakerConfig::max_outbound) attempts are in progress. Attempts end only as
    /// their events are taken: a task that both takes events and connects does so with `select!`, or by
    /// [`try_connect`](Self::try_connect).
    ///
    /// Cancel-safe: when the future is dropped before it is ready, there is no attempt.
    ///
    /// # Errors
    /// [`Closed`] once the handshaker has been closed.
    pub async fn connect(&self, message: InitiateMessage) -> Result<AttemptId, Closed> {
        let place = Arc::clone(&self.shared.outbound)
            .acquire_owned()
            .await
            .map_err(|_| Closed)?;
        let room = self.commands.reserve().await.map_err(|_| Closed)?;
        let (id, command) = self.dial(message, place);
        room.send(command);
        Ok(id)
    }

    /// Begins an attempt if there is room for it now. Its end comes as an event, exactly one for each id that is
    /// returned.
    ///
    /// # Errors
    /// [`ConnectError::Full`] where [`connect`](Self::connect) would wait.
    pub fn try_connect(&self, message: InitiateMessage) -> Result<AttemptId, ConnectError> {
        let place = Arc::clone(&self.shared.outbound)
            .try_acquire_owned()
            .map_err(|error| match error {
                TryAcquireError::Closed => ConnectError::Closed,
                TryAcquireError::NoPermits => ConnectError::Full,
            })?;
        let room = self.commands.try_reserve().map_err(|error| match error {
            mpsc::error::TrySendError::Full(()) => ConnectError::Full,
            mpsc::error::TrySendError::Closed(()) => ConnectError::Closed,
        })?;
        let (id, command) = self.dial(message, place);
        room.send(command);
        Ok(id)
    }

    fn dial(&self, message: InitiateMessage, place: OwnedSemaphorePermit) -> (AttemptId, Command) {
        let InitiateMessage {
            info_hash,
            address,
            expected_peer_id,
        } = message;
        let id = AttemptId(self.shared.next_attempt.fetch_add(1, Ordering::Relaxed));
        (
            id,
            Command::Dial(Dial {
                id,
                info_hash,
                address,
                expected_peer_id,
                place,
            }),
        )
    }

    /// Adds a filter. Attempts in progress meet it with their next question.
    pub fn add_filter(&self, filter: impl HandshakeFilter + 'static) -> FilterId {
        self.shared
            .filters
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .add(filter)
    }

    /// Takes a filter out; `false` when it is not there.
    pub fn remove_filter(&self, id: FilterId) -> bool {
        self.shared
            .filters
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(id)
    }

    /// Takes all filters out.
    pub fn clear_filters(&self) {
        self.shared
            .filters
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// Stops, also for all other handles, and returns once the port is free. Attempts in progress end in
    /// [`Closed`](crate::HandshakeError::Closed); their events can still be taken, then the events end.
    ///
    /// Cancel-safe: begun once polled, and not undone when the future is dropped after that.
    pub async fn close(&self) {
        // Closed before the command: whoever connects from now on is told so.
        self.shared.outbound.close();
        let mut stopped = self.stopped.clone();
        // Both fail only where the task has already gone, and the port with it.
        let _ = self.commands.send(Command::Close).await;
        let _ = stopped.wait_for(|stopped| *stopped).await;
    }
}

/// What handles and attempts look up without asking the task.
#[derive(Debug)]
pub(super) struct Shared {
    local_addr: Option<SocketAddr>,
    discovery_info: DiscoveryInfo,
    filters: RwLock<Filters>,
    registered: RwLock<HashSet<[u8; 20]>>,
    next_attempt: AtomicU64,
    outbound: Arc<Semaphore>,
}

impl Shared {
    fn new(config: &HandshakerConfig, local_addr: Option<SocketAddr>) -> Self {
        let port = config
            .open_port
            .or(local_addr.map(|address| address.port()))
            .unwrap_or(0);
        Self {
            local_addr,
            discovery_info: DiscoveryInfo {
                port,
                peer_id: config.peer_id,
            },
            filters: RwLock::default(),
            registered: RwLock::default(),
            next_attempt: AtomicU64::new(0),
            outbound: Arc::new(Semaphore::new(config.max_outbound)),
        }
    }

    /// The filters of this moment: none is called under the lock, so that a filter may itself use a handle.
    pub(super) fn filters(&self) -> Filters {
        self.filters
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(super) fn is_registered(&self, info_hash: &[u8; 20]) -> bool {
        self.registered
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(info_hash)
    }

    /// No further outbound attempt.
    pub(super) fn stop_dialing(&self) {
        self.outbound.close();
    }
}
