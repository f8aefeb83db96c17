//! The consumer's end of the events.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use tokio::sync::mpsc;

use crate::event::DiskEvent;

/// The [`DiskEvent`]s of a [`DiskManager`](crate::DiskManager), as a [`Stream`].
///
/// When they are not taken, verified pieces pile up in a bounded queue, then writing stops, then `write_block` waits.
/// Dropping it discards all events; the disk goes on.
#[derive(Debug)]
pub struct DiskEvents {
    pub(super) events: mpsc::Receiver<DiskEvent>,
}

impl DiskEvents {
    /// The next event; `None` when the disk is closed. Cancel-safe: no event is lost.
    pub async fn next(&mut self) -> Option<DiskEvent> {
        self.events.recv().await
    }

    /// Appends the events that are there, at least one and at most `limit`, and returns their number; 0 when the disk
    /// is closed. Cancel-safe: no event is lost.
    pub async fn recv_many(&mut self, events: &mut Vec<DiskEvent>, limit: usize) -> usize {
        self.events.recv_many(events, limit).await
    }
}

impl Stream for DiskEvents {
    type Item = DiskEvent;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<DiskEvent>> {
        self.events.poll_recv(context)
    }
}
