//! Every bound of this crate that is not a field of a configuration, each with its reason.

/// The usual length of a block, in bytes. Pipelines are reckoned in it.
pub const BLOCK_LENGTH: u32 = 16 * 1024;

/// Longest block a peer may ask us for, and longest block we ask for: 128 KiB. BEP 3 says that 2^14 is the common
/// length; older clients used up to 2^17.
pub const MAX_REQUEST_LENGTH: u32 = 128 * 1024;

/// Most pieces a torrent may have: 2^21, that is a bitfield of 256 KiB. It bounds the bitfields taken before the
/// metadata is known.
pub const MAX_PIECE_COUNT: u32 = 1 << 21;

/// Longest run of consecutive requests given out by one [`PeerEvent::Serve`](crate::PeerEvent::Serve): one read of
/// the storage and, with its neighbours, one write to the socket.
pub const MAX_RUN_LENGTH: u32 = 256 * 1024;

/// Runs given out at a time and not answered yet.
pub const MAX_RUNS: usize = 4;

/// No new run is given out while this many bytes of blocks wait to be sent.
pub const UPLOAD_BACKLOG: usize = 512 * 1024;

/// Control messages that may wait to be sent before the peer counts as one that has ceased to read.
pub const MAX_CONTROL_BACKLOG: usize = 1 << 16;

/// Haves remembered while the number of pieces is not known.
pub const MAX_EARLY_HAVES: usize = 4096;

/// Requests remembered after they were lost or cancelled, so that a late block is told from data never asked for.
pub const MAX_LATE_REQUESTS: usize = 512;

/// What a peer's request queue is taken to hold when it does not say (BEP 10, `reqq`: "the default in libtorrent is 250").
pub const DEFAULT_PEER_REQQ: u32 = 250;

/// Names of extensions remembered per peer.
pub const MAX_EXTENSIONS: usize = 64;

/// Longest name of an extension, in bytes.
pub const MAX_EXTENSION_NAME: usize = 64;

/// Longest client name (`v`) kept, in bytes.
pub const MAX_CLIENT_NAME: usize = 128;

/// Longest extended handshake decoded, in bytes.
pub const MAX_EXTENDED_HANDSHAKE: usize = 32 * 1024;

/// Most values in an extended handshake or a header of `ut_metadata`.
pub const MAX_EXTENDED_TOKENS: usize = 1024;

/// Length of a piece of metadata (BEP 9, "metadata": all but the last are 16 KiB).
pub const METADATA_PIECE_LENGTH: u32 = 16 * 1024;

/// Longest dictionary in front of a piece of metadata.
pub const MAX_METADATA_HEADER: usize = 1024;

/// Requests for metadata that may wait for their answer; more are dropped.
pub const MAX_METADATA_REQUESTS: usize = 4096;

/// A peer is served each piece of metadata so many times on the average, then it gets rejects (BEP 9, "reject": flood
/// protection).
pub const METADATA_SERVE_FACTOR: u64 = 4;

/// Size of the buffers that busy sockets are read into. A [`Block`](crate::Block) keeps its buffer alive.
pub const READ_BUFFER: usize = 256 * 1024;

/// Size of the buffer an idle connection holds.
pub const IDLE_READ_BUFFER: usize = 2 * 1024;
