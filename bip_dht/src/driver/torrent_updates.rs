use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::dht::MainlineDht;
use crate::front::{Lease, TorrentUpdate};

/// What somebody publishes (BEP 46): a stream of the versions, each newer than the one before, as they are found.
/// Dropping it ends the search.
///
/// Only the newest version waits to be taken, in place of the one before. Meanwhile the item is kept alive, whether its
/// publisher is there or not (BEP 46, "Consuming content").
#[derive(Debug)]
pub struct TorrentUpdates {
    lease: Lease,
    /// Keeps the node for as long as somebody waits.
    _node: MainlineDht,
}

impl TorrentUpdates {
    pub(super) fn new(lease: Lease, node: MainlineDht) -> TorrentUpdates {
        TorrentUpdates { lease, _node: node }
    }

    /// The next version; `None` only once the node is closed.
    ///
    /// Cancel-safe: no version is lost.
    pub async fn next(&mut self) -> Option<TorrentUpdate> {
        poll_fn(|context| self.lease.poll_update(context)).await
    }
}

impl Stream for TorrentUpdates {
    type Item = TorrentUpdate;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<TorrentUpdate>> {
        self.lease.poll_update(context)
    }
}
