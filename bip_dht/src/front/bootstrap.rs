use std::net::SocketAddr;
use std::time::Instant;

use crate::event::Status;
use crate::front::limits::{BOOTSTRAP_AGAIN_AFTER, CACHE_HEAD_START};

/// Where a node begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Host {
    /// Known as it is.
    Address(SocketAddr),
    /// `host:port`, to be resolved.
    Name(String),
}

/// The nodes to turn to now.
#[derive(Debug, Default)]
pub(super) struct Turn {
    pub(super) addresses: Vec<SocketAddr>,
    pub(super) names: Vec<String>,
}

/// When to turn to the given nodes: at once, or a little later where a cache may make it unnecessary; then again and
/// again while the node is not ready.
#[derive(Debug)]
pub(super) struct Bootstrap {
    hosts: Vec<Host>,
    due: Option<Instant>,
    /// How many names are being resolved.
    resolving: usize,
}

impl Host {
    pub(super) fn parse(text: &str) -> Host {
        match text.parse() {
            Ok(address) => Host::Address(address),
            Err(_) => Host::Name(text.to_owned()),
        }
    }
}

impl Bootstrap {
    pub(super) fn new(now: Instant, hosts: Vec<Host>, restored: bool) -> Bootstrap {
        let due = match restored {
            true => now + CACHE_HEAD_START,
            false => now,
        };
        Bootstrap {
            due: Some(due).filter(|_| !hosts.is_empty()),
            hosts,
            resolving: 0,
        }
    }

    pub(super) fn handle_status(&mut self, now: Instant, status: Status) {
        match status {
            Status::Ready { .. } => self.due = None,
            _ if self.hosts.is_empty() => {}
            Status::Offline => self.due = Some(now),
            Status::Bootstrapping { .. } => {
                self.due.get_or_insert(now + BOOTSTRAP_AGAIN_AFTER);
            }
        }
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        self.due
    }

    /// The nodes to turn to, if it is time. Names that are still being resolved since the last time are left out: they
    /// will not be faster by being asked twice.
    pub(super) fn poll(&mut self, now: Instant) -> Option<Turn> {
        self.due.filter(|due| *due <= now)?;
        self.due = Some(now + BOOTSTRAP_AGAIN_AFTER);
        let may_resolve = self.resolving == 0;
        let mut turn = Turn::default();
        for host in &self.hosts {
            match host {
                Host::Address(address) => turn.addresses.push(*address),
                Host::Name(name) if may_resolve => turn.names.push(name.clone()),
                Host::Name(_) => {}
            }
        }
        self.resolving += turn.names.len();
        Some(turn)
    }

    /// Notes that a name was resolved, or could not be.
    pub(super) fn handle_resolved(&mut self) {
        self.resolving = self.resolving.saturating_sub(1);
    }

    /// Whether nodes are still to come that were not told of yet.
    pub(super) fn is_under_way(&self) -> bool {
        self.resolving > 0
    }
}
