//! Every fixed bound of this crate, each with its reason. Bounds that a user may choose are in `config.rs`.

use std::time::Duration;

/// How long a client may use a connection id after it received it (BEP 15, "UDP connections / spoofing").
pub const CONNECTION_ID_LIFETIME: Duration = Duration::from_secs(60);

/// How long the server accepts a connection id after it gave it out (BEP 15, "UDP connections / spoofing").
/// Ids carry whole seconds, so that an id may be accepted for up to one second more.
pub const CONNECTION_ID_ACCEPTANCE: Duration = Duration::from_secs(120);

/// The wait for the first answer; the wait after that doubles with each attempt (BEP 15, "Time outs").
pub const FIRST_TIMEOUT: Duration = Duration::from_secs(15);

/// The largest exponent of the doubling: the longest wait is `15 * 2^8` = 3840 s (BEP 15, "Time outs").
pub const MAX_BACKOFF_EXPONENT: u32 = 8;

/// How many hashes one scrape may name (BEP 15, "Scrape": "up to about 74").
pub const MAX_SCRAPE_HASHES: usize = 74;

/// How many bytes of path and query an announce may carry (BEP 41), so that the datagram stays below every MTU.
pub const MAX_URL_DATA_LENGTH: usize = 1024;

/// How many bytes of a tracker's error message are kept; what is longer is cut.
pub const MAX_ERROR_MESSAGE_LENGTH: usize = 256;

/// The longest answer of the server: what every IPv6 link carries unfragmented (1280 less 40 and 8 bytes of headers).
pub const MAX_ANSWER_LENGTH: usize = 1232;

/// The shortest interval a client reports, whatever the tracker said, so that a loop over it never spins.
pub const MIN_INTERVAL: Duration = Duration::from_secs(1);

/// The longest interval a client reports, whatever the tracker said, so that a client never falls silent for years.
pub const MAX_INTERVAL: Duration = Duration::from_secs(24 * 60 * 60);
