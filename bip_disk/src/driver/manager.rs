//! The handle.

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::thread;

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};

use super::DiskEvents;
use super::queue::{Lane, WorkQueue};
use super::task::{self, Command};
use crate::config::DiskConfig;
use crate::core::DiskCore;
use crate::error::{
    AddTorrentError, ReadBlockError, RemoveTorrentError, SyncError, WriteBlockError,
};
use crate::executor::Executor;
use crate::fs::FileSystem;
use crate::layout::Layout;
use crate::torrent::{Block, TorrentKey, TorrentSpec};

/// Takes blocks, gives verified pieces, for many torrents over one [`FileSystem`]. Clones are handles of the same disk;
/// when the last one is dropped it closes itself.
///
/// Take the [`DiskEvents`] while waiting for any of these methods; see there.
#[derive(Debug, Clone)]
pub struct DiskManager {
    commands: mpsc::Sender<Command>,
    blocks: mpsc::Sender<(TorrentKey, Block)>,
    shared: Arc<Shared>,
}

/// What handles may know without asking the task.
#[derive(Debug)]
pub(super) struct Shared {
    /// Torrents that are added, and whether they are checked.
    pub(super) torrents: RwLock<HashMap<TorrentKey, Known>>,
    /// Room in the core's budget, as of its last turn.
    pub(super) room: AtomicUsize,
    /// Bytes of blocks on their way to the core.
    pub(super) on_the_way: AtomicUsize,
}

#[derive(Debug)]
pub(super) struct Known {
    pub(super) layout: Layout,
    pub(super) phase: KnownPhase,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KnownPhase {
    Checking,
    Ready,
}

impl DiskManager {
    /// Starts a disk: a task on the current tokio runtime, and two threads, of which one sleeps unless torrents are
    /// checked or synced.
    ///
    /// # Errors
    ///
    /// If the threads cannot be started, or there is no runtime.
    pub fn start<F: FileSystem>(
        config: DiskConfig,
        file_system: F,
    ) -> io::Result<(DiskManager, DiskEvents)> {
        let runtime = tokio::runtime::Handle::try_current().map_err(io::Error::other)?;
        let core = DiskCore::new(&config);
        let executor = Executor::new(&config, file_system);
        let queue = Arc::new(WorkQueue::default());
        start_thread(&queue, executor.share(), Lane::Background)?;
        start_thread(&queue, executor, Lane::Disk).inspect_err(|_| queue.close())?;

        let (commands, command_receiver) = mpsc::channel(config.command_capacity);
        let (blocks, block_receiver) = mpsc::channel(config.command_capacity);
        let (event_sender, events) = mpsc::channel(config.event_capacity);
        let shared = Arc::new(Shared {
            torrents: RwLock::default(),
            room: AtomicUsize::new(core.room()),
            on_the_way: AtomicUsize::new(0),
        });
        let task = task::Task::new(
            core,
            queue,
            Arc::clone(&shared),
            block_receiver,
            event_sender,
        );
        runtime.spawn(task.run(command_receiver));
        let manager = DiskManager {
            commands,
            blocks,
            shared,
        };
        Ok((manager, DiskEvents { events }))
    }

    /// Adds a torrent. Folders and missing files are made, files that are too short are given their length (sparse
    /// where the file system can), longer ones are left as they are; both are told by
    /// [`DiskEvent::WrongSizes`](crate::DiskEvent::WrongSizes). Returns when all files are there. Then what already
    /// lay in them is checked, which ends in [`DiskEvent::Checked`](crate::DiskEvent::Checked); events of the torrent
    /// may come before its key is returned here.
    ///
    /// Two torrents over the same files at a time are not told apart from two over different files: each overwrites
    /// the other's.
    ///
    /// # Errors
    ///
    /// See [`AddTorrentError`]. Files made until then stay.
    ///
    /// # Cancel safety
    ///
    /// Not cancel-safe: dropped while waiting, the torrent may be added without its key being known.
    pub async fn add_torrent(&self, spec: TorrentSpec) -> Result<TorrentKey, AddTorrentError> {
        let added = self.ask(|reply| Command::Add { spec, reply }).await;
        added.unwrap_or(Err(AddTorrentError::Closed))
    }

