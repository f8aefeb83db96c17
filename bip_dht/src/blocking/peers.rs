use std::future::poll_fn;
use std::net::SocketAddr;
use std::time::Duration;

use super::dht::MainlineDht;
use super::wait::{wait, wait_within};
use crate::front::{DhtError, Operation};
use crate::operation::LookupReport;

/// The peers of one lookup, each once, as they are found. Dropping it ends the lookup.
///
/// None is lost on who is slow: all that a lookup tells of wait to be taken, at most
/// [`MAX_WAITING_PEERS`](crate::MAX_WAITING_PEERS). Of more it does not tell.
#[derive(Debug)]
pub struct Peers {
    operation: Result<Operation, DhtError>,
    /// Keeps the node for as long as somebody waits.
    _node: MainlineDht,
}

impl Peers {
    pub(super) fn new(operation: Result<Operation, DhtError>, node: MainlineDht) -> Peers {
        Peers {
            operation,
            _node: node,
        }
    }

    /// The next peer, if there is one within `patience`; `None` also when the lookup has ended.
    pub fn next_within(&mut self, patience: Duration) -> Option<SocketAddr> {
        let operation = self.operation.as_ref().ok()?;
        wait_within(patience, poll_fn(|context| operation.poll_peer(context))).flatten()
    }

    /// Waits for the lookup's end and tells how it went; peers that were not taken are gone.
    ///
    /// # Errors
    /// It could not begin, or nobody answered.
    pub fn report(self) -> Result<LookupReport, DhtError> {
        let (_, report) = wait(self.operation?.end())?;
        Ok(report)
    }
}

impl Iterator for Peers {
    type Item = SocketAddr;

    fn next(&mut self) -> Option<SocketAddr> {
        let operation = self.operation.as_ref().ok()?;
        wait(poll_fn(|context| operation.poll_peer(context)))
    }
}
