use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use bip_dht::DhtError;
use serde_json::json;

use super::report;
use super::tell::Tell;
use crate::output::{StdoutError, chain};
use crate::stop::INTERRUPTED;
use crate::swarm::SourceError;

/// Why a command could not do with the DHT what it was asked.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error("the node cannot be started")]
    Start { source: io::Error },
    #[error("nobody is known to begin with; name a node with --bootstrap HOST:PORT")]
    NobodyKnown,
    #[error(
        "the network was not found in {seconds} s: {tried} did not answer; see whether UDP gets out of here, name another node with --bootstrap HOST:PORT, or wait longer with --timeout"
    )]
    NotReady { seconds: u32, tried: String },
    #[error("not done in {seconds} s; --timeout gives it longer")]
    TimedOut { seconds: u32 },
    #[error("{host} cannot be looked up")]
    LookUp { host: String, source: io::Error },
    #[error("{host} has no address")]
    NoAddress { host: String },
    #[error("nobody is announced under {key}")]
    NoPeers { key: String },
    #[error("{node} keeps no samples (BEP 51)")]
    NoSamples { node: String },
    #[error("asking {node} brought nothing")]
    Node { node: SocketAddr, source: DhtError },
    #[error(transparent)]
    Dht(#[from] DhtError),
    #[error("{} cannot be read", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{} cannot be written", path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("{} holds no key: 64 hex digits of a seed, or 128 of an expanded key", path.display())]
    NoKey { path: PathBuf },
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error("the link has no info-hash")]
    NoInfoHash,
    #[error("ended by the user")]
    Interrupted,
    #[error(transparent)]
    Stdout(#[from] StdoutError),
}

impl Failure {
    /// Tells it on stderr, in words or as one JSON object, and how the program ends for it.
    pub(super) fn tell(&self, tell: Tell) -> ExitCode {
        if matches!(self, Failure::Interrupted) {
            return ExitCode::from(INTERRUPTED);
        }
        let line = if tell.is_json() {
            let report = match self {
                Failure::Dht(DhtError::Operation { report, .. })
                | Failure::Node {
                    source: DhtError::Operation { report, .. },
                    ..
                } => Some(report::as_json(report)),
                _ => None,
            };
            json!({"error": chain(self), "kind": self.kind(), "report": report}).to_string()
        } else {
            format!("bip: {}", chain(self))
        };
        // Nobody reading it is no reason to fail in another way.
        let _ = writeln!(io::stderr(), "{line}");
        ExitCode::FAILURE
    }

    /// A name that stays, whatever the words are.
    fn kind(&self) -> &'static str {
        match self {
            Failure::Start { .. } => "start",
            Failure::NobodyKnown => "nobody_known",
            Failure::NotReady { .. } => "not_ready",
            Failure::TimedOut { .. } => "timed_out",
            Failure::LookUp { .. } => "look_up",
            Failure::NoAddress { .. } => "no_address",
            Failure::NoPeers { .. } => "no_peers",
            Failure::NoSamples { .. } => "no_samples",
            Failure::Dht(error) | Failure::Node { source: error, .. } => error.name(),
            Failure::Read { .. } => "read",
            Failure::Write { .. } => "write",
            Failure::NoKey { .. } => "no_key",
            Failure::Source(error) => error.name(),
            Failure::NoInfoHash => "no_info_hash",
            Failure::Interrupted => "interrupted",
            Failure::Stdout(_) => "stdout",
        }
    }
}

/// How the program ends after this.
pub(super) fn end(done: Result<(), Failure>, tell: Tell) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.tell(tell),
    }
}
