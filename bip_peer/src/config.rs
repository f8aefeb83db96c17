use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::TorrentSize;
use crate::limits::{MAX_EXTENSION_NAME, MAX_EXTENSIONS, MAX_PIECE_COUNT};

/// What one session may do, and what it knows from the start.
#[derive(Clone, Debug)]
pub struct SessionConfig {
    pub(crate) peer_reserved: [u8; 8],
    pub(crate) piece_count: Option<u32>,
    pub(crate) torrent_size: Option<TorrentSize>,
    pub(crate) bitfield: Bytes,
    pub(crate) metadata: Option<Bytes>,
    pub(crate) client: Option<Arc<str>>,
    pub(crate) listen_port: Option<u16>,
    pub(crate) peer_ip: Option<IpAddr>,
    pub(crate) extensions: Vec<Arc<str>>,
    pub(crate) min_outstanding: usize,
    pub(crate) max_outstanding: usize,
    pub(crate) max_upload_queue: u32,
    pub(crate) max_extended_length: u32,
    pub(crate) max_metadata_size: u64,
    pub(crate) request_timeout: Duration,
    pub(crate) keep_alive_interval: Duration,
    pub(crate) inactivity_timeout: Duration,
}

impl Default for SessionConfig {
    fn default() -> SessionConfig {
        SessionConfig {
            peer_reserved: [0; 8],
            piece_count: None,
            torrent_size: None,
            bitfield: Bytes::new(),
            metadata: None,
            client: None,
            listen_port: None,
            peer_ip: None,
            extensions: Vec::new(),
            min_outstanding: 4,
            max_outstanding: 500,
            max_upload_queue: 500,
            max_extended_length: 128 * 1024,
            max_metadata_size: 32 * 1024 * 1024,
            request_timeout: Duration::from_secs(30),
            keep_alive_interval: Duration::from_secs(100),
            inactivity_timeout: Duration::from_secs(180),
        }
    }
}

impl SessionConfig {
    /// The reserved bytes of the peer's handshake. Their bit for BEP 10 switches the extension protocol on; by default
    /// all are 0 and it is off.
    pub fn peer_reserved(mut self, reserved: [u8; 8]) -> SessionConfig {
        self.peer_reserved = reserved;
        self
    }

    /// The number of pieces, where the metadata is known; at most
    /// [`limits::MAX_PIECE_COUNT`](crate::limits::MAX_PIECE_COUNT), more counts as that. Not known by default.
    pub fn piece_count(mut self, piece_count: u32) -> SessionConfig {
        self.piece_count = Some(piece_count.min(MAX_PIECE_COUNT));
        self
    }

    /// The size of the content, which includes the number of pieces: the peer's requests are checked against it.
    pub fn torrent_size(mut self, size: TorrentSize) -> SessionConfig {
        self.torrent_size = Some(size);
        self.piece_count(size.piece_count())
    }

    /// Our pieces, sent first of all when a bit is set; see [`PeerCommand::Bitfield`](crate::PeerCommand::Bitfield).
    pub fn bitfield(mut self, bitfield: Bytes) -> SessionConfig {
        self.bitfield = bitfield;
        self
    }

    /// The info dictionary to serve from the start; see [`PeerCommand::ServeMetadata`](crate::PeerCommand::ServeMetadata).
    pub fn metadata(mut self, metadata: Bytes) -> SessionConfig {
        self.metadata = Some(metadata);
        self
    }

    /// Our name and version, as in "bip 0.20" (`v` of BEP 10). Not told by default.
    pub fn client(mut self, client: &str) -> SessionConfig {
        self.client = Some(client.into());
        self
    }

    /// Our listen port (`p` of BEP 10). Not told by default.
    pub fn listen_port(mut self, port: u16) -> SessionConfig {
        self.listen_port = Some(port);
        self
    }

    /// The address we see the peer at (`yourip` of BEP 10). Not told by default.
    pub fn peer_ip(mut self, ip: IpAddr) -> SessionConfig {
        self.peer_ip = Some(ip);
        self
    }

    /// An extension of one's own (BEP 10): its messages come as [`PeerEvent::Extended`](crate::PeerEvent::Extended).
    /// `ut_metadata` is always there. A name given before, longer than
    /// [`limits::MAX_EXTENSION_NAME`](crate::limits::MAX_EXTENSION_NAME) or past
    /// [`limits::MAX_EXTENSIONS`](crate::limits::MAX_EXTENSIONS) is left out.
    pub fn extension(mut self, name: &str) -> SessionConfig {
        let known =
            name == crate::UT_METADATA || self.extensions.iter().any(|other| **other == *name);
        // One place is taken by ut_metadata.
        let room = self.extensions.len() + 1 < MAX_EXTENSIONS;
        if !known && room && !name.is_empty() && name.len() <= MAX_EXTENSION_NAME {
            self.extensions.push(name.into());
        }
        self
    }

    /// Fewest requests the pipeline holds, and where it starts (default 4, at least 1).
    pub fn min_outstanding(mut self, requests: usize) -> SessionConfig {
        self.min_outstanding = requests.max(1);
        self
    }

    /// Most requests under way at a time (default 500, at least 1). What the peer announces as its `reqq` bounds it too.
    pub fn max_outstanding(mut self, requests: usize) -> SessionConfig {
        self.max_outstanding = requests.max(1);
        self
    }

    /// Most requests of the peer that wait at a time (default 500, at least 1); announced as `reqq`.
    pub fn max_upload_queue(mut self, requests: u32) -> SessionConfig {
        self.max_upload_queue = requests.max(1);
        self
    }

    /// Longest extended message taken, in bytes (default 128 KiB, at least 32 KiB so that BEP 9 and 10 fit).
    pub fn max_extended_length(mut self, length: u32) -> SessionConfig {
        self.max_extended_length = length.clamp(32 * 1024, 1 << 30);
        self
    }

    /// Largest info dictionary served or believed in (default 32 MiB).
    pub fn max_metadata_size(mut self, size: u64) -> SessionConfig {
        self.max_metadata_size = size;
        self
    }

    /// How long a request may stay without an answer (default 30 s).
    pub fn request_timeout(mut self, timeout: Duration) -> SessionConfig {
        self.request_timeout = timeout;
        self
    }

    /// After how long a silence of ours a keep-alive is sent (default 100 s; peers commonly wait for two minutes).
    pub fn keep_alive_interval(mut self, interval: Duration) -> SessionConfig {
        self.keep_alive_interval = interval.max(Duration::from_millis(1));
        self
    }

    /// After how long a silence of the peer's the session ends (default 180 s).
    pub fn inactivity_timeout(mut self, timeout: Duration) -> SessionConfig {
        self.inactivity_timeout = timeout;
        self
    }
}
