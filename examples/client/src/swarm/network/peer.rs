use std::net::SocketAddr;
use std::time::Instant;

use bip_handshake::PeerId;

/// A connected peer, as the composition knows it.
#[derive(Debug)]
pub(in crate::swarm) struct Peer {
    pub(in crate::swarm) address: SocketAddr,
    pub(in crate::swarm) peer_id: PeerId,
    pub(in crate::swarm) client: String,
    /// They want something of ours.
    pub(in crate::swarm) interested: bool,
    /// We have told them that we want something of theirs.
    pub(in crate::swarm) wanted: bool,
    /// They serve us.
    pub(in crate::swarm) serves_us: bool,
    /// Requests the session has room for and got none for.
    pub(in crate::swarm) hungry: usize,
    /// It has a node of the DHT, and we have not told it of ours.
    pub(in crate::swarm) awaits_node: bool,
    /// It has told of its node.
    pub(in crate::swarm) told_node: bool,
    pub(in crate::swarm) connected_at: Instant,
    /// Since when it owes us a block.
    pub(in crate::swarm) unanswered_since: Option<Instant>,
}

impl Peer {
    pub(super) fn new(address: SocketAddr, peer_id: PeerId, client: String, now: Instant) -> Peer {
        Peer {
            address,
            peer_id,
            client,
            interested: false,
            wanted: false,
            serves_us: false,
            hungry: 0,
            awaits_node: false,
            told_node: false,
            connected_at: now,
            unanswered_since: None,
        }
    }
}
