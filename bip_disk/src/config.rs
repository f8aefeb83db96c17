//! What a user may turn.

use crate::limits::{
    DEFAULT_MAX_OPEN_FILES, DEFAULT_MAX_PENDING_READS, DEFAULT_MEMORY_BUDGET, SLICE_PART,
};

/// Settings of a [`DiskCore`](crate::DiskCore), its [`Executor`](crate::Executor) and, with feature `tokio`, of a
/// `DiskManager`.
///
/// ```
/// let config = bip_disk::DiskConfig::default().memory_budget(16 << 20).max_open_files(40);
/// # let _ = config;
/// ```
#[derive(Debug, Clone)]
pub struct DiskConfig {
    pub(crate) memory_budget: usize,
    pub(crate) max_slice_bytes: Option<usize>,
    pub(crate) max_open_files: usize,
    pub(crate) max_pending_reads: usize,
    #[cfg(feature = "tokio")]
    pub(crate) command_capacity: usize,
    #[cfg(feature = "tokio")]
    pub(crate) event_capacity: usize,
}

impl Default for DiskConfig {
    fn default() -> Self {
        Self {
            memory_budget: DEFAULT_MEMORY_BUDGET,
            max_slice_bytes: None,
            max_open_files: DEFAULT_MAX_OPEN_FILES,
            max_pending_reads: DEFAULT_MAX_PENDING_READS,
            #[cfg(feature = "tokio")]
            command_capacity: 64,
            #[cfg(feature = "tokio")]
            event_capacity: 256,
        }
    }
}

impl DiskConfig {
    /// Bytes of blocks held in memory at most, over all torrents (default 64 MiB).
    ///
    /// Above three quarters of it the blocks of the pieces that waited longest are written where they belong, and
    /// what came out of order of them is read back when the piece is complete. One block is always taken, even
    /// if it alone exceeds the budget.
    #[must_use]
    pub fn memory_budget(mut self, bytes: usize) -> Self {
        self.memory_budget = bytes;
        self
    }

    /// Bytes of unfinished pieces that are held as slices of the buffers they came in (default an eighth of the
    /// memory budget). What waits beyond that is copied, oldest piece first, so that no slice pins a large buffer
    /// for long.
    #[must_use]
    pub fn max_slice_bytes(mut self, bytes: usize) -> Self {
        self.max_slice_bytes = Some(bytes);
        self
    }

    /// Files kept open at a time (default 128, at least 1).
    #[must_use]
    pub fn max_open_files(mut self, count: usize) -> Self {
        self.max_open_files = count.max(1);
        self
    }

    /// Reads accepted before the first of them is answered (default 64, at least 1). Each may hold
    /// [`MAX_READ_LENGTH`](crate::MAX_READ_LENGTH) bytes.
    #[must_use]
    pub fn max_pending_reads(mut self, count: usize) -> Self {
        self.max_pending_reads = count.max(1);
        self
    }

    /// Blocks, and commands, that the driver's queues take before senders wait (default 64 each, at least 1).
    #[cfg(feature = "tokio")]
    #[must_use]
    pub fn command_capacity(mut self, count: usize) -> Self {
        self.command_capacity = count.max(1);
        self
    }

    /// Events that the driver's queue holds (default 256, at least 1). Up to
    /// [`MAX_PENDING_EVENTS`](crate::MAX_PENDING_EVENTS) more wait in the core.
    #[cfg(feature = "tokio")]
    #[must_use]
    pub fn event_capacity(mut self, count: usize) -> Self {
        self.event_capacity = count.max(1);
        self
    }

    pub(crate) fn slice_bytes(&self) -> usize {
        self.max_slice_bytes
            .unwrap_or(self.memory_budget / SLICE_PART)
    }
}
