use std::pin::Pin;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::{AcqRel, Acquire};
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};

use futures_core::Stream;
use tokio::sync::mpsc;

use super::budget::Budget;
use super::manager::Shared;
use crate::{PeerEvent, PeerKey};

/// What happens at all peers of a [`PeerManager`](crate::PeerManager).
///
/// Each peer's last event is [`PeerEvent::Ended`], and every added peer has exactly one. When this is dropped, all peers
/// are removed.
#[derive(Debug)]
pub struct PeerEvents {
    receiver: mpsc::Receiver<(PeerKey, PeerEvent)>,
    budget: Budget,
    slots: Slots,
    shared: Weak<Shared>,
}

/// Places for peers; one is free again when the end event of its peer has been taken.
#[derive(Clone, Debug)]
pub(super) struct Slots(Arc<AtomicUsize>);

impl Slots {
    pub(super) fn new(slots: usize) -> Slots {
        Slots(Arc::new(slots.into()))
    }

    pub(super) fn take(&self) -> bool {
        self.0
            .fetch_update(AcqRel, Acquire, |free| free.checked_sub(1))
            .is_ok()
    }

    fn give_back(&self, slots: usize) {
        self.0.fetch_add(slots, AcqRel);
    }
}

impl PeerEvents {
    pub(super) fn new(
        receiver: mpsc::Receiver<(PeerKey, PeerEvent)>,
        budget: Budget,
        slots: Slots,
        shared: Weak<Shared>,
    ) -> PeerEvents {
        PeerEvents {
            receiver,
            budget,
            slots,
            shared,
        }
    }

    /// The next event; `None` when the manager is closed, or its last handle dropped, and all end events have been told.
    ///
    /// Cancel safe: no event is lost.
    pub async fn recv(&mut self) -> Option<(PeerKey, PeerEvent)> {
        let event = self.receiver.recv().await?;
        self.taken(std::slice::from_ref(&event));
        Some(event)
    }

    /// Puts up to `limit` events behind those in `events` and tells how many; waits until there is at least one. 0 means
    /// what `None` means for [`recv`](PeerEvents::recv), or that `limit` is 0.
    ///
    /// Cancel safe: no event is lost.
    pub async fn recv_many(
        &mut self,
        events: &mut Vec<(PeerKey, PeerEvent)>,
        limit: usize,
    ) -> usize {
        let before = events.len();
        let count = self.receiver.recv_many(events, limit).await;
        self.taken(&events[before..]);
        count
    }

    fn taken(&self, batch: &[(PeerKey, PeerEvent)]) {
        self.budget.give_back(batch);
        let ended = batch
            .iter()
            .filter(|(_, event)| matches!(event, PeerEvent::Ended(_)))
            .count();
        if ended > 0 {
            self.slots.give_back(ended);
        }
    }
}

impl Drop for PeerEvents {
    fn drop(&mut self) {
        if let Some(shared) = self.shared.upgrade() {
            shared.close();
        }
    }
}

impl Stream for PeerEvents {
    type Item = (PeerKey, PeerEvent);

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<(PeerKey, PeerEvent)>> {
        let polled = self.receiver.poll_recv(cx);
        if let Poll::Ready(Some(event)) = &polled {
            self.taken(std::slice::from_ref(event));
        }
        polled
    }
}
