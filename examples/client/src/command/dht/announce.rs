use std::process::ExitCode;

use bip_dht::{Key, MainlineDht};
use clap::Args;
use serde_json::json;

use super::arguments::QueryArguments;
use super::failure::{Failure, end};
use super::key::key;
use super::report::{self, InWords};

/// Announce that there is a peer of a key at a port of this machine
///
/// Nodes forget it after half an hour to an hour; `bip dht node` does not announce anything.
///
/// Example:
///   bip dht announce name:my-room 4000
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(super) struct Announce {
    /// 40 hex digits, a magnet link, or name:TEXT
    #[arg(value_name = "KEY", value_parser = key)]
    key: Key,

    /// The port at which the peer is to be found; 0 is the port that we send from
    #[arg(value_name = "PORT")]
    port: u16,

    #[command(flatten)]
    query: QueryArguments,
}

impl Announce {
    pub(super) async fn run(self) -> ExitCode {
        end(self.announce().await, self.query.tell())
    }

    async fn announce(&self) -> Result<(), Failure> {
        let work = async |node: &MainlineDht| Ok(node.announce(self.key, self.port).await?);
        let announced = self.query.ask(work).await?;
        let (stored, peers, report) = (announced.stored, announced.peers, &announced.report);
        let words = format!(
            "{stored} nodes keep it, beside {peers} peers; {}",
            InWords(report)
        );
        let event = json!({
            "event": "announced",
            "key": self.key.to_string(),
            "stored": stored,
            "peers": peers,
            "report": report::as_json(report),
        });
        self.query.tell().found(words, &event)
    }
}
