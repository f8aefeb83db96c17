//! Who does what next.

use std::ops::Range;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::reader::Load;

/// What a thread that is free should do.
pub(super) enum Turn {
    Read(Range<u32>, Vec<u8>),
    Hash(Load),
    Leave,
}

/// Where buffers wait, full or empty, and turns are given:
///
/// ```text
/// spare --Turn::Read--> (reading) --put_read--> full --Turn::Hash--> (hashing) --put_spare--> spare
/// ```
pub(super) struct Desk<'a> {
    state: Mutex<State<'a>>,
    changed: Condvar,
}

struct State<'a> {
    /// Which pieces are read next; none, when all are.
    next: &'a mut (dyn FnMut() -> Option<Range<u32>> + Send),
    is_all_read: bool,
    full: Vec<Load>,
    spare: Vec<Vec<u8>>,
    /// Buffers that may still be made.
    buffers_left: usize,
    buffer_length: usize,
    /// Threads that may still begin to hash.
    hashers_left: usize,
    is_stopped: bool,
}

impl<'a> Desk<'a> {
    pub(super) fn new(
        next: &'a mut (dyn FnMut() -> Option<Range<u32>> + Send),
        (buffers, buffer_length): (usize, usize),
        hashers: usize,
    ) -> Self {
        Self {
            state: Mutex::new(State {
                next,
                is_all_read: false,
                full: Vec::new(),
                spare: Vec::new(),
                buffers_left: buffers,
                buffer_length,
                hashers_left: hashers,
                is_stopped: false,
            }),
            changed: Condvar::new(),
        }
    }

    /// Waits where there is nothing to do yet.
    pub(super) fn turn(&self) -> Turn {
        let mut state = self.lock();
        loop {
            match state.turn() {
                Some(Turn::Leave) => {
                    // Nothing else may happen that would wake the others.
                    self.changed.notify_all();
                    return Turn::Leave;
                }
                Some(turn) => return turn,
                None => {
                    let waited = self.changed.wait(state);
                    state = waited.unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }

    /// A buffer is full.
    pub(super) fn put_read(&self, load: Load) {
        self.lock().full.push(load);
        self.changed.notify_one();
    }

    /// What was in a buffer is hashed.
    pub(super) fn put_spare(&self, buffer: Vec<u8>) {
        let mut state = self.lock();
        state.spare.push(buffer);
        state.hashers_left += 1;
        drop(state);
        self.changed.notify_one();
    }

    /// From now on there are no turns.
    pub(super) fn stop(&self) {
        self.lock().is_stopped = true;
        self.changed.notify_all();
    }

    /// A thread that panics has stopped the work, and leaves nothing half done here.
    fn lock(&self) -> MutexGuard<'_, State<'a>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State<'_> {
    fn turn(&mut self) -> Option<Turn> {
        if self.is_stopped {
            return Some(Turn::Leave);
        }
        if self.hashers_left > 0
            && let Some(load) = self.full.pop()
        {
            self.hashers_left -= 1;
            return Some(Turn::Hash(load));
        }
        if self.is_all_read {
            // Whoever still reads or hashes finds the rest when it is done.
            return Some(Turn::Leave);
        }
        let buffer = self.buffer()?;
        let Some(pieces) = (self.next)() else {
            self.is_all_read = true;
            return Some(Turn::Leave);
        };
        Some(Turn::Read(pieces, buffer))
    }

    fn buffer(&mut self) -> Option<Vec<u8>> {
        let spare = self.spare.pop();
        spare.or_else(|| {
            self.buffers_left = self.buffers_left.checked_sub(1)?;
            Some(vec![0; self.buffer_length])
        })
    }
}

/// Lets the others go when a thread panics, in what the caller gave or not.
pub(super) struct StopOnPanic<'a, 'd>(pub(super) &'a Desk<'d>);

impl Drop for StopOnPanic<'_, '_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.stop();
        }
    }
}
