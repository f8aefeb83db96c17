use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use tokio::net::UdpSocket;
use tokio::sync::{mpsc, watch};

use super::peers::{NodeEvents, Peers};
use super::rendezvous::Rendezvous;
use super::shared_socket::{Inlet, SharedSocket};
use super::task::{CloseOnDrop, Task};
use super::{now, socket};
use crate::core::DhtStats;
use crate::event::Status;
use crate::family::Family;
use crate::front::{
    self, Addresses, Announced, DhtBuilder, DhtError, Front, Lease, Operation, Pong,
};
use crate::key::Key;
use crate::krpc::NodeInfo;
use crate::node_id::NodeId;
use crate::operation::{AnnouncePort, LookupReport, Sample, SwarmEstimate};

/// A node of the DHT on tokio: one task, one socket for each address family.
///
/// Clones are handles to one and the same node. When the last one is dropped, and the last lookup
/// and lease with it, the node ends as by [`close`](MainlineDht::close). Everything can be asked for at once: what is
/// begun while the node looks for the network begins when it is found, or ends with
/// [`NotBootstrapped`](crate::OperationError::NotBootstrapped) if nobody answers within 30 seconds.
#[derive(Clone, Debug)]
pub struct MainlineDht {
    handle: Arc<Handle>,
}

#[derive(Debug)]
struct Handle {
    front: Arc<Front>,
    addresses: Addresses,
    /// Its sender goes away with the task's sockets.
    done: watch::Receiver<()>,
}

impl DhtBuilder {
    /// Binds the sockets and starts the task. A family for which no address was given and that the system does not have
    /// is left out.
    ///
    /// # Errors
    /// A given address cannot be bound, no family is available, or the system has no random source.
    ///
    /// # Panics
    /// Outside of a tokio runtime with I/O and time enabled.
    pub fn start(self) -> io::Result<MainlineDht> {
        let prepared = self.prepare(now)?;
        let sockets = socket::register(prepared.bound.sockets)?;
        let parts = (prepared.front, prepared.bound.addresses, prepared.cache);
        Ok(MainlineDht::spawn(parts, sockets, None))
    }

    /// As [`start`](DhtBuilder::start), for sockets that the DHT shares with another protocol: datagrams that cannot
    /// belong to the DHT come out of the [`SharedSocket`], which can send, too.
    ///
    /// # Errors
    /// As [`start`](DhtBuilder::start).
    ///
    /// # Panics
    /// As [`start`](DhtBuilder::start).
    pub fn start_shared(self) -> io::Result<(MainlineDht, SharedSocket)> {
        let prepared = self.prepare(now)?;
        let sockets = socket::register(prepared.bound.sockets)?;
        let addresses = prepared.bound.addresses;
        let (shared, inlet) = SharedSocket::new(&sockets, addresses);
        let parts = (prepared.front, addresses, prepared.cache);
        Ok((MainlineDht::spawn(parts, sockets, Some(inlet)), shared))
    }
}

impl MainlineDht {
    /// What builds a node.
    pub fn builder() -> DhtBuilder {
        DhtBuilder::new()
    }

    fn spawn(
        (front, addresses, cache): (Arc<Front>, Addresses, front::Cache),
        sockets: Vec<Arc<UdpSocket>>,
        inlet: Option<Inlet>,
    ) -> MainlineDht {
        let (alive, done) = watch::channel(());
        let task = Task {
            guard: CloseOnDrop(Arc::clone(&front)),
            sockets,
            cache,
            inlet,
            alive,
        };
        tokio::spawn(task.run());
        MainlineDht {
            handle: Arc::new(Handle {
                front,
                addresses,
                done,
            }),
        }
    }

    /// Waits until the node has found its neighbours, and tells how many nodes it knows that answered.
    ///
    /// Cancel-safe.
    ///
    /// # Errors
    /// [`DhtError::Closed`].
    pub async fn ready(&self) -> Result<usize, DhtError> {
        front::ready(self.front()).await
    }

