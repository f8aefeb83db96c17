//! The task that owns the core: carries blocks, commands and completions to it, operations, answers and events from it.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError, RwLockWriteGuard};

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};

use super::manager::{Known, KnownPhase, Shared};
use super::queue::WorkQueue;
use crate::core::{Completion, DiskCore, Reply, ReplyOutcome, RequestId};
use crate::error::{
    AddTorrentError, ReadBlockError, RemoveTorrentError, SyncError, WriteBlockError,
};
use crate::event::DiskEvent;
use crate::layout::Layout;
use crate::torrent::{Block, TorrentKey, TorrentSpec};

/// Blocks taken from the queue at a time.
const BLOCKS_AT_ONCE: usize = 64;

#[derive(Debug)]
pub(super) enum Command {
    Add {
        spec: TorrentSpec,
        reply: oneshot::Sender<Result<TorrentKey, AddTorrentError>>,
    },
    Read {
        torrent: TorrentKey,
        piece: u32,
        begin: u32,
        length: u32,
        reply: oneshot::Sender<Result<Bytes, ReadBlockError>>,
    },
    Sync {
        torrent: TorrentKey,
        reply: oneshot::Sender<Result<(), SyncError>>,
    },
    Remove {
        torrent: TorrentKey,
        reply: oneshot::Sender<Result<(), RemoveTorrentError>>,
    },
    Close {
        reply: oneshot::Sender<()>,
    },
}

/// Who waits for a reply of the core.
#[derive(Debug)]
enum Waiter {
    Added(oneshot::Sender<Result<TorrentKey, AddTorrentError>>, Layout),
    Read(oneshot::Sender<Result<Bytes, ReadBlockError>>),
    Synced(oneshot::Sender<Result<(), SyncError>>),
    Removed(oneshot::Sender<Result<(), RemoveTorrentError>>, TorrentKey),
}

#[derive(Debug)]
pub(super) struct Task {
    core: DiskCore,
    queue: Arc<WorkQueue>,
    shared: Arc<Shared>,
    incoming: mpsc::Receiver<(TorrentKey, Block)>,
    events: mpsc::Sender<DiskEvent>,
    /// An event that found no place.
    event: Option<DiskEvent>,
    waiters: HashMap<RequestId, Waiter>,
    /// Blocks that found no room, and those behind them.
    blocks: VecDeque<(TorrentKey, Block)>,
    closing: Option<Vec<oneshot::Sender<()>>>,
}

impl Task {
    pub(super) fn new(
        core: DiskCore,
        queue: Arc<WorkQueue>,
        shared: Arc<Shared>,
        incoming: mpsc::Receiver<(TorrentKey, Block)>,
        events: mpsc::Sender<DiskEvent>,
    ) -> Self {
        Self {
            core,
            queue,
            shared,
            incoming,
            events,
            event: None,
            waiters: HashMap::new(),
            blocks: VecDeque::new(),
            closing: None,
        }
    }

    pub(super) async fn run(mut self, mut commands: mpsc::Receiver<Command>) {
        let queue = Arc::clone(&self.queue);
        let events = self.events.clone();
        let mut arrived = Vec::with_capacity(BLOCKS_AT_ONCE);
        let mut completions = Vec::new();
        while !self.is_finished() {
            tokio::select! {
                () = queue.finished.notified() => self.take_completions(&mut completions),
                command = commands.recv(), if self.closing.is_none() && self.core.takes_read() => {
                    match command {
                        Some(command) => self.handle_command(command),
                        None => self.begin_close(None),
                    }
                }
                _ = self.incoming.recv_many(&mut arrived, BLOCKS_AT_ONCE),
                    if self.blocks.is_empty() && !self.incoming.is_closed() =>
                {
                    self.blocks.extend(arrived.drain(..));
                }
                place = events.reserve(), if self.event.is_some() => {
                    if let (Ok(place), Some(event)) = (place, self.event.take()) {
                        place.send(event);
                    }
                }
            }
            self.drain();
        }
        self.end(commands).await;
    }

    /// Whether all is done that was begun, or can never be.
    fn is_finished(&self) -> bool {
        self.queue.has_failed() || (self.closing.is_some() && self.core.is_idle())
    }

    fn take_completions(&mut self, completions: &mut Vec<Completion>) {
        self.queue.take_completions(completions);
        for completion in completions.drain(..) {
            self.core.handle_completion(completion);
        }
    }

