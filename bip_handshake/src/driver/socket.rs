use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use crate::limits::LISTEN_BACKLOG;

/// A listener at `address`. The wildcard of IPv6 takes IPv4 as well.
pub(super) fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    if let SocketAddr::V6(address) = address {
        let takes_ipv4 = address.ip().is_unspecified() || address.ip().to_ipv4_mapped().is_some();
        // Systems that know no dual stack refuse to clear the option; IPv6 alone is then what they can give.
        let told = socket.set_only_v6(!takes_ipv4);
        if !takes_ipv4 {
            told?;
        }
    }
    // Connections of a former listener must not keep the port. Windows means something else by this option, and gives
    // the port without it.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(LISTEN_BACKLOG)?;
    TcpListener::from_std(socket.into())
}

/// A connection to `address`.
pub(super) async fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    socket.set_nonblocking(true)?;
    socket.set_tcp_nodelay(true)?;
    TcpSocket::from_std_stream(socket.into())
        .connect(address)
        .await
}

/// The address as IPv4 where a dual-stack socket has wrapped it.
pub(super) fn canonical(address: SocketAddr) -> SocketAddr {
    match address.ip().to_canonical() {
        ip if ip == address.ip() => address,
        ip => SocketAddr::new(ip, address.port()),
    }
}
