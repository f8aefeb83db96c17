//! Every bound of this crate in one place, each with its reason.

/// Bytes of blocks that [`DiskConfig`](crate::DiskConfig) lets wait in memory unless told otherwise: 64 MiB.
pub const DEFAULT_MEMORY_BUDGET: usize = 64 << 20;

/// Which part of the memory budget may consist of slices of somebody else's read buffers, by default an eighth.
///
/// A 16 KiB slice keeps its whole buffer alive, 256 KiB where it comes from bip_peer. What is held beyond this
/// part is copied once into memory of its own.
pub(crate) const SLICE_PART: usize = 8;

/// Files kept open at a time unless told otherwise: well under the 256 descriptors a process has on macOS.
pub const DEFAULT_MAX_OPEN_FILES: usize = 128;

/// Reads accepted before the first of them is answered, unless told otherwise.
pub const DEFAULT_MAX_PENDING_READS: usize = 64;

/// Longest run that one read takes, in bytes (1 MiB): a reader may not occupy the disk for longer.
pub const MAX_READ_LENGTH: u32 = 1 << 20;

/// Events that wait to be taken before nothing more is started that would make events.
pub const MAX_PENDING_EVENTS: usize = 4096;

/// What a held block counts at least, so that a flood of one-byte blocks is bounded by what it really costs.
pub(crate) const MIN_BLOCK_CHARGE: usize = 256;

/// Bytes that the check of existing files reads at a time: large enough to be sequential for a disk.
pub(crate) const CHECK_RUN: u32 = 1 << 20;

/// Checks that are under way at a time: one for each of two threads and one waiting for each.
pub(crate) const CHECKS_IN_FLIGHT: usize = 4;

/// Reads handed out at a time.
pub(crate) const READS_IN_FLIGHT: usize = 4;

/// Pieces handed out to be written are at most so many…
pub(crate) const WRITES_IN_FLIGHT: usize = 32;

/// …and beyond the second, at most so many bytes, since a read waits behind them.
pub(crate) const WRITE_BYTES_IN_FLIGHT: usize = 4 << 20;

/// Files opened, measured and created by one operation, since other torrents' reads wait behind it.
pub(crate) const FILES_PREPARED_AT_ONCE: usize = 64;

/// Slices passed to one vectored write (IOV_MAX of Linux and macOS).
pub(crate) const MAX_VECTORS: usize = 1024;

/// Progress of a check is told about so many times.
pub(crate) const CHECK_PROGRESS_STEPS: u32 = 100;
