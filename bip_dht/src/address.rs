//! What addresses tell about who stands behind them.

use std::net::{IpAddr, SocketAddr};

/// Whether the address belongs to a host or a network of its own, where many nodes share few addresses and nobody can
/// rent a second network: loopback, private, link-local and unique local addresses.
pub(crate) fn is_local(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

/// Whether a node or a peer can stand at this address: one host, and a port that exists.
pub(crate) fn is_reachable(address: SocketAddr) -> bool {
    let one_host = match address.ip().to_canonical() {
        IpAddr::V4(v4) => !v4.is_broadcast() && !v4.is_multicast() && v4.octets()[0] != 0,
        IpAddr::V6(v6) => !v6.is_unspecified() && !v6.is_multicast(),
    };
    one_host && address.port() != 0
}

/// The leading bits of an address, as a number that differs between networks and between families.
/// What one person gets of IPv6 is a /64 or more, therefore no more than 64 bits count there.
pub(crate) fn network(ip: IpAddr, bits_v4: u32, bits_v6: u32) -> u64 {
    match ip.to_canonical() {
        IpAddr::V4(v4) => {
            let kept = u64::from(v4.to_bits()) >> 32u32.saturating_sub(bits_v4);
            // No IPv6 network has these leading bits: 0000::/8 is reserved.
            kept | 1 << 40
        }
        IpAddr::V6(v6) => {
            let upper = (v6.to_bits() >> 64) as u64;
            let cut = 64u32.saturating_sub(bits_v6);
            upper
                .checked_shr(cut)
                .unwrap_or(0)
                .checked_shl(cut)
                .unwrap_or(0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn hosts_of_one_network_have_one_number() {
        let v4 = |text| network(ip(text), 24, 48);
        assert_eq!(v4("192.0.2.1"), v4("192.0.2.255"));
        assert_eq!(v4("192.0.2.1"), v4("::ffff:192.0.2.9"));
        assert_ne!(v4("192.0.2.1"), v4("192.0.3.1"));
        assert_eq!(v4("2001:db8:1:ffff::"), v4("2001:db8:1::1"));
        assert_ne!(v4("2001:db8:1::"), v4("2001:db8:2::"));
        assert_ne!(network(ip("0.0.0.1"), 32, 64), network(ip("::1"), 32, 64));
        assert_eq!(network(ip("2001:db8::"), 0, 0), network(ip("fe80::"), 0, 0));
    }

    #[test]
    fn nobody_stands_at_port_zero_or_at_many_hosts() {
        for text in [
            "192.0.2.1:0",
            "0.0.0.0:1",
            "0.1.2.3:1",
            "255.255.255.255:1",
            "224.0.0.1:1",
            "[::]:1",
            "[ff02::1]:1",
            "[::1]:0",
        ] {
            assert!(!is_reachable(text.parse().unwrap()), "{text}");
        }
        for text in [
            "192.0.2.1:1",
            "127.0.0.1:65535",
            "[::1]:1",
            "[2001:db8::1]:80",
        ] {
            assert!(is_reachable(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn local_networks_are_told_from_the_internet() {
        for text in [
            "127.9.8.7",
            "10.0.0.1",
            "192.168.1.1",
            "172.16.0.1",
            "169.254.1.1",
            "::1",
            "fd00::1",
            "fe80::1",
        ] {
            assert!(is_local(ip(text)), "{text}");
        }
        for text in ["8.8.8.8", "172.32.0.1", "2001:db8::1"] {
            assert!(!is_local(ip(text)), "{text}");
        }
    }
}
