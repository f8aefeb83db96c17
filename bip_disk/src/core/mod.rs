//! The core: told blocks and completions, it says which operations are next and what happened.

mod assembly;
mod check;
mod complete;
mod memory;
mod operation;
mod schedule;
mod torrent;
mod writes;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

pub(crate) use operation::{Assembled, HashProgress, Outcome, Part, TorrentFiles, Verdict, Work};
pub use operation::{Completion, Operation, Reply, ReplyOutcome, RequestId};

use self::assembly::Assembly;
use self::memory::Memory;
use self::schedule::{Class, EventRoom, Schedule, Slot};
use self::torrent::{Phase, Torrent};
use crate::config::DiskConfig;
use crate::error::{
    AddTorrentError, ReadBlockError, RemoveTorrentError, SyncError, WriteBlockError,
};
use crate::event::DiskEvent;
use crate::limits::{FILES_PREPARED_AT_ONCE, MAX_PENDING_EVENTS, MAX_READ_LENGTH};
use crate::torrent::{Block, TorrentKey, TorrentSpec};

/// The disk without a disk: gathers blocks to pieces and decides what is hashed, written, read and checked when.
///
/// It does nothing by itself. After any `handle_*` or command, drain the polls, then sleep until `poll_timeout` or the
/// next input. (A disk has no timers, and so this core has no `poll_timeout`.)
///
/// Every request ends in exactly one [`Reply`], and every piece whose blocks are all there in exactly one event.
#[derive(Debug)]
pub struct DiskCore {
    max_pending_reads: usize,
    torrents: BTreeMap<TorrentKey, Torrent>,
    /// Torrents with pieces to check, whose turn it is first.
    checking: VecDeque<TorrentKey>,
    memory: Memory,
    schedule: Schedule,
    events: VecDeque<DiskEvent>,
    replies: VecDeque<Reply>,
    next_torrent: u64,
    next_request: u64,
    closing: bool,
}

impl DiskCore {
    /// A disk without torrents.
    #[must_use]
    pub fn new(config: &DiskConfig) -> Self {
        Self {
            max_pending_reads: config.max_pending_reads,
            torrents: BTreeMap::new(),
            checking: VecDeque::new(),
            memory: Memory::new(config.memory_budget, config.slice_bytes()),
            schedule: Schedule::default(),
            events: VecDeque::new(),
            replies: VecDeque::new(),
            next_torrent: 0,
            next_request: 0,
            closing: false,
        }
    }

    /// Adds a torrent: makes its files, then checks what already lay there. Replied to with [`ReplyOutcome::Added`]
    /// before the check begins; the check ends in [`DiskEvent::Checked`].
    pub fn add_torrent(&mut self, spec: TorrentSpec) -> RequestId {
        let request = self.new_request();
        let (expected, found) = (spec.layout.piece_count(), spec.piece_hashes.len());
        if self.closing {
            self.reply(request, ReplyOutcome::Added(Err(AddTorrentError::Closed)));
        } else if u32::try_from(found) != Ok(expected) {
            let error = AddTorrentError::HashCount { expected, found };
            self.reply(request, ReplyOutcome::Added(Err(error)));
        } else {
            let key = TorrentKey(self.next_torrent);
            self.next_torrent += 1;
            let files = Arc::new(TorrentFiles {
                key,
                layout: spec.layout,
                piece_hashes: spec.piece_hashes,
            });
            let phase = Phase::Preparing {
                request,
                check: spec.check,
                found: Vec::with_capacity(files.layout.file_count()),
            };
            self.torrents.insert(key, Torrent::new(files, phase));
            self.prepare_from(key, 0);
        }
        request
    }

