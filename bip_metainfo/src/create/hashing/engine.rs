//! The threads.

use std::ops::{ControlFlow, Range};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::desk::{Desk, StopOnPanic};
use super::hasher::{Hashed, Hasher};
use super::options::HashOptions;
use super::progress::Meter;
use super::reader::{Open, Reader};
use super::row::Row;

/// What is to be hashed, and what becomes of it. All of it is called from several threads.
#[derive(Clone, Copy)]
pub(crate) struct Work<'a> {
    pub(crate) row: &'a Row,
    /// Opens the file with this index in the row.
    pub(crate) open: &'a Open<'a>,
    /// Which hashes a piece lacks; always the same for the same piece.
    pub(crate) wanted: &'a (dyn Fn(u32) -> Wanted + Sync),
    /// Takes each wanted piece. Breaking ends the work.
    pub(crate) each: &'a (dyn Fn(Hashed<'_>) -> ControlFlow<()> + Sync),
}

/// Which hashes to take of a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) sha1: bool,
    pub(crate) sha256: bool,
}

impl Wanted {
    pub(crate) fn is_nothing(self) -> bool {
        !self.sha1 && !self.sha256
    }
}

/// Hashes all that is wanted. Breaks where [`Work::each`] broke or, having been told of the progress, the caller did.
pub(crate) fn hash<'a>(work: &'a Work<'a>, options: &HashOptions<'_>) -> ControlFlow<()> {
    let row = work.row;
    let shares = options.shares(row.piece_length(), row.end());
    let meter = Meter::new(
        options.progress.as_deref(),
        row.file_bytes_in(&(0..row.end())),
    );
    meter.add(known_bytes(work))?;
    let mut next = batches(work, shares.pieces_at_once);
    let mut next = || next.next();
    let desk = Desk::new(&mut next, shares.hashers);
    let is_broken = AtomicBool::new(false);
    let work_along = || {
        let _guard = StopOnPanic(&desk);
        let mut reader = Reader::new(work.open);
        let mut hasher = Hasher::new(row, &*options.sha1);
        let mut buffer = Vec::new();
        while let Some(pieces) = desk.next_pieces() {
            buffer.resize(shares.buffer_length, 0);
            let bytes = bytes_of(row, &pieces);
            let mut load = reader.fill(row, pieces, buffer);
            if !desk.begin_hashing() {
                return;
            }
            let flow = hasher.hash(&mut load, work);
            desk.end_hashing();
            let flow = match flow {
                ControlFlow::Continue(()) => meter.add(bytes),
                stopped => stopped,
            };
            if flow.is_break() {
                is_broken.store(true, Ordering::Relaxed);
                desk.stop();
            }
            buffer = load.bytes;
        }
    };
    thread::scope(|scope| {
        for _ in 1..shares.threads {
            let spawned = thread::Builder::new().spawn_scoped(scope, work_along);
            if spawned.is_err() {
                // The system has no more; those that are do it all.
                break;
            }
        }
        work_along();
    });
    match is_broken.into_inner() {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    }
}

/// Runs of wanted pieces, each of no more than so many.
fn batches<'a>(work: &'a Work<'a>, at_once: u32) -> impl Iterator<Item = Range<u32>> + Send {
    let is_wanted = |piece: u32| !(work.wanted)(piece).is_nothing();
    let count = work.row.piece_count();
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = (at..count).find(|piece| is_wanted(*piece))?;
        let limit = count.min(start.saturating_add(at_once));
        let end = (start..limit).find(|piece| !is_wanted(*piece));
        at = end.unwrap_or(limit);
        Some(start..at)
    })
}

fn bytes_of(row: &Row, pieces: &Range<u32>) -> u64 {
    let end = row.piece(pieces.end.saturating_sub(1)).end;
    row.file_bytes_in(&(row.piece(pieces.start).start..end))
}

fn known_bytes(work: &Work<'_>) -> u64 {
    let known = (0..work.row.piece_count()).filter(|piece| (work.wanted)(*piece).is_nothing());
    known
        .map(|piece| work.row.file_bytes_in(&work.row.piece(piece)))
        .sum()
}
