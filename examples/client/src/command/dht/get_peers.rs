use std::process::ExitCode;

use bip_dht::Key;
use clap::Args;
use serde_json::json;

use super::arguments::QueryArguments;
use super::failure::{Failure, end};
use super::key::key;
use super::report::{self, InWords};

/// Find the peers that are announced under a key, each told as it is found
///
/// Example:
///   bip dht get-peers name:my-room
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(super) struct GetPeers {
    /// 40 hex digits, a magnet link, or name:TEXT
    #[arg(value_name = "KEY", value_parser = key)]
    key: Key,

    #[command(flatten)]
    query: QueryArguments,
}

impl GetPeers {
    pub(super) async fn run(self) -> ExitCode {
        end(self.look_up().await, self.query.tell())
    }

    async fn look_up(&self) -> Result<(), Failure> {
        let tell = self.query.tell();
        let work = async |node: &bip_dht::MainlineDht| {
            let mut peers = node.get_peers(self.key);
            let mut count = 0;
            while let Some(address) = peers.next().await {
                count += 1;
                tell.found(address, &json!({"event": "peer", "address": address}))?;
            }
            Ok((count, peers.report().await?))
        };
        let (count, report) = self.query.ask(work).await?;
        let event = json!({"event": "end", "peers": count, "report": report::as_json(&report)});
        tell.aside(format_args!("{count} peers; {}", InWords(&report)), &event)?;
        if count == 0 {
            return Err(Failure::NoPeers {
                key: self.key.to_string(),
            });
        }
        Ok(())
    }
}