    fn handle_command(&mut self, command: Command) {
        match command {
            Command::Add { spec, reply } => {
                let layout = spec.layout.clone();
                let request = self.core.add_torrent(spec);
                self.waiters.insert(request, Waiter::Added(reply, layout));
            }
            Command::Read {
                torrent,
                piece,
                begin,
                length,
                reply,
            } => match self.core.read_block(torrent, piece, begin, length) {
                Ok(request) => {
                    self.waiters.insert(request, Waiter::Read(reply));
                }
                Err(error) => {
                    let _ = reply.send(Err(error));
                }
            },
            Command::Sync { torrent, reply } => {
                let request = self.core.sync_torrent(torrent);
                self.waiters.insert(request, Waiter::Synced(reply));
            }
            Command::Remove { torrent, reply } => {
                self.take_sent_blocks();
                let request = self.core.remove_torrent(torrent);
                let waiter = Waiter::Removed(reply, torrent);
                self.waiters.insert(request, waiter);
            }
            Command::Close { reply } => self.begin_close(Some(reply)),
        }
    }

    fn begin_close(&mut self, reply: Option<oneshot::Sender<()>>) {
        self.incoming.close();
        self.take_sent_blocks();
        self.blocks.clear();
        self.core.close();
        self.closing.get_or_insert_default().extend(reply);
    }

    /// What was sent before a command that ends a torrent comes before it, as far as there is room.
    fn take_sent_blocks(&mut self) {
        while let Ok(sent) = self.incoming.try_recv() {
            self.blocks.push_back(sent);
        }
        self.write_blocks();
    }

    /// Carries on whatever the last input made possible.
    fn drain(&mut self) {
        self.write_blocks();
        let mut moved = true;
        // Events that were sent may make room for operations.
        while std::mem::take(&mut moved) {
            while let Some(operation) = self.core.poll_operation() {
                self.queue.push(operation);
            }
            while let Some(reply) = self.core.poll_reply() {
                self.answer(reply);
            }
            while self.send_event() {
                moved = true;
            }
        }
        let room = self.core.room();
        self.shared.room.store(room, Ordering::Relaxed);
    }

    fn write_blocks(&mut self) {
        while let Some((torrent, block)) = self.blocks.front() {
            let written = self.core.write_block(*torrent, block);
            if written == Err(WriteBlockError::NoRoom) {
                return;
            }
            // Other errors were told by the handle, or its torrent was removed since.
            let length = block.data.len();
            self.shared.on_the_way.fetch_sub(length, Ordering::Relaxed);
            self.blocks.pop_front();
        }
    }

    fn answer(&mut self, reply: Reply) {
        let Some(waiter) = self.waiters.remove(&reply.request) else {
            return;
        };
        // A receiver that is gone no longer wants to know.
        match (waiter, reply.outcome) {
            (Waiter::Added(waiter, layout), ReplyOutcome::Added(added)) => {
                if let Ok(key) = &added {
                    let phase = KnownPhase::Checking;
                    self.known().insert(*key, Known { layout, phase });
                }
                let _ = waiter.send(added);
            }
            (Waiter::Read(waiter), ReplyOutcome::Read(read)) => {
                let _ = waiter.send(read);
            }
            (Waiter::Synced(waiter), ReplyOutcome::Synced(synced)) => {
                let _ = waiter.send(synced);
            }
            (Waiter::Removed(waiter, torrent), ReplyOutcome::Removed(removed)) => {
                self.known().remove(&torrent);
                let _ = waiter.send(removed);
            }
            _ => debug_assert!(false, "a reply of another kind than its request"),
        }
    }

    /// Sends the next event, if there is one and a place for it.
    fn send_event(&mut self) -> bool {
        let Some(event) = self.event.take().or_else(|| self.core.poll_event()) else {
            return false;
        };
        if let DiskEvent::Checked { torrent, .. } = &event
            && let Some(known) = self.known().get_mut(torrent)
        {
            known.phase = KnownPhase::Ready;
        }
        match self.events.try_send(event) {
            Err(mpsc::error::TrySendError::Full(event)) => {
                self.event = Some(event);
                false
            }
            // Nobody listens: events are discarded.
            _ => true,
        }
    }

    fn known(&self) -> RwLockWriteGuard<'_, HashMap<TorrentKey, Known>> {
        let torrents = &self.shared.torrents;
        torrents.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the threads, so that all files are closed, then hands out the events that are left.
    async fn end(mut self, commands: mpsc::Receiver<Command>) {
        self.queue.close();
        while !self.queue.has_ended() && !self.queue.has_failed() {
            self.queue.finished.notified().await;
        }
        self.known().clear();
        for reply in self.closing.take().into_iter().flatten() {
            let _ = reply.send(());
        }
        drop(commands);
        drop(self.incoming);
        drop(self.waiters);
        while let Some(event) = self.event.take().or_else(|| self.core.poll_event()) {
            if self.events.send(event).await.is_err() {
                return;
            }
        }
    }
}
