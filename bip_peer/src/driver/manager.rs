use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Instant;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot, watch};

use super::budget::Budget;
use super::buffers::Pool;
use super::events::Slots;
use super::task::PeerTask;
use super::{AddPeerError, PeerEvents, PeerManagerConfig, SendError};
use crate::session::Counters;
use crate::{
    EndReason, PeerCommand, PeerEnd, PeerEvent, PeerKey, PeerStats, Session, SessionConfig,
};

/// Who a peer is. The manager keeps it for its user and does not look at it.
#[expect(
    clippy::exhaustive_structs,
    reason = "what a finished handshake tells; callers build it"
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PeerInfo {
    /// The other end of the connection.
    pub address: SocketAddr,
    /// The peer id of its handshake.
    pub peer_id: [u8; 20],
    /// The torrent.
    pub info_hash: [u8; 20],
}

/// Runs one task per peer and carries commands to them; what happens comes out of [`PeerEvents`].
///
/// Handles are clones of one another. When the last one is dropped, all peers are removed.
#[derive(Clone, Debug)]
pub struct PeerManager {
    shared: Arc<Shared>,
}

#[derive(Debug)]
pub(super) struct Shared {
    config: PeerManagerConfig,
    runtime: Handle,
    registry: Mutex<Registry>,
    next_key: AtomicU64,
    slots: Slots,
    budget: Budget,
    pool: Pool,
    live: Arc<watch::Sender<usize>>,
}

#[derive(Debug)]
struct Registry {
    peers: HashMap<PeerKey, Entry>,
    /// `None` once closed.
    events: Option<mpsc::Sender<(PeerKey, PeerEvent)>>,
}

#[derive(Debug)]
struct Entry {
    info: PeerInfo,
    commands: mpsc::Sender<PeerCommand>,
    /// Dropping it removes the peer.
    _stop: oneshot::Sender<()>,
    gauges: Arc<Mutex<Counters>>,
}

impl PeerManager {
    /// Starts a manager.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn start(config: PeerManagerConfig) -> (PeerManager, PeerEvents) {
        let (slots, budget) = (
            Slots::new(config.max_peers),
            Budget::new(config.event_capacity),
        );
        // Ordinary events are bounded by the budget, end events by the slots: sending never waits.
        let capacity = config
            .event_capacity
            .saturating_add(config.max_peers)
            .min(1 << 28);
        let (sender, receiver) = mpsc::channel(capacity);
        let shared = Shared {
            runtime: Handle::current(),
            registry: Mutex::new(Registry {
                peers: HashMap::new(),
                events: Some(sender),
            }),
            next_key: AtomicU64::new(0),
            slots: slots.clone(),
            budget: budget.clone(),
            pool: Pool::new(config.spare_buffers),
            live: Arc::new(watch::Sender::new(0)),
            config,
        };
        let shared = Arc::new(shared);
        let events = PeerEvents::new(receiver, budget, slots, Arc::downgrade(&shared));
        (PeerManager { shared }, events)
    }

    /// Takes over a connection from behind its handshake.
    ///
    /// # Errors
    ///
    /// [`AddPeerError::Full`], or [`AddPeerError::Closed`] after [`close`](PeerManager::close) or when [`PeerEvents`] has
    /// been dropped. The stream is dropped then, and there is no event.
    pub fn add_peer<S>(
        &self,
        info: PeerInfo,
        config: SessionConfig,
        stream: S,
    ) -> Result<PeerKey, AddPeerError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let shared = &self.shared;
        let mut registry = shared.registry();
        let events = registry
            .events
            .clone()
            .filter(|events| !events.is_closed())
            .ok_or(AddPeerError::Closed)?;
        if !shared.slots.take() {
            return Err(AddPeerError::Full {
                max_peers: shared.config.max_peers,
            });
        }
        let key = PeerKey::new(shared.next_key.fetch_add(1, Ordering::Relaxed));
        let session = Session::new(config, now());
        let gauges = Arc::new(Mutex::new(session.counters()));
        let (command_sender, commands) = mpsc::channel(shared.config.command_capacity);
        let (stop_sender, stop) = oneshot::channel();
        let entry = Entry {
            info,
            commands: command_sender,
            _stop: stop_sender,
            gauges: Arc::clone(&gauges),
        };
        registry.peers.insert(key, entry);

        let farewell = Farewell::new(
            key,
            events,
            Arc::downgrade(shared),
            Arc::clone(&shared.live),
        );
        // Counted as live before `close` can look.
        drop(registry);

        let task = PeerTask::new(
            stream,
            session,
            shared.pool.clone(),
            shared.budget.share(),
            gauges,
            farewell,
        );
        shared.runtime.spawn(task.run(commands, stop));
        Ok(key)
    }

    /// Tells a peer's session what to do. Waits while the peer's command queue is full, which is short: a peer takes
    /// commands even when its events are not taken and its socket is stuck.
    ///
    /// Cancel safe: either the command is queued or it is not.
    ///
    /// # Errors
    ///
    /// [`SendError`] when the peer is gone.
    pub async fn send(&self, peer: PeerKey, command: PeerCommand) -> Result<(), SendError> {
        let commands = self
            .shared
            .registry()
            .peers
            .get(&peer)
            .map(|entry| entry.commands.clone());
        let Some(commands) = commands else {
            return Err(SendError { peer, command });
        };
        commands.send(command).await.map_err(|error| SendError {
            peer,
            command: error.0,
        })
    }

    /// Removes a peer: its connection is closed at once, events that wait for room are dropped, and its end event says
    /// [`EndReason::Removed`] unless it has ended otherwise before. Whether there was such a peer.
    pub fn remove(&self, peer: PeerKey) -> bool {
        self.shared.registry().peers.remove(&peer).is_some()
    }

    /// The figures of a peer, as of now; `None` when it is gone.
    pub fn stats(&self, peer: PeerKey) -> Option<PeerStats> {
        let gauges = Arc::clone(&self.shared.registry().peers.get(&peer)?.gauges);
        let counters = *gauges.lock().unwrap_or_else(PoisonError::into_inner);
        Some(counters.stats(now()))
    }

    /// Who a peer is; `None` when it is gone.
    pub fn info(&self, peer: PeerKey) -> Option<PeerInfo> {
        Some(self.shared.registry().peers.get(&peer)?.info)
    }

    /// How many peers there are that have not ended or been removed.
    pub fn peer_count(&self) -> usize {
        self.shared.registry().peers.len()
    }

    /// Removes all peers, refuses new ones, and returns when all connections are closed. [`PeerEvents`] still has their
    /// end events, and ends after them.
    ///
    /// Cancel safe: what was begun goes on.
    pub async fn close(&self) {
        self.shared.close();
        let mut live = self.shared.live.subscribe();
        // The sender lives as long as this handle, so that waiting cannot fail.
        let _ = live.wait_for(|live| *live == 0).await;
    }
}

