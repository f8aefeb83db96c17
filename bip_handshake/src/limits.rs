//! Every bound of the crate, with its reason.

use std::time::Duration;

/// Longest protocol string in bytes: its length is one byte on the wire (BEP 3, "peer protocol").
pub const MAX_PROTOCOL_LENGTH: usize = 255;

/// Bytes after the protocol string that complete the part a responder needs: reserved bytes and info-hash.
pub(crate) const RESERVED_AND_HASH_LENGTH: usize = 8 + 20;

/// Bytes of a peer id.
pub(crate) const PEER_ID_LENGTH: usize = 20;

/// Longest handshake in bytes: length byte, protocol string, reserved bytes, info-hash, peer id. BitTorrent's own
/// is 68 bytes long.
pub const MAX_HANDSHAKE_LENGTH: usize =
    1 + MAX_PROTOCOL_LENGTH + RESERVED_AND_HASH_LENGTH + PEER_ID_LENGTH;

/// Time for the whole exchange once the connection stands: 10 s, as libtorrent gives. It bounds the exchange, not each
/// read, so that a byte a second does not hold a place.
pub const DEFAULT_HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// Time for the connection to stand: 10 s, three SYNs of a usual TCP.
pub const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Longest time that may be given for anything: a day. Longer ones are cut to it, so that no sum overflows.
pub(crate) const MAX_TIMEOUT: Duration = Duration::from_secs(24 * 60 * 60);

/// Inbound attempts in progress. One file descriptor each; together with [`DEFAULT_MAX_OUTBOUND`] this reaches the
/// 1024 descriptors that many systems give a process, so lower both or raise that limit.
#[cfg(feature = "tokio")]
pub const DEFAULT_MAX_INBOUND: usize = 512;

/// Outbound attempts in progress. One file descriptor each.
#[cfg(feature = "tokio")]
pub const DEFAULT_MAX_OUTBOUND: usize = 512;

/// Finished attempts that wait in the queue for the application. Each may hold an open connection.
#[cfg(feature = "tokio")]
pub const DEFAULT_EVENT_CAPACITY: usize = 64;

/// Commands that wait for the driver. It never waits itself, so that a few are enough.
#[cfg(feature = "tokio")]
pub(crate) const COMMAND_CAPACITY: usize = 64;

/// Connections the system completes for us before we accept them.
#[cfg(feature = "tokio")]
pub(crate) const LISTEN_BACKLOG: i32 = 1024;

/// Pause after the system refused to accept (mostly: no file descriptor left), so that we do not spin on it.
#[cfg(feature = "tokio")]
pub(crate) const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Bytes taken in one read of a handshake. Large enough for a handshake with the bitfield and the extension handshake
/// that most peers send in the same segment; what is left goes on to the stream.
#[cfg(feature = "tokio")]
pub(crate) const READ_LENGTH: usize = 1024;