    /// Takes a block. What of it came before, or belongs to a piece that is verified, is ignored.
    ///
    /// # Errors
    ///
    /// See [`WriteBlockError`]. After [`WriteBlockError::NoRoom`] try again when completions came in, which
    /// [`takes_block`](Self::takes_block) tells.
    pub fn write_block(
        &mut self,
        torrent: TorrentKey,
        block: &Block,
    ) -> Result<(), WriteBlockError> {
        let length = u32::try_from(block.data.len()).unwrap_or(u32::MAX);
        let known = self.torrents.get_mut(&torrent);
        let known = known.ok_or(WriteBlockError::UnknownTorrent)?;
        match known.phase {
            Phase::Ready => {}
            Phase::Preparing { .. } | Phase::Checking(_) => return Err(WriteBlockError::Checking),
            Phase::Leaving(_) => return Err(WriteBlockError::UnknownTorrent),
        }
        known.layout().contains(block.piece, block.begin, length)?;
        if length == 0 || known.have.contains(block.piece) {
            return Ok(());
        }
        if !self.memory.takes(block.data.len()) {
            self.relieve(block.data.len());
            self.memory.note_scarcity();
            return Err(WriteBlockError::NoRoom);
        }
        let piece_length = known.layout().piece_length(block.piece).unwrap_or(0);
        let assembly = known
            .assemblies
            .entry(block.piece)
            .or_insert_with(|| Assembly::new(block.piece, piece_length, length));
        if assembly.is_storing() {
            return Ok(());
        }
        let added = assembly.insert(block.begin, &block.data);
        self.memory.added(added);
        if added > 0 && assembly.is_open() && !assembly.is_complete() {
            let place = self.memory.touch((torrent, block.piece), assembly.touched);
            assembly.touched = Some(place);
        }
        self.store_if_complete((torrent, block.piece));
        self.relieve(0);
        self.memory.note_scarcity();
        Ok(())
    }

    /// Reads `length` bytes (at most [`MAX_READ_LENGTH`]) from offset `begin` of a verified piece. Replied to with
    /// [`ReplyOutcome::Read`].
    ///
    /// # Errors
    ///
    /// See [`ReadBlockError`]. With an error there is no request and no reply.
    pub fn read_block(
        &mut self,
        torrent: TorrentKey,
        piece: u32,
        begin: u32,
        length: u32,
    ) -> Result<RequestId, ReadBlockError> {
        let known = self.torrents.get_mut(&torrent);
        let known = known.filter(|t| !t.is_leaving());
        let known = known.ok_or(ReadBlockError::UnknownTorrent)?;
        known.layout().contains(piece, begin, length)?;
        if length > MAX_READ_LENGTH {
            return Err(ReadBlockError::TooLong(length));
        }
        if !known.have.contains(piece) {
            return Err(ReadBlockError::NotVerified(piece));
        }
        if !self.takes_read() {
            return Err(ReadBlockError::TooManyReads);
        }
        let request = self.new_request();
        let work = Work::Read {
            request,
            piece,
            begin,
            length,
        };
        self.push(torrent, Slot::of(Class::Read), work);
        Ok(request)
    }

    /// Makes durable what is verified by now. Replied to with [`ReplyOutcome::Synced`].
    pub fn sync_torrent(&mut self, torrent: TorrentKey) -> RequestId {
        let request = self.new_request();
        let known = self.torrents.get_mut(&torrent);
        let Some(known) = known.filter(|t| !t.is_leaving()) else {
            let error = Err(SyncError::UnknownTorrent);
            self.reply(request, ReplyOutcome::Synced(error));
            return request;
        };
        let files = std::mem::take(&mut known.unsynced).into_iter().collect();
        let work = Work::Sync { request, files };
        self.push(torrent, Slot::of(Class::Control), work);
        request
    }

    /// Removes a torrent; its files stay. Complete pieces are still hashed and written, incomplete ones are given up.
    /// Replied to with [`ReplyOutcome::Removed`] when nothing is under way and all files are closed.
    pub fn remove_torrent(&mut self, torrent: TorrentKey) -> RequestId {
        let request = self.new_request();
        match self.torrents.get(&torrent) {
            Some(known) if !known.is_leaving() => self.leave(torrent, Some(request)),
            _ => {
                let error = Err(RemoveTorrentError::UnknownTorrent);
                self.reply(request, ReplyOutcome::Removed(error));
            }
        }
        request
    }

    /// Begins the end: nothing new is taken, checks stop, incomplete pieces are given up, complete ones are still
    /// written. Go on until [`is_idle`](Self::is_idle).
    pub fn close(&mut self) {
        self.closing = true;
        let torrents: Vec<_> = self.torrents.keys().copied().collect();
        for torrent in torrents {
            if !self.torrents.get(&torrent).is_none_or(Torrent::is_leaving) {
                self.leave(torrent, None);
            }
        }
    }

