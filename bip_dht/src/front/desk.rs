use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use super::bootstrap::Bootstrap;
use super::error::DhtError;
use super::news::{News, NodeEvent};
use super::queue::PeerQueue;
use crate::core::DhtCore;
use crate::error::OperationError;
use crate::event::DhtEvent;
use crate::front::limits::MAX_ADDRESSES_OF_NAME;
#[cfg(feature = "ed25519")]
use crate::item::MutableItem;
use crate::operation::{LeaseId, LookupReport, OperationId, Outcome};

/// The core, and who waits for what. As many wait as the core admits operations.
pub(crate) struct Desk {
    pub(crate) core: DhtCore,
    pub(super) operations: BTreeMap<OperationId, Waiting>,
    pub(super) leases: BTreeMap<LeaseId, Held>,
    pub(super) news: News,
    bootstrap: Bootstrap,
    /// The driver's loop, while it sleeps.
    carrier: Option<Waker>,
    /// A command was given that the driver's loop has not looked after.
    called: bool,
    closed: bool,
}

/// An operation somebody waits for.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    pub(super) peers: PeerQueue,
    pub(super) ended: Option<(Result<Outcome, OperationError>, LookupReport)>,
    pub(super) waker: Option<Waker>,
}

/// A lease somebody holds.
#[derive(Debug, Default)]
pub(super) struct Held {
    pub(super) peers: PeerQueue,
    /// How the last announce or put went, if nobody has asked since.
    pub(super) renewal: Option<(Result<Outcome, OperationError>, LookupReport)>,
    /// The version that is kept alive; where an item is followed, the newest, if nobody has taken it yet.
    #[cfg(feature = "ed25519")]
    pub(super) item: Option<MutableItem>,
    pub(super) waker: Option<Waker>,
}

impl Desk {
    pub(super) fn new(core: DhtCore, bootstrap: Bootstrap) -> Desk {
        Desk {
            core,
            operations: BTreeMap::new(),
            leases: BTreeMap::new(),
            news: News::default(),
            bootstrap,
            carrier: None,
            called: false,
            closed: false,
        }
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed
    }

    /// `Closed` once nothing more is to come.
    pub(super) fn check_open(&self) -> Result<(), DhtError> {
        match self.closed {
            true => Err(DhtError::Closed),
            false => Ok(()),
        }
    }

    /// Hands out what the core has to tell; who went away meanwhile does not want it.
    pub(crate) fn deliver(&mut self, now: Instant) {
        while let Some(event) = self.core.poll_event() {
            self.hand_out(now, event);
        }
    }

    /// Tells the core of the given nodes if it is time, and returns the names to be resolved.
    pub(crate) fn turn_to_given(&mut self, now: Instant) -> Vec<String> {
        let Some(turn) = self.bootstrap.poll(now) else {
            return Vec::new();
        };
        for address in turn.addresses {
            self.core.add_node(now, address);
        }
        self.expect_no_more(now);
        turn.names
    }

    /// Takes what a name was resolved to, or why it was not.
    pub(crate) fn resolved(
        &mut self,
        now: Instant,
        name: String,
        addresses: io::Result<impl Iterator<Item = SocketAddr>>,
    ) {
        match addresses {
            Ok(addresses) => {
                for address in addresses.take(MAX_ADDRESSES_OF_NAME) {
                    self.core.add_node(now, address);
                }
            }
            Err(error) => {
                let error = error.to_string();
                self.tell(NodeEvent::Unresolved { name, error });
            }
        }
        self.bootstrap.handle_resolved();
        self.expect_no_more(now);
    }

    /// Lets operations not wait for nodes that nobody is going to name.
    fn expect_no_more(&mut self, now: Instant) {
        if !self.bootstrap.is_under_way() {
            self.core.expect_nodes(now, now);
        }
    }

