use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::random::Random;

/// First octets of IPv4 that contain nothing but addresses of the public internet.
const PUBLIC_FIRST_OCTETS: [(u8, u8); 7] = [
    (1, 9),
    (11, 99),
    (101, 126),
    (128, 168),
    (170, 171),
    (173, 191),
    (193, 197),
];

/// A public IPv4 address anywhere, so that networks (/24) repeat as seldom as among strangers.
pub(super) fn public_ipv4(random: &mut Random) -> IpAddr {
    let (first, last) = PUBLIC_FIRST_OCTETS[random.below(PUBLIC_FIRST_OCTETS.len())];
    let span = usize::from(last - first) + 1;
    let [b, c, d] = random.bytes();
    let octet = first + random.below(span) as u8;
    IpAddr::V4(Ipv4Addr::new(octet, b, c, d.clamp(1, 254)))
}

/// A global unicast IPv6 address anywhere in 2a00::/12.
pub(super) fn public_ipv6(random: &mut Random) -> IpAddr {
    let bits = u128::from_be_bytes(random.bytes());
    IpAddr::V6(Ipv6Addr::from(0x2a00_u128 << 112 | bits >> 12))
}

/// A port above those that need privileges.
pub(super) fn port(random: &mut Random) -> u16 {
    1024 + random.below(usize::from(u16::MAX - 1024)) as u16
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::net::IpAddr;

    use super::{Random, public_ipv4, public_ipv6};

    #[test]
    fn addresses_are_public_and_seldom_share_a_network() {
        let mut random = Random::new(3);
        let mut networks = HashSet::new();
        for _ in 0..10_000 {
            let IpAddr::V4(ip) = public_ipv4(&mut random) else {
                panic!("asked for IPv4");
            };
            assert!(
                !ip.is_private() && !ip.is_loopback() && !ip.is_link_local() && !ip.is_multicast()
            );
            networks.insert(u32::from(ip) >> 8);
            let IpAddr::V6(ip) = public_ipv6(&mut random) else {
                panic!("asked for IPv6");
            };
            assert_eq!(ip.segments()[0] & 0xfff0, 0x2a00);
        }
        assert!(networks.len() > 9_900, "{} networks", networks.len());
    }
}
