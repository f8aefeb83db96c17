use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use tokio::net::UdpSocket;
use tokio::sync::mpsc;

use crate::front::Addresses;
use crate::front::limits::MAX_WAITING_DATAGRAMS;

/// The other protocol's side of a node's sockets: all datagrams that do not begin with `d`, as those of the DHT do
/// (BEP 5, "KRPC Protocol": each is a bencoded dictionary).
///
/// That tells uTP apart (BEP 29: its first byte is 0x01 to 0x41), STUN, and all else that never begins with 0x64. Where
/// datagrams are not taken in time, at most [`MAX_WAITING_DATAGRAMS`] wait, and more are dropped, as by a full socket.
/// Those longer than [`MAX_DATAGRAM_LENGTH`](crate::MAX_DATAGRAM_LENGTH) arrive cut.
///
/// The ports are free once both the node is closed and this is dropped.
#[derive(Debug)]
pub struct SharedSocket {
    sockets: Vec<Arc<UdpSocket>>,
    addresses: Addresses,
    receiver: mpsc::Receiver<Datagram>,
    dropped: Arc<AtomicU64>,
}

type Datagram = (SocketAddr, Box<[u8]>);

/// Where the node's task puts the datagrams.
#[derive(Debug)]
pub(super) struct Inlet {
    sender: mpsc::Sender<Datagram>,
    dropped: Arc<AtomicU64>,
}

impl SharedSocket {
    pub(super) fn new(sockets: &[Arc<UdpSocket>], addresses: Addresses) -> (SharedSocket, Inlet) {
        let (sender, receiver) = mpsc::channel(MAX_WAITING_DATAGRAMS);
        let dropped = Arc::new(AtomicU64::new(0));
        let inlet = Inlet {
            sender,
            dropped: Arc::clone(&dropped),
        };
        let socket = SharedSocket {
            sockets: sockets.to_vec(),
            addresses,
            receiver,
            dropped,
        };
        (socket, inlet)
    }

    /// The next datagram and where it came from; `None` once the node is closed and all were taken.
    ///
    /// Cancel-safe: no datagram is lost.
    pub async fn recv_from(&mut self) -> Option<(SocketAddr, Box<[u8]>)> {
        self.receiver.recv().await
    }

    /// As [`recv_from`](SharedSocket::recv_from), for use in a `poll` function.
    pub fn poll_recv_from(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<(SocketAddr, Box<[u8]>)>> {
        self.receiver.poll_recv(context)
    }

    /// Sends a datagram. It should not begin with `d`, or the other side's DHT will take it.
    ///
    /// Cancel-safe: dropped before it is ready, nothing was sent.
    ///
    /// # Errors
    /// What the system says; `AddrNotAvailable` if the node takes no part in the destination's family.
    pub async fn send_to(&self, datagram: &[u8], destination: SocketAddr) -> io::Result<()> {
        self.socket_for(destination)?
            .send_to(datagram, destination)
            .await
            .map(drop)
    }

    /// Sends a datagram if the system takes it at once.
    ///
    /// # Errors
    /// `WouldBlock` if it does not, and as [`send_to`](SharedSocket::send_to).
    pub fn try_send_to(&self, datagram: &[u8], destination: SocketAddr) -> io::Result<()> {
        self.socket_for(destination)?
            .try_send_to(datagram, destination)
            .map(drop)
    }

    /// The IPv4 socket's address, if there is one.
    pub fn local_addr_v4(&self) -> Option<SocketAddr> {
        self.addresses.v4
    }

    /// The IPv6 socket's address, if there is one.
    pub fn local_addr_v6(&self) -> Option<SocketAddr> {
        self.addresses.v6
    }

    /// How many datagrams were dropped because too many waited.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    fn socket_for(&self, destination: SocketAddr) -> io::Result<&UdpSocket> {
        for socket in &self.sockets {
            if socket.local_addr()?.is_ipv4() == destination.is_ipv4() {
                return Ok(socket);
            }
        }
        Err(io::ErrorKind::AddrNotAvailable.into())
    }
}

impl Inlet {
    pub(super) fn push(&self, from: SocketAddr, datagram: &[u8]) {
        // Looked for before, so that what is dropped is not copied.
        match self.sender.try_reserve() {
            Ok(place) => place.send((from, datagram.into())),
            Err(_) => {
                self.dropped.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}
