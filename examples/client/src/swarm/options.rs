use std::net::SocketAddr;
use std::path::PathBuf;

/// What a swarm does once it has everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AfterComplete {
    End,
    Seed,
}

/// What it means when the data on disk is not complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// It is fetched.
    IsFetched,
    /// Nothing is written and the swarm does not start.
    IsAnError,
}

/// Whether the public routers are asked for the first nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Routers {
    Ask,
    Leave,
}

/// How peers are looked for in the DHT.
#[derive(Clone, Debug)]
pub(crate) struct DhtOptions {
    /// Nodes to begin at, as `HOST:PORT`.
    pub(crate) bootstrap: Vec<String>,
    pub(crate) routers: Routers,
    /// Where what the node knows is kept.
    pub(crate) cache: Option<PathBuf>,
}

/// How one torrent is joined.
#[derive(Clone, Debug)]
pub(crate) struct SwarmOptions {
    pub(crate) directory: PathBuf,
    pub(crate) listen: SocketAddr,
    pub(crate) peers: Vec<String>,
    pub(crate) trackers: Vec<String>,
    pub(crate) dht: Option<DhtOptions>,
    pub(crate) after_complete: AfterComplete,
    pub(crate) missing: Missing,
}

impl SwarmOptions {
    /// Fetches into `directory`, meets peers at `listen`, and ends when everything is there.
    pub(crate) fn new(directory: PathBuf, listen: SocketAddr) -> SwarmOptions {
        SwarmOptions {
            directory,
            listen,
            peers: Vec::new(),
            trackers: Vec::new(),
            dht: None,
            after_complete: AfterComplete::End,
            missing: Missing::IsFetched,
        }
    }

    /// Peers to connect to, as `HOST:PORT`.
    pub(crate) fn peers(mut self, peers: Vec<String>) -> SwarmOptions {
        self.peers = peers;
        self
    }

    /// Trackers to ask before the torrent's own, each a tier of its own.
    pub(crate) fn trackers(mut self, trackers: Vec<String>) -> SwarmOptions {
        self.trackers = trackers;
        self
    }

    /// Looks for peers in the DHT too, unless the torrent is private.
    pub(crate) fn dht(mut self, dht: Option<DhtOptions>) -> SwarmOptions {
        self.dht = dht;
        self
    }

    pub(crate) fn after_complete(mut self, after_complete: AfterComplete) -> SwarmOptions {
        self.after_complete = after_complete;
        self
    }

    pub(crate) fn missing(mut self, missing: Missing) -> SwarmOptions {
        self.missing = missing;
        self
    }
}
