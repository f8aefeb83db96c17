use std::process::ExitCode;

use bip_dht::{Key, MainlineDht};
use clap::Args;
use serde_json::json;

use super::arguments::QueryArguments;
use super::failure::{Failure, end};
use super::key::key;

/// Estimate how many seeds and downloaders a torrent has (BEP 33)
#[derive(Args, Debug)]
pub(super) struct Scrape {
    /// 40 hex digits, a magnet link, or name:TEXT
    #[arg(value_name = "KEY", value_parser = key)]
    key: Key,

    #[command(flatten)]
    query: QueryArguments,
}

impl Scrape {
    pub(super) async fn run(self) -> ExitCode {
        end(self.scrape().await, self.query.tell())
    }

    async fn scrape(&self) -> Result<(), Failure> {
        let work = async |node: &MainlineDht| Ok(node.scrape(self.key).await?);
        let swarm = self.query.ask(work).await?;
        let words = format!(
            "{:.0} seeds, {:.0} downloaders, from the filters of {} nodes",
            swarm.seeds, swarm.downloaders, swarm.filters
        );
        let event = json!({
            "event": "swarm",
            "key": self.key.to_string(),
            "seeds": swarm.seeds,
            "downloaders": swarm.downloaders,
            "filters": swarm.filters,
        });
        self.query.tell().found(words, &event)
    }
}
