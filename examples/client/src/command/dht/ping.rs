use std::process::ExitCode;

use bip_dht::{MainlineDht, Pong, Role};
use clap::Args;
use serde_json::json;

use super::arguments::{Patience, SocketArguments};
use super::failure::{Failure, end};
use crate::command::values;

/// Ask one node whether it is there
///
/// Example:
///   bip dht ping router.bittorrent.com:6881
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(super) struct Ping {
    /// Name or address, and UDP port
    #[arg(value_name = "HOST:PORT", value_parser = values::node)]
    node: (String, u16),

    #[command(flatten)]
    socket: SocketArguments,
    #[command(flatten)]
    patience: Patience,
}

impl Ping {
    pub(super) async fn run(self) -> ExitCode {
        end(self.ask().await, self.socket.tell())
    }

    async fn ask(&self) -> Result<(), Failure> {
        let node = lone_node(&self.socket)?;
        let done = self.patience.limit(self.ping(&node)).await;
        node.close().await;
        let Pong { node, rtt, .. } = done?;
        let (address, id) = (node.address, node.id);
        let milliseconds = rtt.as_secs_f64() * 1e3;
        let words = format!("{address} answered in {milliseconds:.1} ms: {id}");
        let event = json!({
            "event": "pong",
            "address": address,
            "id": id.to_string(),
            "seconds": rtt.as_secs_f64(),
        });
        self.socket.tell().found(words, &event)
    }

    /// Of several addresses, the first one that can be reached.
    async fn ping(&self, node: &MainlineDht) -> Result<Pong, Failure> {
        let (host, port) = &self.node;
        let addresses = tokio::net::lookup_host((host.as_str(), *port)).await;
        let addresses = addresses.map_err(|source| Failure::LookUp {
            host: host.clone(),
            source,
        })?;
        let mut failure = Failure::NoAddress { host: host.clone() };
        for address in addresses {
            match node.ping(address).await {
                Ok(pong) => return Ok(pong),
                Err(source) => {
                    failure = Failure::Node {
                        node: address,
                        source,
                    }
                }
            }
        }
        Err(failure)
    }
}

/// A node that asks only whom it is told to.
pub(super) fn lone_node(socket: &SocketArguments) -> Result<MainlineDht, Failure> {
    let builder = socket.builder()?.without_routers().role(Role::ReadOnly);
    builder.start().map_err(|source| Failure::Start { source })
}
