//! Every fixed bound of this crate, each with its reason. Bounds that a user may choose are in `config.rs`.

/// How many operations and leases may be under way at once unless configured: far more than a client needs, and few
/// enough that a loop gone wild is told so.
pub const DEFAULT_OPERATIONS: usize = 256;

/// The most operations and leases that a configuration can allow: at some 10 kB each, what fits in memory.
pub const MAX_OPERATIONS: usize = 65_536;

/// How many bytes of datagrams may wait to be sent: a burst of some hundred answers. Above it queries of others stay
/// unanswered and our own wait.
pub(crate) const MAX_OUTBOX_BYTES: usize = 256 * 1024;

/// What a drained outbox keeps of its buffer: one answer, so that a quiet node allocates nothing for it.
pub(crate) const OUTBOX_KEPT_BYTES: usize = 1024;
