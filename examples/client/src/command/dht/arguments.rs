use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use bip_dht::{DhtBuilder, MainlineDht, NodeEvent, ROUTERS, Role};
use clap::Args;
use serde_json::json;
use tokio::time::timeout;

use super::failure::Failure;
use super::tell::Tell;
use super::trace::TraceArguments;
use crate::command::values;
use crate::stop::Stop;

/// Where a node has its sockets, and how it tells what it finds.
#[derive(Args, Debug)]
pub(super) struct SocketArguments {
    /// Send from this address, and take no part in the other family's network unless it is given, too; port 0 takes any
    /// free port [default: both families, any free port]
    #[arg(long, value_name = "ADDR")]
    bind: Vec<SocketAddr>,

    /// Print JSON, one object a line, on stdout (errors on stderr)
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    trace: TraceArguments,
}

/// How a node finds its way into the network.
#[derive(Args, Debug)]
pub(super) struct EntryArguments {
    /// Begin at this node (HOST:PORT); may be given several times
    #[arg(long, value_name = "HOST:PORT", value_parser = values::host_and_port)]
    bootstrap: Vec<String>,

    /// Do not turn to the public routers, where everybody begins who knows nobody
    #[arg(long)]
    no_routers: bool,

    /// Keep what the node knows in this file, to begin there the next time
    #[arg(long, value_name = "FILE")]
    cache: Option<PathBuf>,
}

/// How long to wait.
#[derive(Args, Clone, Copy, Debug)]
pub(super) struct Patience {
    /// Give up after so many seconds
    #[arg(long = "timeout", value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=86_400))]
    seconds: u32,
}

/// A node for one question: it answers nobody, and says so (BEP 43).
#[derive(Args, Debug)]
pub(super) struct QueryArguments {
    #[command(flatten)]
    entry: EntryArguments,
    #[command(flatten)]
    socket: SocketArguments,
    #[command(flatten)]
    patience: Patience,
}

impl SocketArguments {
    pub(super) fn tell(&self) -> Tell {
        Tell::new(self.json)
    }

    pub(super) fn builder(&self) -> Result<DhtBuilder, Failure> {
        let builder = self.trace.apply(DhtBuilder::new())?;
        if self.bind.is_empty() {
            return Ok(builder);
        }
        let has = |is: fn(&SocketAddr) -> bool| self.bind.iter().any(is);
        let builder = match has(SocketAddr::is_ipv4) {
            true => builder,
            false => builder.without_v4(),
        };
        let builder = match has(SocketAddr::is_ipv6) {
            true => builder,
            false => builder.without_v6(),
        };
        let bind = |builder: DhtBuilder, address: &SocketAddr| match *address {
            SocketAddr::V4(address) => builder.bind_v4(address),
            SocketAddr::V6(address) => builder.bind_v6(address),
        };
        Ok(self.bind.iter().fold(builder, bind))
    }
}

impl EntryArguments {
    pub(super) fn apply(&self, builder: DhtBuilder) -> DhtBuilder {
        let builder = builder.bootstrap(&self.bootstrap);
        let builder = match self.no_routers {
            true => builder.without_routers(),
            false => builder,
        };
        match &self.cache {
            Some(path) => builder.cache(path),
            None => builder,
        }
    }

    /// Whom a node turns to at first, in words.
    fn tried(&self) -> String {
        let mut tried = self.bootstrap.clone();
        if !self.no_routers {
            tried.push(format!("the routers ({})", ROUTERS.join(", ")));
        }
        if let Some(path) = &self.cache {
            tried.push(format!("the nodes kept in {}", path.display()));
        }
        match tried.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, others)) => format!("{} and {last}", others.join(", ")),
            None => "nobody".to_owned(),
        }
    }

    /// Without anybody to begin with, a node would wait for what never comes.
    fn check(&self) -> Result<(), Failure> {
        let has_cache = (self.cache.as_deref()).is_some_and(|path| path.exists());
        if self.no_routers && self.bootstrap.is_empty() && !has_cache {
            return Err(Failure::NobodyKnown);
        }
        Ok(())
    }
}

impl Patience {
    /// Does the work until its time is over, or the user wants to end.
    pub(super) async fn limit<T>(
        self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let mut stop = Stop::on_signals();
        let seconds = self.seconds;
        let limit = Duration::from_secs(seconds.into());
        tokio::select! {
            done = timeout(limit, work) => done.unwrap_or(Err(Failure::TimedOut { seconds })),
            () = stop.asked() => Err(Failure::Interrupted),
        }
    }
}

impl QueryArguments {
    pub(super) fn tell(&self) -> Tell {
        self.socket.tell()
    }

    /// Starts a node, waits until it has found the network, and does the work with it.
    pub(super) async fn ask<T>(
        &self,
        work: impl AsyncFnOnce(&MainlineDht) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let node = self.start()?;
        let done = self.ask_from(&node, work).await;
        node.close().await;
        done
    }

    /// Starts a node.
    pub(super) fn start(&self) -> Result<MainlineDht, Failure> {
        self.entry.check()?;
        let builder = self.entry.apply(self.socket.builder()?);
        builder
            .role(Role::ReadOnly)
            .start()
            .map_err(|source| Failure::Start { source })
    }

    /// Waits until the node has found the network, and does the work with it.
    pub(super) async fn ask_from<T>(
        &self,
        node: &MainlineDht,
        work: impl AsyncFnOnce(&MainlineDht) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let mut is_ready = false;
        let done = self.patience.limit(async {
            self.ready(node).await?;
            is_ready = true;
            work(node).await
        });
        match done.await {
            Err(Failure::TimedOut { seconds }) if !is_ready => {
                let tried = self.entry.tried();
                Err(Failure::NotReady { seconds, tried })
            }
            done => done,
        }
    }

    async fn ready(&self, node: &MainlineDht) -> Result<(), Failure> {
        let mut events = node.events();
        let tell = self.tell();
        let ready = node.ready();
        tokio::pin!(ready);
        loop {
            tokio::select! {
                known = &mut ready => return Ok(known.map(drop)?),
                Some(event) = events.next() => warn(&tell, &event)?,
            }
        }
    }
}

/// Tells what keeps a node from being at its best.
pub(super) fn warn(tell: &Tell, event: &NodeEvent) -> Result<(), Failure> {
    let text = match event {
        NodeEvent::Unresolved { name, error } => format!("{name} cannot be looked up: {error}"),
        NodeEvent::CacheFailed { error } => format!("the cache cannot be used: {error}"),
        _ => return Ok(()),
    };
    let event = json!({"event": "warning", "text": text});
    tell.aside(format_args!("warning: {text}"), &event)
}
