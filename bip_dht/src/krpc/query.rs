use crate::{Key, NodeId};

/// A query: who asks, and for what (BEP 5, "DHT Queries").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Query<'a> {
    /// The id of the node that asks.
    pub sender: NodeId,
    /// The families of the nodes that the answer should have.
    pub want: Want,
    /// The method and its arguments.
    pub call: Call<'a>,
}

/// The families of the nodes that an answer should have (BEP 32, "want"). Neither: that over which the query came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "one field for each family")]
pub struct Want {
    /// IPv4 nodes, under `nodes`.
    pub n4: bool,
    /// IPv6 nodes, under `nodes6`.
    pub n6: bool,
}

/// The method of a query and its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Call<'a> {
    /// Whether the node is there (BEP 5, "ping").
    Ping,
    /// The nodes closest to a place (BEP 5, "find_node").
    FindNode {
        /// The place.
        target: NodeId,
    },
    /// The peers of a torrent, and a token to announce with (BEP 5, "get_peers").
    GetPeers {
        /// The torrent.
        info_hash: Key,
        /// Asks for the filters of all seeds and all downloaders too (BEP 33).
        scrape: bool,
        /// Asks for peers that are no seeds, as far as there are (BEP 33).
        no_seed: bool,
    },
    /// The sender's peer has this torrent (BEP 5, "announce_peer").
    AnnouncePeer {
        /// The torrent.
        info_hash: Key,
        /// The peer's port; 0 if only `implied_port` counts and the query has none.
        port: u16,
        /// The peer's port is the one that the query came from, whatever `port` says.
        implied_port: bool,
        /// Of an earlier answer of the same node.
        token: &'a [u8],
        /// The peer has the whole torrent (BEP 33).
        seed: bool,
    },
    /// An item, and a token to put with (BEP 44).
    Get {
        /// Where the item is kept.
        target: Key,
        /// Leave the item out unless its sequence number is higher.
        seq: Option<i64>,
    },
    /// Keep an item (BEP 44).
    Put(Put<'a>),
    /// Some of the torrents that the node has peers of (BEP 51).
    SampleInfohashes {
        /// The answer has nodes close to this place, as that to `find_node`.
        target: NodeId,
    },
    /// A method that this crate does not know.
    Unknown {
        /// The method.
        name: &'a [u8],
        /// The argument `target` or, without that, `info_hash`: a query that has either can be answered as `find_node`
        /// is, so that new methods travel through old nodes.
        target: Option<NodeId>,
    },
}

/// An item to be kept (BEP 44, "put message").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Put<'a> {
    /// Of an earlier answer of the same node.
    pub token: &'a [u8],
    /// The value, bencoded; canonical if it was decoded.
    pub value: &'a [u8],
    /// What a mutable item has besides.
    pub mutable: Option<PutMutable<'a>>,
    /// Where the item is kept. BEP 44 does without, since it follows from the item; some nodes refuse a put that does
    /// not have it.
    pub target: Option<Key>,
}

/// What makes an item mutable (BEP 44, "Mutable Items").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PutMutable<'a> {
    /// The Ed25519 public key of who may change it.
    pub public_key: &'a [u8; 32],
    /// Tells the items of one key apart; empty if there is none. Of any length: who stores it checks that.
    pub salt: &'a [u8],
    /// The number of this version.
    pub seq: i64,
    /// The Ed25519 signature over salt, number and value.
    pub signature: &'a [u8; 64],
    /// Keep it only over the version with this number ("compare and swap").
    pub cas: Option<i64>,
}

impl<'a> Query<'a> {
    /// A query that wants nodes of the family it travels over.
    pub fn new(sender: NodeId, call: Call<'a>) -> Query<'a> {
        Query {
            sender,
            want: Want::default(),
            call,
        }
    }

    /// The same with these families wanted.
    pub fn want(mut self, want: Want) -> Query<'a> {
        self.want = want;
        self
    }
}

impl Call<'_> {
    /// The method as it is called on the wire.
    pub fn name(&self) -> &[u8] {
        match self {
            Call::Ping => b"ping",
            Call::FindNode { .. } => b"find_node",
            Call::GetPeers { .. } => b"get_peers",
            Call::AnnouncePeer { .. } => b"announce_peer",
            Call::Get { .. } => b"get",
            Call::Put(_) => b"put",
            Call::SampleInfohashes { .. } => b"sample_infohashes",
            Call::Unknown { name, .. } => name,
        }
    }
}

impl<'a> Put<'a> {
    /// An immutable item.
    pub fn immutable(token: &'a [u8], value: &'a [u8]) -> Put<'a> {
        Put {
            token,
            value,
            mutable: None,
            target: None,
        }
    }

    /// A mutable item.
    pub fn mutable(token: &'a [u8], value: &'a [u8], mutable: PutMutable<'a>) -> Put<'a> {
        Put {
            mutable: Some(mutable),
            ..Put::immutable(token, value)
        }
    }
}

impl<'a> PutMutable<'a> {
    /// Without salt and whatever is kept already.
    pub fn new(public_key: &'a [u8; 32], seq: i64, signature: &'a [u8; 64]) -> PutMutable<'a> {
        PutMutable {
            public_key,
            salt: &[],
            seq,
            signature,
            cas: None,
        }
    }
}
