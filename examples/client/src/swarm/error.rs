use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use bip_dht::DhtError;
use bip_disk::{AddTorrentError, LayoutError};
use bip_metainfo::{MagnetError, MetainfoError};
use bip_select::{FactError, GeometryError};

/// Why a torrent could not be named.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SourceError {
    #[error("{} cannot be read", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{} is not a torrent that can be used", path.display())]
    Metainfo {
        path: PathBuf,
        source: MetainfoError,
    },
    #[error("the magnet link cannot be used")]
    Magnet { source: MagnetError },
    #[error(
        "the magnet link is of version 2 only (BEP 52, urn:btmh), which cannot be downloaded yet"
    )]
    MagnetOfVersion2,
}

impl SourceError {
    /// A name that stays, whatever the words are.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            SourceError::Read { .. } => "unreadable",
            SourceError::Metainfo { source, .. } => source.name(),
            SourceError::Magnet { source } => source.name(),
            SourceError::MagnetOfVersion2 => "magnet_of_version_2",
        }
    }
}

/// Why a swarm ended before it was done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SwarmError {
    #[error(
        "the magnet link names its torrent by a public key, under which only the DHT knows it (BEP 46, urn:btpk), and --no-dht keeps us out of that"
    )]
    PublishedWithoutDht,
    #[error(
        "the magnet link names its torrent by a public key (BEP 46, urn:btpk), and no node of the DHT is known to ask for it; name one with --dht-bootstrap HOST:PORT"
    )]
    PublishedWithoutNodes,
    #[error(
        "what is published in the DHT under the link's public key points to no torrent (BEP 46)"
    )]
    PublishedNoTorrent,
    #[error("the DHT does not tell which torrent is published under the link's public key")]
    Published { source: Box<DhtError> },
    #[error("cannot listen on {address}; choose another with --listen (port 0 takes any free one)")]
    Listen {
        address: SocketAddr,
        source: io::Error,
    },
    #[error("no socket for trackers")]
    TrackerSocket { source: io::Error },
    #[error("{} cannot be made", path.display())]
    Directory { path: PathBuf, source: io::Error },
    #[error("the disk cannot be started")]
    Disk { source: io::Error },
    #[error(
        "the torrent is of version 2 only (BEP 52), which cannot be transferred yet; hybrid torrents can"
    )]
    Version2Only,
    #[error("the torrent's files cannot be laid out")]
    Layout { source: LayoutError },
    #[error("the torrent cannot be stored")]
    Store { source: AddTorrentError },
    #[error("{} is missing or has the wrong length; `bip download --seed` fetches what is missing", path.display())]
    FileMissing { path: PathBuf },
    #[error(
        "only {verified} of {pieces} pieces are right; `bip download --seed` fetches the others"
    )]
    Incomplete { verified: u32, pieces: u32 },
    #[error("the torrent's pieces cannot be counted")]
    Geometry { source: GeometryError },
    #[error("the disk's check cannot be understood")]
    Check { source: FactError },
    #[error("the description that peers sent cannot be used")]
    Metadata { source: MetainfoError },
    #[error("{part} ended by itself")]
    Lost { part: &'static str },
    #[error("writing failed {attempts} times in a row, last for piece {piece}: {reason}")]
    Write {
        piece: u32,
        attempts: u32,
        reason: String,
    },
}
