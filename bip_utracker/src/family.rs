use std::fmt;
use std::net::{IpAddr, SocketAddr, SocketAddrV6};

/// The address family of a datagram; it alone decides the format of the peers in an answer (BEP 15, "IPv6").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(
    clippy::exhaustive_enums,
    reason = "BEP 15 knows two formats, one for each family"
)]
pub enum Family {
    /// IPv4: peers of 6 bytes.
    V4,
    /// IPv6: peers of 18 bytes.
    V6,
}

impl Family {
    /// The family of `address`; an IPv4-mapped IPv6 address counts as IPv4, because that is what travels.
    pub fn of(address: SocketAddr) -> Family {
        match address.ip().to_canonical() {
            IpAddr::V4(_) => Family::V4,
            IpAddr::V6(_) => Family::V6,
        }
    }

    /// Bytes of one peer in an announce answer: 6 or 18.
    pub fn peer_length(self) -> usize {
        match self {
            Family::V4 => 6,
            Family::V6 => 18,
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Family::V4 => "IPv4",
            Family::V6 => "IPv6",
        })
    }
}

/// The one form in which two spellings of the same address compare equal: mapped addresses become IPv4, the flow label
/// goes, and the scope stays only where it is part of the address.
pub(crate) fn canonical(address: SocketAddr) -> SocketAddr {
    match (address.ip().to_canonical(), address) {
        (IpAddr::V6(ip), SocketAddr::V6(v6)) if ip.is_unicast_link_local() => {
            SocketAddrV6::new(ip, v6.port(), 0, v6.scope_id()).into()
        }
        (ip, _) => SocketAddr::new(ip, address.port()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapped_address_is_ipv4() {
        let mapped: SocketAddr = "[::ffff:192.0.2.1]:80".parse().unwrap();
        assert_eq!(Family::of(mapped), Family::V4);
        assert_eq!(canonical(mapped), "192.0.2.1:80".parse().unwrap());
    }

    #[test]
    fn scope_and_flow_label_do_not_tell_global_addresses_apart() {
        let ip = "2001:db8::1".parse().unwrap();
        let one = SocketAddr::V6(SocketAddrV6::new(ip, 80, 7, 3));
        assert_eq!(canonical(one), "[2001:db8::1]:80".parse().unwrap());
        let local = SocketAddrV6::new("fe80::1".parse().unwrap(), 80, 7, 3);
        assert_eq!(
            canonical(local.into()),
            SocketAddrV6::new(*local.ip(), 80, 0, 3).into()
        );
    }
}
