use std::net::SocketAddr;

use clap::Args;

use crate::output::{Detail, Output};

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

    /// Tell of every peer that comes and goes
    #[arg(short, long)]
    verbose: bool,

    /// Print events as JSON, one a line, on stdout (errors on stderr)
    #[arg(long)]
    json: bool,
}

impl NetworkArguments {
    pub(crate) fn output(&self) -> Output {
        let detail = if self.verbose {
            Detail::Verbose
        } else {
            Detail::Normal
        };
        Output::for_terminal(self.json, detail)
    }
}
