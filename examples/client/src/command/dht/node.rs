use std::io::IsTerminal as _;
use std::net::IpAddr;
use std::process::ExitCode;
use std::time::Duration;

use bip_dht::{Family, MainlineDht, NodeEvent, Role, Status};
use clap::Args;
use indicatif::{BinaryBytes, ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use tokio::time::{MissedTickBehavior, interval};

use super::arguments::{EntryArguments, SocketArguments, warn};
use super::failure::{Failure, end};
use super::tell::Tell;
use crate::stop::Stop;

/// How often the status line changes.
const LIVE_INTERVAL: Duration = Duration::from_secs(1);
/// How often a line is written where nobody watches.
const LINE_INTERVAL: Duration = Duration::from_secs(30);

/// Run a node that answers others, until Ctrl-C
///
/// The first node of a network of one's own needs nobody: `bip dht node --no-routers --bind 127.0.0.1:4000`; the others
/// begin at it with --bootstrap.
#[derive(Args, Debug)]
pub(super) struct Node {
    /// The address under which others see this node, where it is known: one of each family at most [default: what enough
    /// others say]
    #[arg(long, value_name = "IP")]
    external_address: Vec<IpAddr>,

    #[command(flatten)]
    entry: EntryArguments,
    #[command(flatten)]
    socket: SocketArguments,
}

impl Node {
    pub(super) async fn run(self) -> ExitCode {
        end(self.serve().await, self.socket.tell())
    }

    async fn serve(&self) -> Result<(), Failure> {
        let mut stop = Stop::on_signals();
        let builder = self.entry.apply(self.socket.builder()?).role(Role::Server);
        let builder = (self.external_address.iter()).fold(builder, |builder, address| {
            builder.external_address(*address)
        });
        let node = builder
            .start()
            .map_err(|source| Failure::Start { source })?;
        let view = View::new(self.socket.tell());
        for (family, address) in [
            (Family::V4, node.local_addr_v4()),
            (Family::V6, node.local_addr_v6()),
        ] {
            let id = node.id(family).map(|id| id.to_string());
            if let Some(address) = address {
                let event = json!({"event": "listening", "address": address, "id": id});
                view.line(&format!("listening on {address}"), &event)?;
            }
        }
        let mut events = node.events();
        let mut ticks = interval(view.interval());
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.asked() => break,
                Some(event) = events.next() => view.on_event(&node, &event)?,
                _ = ticks.tick() => view.status(&node)?,
            }
        }
        view.clear();
        node.close().await;
        Ok(())
    }
}

/// What the user sees of a node.
struct View {
    tell: Tell,
    /// One line that changes, where somebody watches a terminal.
    live: Option<ProgressBar>,
}

impl View {
    fn new(tell: Tell) -> View {
        let is_watched = !tell.is_json() && std::io::stderr().is_terminal();
        let live = is_watched.then(|| {
            let line = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{msg}") {
                line.set_style(style);
            }
            line
        });
        View { tell, live }
    }

    fn interval(&self) -> Duration {
        match self.live {
            Some(_) => LIVE_INTERVAL,
            None => LINE_INTERVAL,
        }
    }

    fn on_event(&self, node: &MainlineDht, event: &NodeEvent) -> Result<(), Failure> {
        match event {
            NodeEvent::Status(_) => return self.status(node),
            NodeEvent::ExternalAddress(address) => {
                let event = json!({"event": "external_address", "address": address});
                return self.line(&format!("others see us at {address}"), &event);
            }
            _ => {}
        }
        match &self.live {
            Some(line) => line.suspend(|| warn(&self.tell, event)),
            None => warn(&self.tell, event),
        }
    }

    fn status(&self, node: &MainlineDht) -> Result<(), Failure> {
        match &self.live {
            Some(line) => {
                line.set_message(in_words(node));
                Ok(())
            }
            None => self.tell.aside(in_words(node), &as_json(node)),
        }
    }

    fn line(&self, words: &str, event: &Value) -> Result<(), Failure> {
        match &self.live {
            Some(line) => line.suspend(|| self.tell.aside(words, event)),
            None => self.tell.aside(words, event),
        }
    }

    fn clear(&self) {
        if let Some(line) = &self.live {
            line.finish_and_clear();
        }
    }
}

fn state(status: Status) -> &'static str {
    match status {
        Status::Bootstrapping { .. } => "bootstrapping",
        Status::Ready { .. } => "ready",
        _ => "offline",
    }
}

fn in_words(node: &MainlineDht) -> String {
    let stats = node.stats();
    let size = (node.size_estimate(Family::V4))
        .map_or_else(String::new, |size| format!(" of about {size:.0}"));
    format!(
        "{}: {}+{} nodes{size}  ↓{} ↑{}  answered {}  keeps {} peers of {} keys, {} items",
        state(node.status()),
        stats.nodes_v4,
        stats.nodes_v6,
        BinaryBytes(stats.bytes_in),
        BinaryBytes(stats.bytes_out),
        stats.served,
        stats.peers,
        stats.keys,
        stats.items,
    )
}

fn as_json(node: &MainlineDht) -> Value {
    let stats = node.stats();
    json!({
        "event": "status",
        "state": state(node.status()),
        "nodes_v4": stats.nodes_v4,
        "nodes_v6": stats.nodes_v6,
        "size_estimate_v4": node.size_estimate(Family::V4),
        "size_estimate_v6": node.size_estimate(Family::V6),
        "datagrams_in": stats.datagrams_in,
        "bytes_in": stats.bytes_in,
        "datagrams_out": stats.datagrams_out,
        "bytes_out": stats.bytes_out,
        "queries": stats.queries,
        "answers": stats.answers,
        "timeouts": stats.timeouts,
        "served": stats.served,
        "refused": stats.refused,
        "limited": stats.limited,
        "malformed": stats.malformed,
        "keys": stats.keys,
        "peers": stats.peers,
        "items": stats.items,
        "rtt_seconds": stats.rtt.map(|rtt| rtt.as_secs_f64()),
    })
}
