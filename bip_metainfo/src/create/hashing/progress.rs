use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};

/// How far hashing has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Bytes of files that are hashed, those whose hashes were known included. Never less than before; in the end,
    /// `bytes_total`.
    pub bytes_done: u64,
    /// Bytes of all files. Pad files do not count.
    pub bytes_total: u64,
}

pub(super) type ProgressFn<'f> = dyn Fn(Progress) -> ControlFlow<()> + Send + Sync + 'f;

/// Counts for all threads, and tells one at a time, so that nobody is told less than before.
pub(super) struct Meter<'a> {
    tell: Option<&'a ProgressFn<'a>>,
    bytes_total: u64,
    bytes_done: Mutex<u64>,
}

impl<'a> Meter<'a> {
    pub(super) fn new(tell: Option<&'a ProgressFn<'a>>, bytes_total: u64) -> Self {
        Self {
            tell,
            bytes_total,
            bytes_done: Mutex::new(0),
        }
    }

    pub(super) fn add(&self, bytes: u64) -> ControlFlow<()> {
        let Some(tell) = self.tell else {
            return ControlFlow::Continue(());
        };
        let mut bytes_done = self
            .bytes_done
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *bytes_done += bytes;
        tell(Progress {
            bytes_done: *bytes_done,
            bytes_total: self.bytes_total,
        })
    }
}
