use super::{Nodes, Samples, Values};
use crate::NodeId;

/// The answer to a query. Which fields it has depends on the query; nothing but the sender's id is always there.
///
/// What comes from the network with a field of another type or length than it should have, counts as without it.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Response<'a> {
    /// The id of the node that answers.
    pub sender: NodeId,
    /// IPv4 nodes closest to the place asked for (BEP 5, "find_node").
    pub nodes: Option<Nodes<'a>>,
    /// IPv6 nodes closest to the place asked for (BEP 32, "nodes6").
    pub nodes6: Option<Nodes<'a>>,
    /// Peers of the torrent (BEP 5, "get_peers").
    pub values: Option<Values<'a>>,
    /// To announce or put with. A node that gives none takes nothing (BEP 33, "New GET_PEERS semantics").
    pub token: Option<&'a [u8]>,
    /// The value of an item, bencoded; canonical if it was decoded (BEP 44).
    pub value: Option<&'a [u8]>,
    /// The public key of a mutable item (BEP 44).
    pub public_key: Option<&'a [u8; 32]>,
    /// The signature of a mutable item (BEP 44).
    pub signature: Option<&'a [u8; 64]>,
    /// The sequence number of a mutable item (BEP 44).
    pub seq: Option<i64>,
    /// The filter of all seeds (BEP 33, `BFsd`).
    pub seeds: Option<&'a [u8; 256]>,
    /// The filter of all downloaders (BEP 33, `BFpe`).
    pub downloaders: Option<&'a [u8; 256]>,
    /// Torrents that the node has peers of (BEP 51).
    pub samples: Option<Samples<'a>>,
    /// How many torrents the node has peers of (BEP 51).
    pub sample_count: Option<u64>,
    /// Seconds until the samples change: 0 to 21,600 (BEP 51).
    pub interval_s: Option<u32>,
}

impl<'a> Response<'a> {
    /// The answer to a ping, an announce and a put: all that it has is the id.
    pub fn new(sender: NodeId) -> Response<'a> {
        Response {
            sender,
            nodes: None,
            nodes6: None,
            values: None,
            token: None,
            value: None,
            public_key: None,
            signature: None,
            seq: None,
            seeds: None,
            downloaders: None,
            samples: None,
            sample_count: None,
            interval_s: None,
        }
    }

    /// All nodes, those of IPv4 first.
    pub fn all_nodes(&self) -> impl Iterator<Item = super::NodeInfo> + use<'a> {
        let lists = [self.nodes, self.nodes6];
        lists.into_iter().flatten().flat_map(|nodes| nodes.iter())
    }
}
