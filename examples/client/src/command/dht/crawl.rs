use std::collections::{HashSet, VecDeque};
use std::net::SocketAddr;
use std::process::ExitCode;

use bip_dht::{Key, MainlineDht, NodeId, NodeInfo};
use clap::Args;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use serde_json::json;

use super::arguments::QueryArguments;
use super::failure::{Failure, end};

/// Nodes asked at the same time: enough to be quick, few enough to be no burden on the line.
const AT_ONCE: usize = 32;

/// Go from node to node and ask each for keys that it keeps peers for (BEP 51), each key told once
///
/// No node is asked twice. Nodes that do not know the query still tell of others.
///
/// Example:
///   bip dht crawl --nodes 500 --timeout 120 > keys
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(super) struct Crawl {
    /// Ask at most so many nodes
    #[arg(long, value_name = "COUNT", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    nodes: u32,

    #[command(flatten)]
    query: QueryArguments,
}

/// What the crawl has seen.
#[derive(Debug, Default)]
struct Seen {
    /// Nodes that were or will be asked; no more are taken in than are to be asked.
    nodes: HashSet<SocketAddr>,
    next: VecDeque<SocketAddr>,
    keys: HashSet<Key>,
    answered: u32,
}

impl Crawl {
    pub(super) async fn run(self) -> ExitCode {
        end(self.crawl().await, self.query.tell())
    }

    async fn crawl(&self) -> Result<(), Failure> {
        let mut seen = Seen::default();
        // A network is larger than anybody's patience: what was found until the time is over is a result, too.
        match self
            .query
            .ask(async |node| self.walk(node, &mut seen).await)
            .await
        {
            Ok(()) | Err(Failure::TimedOut { .. }) => {}
            Err(failure) => return Err(failure),
        }
        let (asked, answered, keys) = (seen.nodes.len(), seen.answered, seen.keys.len());
        let asked = asked - seen.next.len();
        let event = json!({"event": "end", "asked": asked, "answered": answered, "keys": keys});
        let words = format!("{keys} keys; {answered} of {asked} nodes answered");
        self.query.tell().aside(words, &event)
    }

    async fn walk(&self, node: &MainlineDht, seen: &mut Seen) -> Result<(), Failure> {
        let limit = usize::try_from(self.nodes).unwrap_or(usize::MAX);
        seen.take_in(&node.find_node(NodeId::new(rand::random())).await?, limit);
        let mut asked = FuturesUnordered::new();
        loop {
            while asked.len() < AT_ONCE
                && let Some(address) = seen.next.pop_front()
            {
                // Another place each time, so that the nodes told of lie all over the network.
                asked.push(node.sample(address, Key::new(rand::random())));
            }
            let Some(sample) = asked.next().await else {
                return Ok(());
            };
            // Many nodes have gone that others still tell of.
            let Ok(sample) = sample else { continue };
            seen.answered += 1;
            seen.take_in(&sample.nodes, limit);
            for key in sample.keys.into_iter().flatten() {
                if seen.keys.insert(key) {
                    let event = json!({"event": "key", "key": key.to_string()});
                    self.query.tell().found(key, &event)?;
                }
            }
        }
    }
}

impl Seen {
    fn take_in(&mut self, nodes: &[NodeInfo], limit: usize) {
        for NodeInfo { address, .. } in nodes {
            if self.nodes.len() < limit && address.port() != 0 && self.nodes.insert(*address) {
                self.next.push_back(*address);
            }
        }
    }
}
