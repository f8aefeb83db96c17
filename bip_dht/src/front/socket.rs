use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6, UdpSocket};

use socket2::{Domain, Protocol, Socket, Type};

use crate::config::DhtConfig;
use crate::family::Family;

/// The sockets of a node: one for each family that is wanted and available.
#[derive(Debug)]
pub(crate) struct Bound {
    pub(crate) sockets: Vec<UdpSocket>,
    pub(crate) addresses: Addresses,
}

/// Where the sockets are.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Addresses {
    pub(crate) v4: Option<SocketAddr>,
    pub(crate) v6: Option<SocketAddr>,
}

impl Bound {
    /// Binds them. A family for which no address was given and that the system does not have is taken out of the
    /// configuration.
    pub(crate) fn new(
        mut config: DhtConfig,
        v4: Option<SocketAddrV4>,
        v6: Option<SocketAddrV6>,
    ) -> io::Result<(DhtConfig, Bound)> {
        let mut sockets = Vec::new();
        let mut addresses = Addresses::default();
        let mut missing = None;
        if config.has_family(Family::V4) {
            let any = SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0);
            match bind(v4.unwrap_or(any).into()) {
                Ok(socket) => {
                    addresses.v4 = Some(socket.local_addr()?);
                    sockets.push(socket);
                }
                Err(error) if v4.is_some() => return Err(error),
                Err(error) => (config, missing) = (config.without_v4(), Some(error)),
            }
        }
        if config.has_family(Family::V6) {
            match bind_v6(v6, addresses.v4) {
                Ok(socket) => {
                    addresses.v6 = Some(socket.local_addr()?);
                    sockets.push(socket);
                }
                Err(error) if v6.is_some() => return Err(error),
                Err(error) => (config, missing) = (config.without_v6(), Some(error)),
            }
        }
        if sockets.is_empty() {
            return Err(missing.unwrap_or_else(|| {
                io::Error::new(io::ErrorKind::InvalidInput, "no address family is wanted")
            }));
        }
        Ok((config, Bound { sockets, addresses }))
    }
}

fn bind_v6(wanted: Option<SocketAddrV6>, v4: Option<SocketAddr>) -> io::Result<UdpSocket> {
    if let Some(address) = wanted {
        return bind(address.into());
    }
    let any = |port| SocketAddr::from((Ipv6Addr::UNSPECIFIED, port));
    let same_port = v4.map_or(0, |v4| v4.port());
    bind(any(same_port)).or_else(|_| bind(any(0)))
}

/// Binds a socket of the address's family alone: an IPv6 socket takes no IPv4, so that each family has its own.
fn bind(address: SocketAddr) -> io::Result<UdpSocket> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::DGRAM,
        Some(Protocol::UDP),
    )?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    socket.bind(&address.into())?;
    Ok(socket.into())
}
