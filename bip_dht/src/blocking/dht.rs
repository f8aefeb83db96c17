use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::now;
use super::peers::Peers;
use super::rendezvous::Rendezvous;
use super::wait::{wait, wait_within};
use super::worker::{Sockets, Worker};
use crate::core::DhtStats;
use crate::event::Status;
use crate::family::Family;
use crate::front::{
    self, Addresses, Announced, DhtBuilder, DhtError, Front, Lease, NodeEvent, Operation, Pong,
    Subscription,
};
use crate::key::Key;
use crate::krpc::NodeInfo;
use crate::node_id::NodeId;
use crate::operation::{AnnouncePort, Sample, SwarmEstimate};

/// A node of the DHT on plain threads: one for each address family.
///
/// Clones are handles to one and the same node; each call waits on the caller's thread, so that threads share a handle
/// and wait for different things. When the last one is dropped, and the last lookup and lease with it, the node ends.
/// Everything can be asked for at once: what is begun while the node looks for the network begins when it is found, or
/// ends with [`NotBootstrapped`](crate::OperationError::NotBootstrapped) if nobody answers within 30 seconds.
#[derive(Clone, Debug)]
pub struct MainlineDht {
    handle: Arc<Handle>,
}

#[derive(Debug)]
struct Handle {
    front: Arc<Front>,
    addresses: Addresses,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl DhtBuilder {
    /// Binds the sockets and starts the threads. A family for which no address was given and that the system does not
    /// have is left out.
    ///
    /// # Errors
    /// A given address cannot be bound, no family is available, or the system has no random source or no threads.
    pub fn start_blocking(self) -> io::Result<MainlineDht> {
        let prepared = self.prepare(now)?;
        let handle = Handle {
            front: prepared.front,
            addresses: prepared.bound.addresses,
            threads: Mutex::new(Vec::new()),
        };
        let sockets = Arc::new(Sockets {
            sockets: prepared.bound.sockets,
        });
        let mut cache = Some(prepared.cache);
        for index in 0..sockets.sockets.len() {
            let worker = Worker {
                front: Arc::clone(&handle.front),
                sockets: Arc::clone(&sockets),
                index,
                cache: cache.take(),
            };
            let builder = thread::Builder::new().name("dht".to_owned());
            // Where this fails, dropping the handle ends the threads before.
            let thread = builder.spawn(move || worker.run())?;
            handle.threads().push(thread);
        }
        Ok(MainlineDht {
            handle: Arc::new(handle),
        })
    }
}

impl MainlineDht {
    /// What builds a node; [`DhtBuilder::start_blocking`] starts it.
    pub fn builder() -> DhtBuilder {
        DhtBuilder::new()
    }

    /// Waits until the node has found its neighbours, but not longer than `patience`, and tells how many nodes it knows
    /// that answered.
    ///
    /// # Errors
    /// [`DhtError::Closed`], or [`DhtError::NotReady`] after that time.
    pub fn ready_within(&self, patience: Duration) -> Result<usize, DhtError> {
        wait_within(patience, front::ready(self.front())).unwrap_or(Err(DhtError::NotReady))
    }

    /// Looks for the peers that others have announced under `key`, and hands them out as they are found.
    ///
    /// What is wrong, [`Peers::report`] tells at the end.
    pub fn get_peers(&self, key: Key) -> Peers {
        let operation = Operation::begin(self.front(), |core, now| core.get_peers(now, key));
        Peers::new(operation, self.clone())
    }

    /// Announces once that we are a peer of `key` at `port`, see [`AnnouncePort`]; nodes forget it after half an hour
    /// to an hour. [`rendezvous`](MainlineDht::rendezvous) keeps it alive.
    ///
    /// # Errors
    /// It could not begin, nobody answered, or nobody took it.
    pub fn announce(&self, key: Key, port: impl Into<AnnouncePort>) -> Result<Announced, DhtError> {
        wait(front::announce(self.front(), key, port.into()))
    }

