use std::future::poll_fn;
use std::net::SocketAddr;
use std::time::Duration;

use super::dht::MainlineDht;
use super::wait::{wait, wait_within};
use crate::error::OperationError;
use crate::front::{Announced, DhtError, Lease};

/// A place in the DHT where programs that know a key find each other: our announce, kept alive, and the peers that
/// others have announced, each once, new ones as they come. Dropping it lets our announce expire.
///
/// Our own address may be among the peers where it is not known: at first, on local networks, and behind a NAT that shows
/// each node another port. At most [`MAX_WAITING_PEERS`](crate::MAX_WAITING_PEERS) wait to be taken, as many as one lookup
/// tells of; who is slower than that loses those that are found meanwhile, as [`dropped`](Rendezvous::dropped) counts
/// them.
#[derive(Debug)]
pub struct Rendezvous {
    lease: Lease,
    /// Keeps the node for as long as the place is held.
    _node: MainlineDht,
}

impl Rendezvous {
    pub(super) fn new(lease: Lease, node: MainlineDht) -> Rendezvous {
        Rendezvous { lease, _node: node }
    }

    /// The next peer, if there is one within `patience`; `None` also once the node is closed.
    pub fn next_within(&mut self, patience: Duration) -> Option<SocketAddr> {
        wait_within(patience, poll_fn(|context| self.lease.poll_peer(context))).flatten()
    }

    /// How the latest announce went, as soon as there is one that was not asked for before. A failed one is repeated
    /// without our doing.
    ///
    /// # Errors
    /// [`DhtError::Closed`].
    pub fn renewal(&mut self) -> Result<Result<Announced, OperationError>, DhtError> {
        wait(poll_fn(|context| self.lease.poll_announced(context)))
    }

    /// How many peers were dropped because too many waited.
    pub fn dropped(&self) -> u64 {
        self.lease.dropped()
    }
}

/// Ends only once the node is closed.
impl Iterator for Rendezvous {
    type Item = SocketAddr;

    fn next(&mut self) -> Option<SocketAddr> {
        wait(poll_fn(|context| self.lease.poll_peer(context)))
    }
}
