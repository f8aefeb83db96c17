use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;
use tokio::sync::mpsc;

use super::dht::MainlineDht;
use crate::front::{DhtError, Front, NodeEvent, Operation, Subscription};
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

    /// The next peer; `None` when the lookup has ended.
    ///
    /// Cancel-safe: no peer is lost.
    pub async fn next(&mut self) -> Option<SocketAddr> {
        poll_fn(|context| self.poll_peer(context)).await
    }

    /// Waits for the lookup's end and tells how it went; peers that were not taken are gone.
    ///
    /// Cancel-safe in that nothing is left behind: the lookup ends.
    ///
    /// # Errors
    /// It could not begin, or nobody answered.
    pub async fn report(self) -> Result<LookupReport, DhtError> {
        let (_, report) = self.operation?.end().await?;
        Ok(report)
    }

    /// Sends all peers to `sink`, as fast as it takes them, until the lookup has ended or the sink is closed.
    ///
    /// Cancel-safe in that nothing is left behind: the lookup ends.
    ///
    /// # Errors
    /// As [`report`](Peers::report).
    pub async fn forward(
        mut self,
        sink: mpsc::Sender<SocketAddr>,
    ) -> Result<LookupReport, DhtError> {
        while let Some(peer) = self.next().await {
            if sink.send(peer).await.is_err() {
                break;
            }
        }
        self.report().await
    }

    fn poll_peer(&self, context: &Context<'_>) -> Poll<Option<SocketAddr>> {
        match &self.operation {
            Ok(operation) => operation.poll_peer(context),
            Err(_) => Poll::Ready(None),
        }
    }
}

impl Stream for Peers {
    type Item = SocketAddr;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<SocketAddr>> {
        self.poll_peer(context)
    }
}

/// What happens to a node, which this does not keep. Whoever listens first hears also what happened before; who is slow is told how much was
/// missed.
#[derive(Debug)]
pub struct NodeEvents {
    subscription: Subscription,
}

impl NodeEvents {
    pub(super) fn new(front: &Arc<Front>) -> NodeEvents {
        NodeEvents {
            subscription: Subscription::new(front),
        }
    }

    /// The next event; `None` once the node is closed and all were taken.
    ///
    /// Cancel-safe: no event is lost.
    pub async fn next(&mut self) -> Option<NodeEvent> {
        poll_fn(|context| self.subscription.poll_next(context)).await
    }
}

impl Stream for NodeEvents {
    type Item = NodeEvent;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<NodeEvent>> {
        self.subscription.poll_next(context)
    }
}