    /// When the loop has to come back if nothing happens before.
    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        let core = self.core.poll_timeout();
        core.into_iter().chain(self.bootstrap.poll_timeout()).min()
    }

    /// Tells all subscribers.
    pub(crate) fn tell(&mut self, event: NodeEvent) {
        self.news.tell(event);
    }

    pub(super) fn close(&mut self) {
        self.closed = true;
        let operations = self
            .operations
            .values_mut()
            .map(|waiting| &mut waiting.waker);
        let leases = self.leases.values_mut().map(|held| &mut held.waker);
        for waker in operations.chain(leases) {
            wake(waker);
        }
        self.news.wake_all();
    }

    /// Has the driver's loop look after what a command leads to.
    pub(crate) fn call_carrier(&mut self) {
        self.called = true;
        wake(&mut self.carrier);
    }

    pub(super) fn poll_called(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if std::mem::take(&mut self.called) {
            return Poll::Ready(());
        }
        register(&mut self.carrier, context);
        Poll::Pending
    }

    fn hand_out(&mut self, now: Instant, event: DhtEvent) {
        match event {
            DhtEvent::Peers { id, peers } => {
                if let Some(waiting) = self.operations.get_mut(&id) {
                    waiting.peers.push(peers);
                    wake(&mut waiting.waker);
                }
            }
            DhtEvent::Ended { id, result, report } => {
                if let Some(waiting) = self.operations.get_mut(&id) {
                    waiting.ended = Some((result, report));
                    wake(&mut waiting.waker);
                }
            }
            // What is found first is often outdated; the newest of all comes with the end.
            #[cfg(feature = "ed25519")]
            DhtEvent::Item { .. } => {}
            DhtEvent::LeasePeers { lease, peers } => {
                if let Some(held) = self.leases.get_mut(&lease) {
                    held.peers.push(peers);
                    wake(&mut held.waker);
                }
            }
            DhtEvent::LeaseRenewed {
                lease,
                result,
                report,
            } => {
                if let Some(held) = self.leases.get_mut(&lease) {
                    held.renewal = Some((result, report));
                    wake(&mut held.waker);
                }
            }
            #[cfg(feature = "ed25519")]
            DhtEvent::LeaseItem { lease, item } => {
                if let Some(held) = self.leases.get_mut(&lease) {
                    held.item = Some(item);
                    wake(&mut held.waker);
                }
            }
            DhtEvent::Status(status) => {
                self.bootstrap.handle_status(now, status);
                self.tell(NodeEvent::Status(status));
            }
            DhtEvent::ExternalAddress(address) => self.tell(NodeEvent::ExternalAddress(address)),
            DhtEvent::IdChanged(family) => self.tell(NodeEvent::IdChanged(family)),
            DhtEvent::BecameServer => self.tell(NodeEvent::BecameServer),
        }
    }
}

/// Remembers whom to wake.
pub(super) fn register(waker: &mut Option<Waker>, context: &Context<'_>) {
    match waker {
        Some(waker) => waker.clone_from(context.waker()),
        None => *waker = Some(context.waker().clone()),
    }
}

pub(super) fn wake(waker: &mut Option<Waker>) {
    if let Some(waker) = waker.take() {
        waker.wake();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::time::Duration;

    use super::*;
    use crate::config::DhtConfig;

    /// Whom a node turns to when its only name stands for so many addresses, at none of which anybody answers.
    fn asked(count: usize) -> BTreeSet<SocketAddr> {
        #[expect(clippy::disallowed_methods, reason = "any moment will do")]
        let start = Instant::now();
        let core = DhtCore::new(start, DhtConfig::default(), [7; 32]);
        let mut desk = Desk::new(core, Bootstrap::new(start, Vec::new(), false));
        let addresses = (0..count).map(|number| SocketAddr::from(([11, 0, number as u8, 1], 6881)));
        desk.resolved(start, "name".to_owned(), Ok(addresses));
        let (mut asked, mut datagram) = (BTreeSet::new(), Vec::new());
        let end = start + Duration::from_secs(120);
        while let Some(at) = desk.core.poll_timeout().filter(|at| *at < end) {
            desk.core.handle_timeout(at);
            while let Some(transmit) = desk.core.poll_transmit(&mut datagram) {
                asked.insert(transmit.destination);
            }
        }
        asked
    }

    #[test]
    fn a_node_turns_to_so_many_addresses_of_a_name_and_to_no_more() {
        assert_eq!(asked(MAX_ADDRESSES_OF_NAME).len(), MAX_ADDRESSES_OF_NAME);
        assert_eq!(
            asked(MAX_ADDRESSES_OF_NAME + 1).len(),
            MAX_ADDRESSES_OF_NAME
        );
    }
}