    /// Looks for the peers that others have announced under `key`, and hands them out as they are found.
    ///
    /// What is wrong, [`Peers::report`] tells at the end.
    pub fn get_peers(&self, key: Key) -> Peers {
        let operation = Operation::begin(self.front(), |core, now| core.get_peers(now, key));
        Peers::new(operation, self.clone())
    }

    /// Sends the peers found under `key` to `sink`, as fast as it takes them, and ends with the lookup: for a
    /// handshaker that dials whatever it is told.
    ///
    /// Cancel-safe in that nothing is left behind: dropping the future ends the lookup.
    ///
    /// # Errors
    /// As [`Peers::report`].
    pub async fn forward(
        &self,
        key: Key,
        sink: mpsc::Sender<SocketAddr>,
    ) -> Result<LookupReport, DhtError> {
        self.get_peers(key).forward(sink).await
    }

    /// Announces once that we are a peer of `key` at `port`, see [`AnnouncePort`]; nodes forget it after half an hour
    /// to an hour. [`rendezvous`](MainlineDht::rendezvous) keeps it alive.
    ///
    /// Cancel-safe in that nothing is left behind: dropping the future ends it; some nodes may keep it all the same.
    ///
    /// # Errors
    /// It could not begin, nobody answered, or nobody took it.
    pub async fn announce(
        &self,
        key: Key,
        port: impl Into<AnnouncePort>,
    ) -> Result<Announced, DhtError> {
        front::announce(self.front(), key, port.into()).await
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
    /// Cancel-safe in that nothing is left behind: dropping the future ends it.
    ///
    /// # Errors
    /// It could not begin, or nobody answered.
    pub async fn scrape(&self, key: Key) -> Result<SwarmEstimate, DhtError> {
        front::scrape(self.front(), key).await
    }

    /// Asks one node for info-hashes that it keeps peers for, and for nodes close to `key`, to ask next (BEP 51).
    ///
    /// Cancel-safe in that nothing is left behind: dropping the future ends it.
    ///
    /// # Errors
    /// It could not begin, or the node did not answer.
    pub async fn sample(&self, node: SocketAddr, key: Key) -> Result<Sample, DhtError> {
        front::sample(self.front(), node, key).await
    }

    /// Asks one node whether it is there.
    ///
    /// Cancel-safe in that nothing is left behind: dropping the future ends it.
    ///
    /// # Errors
    /// It could not begin, or the node did not answer.
    pub async fn ping(&self, node: SocketAddr) -> Result<Pong, DhtError> {
        front::ping(self.front(), node).await
    }

    /// Finds the nodes closest to `id`, closest first, at most 8 of each family.
    ///
    /// Cancel-safe in that nothing is left behind: dropping the future ends it.
    ///
    /// # Errors
    /// It could not begin, or nobody answered.
    pub async fn find_node(&self, id: NodeId) -> Result<Vec<NodeInfo>, DhtError> {
        front::find_node(self.front(), id).await
    }

    /// Tells the node of another: one of a torrent's file, or whose PORT message came.
    pub fn add_node(&self, node: SocketAddr) {
        self.front().with(|desk, now| desk.core.add_node(now, node));
    }

    /// What happens to the node.
    pub fn events(&self) -> NodeEvents {
        NodeEvents::new(self.front())
    }

    /// How the node stands in the network.
    pub fn status(&self) -> Status {
        self.front().lock().core.status()
    }

    /// What it holds and has done.
    pub fn stats(&self) -> DhtStats {
        self.front().lock().core.stats()
    }

    /// How many nodes there are in one network, as the density around finished lookups lets guess.
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
    ///
    /// Cancel-safe: once polled, the node ends even if the future is dropped.
    pub async fn close(&self) {
        self.front().close();
        let mut done = self.handle.done.clone();
        while done.changed().await.is_ok() {}
    }

    pub(super) fn front(&self) -> &Arc<Front> {
        &self.handle.front
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.front.close();
    }
}
