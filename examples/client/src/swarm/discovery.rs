use std::future::poll_fn;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::pin::pin;
use std::task::Poll;

use bip_dht::{
    Announced, DhtBuilder, DhtError, Key, MainlineDht, OperationError, Rendezvous, TorrentPointer,
};
use futures_util::stream::StreamExt as _;

use super::options::{DhtOptions, Routers};

/// A node of the DHT, and the torrent's place there: it is announced, and who else is there is found.
#[derive(Debug)]
pub(super) struct Discovery {
    node: MainlineDht,
    place: Option<Rendezvous>,
}

/// What the DHT brought.
#[derive(Debug)]
pub(super) enum Found {
    Peer(SocketAddr),
    Renewal(Result<Announced, OperationError>),
}

impl Discovery {
    /// Starts a node on the UDP port of the number at which we listen for peers, or any other if that is taken. None is
    /// started where it could know nobody: on loopback, without a node to begin at.
    pub(super) fn start(options: &DhtOptions, listen: SocketAddr) -> io::Result<Option<Discovery>> {
        let without_routers = options.routers == Routers::Leave || listen.ip().is_loopback();
        if without_routers && options.bootstrap.is_empty() && options.cache.is_none() {
            return Ok(None);
        }
        let mut builder = DhtBuilder::new().bootstrap(&options.bootstrap);
        if without_routers {
            builder = builder.without_routers();
        }
        if let Some(path) = &options.cache {
            builder = builder.cache(path);
        }
        let node = bind(builder.clone(), listen).start().or_else(|_| {
            let any_port = SocketAddr::new(listen.ip(), 0);
            bind(builder, any_port).start()
        })?;
        Ok(Some(Discovery { node, place: None }))
    }

    /// The node's port, as peers are told it.
    pub(super) fn port(&self) -> Option<u16> {
        let address = self.node.local_addr_v4().or(self.node.local_addr_v6());
        address.map(|address| address.port())
    }

    /// Begins to announce the torrent, with peers at `port`, and to look for others.
    pub(super) fn open(&mut self, info_hash: [u8; 20], port: u16) {
        if self.place.is_none() {
            // It is refused only for want of room, which one torrent does not exhaust.
            self.place = self.node.rendezvous(Key::new(info_hash), port).ok();
        }
    }

    /// Asks which torrent is the current one of a publisher, once there is somebody to ask; nothing if what they published
    /// points to none. Cancel-safe.
    pub(super) async fn follow(
        &self,
        public_key: [u8; 32],
        salt: &[u8],
    ) -> Result<Option<[u8; 20]>, DhtError> {
        self.node.ready().await?;
        let item = self.node.get_mutable(public_key, salt).await?;
        let pointer = TorrentPointer::decode(item.value());
        Ok(pointer.map(|pointer| *pointer.info_hash.as_bytes()))
    }

    /// Learns of a node.
    pub(super) fn add_node(&self, node: SocketAddr) {
        self.node.add_node(node);
    }

    /// Waits for the next thing that the DHT brings. Cancel-safe.
    pub(super) async fn next(&mut self) -> Found {
        let Some(place) = &mut self.place else {
            return std::future::pending().await;
        };
        poll_fn(|context| {
            if let Poll::Ready(Some(peer)) = place.poll_next_unpin(context) {
                return Poll::Ready(Found::Peer(peer));
            }
            match pin!(place.renewal()).poll(context) {
                Poll::Ready(Ok(renewal)) => Poll::Ready(Found::Renewal(renewal)),
                // The node ends only with us.
                _ => Poll::Pending,
            }
        })
        .await
    }

    /// Leaves the DHT. The announce is forgotten by itself.
    pub(super) async fn close(self) {
        drop(self.place);
        self.node.close().await;
    }
}

/// The families in which we listen for peers are those in which we look for them.
fn bind(builder: DhtBuilder, listen: SocketAddr) -> DhtBuilder {
    let v4 = |ip, port| SocketAddrV4::new(ip, port);
    match listen {
        SocketAddr::V4(address) => builder.without_v6().bind_v4(address),
        // A listener at [::] takes IPv4, too.
        SocketAddr::V6(address) if address.ip().is_unspecified() => builder
            .bind_v4(v4(Ipv4Addr::UNSPECIFIED, address.port()))
            .bind_v6(SocketAddrV6::new(*address.ip(), address.port(), 0, 0)),
        SocketAddr::V6(address) => builder.without_v4().bind_v6(address),
    }
}
