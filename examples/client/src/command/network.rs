use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use super::values;
use crate::output::{Detail, Output};
use crate::swarm::{DhtOptions, Routers};

/// What `download` and `seed` share: whom to meet, and how to tell of it.
#[derive(Args, Debug)]
pub(crate) struct NetworkArguments {
    /// Accept peers on this address; port 0 takes any free port
    #[arg(long, value_name = "ADDR", default_value = "0.0.0.0:6881")]
    pub(crate) listen: SocketAddr,

    /// Connect to this peer (HOST:PORT); may be given several times
    #[arg(long = "peer", value_name = "ADDR")]
    pub(crate) peers: Vec<String>,

    /// Announce to this tracker (udp://HOST:PORT) before the torrent's own; may be given several times
    #[arg(long = "tracker", value_name = "URL")]
    pub(crate) trackers: Vec<String>,

    /// Do not look for peers in the DHT (private torrents never do)
    #[arg(long)]
    no_dht: bool,

    /// Begin at this node of the DHT (HOST:PORT); may be given several times
    #[arg(long, value_name = "ADDR", value_parser = values::host_and_port, conflicts_with = "no_dht")]
    dht_bootstrap: Vec<String>,

    /// Do not turn to the public routers of the DHT (nobody does who listens on a loopback address)
    #[arg(long, conflicts_with = "no_dht")]
    no_dht_routers: bool,

    /// Keep what the DHT node knows in this file, to begin there the next time
    #[arg(long, value_name = "FILE", conflicts_with = "no_dht")]
    dht_cache: Option<PathBuf>,

    /// Tell of every peer that comes and goes
    #[arg(short, long)]
    verbose: bool,

    /// Print events as JSON, one a line, on stdout (errors on stderr)
    #[arg(long)]
    json: bool,
}

impl NetworkArguments {
    pub(crate) fn dht(&self) -> Option<DhtOptions> {
        let routers = match self.no_dht_routers {
            true => Routers::Leave,
            false => Routers::Ask,
        };
        (!self.no_dht).then(|| DhtOptions {
            bootstrap: self.dht_bootstrap.clone(),
            routers,
            cache: self.dht_cache.clone(),
        })
    }

    pub(crate) fn output(&self) -> Output {
        let detail = if self.verbose {
            Detail::Verbose
        } else {
            Detail::Normal
        };
        Output::for_terminal(self.json, detail)
    }
}
