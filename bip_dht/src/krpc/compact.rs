use std::fmt;
use std::net::{IpAddr, SocketAddr};

use crate::family::Family;
use crate::{Key, NodeId};

const ID_LENGTH: usize = 20;

/// Where a node is and what it is called (BEP 5, "Contact Encoding").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "the wire has these fields")]
pub struct NodeInfo {
    /// Its id.
    pub id: NodeId,
    /// Its UDP address. Whatever the sender said: port 0 and addresses nobody can reach occur.
    pub address: SocketAddr,
}

/// The nodes of an answer: as they lie in the datagram, or to be written into one.
#[derive(Clone, Copy)]
pub struct Nodes<'a> {
    family: Family,
    source: Source<'a>,
}

#[derive(Clone, Copy)]
enum Source<'a> {
    Encoded(&'a [u8]),
    Nodes(&'a [NodeInfo]),
}

impl<'a> Nodes<'a> {
    /// Those of `nodes` that have an address of this family.
    pub fn new(family: Family, nodes: &'a [NodeInfo]) -> Nodes<'a> {
        let source = Source::Nodes(nodes);
        Nodes { family, source }
    }

    /// Views `bytes` as nodes of 26 (IPv4) or 38 bytes (IPv6).
    pub fn from_bytes(family: Family, bytes: &'a [u8]) -> Nodes<'a> {
        let source = Source::Encoded(bytes);
        Nodes { family, source }
    }

    /// Whether bytes follow the last whole node. They are left out; a sender that does this is not to be trusted much.
    pub fn has_remainder(&self) -> bool {
        match self.source {
            Source::Encoded(bytes) => bytes.len() % self.family.node_length() != 0,
            Source::Nodes(_) => false,
        }
    }

    /// The number of nodes.
    pub fn len(&self) -> usize {
        match self.source {
            Source::Encoded(bytes) => bytes.len() / self.family.node_length(),
            Source::Nodes(nodes) => nodes.iter().filter(|node| self.has(node)).count(),
        }
    }

    /// Whether there is no node.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The nodes, in their order: those of an honest answer from the closest on.
    pub fn iter(&self) -> impl Iterator<Item = NodeInfo> + use<'a> {
        let family = self.family;
        let (encoded, nodes) = match self.source {
            Source::Encoded(bytes) => (bytes, &[][..]),
            Source::Nodes(nodes) => (&[][..], nodes),
        };
        let encoded = encoded.chunks_exact(family.node_length());
        let nodes = nodes.iter().copied();
        encoded
            .filter_map(decode_node)
            .chain(nodes.filter(move |node| Family::of(node.address) == family))
    }

    /// Appends the first `count` nodes.
    pub(super) fn write(&self, count: usize, out: &mut Vec<u8>) {
        match self.source {
            Source::Encoded(bytes) => {
                out.extend_from_slice(&bytes[..self.len().min(count) * self.family.node_length()]);
            }
            Source::Nodes(nodes) => {
                for node in nodes.iter().filter(|node| self.has(node)).take(count) {
                    out.extend_from_slice(node.id.as_bytes());
                    write_address(node.address, out);
                }
            }
        }
    }

    fn has(&self, node: &NodeInfo) -> bool {
        Family::of(node.address) == self.family
    }
}

/// By the nodes, wherever they come from.
impl PartialEq for Nodes<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.family == other.family && self.iter().eq(other.iter())
    }
}

impl fmt::Debug for Nodes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// The torrents of an answer to `sample_infohashes`, as they lie in the datagram (BEP 51).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Samples<'a>(&'a [u8]);

impl<'a> Samples<'a> {
    /// Views `bytes` as info-hashes of 20 bytes; bytes that make no whole one are left out.
    pub fn new(bytes: &'a [u8]) -> Samples<'a> {
        Samples(&bytes[..bytes.len() - bytes.len() % ID_LENGTH])
    }

    /// The number of info-hashes.
    pub fn len(&self) -> usize {
        self.0.len() / ID_LENGTH
    }

    /// Whether there is no info-hash.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The bytes of all info-hashes.
    pub fn as_bytes(&self) -> &'a [u8] {
        self.0
    }

    /// The info-hashes.
    pub fn iter(&self) -> impl Iterator<Item = Key> + use<'a> {
        let hashes = self.0.chunks_exact(ID_LENGTH);
        hashes.filter_map(|hash| hash.try_into().ok().map(Key::new))
    }
}

impl fmt::Debug for Samples<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

fn decode_node(bytes: &[u8]) -> Option<NodeInfo> {
    let (id, address) = bytes.split_first_chunk::<ID_LENGTH>()?;
    Some(NodeInfo {
        id: NodeId::new(*id),
        address: decode_address(address)?,
    })
}

/// The address that 6 or 18 bytes spell (BEP 5, "Contact Encoding"); any other number of bytes spells none. A mapped
/// address is taken for what it means, so that an address has one form.
pub(super) fn decode_address(bytes: &[u8]) -> Option<SocketAddr> {
    let (ip, port) = bytes.split_last_chunk::<2>()?;
    let ip = match ip.len() {
        4 => IpAddr::from(<[u8; 4]>::try_from(ip).ok()?),
        16 => IpAddr::from(<[u8; 16]>::try_from(ip).ok()?),
        _ => return None,
    };
    Some(SocketAddr::new(
        ip.to_canonical(),
        u16::from_be_bytes(*port),
    ))
}

/// Appends 6 or 18 bytes.
pub(super) fn write_address(address: SocketAddr, out: &mut Vec<u8>) {
    match address.ip().to_canonical() {
        IpAddr::V4(ip) => out.extend_from_slice(&ip.octets()),
        IpAddr::V6(ip) => out.extend_from_slice(&ip.octets()),
    }
    out.extend_from_slice(&address.port().to_be_bytes());
}
