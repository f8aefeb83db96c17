use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use super::Front;
use super::desk::{register, wake};
use crate::event::Status;
use crate::family::Family;
use crate::front::limits::MAX_WAITING_NEWS;

/// What happens to a node, beside what its operations bring.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum NodeEvent {
    /// The node's standing in the network has changed.
    Status(Status),
    /// Nodes of enough networks agree on a new external address.
    ExternalAddress(IpAddr),
    /// The node took another id in one network, because its external address changed (BEP 42).
    IdChanged(Family),
    /// The node answers others from now on, since strangers reach it (BEP 43).
    BecameServer,
    /// A name to bootstrap from could not be resolved; it is tried again while the node is not ready.
    Unresolved {
        /// The name, as given.
        name: String,
        /// What the system said.
        error: String,
    },
    /// The cache file could not be read or written, or holds no cache.
    CacheFailed {
        /// What was wrong.
        error: String,
    },
    /// This subscriber did not take its events in time, and the oldest are gone.
    Lagged {
        /// How many.
        missed: u64,
    },
}

/// Events for all who listen: a window over the latest, and how far each has come.
#[derive(Debug, Default)]
pub(super) struct News {
    latest: VecDeque<NodeEvent>,
    /// The number of the first event in the window; the first of all was number 0.
    first: u64,
    listeners: BTreeMap<u64, Listener>,
    next_listener: u64,
    /// Somebody has begun to listen; until then the window is kept for the first who does.
    heard: bool,
}

#[derive(Debug)]
struct Listener {
    /// The number of the event that it takes next.
    next: u64,
    waker: Option<Waker>,
}

impl News {
    pub(super) fn tell(&mut self, event: NodeEvent) {
        if self.latest.len() == MAX_WAITING_NEWS {
            self.latest.pop_front();
            self.first += 1;
        }
        self.latest.push_back(event);
        self.wake_all();
        self.forget();
    }

    pub(super) fn wake_all(&mut self) {
        for listener in self.listeners.values_mut() {
            wake(&mut listener.waker);
        }
    }

    /// Whoever is the first hears what has happened before, too.
    fn subscribe(&mut self) -> u64 {
        let heard = std::mem::replace(&mut self.heard, true);
        let next = if heard { self.end() } else { self.first };
        self.listen(next)
    }

    fn listen(&mut self, next: u64) -> u64 {
        let id = self.next_listener;
        self.next_listener += 1;
        self.listeners.insert(id, Listener { next, waker: None });
        id
    }

    fn end(&self) -> u64 {
        self.first + self.latest.len() as u64
    }

    fn unsubscribe(&mut self, id: u64) {
        self.listeners.remove(&id);
        self.forget();
    }

    fn take(&mut self, id: u64) -> Option<NodeEvent> {
        let listener = self.listeners.get_mut(&id)?;
        let missed = self.first.saturating_sub(listener.next);
        if missed > 0 {
            listener.next = self.first;
            return Some(NodeEvent::Lagged { missed });
        }
        let offset = usize::try_from(listener.next - self.first).ok()?;
        let event = self.latest.get(offset).cloned()?;
        listener.next += 1;
        self.forget();
        Some(event)
    }

    /// Forgets what everybody has taken.
    fn forget(&mut self) {
        if !self.heard {
            return;
        }
        let next = self.listeners.values().map(|listener| listener.next);
        let needed = next.min().unwrap_or(self.end());
        while self.first < needed && self.latest.pop_front().is_some() {
            self.first += 1;
        }
    }
}

/// One listener's place.
#[derive(Debug)]
pub(crate) struct Subscription {
    front: Arc<Front>,
    id: u64,
}

impl Subscription {
    /// Hears all that happens from now on, and the first of all what has happened before.
    pub(crate) fn new(front: &Arc<Front>) -> Subscription {
        let id = front.lock().news.subscribe();
        Subscription {
            front: Arc::clone(front),
            id,
        }
    }

    /// Hears what happens from now on, and takes nothing from who may come later.
    pub(super) fn in_passing(front: &Arc<Front>) -> Subscription {
        let mut desk = front.lock();
        let end = desk.news.end();
        let id = desk.news.listen(end);
        drop(desk);
        Subscription {
            front: Arc::clone(front),
            id,
        }
    }

    /// The next event; `None` when the node was closed. Cancel-safe.
    pub(crate) fn poll_next(&self, context: &Context<'_>) -> Poll<Option<NodeEvent>> {
        let mut desk = self.front.lock();
        if let Some(event) = desk.news.take(self.id) {
            return Poll::Ready(Some(event));
        }
        if desk.is_closed() {
            return Poll::Ready(None);
        }
        if let Some(listener) = desk.news.listeners.get_mut(&self.id) {
            register(&mut listener.waker, context);
        }
        Poll::Pending
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.front.lock().news.unsubscribe(self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_listener_hears_all_since_it_came_and_nothing_is_kept_that_all_have_heard() {
        let mut news = News::default();
        news.tell(NodeEvent::IdChanged(Family::V4));
        let early = news.subscribe();
        let late = news.subscribe();
        news.tell(NodeEvent::IdChanged(Family::V6));
        assert_eq!(news.take(early), Some(NodeEvent::IdChanged(Family::V4)));
        assert_eq!(news.take(late), Some(NodeEvent::IdChanged(Family::V6)));
        assert_eq!(news.take(late), None);
        assert_eq!(news.take(early), Some(NodeEvent::IdChanged(Family::V6)));
        assert!(news.latest.is_empty());
    }

    #[test]
    fn who_is_one_event_too_slow_is_told_that_one_is_missing() {
        let mut news = News::default();
        let id = news.subscribe();
        for _ in 0..MAX_WAITING_NEWS {
            news.tell(NodeEvent::BecameServer);
        }
        news.tell(NodeEvent::IdChanged(Family::V4));
        assert_eq!(news.take(id), Some(NodeEvent::Lagged { missed: 1 }));
        let rest = std::iter::from_fn(|| news.take(id)).count();
        assert_eq!(rest, MAX_WAITING_NEWS);
    }
}
