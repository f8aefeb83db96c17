//! Between the task and the disk threads: operations one way, completions the other, in batches.
//!
//! It needs no bound of its own: the core hands out a bounded number of operations at a time.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::core::{Completion, Operation};

#[derive(Debug, Default)]
pub(super) struct WorkQueue {
    state: Mutex<State>,
    disk_thread: Condvar,
    background_thread: Condvar,
    /// Wakes the task: there are completions, or a thread ended.
    pub(super) finished: Notify,
}

#[derive(Debug, Default)]
struct State {
    ordered: VecDeque<Operation>,
    background: VecDeque<Operation>,
    completions: Vec<Completion>,
    closed: bool,
    threads: usize,
    failed: bool,
}

/// Which of the two threads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lane {
    /// Everything; background operations only when there is nothing else.
    Disk,
    /// Background operations only.
    Background,
}

impl WorkQueue {
    pub(super) fn push(&self, operation: Operation) {
        let mut state = self.lock();
        if operation.is_background() {
            state.background.push_back(operation);
            // Either thread may take it: the other one is the less busy.
            self.background_thread.notify_one();
        } else {
            state.ordered.push_back(operation);
        }
        self.disk_thread.notify_one();
    }

    /// Hands in a completion and waits for the next operation; `None` when the queue is closed and empty.
    pub(super) fn exchange(&self, done: Option<Completion>, lane: Lane) -> Option<Operation> {
        let mut state = self.lock();
        if let Some(done) = done {
            state.completions.push(done);
            if state.completions.len() == 1 {
                self.finished.notify_one();
            }
        }
        loop {
            if lane == Lane::Disk
                && let Some(operation) = state.ordered.pop_front()
            {
                return Some(operation);
            }
            if let Some(operation) = state.background.pop_front() {
                return Some(operation);
            }
            if state.closed {
                return None;
            }
            let wake = match lane {
                Lane::Disk => &self.disk_thread,
                Lane::Background => &self.background_thread,
            };
            state = wake.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Moves the completions that came in since the last time into an empty list.
    pub(super) fn take_completions(&self, into: &mut Vec<Completion>) {
        std::mem::swap(&mut self.lock().completions, into);
    }

    /// Lets the threads end when they have nothing more to do.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.disk_thread.notify_all();
        self.background_thread.notify_all();
    }

    pub(super) fn has_ended(&self) -> bool {
        self.lock().threads == 0
    }

    /// Whether a thread panicked, so that its operation will never complete.
    pub(super) fn has_failed(&self) -> bool {
        self.lock().failed
    }

    pub(super) fn thread_begins(&self) {
        self.lock().threads += 1;
    }

    pub(super) fn thread_ends(&self, panicked: bool) {
        let mut state = self.lock();
        state.threads -= 1;
        state.failed |= panicked;
        drop(state);
        self.finished.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing under the lock leaves it half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
