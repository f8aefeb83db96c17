use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use super::dht::MainlineDht;
use crate::family::Family;
use crate::front::{DhtBuilder, DhtError};

/// How many nodes of a test network each new one is told.
const TOLD: usize = 4;

/// A DHT of one's own on loopback, for tests: real nodes with real sockets, all in this process and on this runtime.
///
/// For a thousand nodes in no time at all, and for loss and latency, there is the simulated network of
/// [`sim`](crate::sim).
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use bip_dht::{Key, Testnet};
///
/// let testnet = Testnet::start(10).await?;
/// let dht = testnet.builder().start()?;
/// dht.ready().await?;
/// dht.announce(Key::of_name("room"), 4000).await?;
/// let found = testnet.nodes()[3].get_peers(Key::of_name("room")).next().await;
/// assert_eq!(found, Some("127.0.0.1:4000".parse()?));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Testnet {
    nodes: Vec<MainlineDht>,
    families: &'static [Family],
}

impl Testnet {
    /// Starts so many nodes at 127.0.0.1 and waits until all are ready. Of fewer than two none would ever be; so at least two are
    /// started.
    ///
    /// Cancel-safe: dropping the future ends the nodes.
    ///
    /// # Errors
    /// What the system says to that many sockets.
    ///
    /// # Panics
    /// Outside of a tokio runtime with I/O and time enabled.
    pub async fn start(count: usize) -> io::Result<Testnet> {
        Testnet::start_in(&[Family::V4], count).await
    }

    /// As [`start`](Testnet::start), at ::1.
    ///
    /// # Errors
    /// As [`start`](Testnet::start), also where there is no IPv6.
    ///
    /// # Panics
    /// As [`start`](Testnet::start).
    pub async fn start_ipv6(count: usize) -> io::Result<Testnet> {
        Testnet::start_in(&[Family::V6], count).await
    }

    /// As [`start`](Testnet::start), with each node both at 127.0.0.1 and at ::1.
    ///
    /// # Errors
    /// As [`start_ipv6`](Testnet::start_ipv6).
    ///
    /// # Panics
    /// As [`start`](Testnet::start).
    pub async fn start_dual_stack(count: usize) -> io::Result<Testnet> {
        Testnet::start_in(&Family::ALL, count).await
    }

    async fn start_in(families: &'static [Family], count: usize) -> io::Result<Testnet> {
        let mut testnet = Testnet {
            nodes: Vec::new(),
            families,
        };
        for _ in 0..count.max(2) {
            let node = testnet.builder().start()?;
            testnet.nodes.push(node);
        }
        // The first one was told of nobody, since there was nobody yet.
        if let [first, second, ..] = testnet.nodes.as_slice() {
            for address in addresses(second) {
                first.add_node(address);
            }
        }
        for node in &testnet.nodes {
            node.ready()
                .await
                .map_err(|error: DhtError| io::Error::other(error))?;
        }
        Ok(testnet)
    }

    /// A builder for one more node of the network, which is told of some of the others and of no router.
    pub fn builder(&self) -> DhtBuilder {
        let builder = DhtBuilder::new().without_routers().bootstrap(self.some());
        let builder = match self.families.contains(&Family::V4) {
            true => builder.bind_v4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0)),
            false => builder.without_v4(),
        };
        match self.families.contains(&Family::V6) {
            true => builder.bind_v6(SocketAddrV6::new(Ipv6Addr::LOCALHOST, 0, 0, 0)),
            false => builder.without_v6(),
        }
    }

    /// The nodes.
    pub fn nodes(&self) -> &[MainlineDht] {
        &self.nodes
    }

    /// Ends all nodes and returns once their ports are free.
    ///
    /// Cancel-safe: once polled, all nodes end even if the future is dropped.
    pub async fn close(self) {
        for node in &self.nodes {
            node.front().close();
        }
        for node in &self.nodes {
            node.close().await;
        }
    }

    /// A few nodes from all over the list, others each time it has grown.
    fn some(&self) -> impl Iterator<Item = SocketAddr> {
        let count = self.nodes.len();
        (0..TOLD.min(count))
            .filter_map(move |part| self.nodes.get(count - 1 - part * count / TOLD.max(1)))
            .flat_map(addresses)
    }
}

fn addresses(node: &MainlineDht) -> impl Iterator<Item = SocketAddr> {
    let addresses = [node.local_addr_v4(), node.local_addr_v6()];
    addresses.into_iter().flatten()
}