impl Shared {
    /// Refuses new peers and removes those there are.
    pub(super) fn close(&self) {
        let peers = {
            let mut registry = self.registry();
            registry.events = None;
            std::mem::take(&mut registry.peers)
        };
        drop(peers);
    }

    fn registry(&self) -> MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn now() -> Instant {
    // Not the clock of std: tests may have paused tokio's.
    tokio::time::Instant::now().into_std()
}

/// Sees to it that a peer's end event is told, once, however its task ends.
#[derive(Debug)]
pub(super) struct Farewell {
    key: PeerKey,
    events: mpsc::Sender<(PeerKey, PeerEvent)>,
    shared: Weak<Shared>,
    live: Arc<watch::Sender<usize>>,
    told: bool,
}

impl Farewell {
    fn new(
        key: PeerKey,
        events: mpsc::Sender<(PeerKey, PeerEvent)>,
        shared: Weak<Shared>,
        live: Arc<watch::Sender<usize>>,
    ) -> Farewell {
        live.send_modify(|live| *live += 1);
        Farewell {
            key,
            events,
            shared,
            live,
            told: false,
        }
    }

    /// Tells an event for which there is room in the budget. Whether somebody still listens.
    pub(super) fn tell(&mut self, event: PeerEvent) -> bool {
        if matches!(event, PeerEvent::Ended(_)) {
            self.told = true;
            self.forget_peer();
        }
        self.events.try_send((self.key, event)).is_ok()
    }

    /// Whoever has seen the end event finds the peer gone.
    fn forget_peer(&self) {
        if let Some(shared) = self.shared.upgrade() {
            shared.registry().peers.remove(&self.key);
        }
    }
}

impl Drop for Farewell {
    fn drop(&mut self) {
        if !self.told {
            let end = PeerEnd {
                reason: EndReason::Removed,
                stats: PeerStats::default(),
            };
            self.tell(PeerEvent::Ended(Box::new(end)));
        }
        self.live.send_modify(|live| *live -= 1);
    }
}
