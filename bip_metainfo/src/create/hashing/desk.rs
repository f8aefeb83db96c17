//! Who reads what, and who may hash.

use std::ops::Range;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Where pieces and turns are given to threads with a buffer each:
///
/// ```text
/// next_pieces --> (reading) --begin_hashing--> (hashing) --end_hashing--> next_pieces
/// ```
pub(super) struct Desk<'a> {
    state: Mutex<State<'a>>,
    /// A thread may begin to hash, or has to leave.
    changed: Condvar,
}

struct State<'a> {
    /// Which pieces are read next; none, when all are.
    next: &'a mut (dyn FnMut() -> Option<Range<u32>> + Send),
    /// Threads that may still begin to hash.
    hashers_left: usize,
    is_stopped: bool,
}

impl<'a> Desk<'a> {
    pub(super) fn new(
        next: &'a mut (dyn FnMut() -> Option<Range<u32>> + Send),
        hashers: usize,
    ) -> Self {
        Self {
            state: Mutex::new(State {
                next,
                hashers_left: hashers,
                is_stopped: false,
            }),
            changed: Condvar::new(),
        }
    }

    /// What the thread is to read; nothing, where it is to leave.
    pub(super) fn next_pieces(&self) -> Option<Range<u32>> {
        let mut state = self.lock();
        if state.is_stopped {
            return None;
        }
        (state.next)()
    }

    /// Waits while as many hash as should. False, where the thread is to leave.
    pub(super) fn begin_hashing(&self) -> bool {
        let state = self.lock();
        let waited = self
            .changed
            .wait_while(state, |state| state.hashers_left == 0 && !state.is_stopped);
        let mut state = waited.unwrap_or_else(PoisonError::into_inner);
        if state.is_stopped {
            return false;
        }
        state.hashers_left -= 1;
        true
    }

    pub(super) fn end_hashing(&self) {
        self.lock().hashers_left += 1;
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

/// Lets the others go when a thread panics, in what the caller gave or not.
pub(super) struct StopOnPanic<'a, 'd>(pub(super) &'a Desk<'d>);

impl Drop for StopOnPanic<'_, '_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.stop();
        }
    }
}
