//! What a swarm tells its user while it works. With `--json` each event is one line of output.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Serialize;

/// One thing worth telling. The names and fields are the program's JSON interface.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(crate) enum Event {
    /// Peers can reach us here.
    Listening { address: SocketAddr },
    /// A magnet link names its torrent by this public key; the DHT is asked which it is.
    PublicKey { key: String },
    /// A magnet link names this torrent; its description is now asked of peers.
    Magnet {
        info_hash: String,
        name: Option<String>,
    },
    /// The description is known.
    Torrent {
        name: String,
        info_hash: String,
        length: u64,
        piece_length: u32,
        pieces: u32,
        files: usize,
    },
    /// Something is wrong with the torrent that keeps nobody from using it.
    Warning { text: String },
    /// A name in the torrent could not be used as it stands.
    PathChanged { original: String, path: PathBuf },
    /// What lies on disk is being read and hashed.
    Checking { checked: u32, pieces: u32 },
    /// What lies on disk is known.
    Checked { verified: u32, pieces: u32 },
    /// A file on disk is not as long as the torrent says.
    WrongSize {
        path: PathBuf,
        expected: u64,
        found: u64,
    },
    /// How far it is.
    Progress(Progress),
    /// A peer that the user or the link named has no address.
    PeerUnknown { peer: String, reason: String },
    /// A peer is connected.
    PeerConnected {
        address: SocketAddr,
        client: String,
        direction: &'static str,
    },
    /// A peer could not be reached, or its handshake failed.
    PeerFailed { address: SocketAddr, reason: String },
    /// A connected peer is gone.
    PeerEnded {
        address: SocketAddr,
        client: String,
        reason: String,
    },
    /// A peer sent data that is not the torrent's; it is not spoken to again.
    PeerBanned {
        address: SocketAddr,
        client: String,
        piece: u32,
    },
    /// A piece did not match its hash and is fetched again.
    PieceFailed {
        piece: u32,
        suspects: Vec<SocketAddr>,
    },
    /// A piece could not be written.
    WriteFailed { piece: u32, reason: String },
    /// A tracker answered.
    Announced {
        tracker: String,
        peers: usize,
        seeders: u32,
        leechers: u32,
    },
    /// A tracker did not answer, or said no.
    TrackerFailed { tracker: String, reason: String },
    /// The DHT told of a peer.
    DhtPeer { address: SocketAddr },
    /// So many nodes of the DHT keep our announce.
    DhtAnnounced { nodes: usize },
    /// The announce in the DHT failed; it is tried again.
    DhtFailed { reason: String },
    /// Every piece is there and verified.
    Complete {
        length: u64,
        downloaded: u64,
        seconds: f64,
    },
    /// The user asked for the end.
    Stopped { verified: u32, pieces: u32 },
}

/// A moment of a transfer.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Progress {
    /// Pieces that are verified and written.
    pub(crate) verified: u32,
    pub(crate) pieces: u32,
    /// Bytes of those pieces.
    pub(crate) verified_bytes: u64,
    pub(crate) length: u64,
    /// Payload bytes received and sent since the start, as the peers' connections count them.
    pub(crate) downloaded: u64,
    pub(crate) uploaded: u64,
    pub(crate) down_bytes_per_s: u64,
    pub(crate) up_bytes_per_s: u64,
    pub(crate) peers: usize,
    pub(crate) eta_seconds: Option<u64>,
}