    /// Whether no operation waits or is under way.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.schedule.is_idle()
    }

    /// Bytes of blocks that still fit in the memory budget. Request less when it shrinks;
    /// [`DiskEvent::Room`] tells when there is room again.
    #[must_use]
    pub fn room(&self) -> usize {
        self.memory.room()
    }

    /// Whether a block of so many bytes would be taken now.
    #[must_use]
    pub fn takes_block(&self, length: usize) -> bool {
        self.memory.takes(length)
    }

    /// Whether a read would be taken now.
    #[must_use]
    pub fn takes_read(&self) -> bool {
        self.schedule.pending_reads() < self.max_pending_reads
    }

    /// The next operation to execute, in this order. While [`MAX_PENDING_EVENTS`] events wait to be taken, nothing
    /// that makes events is given out.
    pub fn poll_operation(&mut self) -> Option<Operation> {
        let full = self.events.len() >= MAX_PENDING_EVENTS && !self.closing;
        let room = if full {
            EventRoom::Full
        } else {
            EventRoom::Free
        };
        if let Some(operation) = self.schedule.next(room) {
            return Some(operation);
        }
        if full || !self.schedule.has_place_for_check() {
            return None;
        }
        self.next_check()
    }

    /// The next event.
    pub fn poll_event(&mut self) -> Option<DiskEvent> {
        self.events.pop_front()
    }

    /// The next answer to a request.
    pub fn poll_reply(&mut self) -> Option<Reply> {
        self.replies.pop_front()
    }

    fn new_request(&mut self) -> RequestId {
        self.next_request += 1;
        RequestId(self.next_request)
    }

    fn reply(&mut self, request: RequestId, outcome: ReplyOutcome) {
        self.replies.push_back(Reply { request, outcome });
    }

    /// Queues an operation of a torrent that is there.
    fn push(&mut self, torrent: TorrentKey, slot: Slot, work: Work) {
        if let Some(known) = self.torrents.get_mut(&torrent) {
            known.operations += 1;
            let torrent = Arc::clone(&known.files);
            self.schedule.push(Operation {
                torrent,
                slot,
                work,
            });
        }
    }

    fn prepare_from(&mut self, torrent: TorrentKey, first: usize) {
        if let Some(known) = self.torrents.get(&torrent) {
            let count = known.layout().file_count();
            let files = first..count.min(first + FILES_PREPARED_AT_ONCE);
            self.push(torrent, Slot::of(Class::Control), Work::Prepare { files });
        }
    }

    fn next_check(&mut self) -> Option<Operation> {
        for _ in 0..self.checking.len() {
            let key = self.checking.pop_front()?;
            let Some(torrent) = self.torrents.get_mut(&key) else {
                continue;
            };
            let Phase::Checking(state) = &mut torrent.phase else {
                continue;
            };
            let run = state.next_run(&torrent.files.layout);
            if let Some(pieces) = run {
                torrent.operations += 1;
                let torrent = Arc::clone(&torrent.files);
                self.checking.push_back(key);
                self.schedule.check_started();
                return Some(Operation {
                    torrent,
                    slot: Slot::of(Class::Check),
                    work: Work::Check { pieces },
                });
            }
            // All runs are given out.
            self.end_check_if_finished(key);
        }
        None
    }

    /// Gives up what is incomplete, and lets what is complete be written.
    fn leave(&mut self, torrent: TorrentKey, request: Option<RequestId>) {
        let Some(known) = self.torrents.get_mut(&torrent) else {
            return;
        };
        let memory = &mut self.memory;
        known.assemblies.retain(|_, assembly| {
            let given_up = assembly.is_open();
            if given_up {
                memory.forget(assembly.touched.take());
                memory.dropped(assembly.charge.total, assembly.charge.slices);
            }
            !given_up
        });
        let before = std::mem::replace(&mut known.phase, Phase::Leaving(request));
        if let Phase::Preparing { request, .. } = before {
            let error = if self.closing {
                AddTorrentError::Closed
            } else {
                AddTorrentError::Removed
            };
            self.reply(request, ReplyOutcome::Added(Err(error)));
        }
        self.tell_room();
        self.release_if_left(torrent);
    }

    /// The last operation of a torrent that leaves closes its files.
    fn release_if_left(&mut self, torrent: TorrentKey) {
        let Some(known) = self.torrents.get_mut(&torrent) else {
            return;
        };
        if let Phase::Leaving(request) = known.phase
            && known.operations == 0
        {
            self.push(torrent, Slot::of(Class::Control), Work::Release { request });
        }
    }
}
