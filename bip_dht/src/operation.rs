use std::num::NonZeroU16;
use std::time::Duration;

#[cfg(feature = "ed25519")]
use crate::item::MutableItem;
use crate::key::Key;
use crate::krpc::NodeInfo;

/// Names one operation of a [`DhtCore`](crate::DhtCore); never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OperationId(pub(crate) u64);

/// Names one lease of a [`DhtCore`](crate::DhtCore): an announce or item that is kept alive, or one that is followed, until
/// it is released.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LeaseId(pub(crate) u64);

/// The port at which an announced peer is to be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "BEP 5 knows these two")]
pub enum AnnouncePort {
    /// The port from which the node sends, as others see it (BEP 5, "announce_peer": `implied_port`). Right where peers
    /// share the node's socket, as with uTP, or where a NAT rewrites ports.
    Implied,
    /// This one.
    Port(NonZeroU16),
}

impl From<u16> for AnnouncePort {
    /// The port of that number; nobody can be at port 0, so that it stands for [`AnnouncePort::Implied`].
    fn from(port: u16) -> AnnouncePort {
        NonZeroU16::new(port).map_or(AnnouncePort::Implied, AnnouncePort::Port)
    }
}

/// What an operation brought.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// `get_peers` ended; the peers have come as events.
    Peers {
        /// How many different ones have come.
        count: usize,
    },
    /// `announce` ended; the peers found on the way have come as events.
    Announced {
        /// How many nodes keep the announce now; at least 1.
        stored: usize,
        /// How many different peers were found on the way.
        peers: usize,
    },
    /// `scrape` ended.
    Scraped(SwarmEstimate),
    /// `sample` ended.
    Sampled(Sample),
    /// `put_immutable` or `put_mutable` ended.
    Stored {
        /// Where it is found.
        target: Key,
        /// How many nodes keep it now; at least 1.
        stored: usize,
    },
    /// `get_immutable` ended with the value, bencoded; its hash is the key that was asked for.
    Immutable {
        /// The value.
        value: Vec<u8>,
    },
    /// `get_mutable` ended.
    #[cfg(feature = "ed25519")]
    Mutable {
        /// The newest version that was seen, of several with its number the one that most nodes gave; its signature is
        /// verified.
        item: MutableItem,
        /// How many nodes gave this version.
        agreeing: usize,
    },
    /// `ping` ended.
    Pong {
        /// Who answered, from the address that was asked.
        node: NodeInfo,
        /// How long the answer took.
        rtt: Duration,
    },
    /// `find_node` ended: the closest nodes that answered, closest first, at most 8 of each family.
    Nodes {
        /// The nodes.
        nodes: Vec<NodeInfo>,
    },
}

/// How large a swarm is (BEP 33), counted in addresses from the filters of the nodes that answered. Good to a few
/// percent up to some 6000 addresses, and a lower bound above.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct SwarmEstimate {
    /// How many have the whole torrent.
    pub seeds: f64,
    /// How many are still downloading it.
    pub downloaders: f64,
    /// How many nodes sent filters; with 0 the other numbers count the peers that were listed instead.
    pub filters: usize,
}

/// What one node told about its storage (BEP 51).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sample {
    /// Who answered.
    pub node: NodeInfo,
    /// Info-hashes that the node keeps peers for; `None` if it does not know the query.
    pub keys: Option<Vec<Key>>,
    /// How many it keeps in all, as it says.
    pub total: u64,
    /// How long the sample stays the same, so that nobody should ask again before.
    pub interval: Duration,
    /// Nodes close to the key that was given, to ask next.
    pub nodes: Vec<NodeInfo>,
}

/// How a lookup went.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct LookupReport {
    /// From the command to its end.
    pub duration: Duration,
    /// Datagrams sent, resends counted.
    pub queries: u32,
    /// Nodes that answered.
    pub answered: u32,
    /// Nodes that were given up.
    pub dead: u32,
    /// How many nodes told of one another to lead to the closest that answered: 1 if it stood in our own table.
    pub hops: u32,
    /// In how many different networks (/24, or /64 of IPv6) the nodes are that answered among the closest.
    pub subnets: u32,
    /// By which factor the closest nodes stand denser around the key than the estimated size of the network lets expect;
    /// about 1 is normal, 6 and more comes by chance in less than one of a thousand lookups: somebody may have placed
    /// nodes there. `None` before there is an estimate.
    pub density: Option<f64>,
    /// The closest nodes that answered, closest first, at most 8 of each family.
    pub closest: Vec<NodeInfo>,
}