    /// Keeps us announced as a peer of `key` at `port`, see [`AnnouncePort`], until the [`Rendezvous`] is dropped, and
    /// hands out the others who are.
    ///
    /// # Errors
    /// As many operations and leases as configured are under way, or the node was closed.
    pub fn rendezvous(
        &self,
        key: Key,
        port: impl Into<AnnouncePort>,
    ) -> Result<Rendezvous, DhtError> {
        let lease = Lease::announce(self.front(), key, port.into())?;
        Ok(Rendezvous::new(lease, self.clone()))
    }

    /// Estimates how many peers are announced under `key` (BEP 33).
    ///
    /// # Errors
    /// It could not begin, or nobody answered.
    pub fn scrape(&self, key: Key) -> Result<SwarmEstimate, DhtError> {
        wait(front::scrape(self.front(), key))
    }

    /// Asks one node for info-hashes that it keeps peers for, and for nodes close to `key`, to ask next (BEP 51).
    ///
    /// # Errors
    /// It could not begin, or the node did not answer.
    pub fn sample(&self, node: SocketAddr, key: Key) -> Result<Sample, DhtError> {
        wait(front::sample(self.front(), node, key))
    }

    /// Asks one node whether it is there.
    ///
    /// # Errors
    /// It could not begin, or the node did not answer.
    pub fn ping(&self, node: SocketAddr) -> Result<Pong, DhtError> {
        wait(front::ping(self.front(), node))
    }

    /// Finds the nodes closest to `id`, closest first, at most 8 of each family.
    ///
    /// # Errors
    /// It could not begin, or nobody answered.
    pub fn find_node(&self, id: NodeId) -> Result<Vec<NodeInfo>, DhtError> {
        wait(front::find_node(self.front(), id))
    }

    /// Tells the node of another: one of a torrent's file, or whose PORT message came.
    pub fn add_node(&self, node: SocketAddr) {
        self.front().with(|desk, now| desk.core.add_node(now, node));
    }

    /// What happens to the node, until it is closed. Whoever listens first hears also what happened before.
    pub fn events(&self) -> impl Iterator<Item = NodeEvent> + use<> {
        let news = Subscription::new(self.front());
        std::iter::from_fn(move || wait(std::future::poll_fn(|context| news.poll_next(context))))
    }

    /// How the node stands in the network.
    pub fn status(&self) -> Status {
        self.front().lock().core.status()
    }

    /// What it holds and has done.
    pub fn stats(&self) -> DhtStats {
        self.front().lock().core.stats()
    }

    /// About how many nodes one network has, from how densely they stood around the targets of finished lookups.
    pub fn size_estimate(&self, family: Family) -> Option<f64> {
        self.front().lock().core.size_estimate(family)
    }

    /// Our address in one network as others see it, once enough of them agree.
    pub fn external_address(&self, family: Family) -> Option<IpAddr> {
        self.front().lock().core.external_address(family)
    }

    /// The node's id in one network, if it takes part in it.
    pub fn id(&self, family: Family) -> Option<NodeId> {
        self.front().lock().core.id(family)
    }

    /// The IPv4 socket's address, if there is one.
    pub fn local_addr_v4(&self) -> Option<SocketAddr> {
        self.handle.addresses.v4
    }

    /// The IPv6 socket's address, if there is one.
    pub fn local_addr_v6(&self) -> Option<SocketAddr> {
        self.handle.addresses.v6
    }

    /// Ends the node, for all clones: what is under way ends with [`DhtError::Closed`]. Returns once the ports are free
    /// and the cache is written.
    pub fn close(&self) {
        self.front().close();
        let mut threads = self.handle.threads();
        for thread in threads.drain(..) {
            // It panics only if it is wrong, and then its sockets are gone all the same.
            let _ = thread.join();
        }
    }

    pub(super) fn front(&self) -> &Arc<Front> {
        &self.handle.front
    }
}

impl Handle {
    fn threads(&self) -> std::sync::MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.front.close();
    }
}
