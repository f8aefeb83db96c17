use std::net::SocketAddr;
use std::process::ExitCode;

use bip_dht::Key;
use clap::Args;
use serde_json::json;

use super::arguments::{Patience, SocketArguments};
use super::failure::{Failure, end};
use super::ping::lone_node;

/// Ask one node for some of the keys that it keeps peers for (BEP 51)
///
/// Example:
///   bip dht sample 192.0.2.7:6881
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(super) struct Sample {
    /// The node's address and UDP port
    #[arg(value_name = "ADDR")]
    node: SocketAddr,

    #[command(flatten)]
    socket: SocketArguments,
    #[command(flatten)]
    patience: Patience,
}

impl Sample {
    pub(super) async fn run(self) -> ExitCode {
        end(self.ask().await, self.socket.tell())
    }

    async fn ask(&self) -> Result<(), Failure> {
        let node = lone_node(&self.socket)?;
        let work = async {
            let sample = node.sample(self.node, Key::new(rand::random())).await;
            sample.map_err(|source| Failure::Node {
                node: self.node,
                source,
            })
        };
        let done = self.patience.limit(work).await;
        node.close().await;
        let sample = done?;
        let tell = self.socket.tell();
        let keys = sample.keys.ok_or_else(|| Failure::NoSamples {
            node: self.node.to_string(),
        })?;
        for key in &keys {
            tell.found(key, &json!({"event": "key", "key": key.to_string()}))?;
        }
        let (count, total) = (keys.len(), sample.total);
        let seconds = sample.interval.as_secs();
        let words = format!("{count} of {total} keys; others not before {seconds} s");
        let event = json!({
            "event": "end",
            "keys": count,
            "total": total,
            "interval_seconds": seconds,
        });
        tell.aside(words, &event)
    }
}