    /// Gives a block to a torrent that is checked. Returns when it is queued, which waits while the memory budget is
    /// exhausted. When its piece is complete, one of [`DiskEvent::Verified`](crate::DiskEvent::Verified),
    /// [`Failed`](crate::DiskEvent::Failed) and [`WriteFailed`](crate::DiskEvent::WriteFailed) tells its fate.
    ///
    /// Blocks may come in any order, overlap, and come twice; of bytes that come twice the first ones count. What
    /// belongs to a verified piece is ignored.
    ///
    /// # Errors
    ///
    /// See [`WriteBlockError`]; never `NoRoom`.
    ///
    /// # Cancel safety
    ///
    /// Cancel-safe: dropped while waiting, the block was not taken.
    pub async fn write_block(
        &self,
        torrent: TorrentKey,
        block: Block,
    ) -> Result<(), WriteBlockError> {
        self.shared.validate(torrent, &block)?;
        let place = self.blocks.reserve().await;
        let place = place.map_err(|_| WriteBlockError::Closed)?;
        let length = block.data.len();
        self.shared.on_the_way.fetch_add(length, Ordering::Relaxed);
        place.send((torrent, block));
        Ok(())
    }

    /// Gives several blocks to a torrent, as [`write_block`](Self::write_block) does with one. Where a peer's read
    /// brought several, this wakes the disk once for all of them.
    ///
    /// # Errors
    ///
    /// See [`WriteBlockError`]; never `NoRoom`. If one of the blocks is refused, none is taken.
    ///
    /// # Cancel safety
    ///
    /// Not cancel-safe: dropped while waiting, some of the blocks were taken. (Giving them again does no harm.)
    pub async fn write_blocks(
        &self,
        torrent: TorrentKey,
        blocks: Vec<Block>,
    ) -> Result<(), WriteBlockError> {
        for block in &blocks {
            self.shared.validate(torrent, block)?;
        }
        let mut blocks = blocks.into_iter();
        while blocks.len() > 0 {
            let count = blocks.len().min(self.blocks.max_capacity());
            let places = self.blocks.reserve_many(count).await;
            let places = places.map_err(|_| WriteBlockError::Closed)?;
            for (place, block) in places.zip(&mut blocks) {
                let length = block.data.len();
                self.shared.on_the_way.fetch_add(length, Ordering::Relaxed);
                place.send((torrent, block));
            }
        }
        Ok(())
    }

    /// Bytes of blocks that still fit in the memory budget. Request no more than this; when it had nearly vanished,
    /// [`DiskEvent::Room`](crate::DiskEvent::Room) tells that it is back.
    #[must_use]
    pub fn room(&self) -> usize {
        let on_the_way = self.shared.on_the_way.load(Ordering::Relaxed);
        let room = self.shared.room.load(Ordering::Relaxed);
        room.saturating_sub(on_the_way)
    }

    /// Reads `length` bytes, at most [`MAX_READ_LENGTH`](crate::MAX_READ_LENGTH), from offset `begin` of a verified
    /// piece. The buffer is used again when the `Bytes` and all its slices are dropped.
    ///
    /// Reads go before writes that are not yet begun, so that uploading does not wait for downloading.
    ///
    /// # Errors
    ///
    /// See [`ReadBlockError`]; never `TooManyReads`.
    ///
    /// # Cancel safety
    ///
    /// Cancel-safe; the read may still happen.
    pub async fn read_block(
        &self,
        torrent: TorrentKey,
        piece: u32,
        begin: u32,
        length: u32,
    ) -> Result<Bytes, ReadBlockError> {
        let command = |reply| Command::Read {
            torrent,
            piece,
            begin,
            length,
            reply,
        };
        let read = self.ask(command).await;
        read.unwrap_or(Err(ReadBlockError::Closed))
    }

