use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use crate::family::Family;

/// The peers of an announce answer, as they lie in the datagram: 6 bytes each over IPv4, 18 over IPv6 (BEP 15, "IPv6").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CompactPeers<'a> {
    bytes: &'a [u8],
    family: Family,
}

impl<'a> CompactPeers<'a> {
    /// Views `bytes` as peers of `family`. Bytes that make no whole peer are left out, since packets may grow at their
    /// end (BEP 15, "UDP tracker protocol").
    pub fn new(family: Family, bytes: &'a [u8]) -> CompactPeers<'a> {
        let whole = bytes.len() - bytes.len() % family.peer_length();
        CompactPeers {
            bytes: &bytes[..whole],
            family,
        }
    }

    /// The number of peers.
    pub fn len(&self) -> usize {
        self.bytes.len() / self.family.peer_length()
    }

    /// Whether there is no peer.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The bytes of all peers.
    pub fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The peers in the order of the datagram.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = SocketAddr> + use<'a> {
        self.bytes
            .chunks_exact(self.family.peer_length())
            .map(decode_peer)
    }
}

/// Reads an address of 4 or 16 bytes and a port.
fn decode_peer(bytes: &[u8]) -> SocketAddr {
    let (address, port) = bytes.split_at(bytes.len() - 2);
    let ip = match <[u8; 4]>::try_from(address) {
        Ok(octets) => IpAddr::V4(Ipv4Addr::from(octets)),
        Err(_) => {
            let mut octets = [0; 16];
            octets.copy_from_slice(address);
            IpAddr::V6(Ipv6Addr::from(octets))
        }
    };
    SocketAddr::new(ip, u16::from_be_bytes([port[0], port[1]]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ipv4_peers_have_six_bytes() {
        let peers = CompactPeers::new(
            Family::V4,
            b"\x01\x02\x03\x04\x30\x10\x09\x08\x07\x06\x20\x10",
        );
        let list: Vec<_> = peers.iter().map(|peer| peer.to_string()).collect();
        assert_eq!(list, ["1.2.3.4:12304", "9.8.7.6:8208"]);
    }

    #[test]
    fn ipv6_peers_have_eighteen_bytes() {
        let mut bytes = [0; 18];
        bytes[..4].copy_from_slice(b"\x20\x01\x0d\xb8");
        bytes[15] = 1;
        bytes[16..].copy_from_slice(&12304u16.to_be_bytes());
        let peers = CompactPeers::new(Family::V6, &bytes);
        assert_eq!(
            peers.iter().next(),
            Some("[2001:db8::1]:12304".parse().unwrap())
        );
        assert_eq!(peers.len(), 1);
    }

    #[test]
    fn a_part_of_a_peer_is_left_out() {
        assert_eq!(CompactPeers::new(Family::V4, &[1; 11]).len(), 1);
        assert!(CompactPeers::new(Family::V6, &[1; 17]).is_empty());
    }
}
