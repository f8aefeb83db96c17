use std::net::SocketAddr;
use std::time::Instant;

use crate::event::Status;
use crate::front::limits::{BOOTSTRAP_AGAIN_AFTER, CACHE_HEAD_START};

/// Where a node begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    /// Known as it is.
    Address(SocketAddr),
    /// `host:port`, to be resolved.
    Name(String),
}

/// When to turn to the given nodes: at once, or a little later where a cache may make it unnecessary; then again and
/// again while the node is not ready.
#[derive(Debug)]
pub(crate) struct Bootstrap {
    hosts: Vec<Host>,
    due: Option<Instant>,
}

impl Host {
    pub(crate) fn parse(text: &str) -> Host {
        match text.parse() {
            Ok(address) => Host::Address(address),
            Err(_) => Host::Name(text.to_owned()),
        }
    }
}

impl Bootstrap {
    pub(crate) fn new(now: Instant, hosts: Vec<Host>, restored: bool) -> Bootstrap {
        let due = match restored {
            true => now + CACHE_HEAD_START,
            false => now,
        };
        Bootstrap {
            due: Some(due).filter(|_| !hosts.is_empty()),
            hosts,
        }
    }

    pub(crate) fn handle_status(&mut self, now: Instant, status: Status) {
        match status {
            Status::Ready { .. } => self.due = None,
            _ if self.hosts.is_empty() => {}
            Status::Offline => self.due = Some(now),
            Status::Bootstrapping { .. } => {
                self.due.get_or_insert(now + BOOTSTRAP_AGAIN_AFTER);
            }
        }
    }

    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        self.due
    }

    /// The nodes to turn to, if it is time.
    pub(crate) fn poll(&mut self, now: Instant) -> Option<Vec<Host>> {
        self.due.filter(|due| *due <= now)?;
        self.due = Some(now + BOOTSTRAP_AGAIN_AFTER);
        Some(self.hosts.clone())
    }
}
