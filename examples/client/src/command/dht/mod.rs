//! `bip dht`: a node of the Mainline DHT for one question, or for as long as somebody wants.

mod announce;
mod arguments;
mod crawl;
mod failure;
mod get;
mod get_peers;
mod keep;
mod key;
mod key_file;
mod new_key;
mod node;
mod ping;
mod publish;
mod put;
mod report;
mod sample;
mod scrape;
mod tell;
mod trace;

use std::process::ExitCode;

use clap::{Args, Subcommand};

/// Ask the Mainline DHT, put something into it, or run a node of it
///
/// A KEY is 40 hex digits, a magnet link, or name:TEXT for the SHA-1 of a text, under which programs meet.
///
/// Exit codes: 0 when it is done or found, 1 when not or after an error, 2 when the command line cannot be understood, 130
/// when Ctrl-C ended it before that.
///
/// Examples:
///   bip dht node --bind 0.0.0.0:6881 --cache node.dht
///   bip dht get-peers 'magnet:?xt=urn:btih:…' --json | jq -r 'select(.event == "peer").address'
///   bip dht announce name:my-room 4000
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Dht {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Node(node::Node),
    GetPeers(get_peers::GetPeers),
    Announce(announce::Announce),
    Get(get::Get),
    Put(put::Put),
    Publish(publish::Publish),
    Key(new_key::NewKey),
    Scrape(scrape::Scrape),
    Sample(sample::Sample),
    Crawl(crawl::Crawl),
    Ping(ping::Ping),
}

impl Dht {
    pub(crate) async fn run(self) -> ExitCode {
        match self.action {
            Action::Node(command) => command.run().await,
            Action::GetPeers(command) => command.run().await,
            Action::Announce(command) => command.run().await,
            Action::Get(command) => command.run().await,
            Action::Put(command) => command.run().await,
            Action::Publish(command) => command.run().await,
            Action::Key(command) => command.run(),
            Action::Scrape(command) => command.run().await,
            Action::Sample(command) => command.run().await,
            Action::Crawl(command) => command.run().await,
            Action::Ping(command) => command.run().await,
        }
    }
}
