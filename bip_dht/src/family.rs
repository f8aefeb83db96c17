use std::fmt;
use std::net::{IpAddr, SocketAddr, SocketAddrV6};

/// An address family. IPv4 and IPv6 are two networks with a routing table each (BEP 32, "Operation").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(clippy::exhaustive_enums, reason = "BEP 32 knows two networks")]
pub enum Family {
    /// The IPv4 network: 26 bytes name a node, 6 a peer.
    V4,
    /// The IPv6 network: 38 bytes name a node, 18 a peer.
    V6,
}

impl Family {
    /// Both, IPv4 first.
    pub const ALL: [Family; 2] = [Family::V4, Family::V6];

    /// The family of `address`; an IPv4-mapped IPv6 address counts as IPv4, because that is what travels.
    pub fn of(address: SocketAddr) -> Family {
        match address.ip().to_canonical() {
            IpAddr::V4(_) => Family::V4,
            IpAddr::V6(_) => Family::V6,
        }
    }

    /// Bytes of an address with its port on the wire: 6 or 18 (BEP 5, "Contact Encoding"; BEP 32, "values").
    pub(crate) const fn address_length(self) -> usize {
        match self {
            Family::V4 => 6,
            Family::V6 => 18,
        }
    }

    /// Bytes of a node on the wire, its id and its address: 26 or 38 (BEP 5, "Contact Encoding"; BEP 32, "nodes6").
    pub(crate) const fn node_length(self) -> usize {
        20 + self.address_length()
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

/// The one form in which two spellings of an address compare equal: mapped addresses become IPv4, the flow label goes,
/// and the scope stays only where it is part of the address.
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
        let mapped: SocketAddr = "[::ffff:192.0.2.7]:6881".parse().unwrap();
        assert_eq!(Family::of(mapped), Family::V4);
        assert_eq!(canonical(mapped), "192.0.2.7:6881".parse().unwrap());
    }

    #[test]
    fn the_scope_tells_link_local_addresses_apart_and_no_others() {
        for (ip, scope) in [("2001:db8::7", 0), ("fe80::7", 3)] {
            let ip = ip.parse().unwrap();
            let spelt = SocketAddr::V6(SocketAddrV6::new(ip, 6881, 9, 3));
            assert_eq!(
                canonical(spelt),
                SocketAddrV6::new(ip, 6881, 0, scope).into()
            );
        }
    }
}
