use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll};

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::UdpSocket;

/// How many datagrams one socket may bring before the other has its turn.
pub(super) const RECEIVE_BATCH: usize = 64;

/// Binds a socket of the address's family alone: an IPv6 socket takes no IPv4, so that the socket tells the format.
pub(super) fn bind(address: SocketAddr) -> io::Result<UdpSocket> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::DGRAM,
        Some(Protocol::UDP),
    )?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    UdpSocket::from_std(socket.into())
}

/// Waits until one of the sockets has a datagram. Cancel-safe.
pub(super) async fn readable(sockets: &[UdpSocket]) {
    let poll = |context: &mut Context<'_>| {
        // All are asked, so that each is registered to wake the task.
        let ready = sockets
            .iter()
            .filter(|socket| socket.poll_recv_ready(context).is_ready())
            .count();
        if ready > 0 {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    };
    std::future::poll_fn(poll).await;
}

/// Hands `handle` what lies ready in one socket, at most [`RECEIVE_BATCH`] datagrams. Errors that a datagram sent
/// earlier has caused (Windows tells them here) are skipped.
pub(super) fn receive(
    socket: &UdpSocket,
    buffer: &mut [u8],
    mut handle: impl FnMut(SocketAddr, &[u8]),
) {
    for _ in 0..RECEIVE_BATCH {
        match socket.try_recv_from(buffer) {
            Ok((length, from)) => handle(from, &buffer[..length]),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
            Err(_) => {}
        }
    }
}
