use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use tokio::sync::mpsc;

use super::dht::MainlineDht;
use crate::error::OperationError;
use crate::front::{Announced, DhtError, Lease};

/// A place in the DHT where programs that know a key find each other: our announce, kept alive, and a stream of the
/// peers that others have announced, each once, new ones as they come. Dropping it lets our announce expire.
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

    /// The next peer; `None` only once the node is closed.
    ///
    /// Cancel-safe: no peer is lost.
    pub async fn next(&mut self) -> Option<SocketAddr> {
        poll_fn(|context| self.lease.poll_peer(context)).await
    }

    /// How the latest announce went, as soon as there is one that was not asked for before. A failed one is repeated
    /// without our doing.
    ///
    /// Cancel-safe: nothing is lost.
    ///
    /// # Errors
    /// [`DhtError::Closed`].
    pub async fn renewal(&mut self) -> Result<Result<Announced, OperationError>, DhtError> {
        poll_fn(|context| self.lease.poll_announced(context)).await
    }

    /// Sends all peers to `sink`, as fast as it takes them, until the sink or the node is closed.
    ///
    /// Cancel-safe in that nothing is left behind: the announce is let go.
    pub async fn forward(mut self, sink: mpsc::Sender<SocketAddr>) {
        loop {
            let peer = tokio::select! {
                peer = self.next() => peer,
                () = sink.closed() => None,
            };
            let Some(peer) = peer else {
                return;
            };
            if sink.send(peer).await.is_err() {
                return;
            }
        }
    }

    /// How many peers were dropped because too many waited.
    pub fn dropped(&self) -> u64 {
        self.lease.dropped()
    }
}

impl Stream for Rendezvous {
    type Item = SocketAddr;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<SocketAddr>> {
        self.lease.poll_peer(context)
    }
}
