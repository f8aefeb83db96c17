use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{PeerEvent, PeerKey};

/// Room for events that are not taken yet, shared by all peers of a manager. Whoever waits is served in turn, so that a
/// fast peer does not keep a slow one from telling anything.
#[derive(Clone, Debug)]
pub(super) struct Budget(Arc<Semaphore>);

type Waiting = Pin<Box<dyn Future<Output = Option<OwnedSemaphorePermit>> + Send>>;

/// One peer's access to the budget.
pub(super) struct Share {
    budget: Budget,
    waiting: Option<Waiting>,
}

impl Budget {
    pub(super) fn new(events: usize) -> Budget {
        Budget(Arc::new(Semaphore::new(events)))
    }

    /// Counts events that have been taken.
    pub(super) fn give_back(&self, batch: &[(PeerKey, PeerEvent)]) {
        let taken = batch
            .iter()
            .filter(|(_, event)| !matches!(event, PeerEvent::Ended(_)))
            .count();
        if taken > 0 {
            self.0.add_permits(taken);
        }
    }

    pub(super) fn share(&self) -> Share {
        Share {
            budget: self.clone(),
            waiting: None,
        }
    }
}

impl Share {
    /// Room for up to `wanted` events, at least one; it comes back through [`Budget::give_back`].
    pub(super) fn poll_take(&mut self, cx: &mut Context<'_>, wanted: usize) -> Poll<usize> {
        if self.waiting.is_none() {
            // Most of the time there is room for all, and nothing is allocated.
            if let Some(taken) = self.try_take(wanted) {
                return Poll::Ready(taken);
            }
            let semaphore = Arc::clone(&self.budget.0);
            self.waiting = Some(Box::pin(
                async move { semaphore.acquire_owned().await.ok() },
            ));
        }
        let Some(waiting) = &mut self.waiting else {
            return Poll::Pending;
        };
        match waiting.as_mut().poll(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(permit) => {
                self.waiting = None;
                if let Some(permit) = permit {
                    permit.forget();
                }
                let more = if wanted > 1 {
                    self.try_take(wanted - 1).unwrap_or(0)
                } else {
                    0
                };
                Poll::Ready(1 + more)
            }
        }
    }

    fn try_take(&self, wanted: usize) -> Option<usize> {
        let count = wanted.min(self.budget.0.available_permits());
        let permits = self
            .budget
            .0
            .try_acquire_many(u32::try_from(count).ok()?)
            .ok()?;
        permits.forget();
        (count > 0).then_some(count)
    }
}