    /// Makes durable (fsync) what is verified by now. Without it, verified bytes survive the death of the process, but
    /// maybe not of the computer.
    ///
    /// # Errors
    ///
    /// See [`SyncError`]. Files that failed are tried again by the next call.
    ///
    /// # Cancel safety
    ///
    /// Cancel-safe; the sync may still happen.
    pub async fn sync(&self, torrent: TorrentKey) -> Result<(), SyncError> {
        let synced = self.ask(|reply| Command::Sync { torrent, reply }).await;
        synced.unwrap_or(Err(SyncError::Closed))
    }

    /// Removes a torrent and leaves its files. Returns when pieces that were complete are written, with their events,
    /// and its files are closed. Incomplete pieces are given up.
    ///
    /// # Errors
    ///
    /// See [`RemoveTorrentError`].
    ///
    /// # Cancel safety
    ///
    /// Cancel-safe; the torrent may still be removed.
    pub async fn remove_torrent(&self, torrent: TorrentKey) -> Result<(), RemoveTorrentError> {
        let removed = self.ask(|reply| Command::Remove { torrent, reply }).await;
        removed.unwrap_or(Err(RemoveTorrentError::Closed))
    }

    /// Closes the disk for all handles. Returns when pieces that were complete are written and all files are closed;
    /// incomplete pieces are given up. The events are still there to be taken.
    ///
    /// # Cancel safety
    ///
    /// Cancel-safe; the disk may still close.
    pub async fn close(&self) {
        // Without an answer, it was closed by another handle: its queue ends when all is done.
        let _ = self.ask(|reply| Command::Close { reply }).await;
    }

    /// Sends a command and waits for its answer; `None` if the disk is closed.
    async fn ask<T>(&self, command: impl FnOnce(oneshot::Sender<T>) -> Command) -> Option<T> {
        let (reply, answer) = oneshot::channel();
        self.commands.send(command(reply)).await.ok()?;
        answer.await.ok()
    }
}

impl Shared {
    fn validate(&self, torrent: TorrentKey, block: &Block) -> Result<(), WriteBlockError> {
        let torrents = self.torrents.read().unwrap_or_else(PoisonError::into_inner);
        let known = torrents.get(&torrent);
        let known = known.ok_or(WriteBlockError::UnknownTorrent)?;
        let length = u32::try_from(block.data.len()).unwrap_or(u32::MAX);
        known.layout.contains(block.piece, block.begin, length)?;
        match known.phase {
            KnownPhase::Checking => Err(WriteBlockError::Checking),
            KnownPhase::Ready => Ok(()),
        }
    }
}

fn start_thread<F: FileSystem>(
    queue: &Arc<WorkQueue>,
    mut executor: Executor<F>,
    lane: Lane,
) -> io::Result<()> {
    let name = match lane {
        Lane::Disk => "bip-disk",
        Lane::Background => "bip-disk-check",
    };
    let queue = Arc::clone(queue);
    queue.thread_begins();
    let ending = Arc::clone(&queue);
    let body = move || {
        let guard = ThreadGuard(queue);
        let mut done = None;
        while let Some(operation) = guard.0.exchange(done.take(), lane) {
            done = Some(executor.execute(operation));
        }
        // Files are closed before anyone hears that the thread ended.
        drop(executor);
    };
    let started = thread::Builder::new().name(name.into()).spawn(body);
    started.map(drop).inspect_err(|_| ending.thread_ends(false))
}

/// Tells the end of its thread, however it comes.
struct ThreadGuard(Arc<WorkQueue>);

impl Drop for ThreadGuard {
    fn drop(&mut self) {
        self.0.thread_ends(thread::panicking());
    }
}
