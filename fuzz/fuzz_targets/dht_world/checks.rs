//! What must hold of everything that a node sends, and of what it keeps.

use std::net::{IpAddr, SocketAddr};

use bip_dht::{Body, MAX_ANSWER_LENGTH, Message, MessageDecoder};

use super::{MAX_OPERATIONS, World};

/// What Ethernet carries in one piece: only the largest items come near it.
const MAX_DATAGRAM: usize = 1472;

/// What a stranger gets at least, and how many times its query.
const LEAST_ROOM: usize = 240;
const FACTOR: usize = 3;

/// A datagram that the node sends.
pub fn sent(to: SocketAddr, datagram: &[u8]) {
    destination(to);
    assert!(!datagram.is_empty());
    assert!(datagram.len() <= MAX_DATAGRAM, "{} bytes", datagram.len());
}

/// Where somebody can be.
pub fn destination(address: SocketAddr) {
    let ip = address.ip();
    assert!(
        address.port() != 0 && !ip.is_unspecified() && !ip.is_multicast(),
        "{address}"
    );
    assert!(
        ip != IpAddr::from([255; 4]) && ip == ip.to_canonical(),
        "{address}"
    );
}

/// What the node says to a datagram.
pub fn answer(asked: &[u8], answer: &Message<'_>, length: usize, is_known: bool) {
    let mut decoder = MessageDecoder::new();
    match decoder.decode(asked) {
        Ok(query) => {
            assert!(
                matches!(query.body, Body::Query(_)),
                "only queries are answered"
            );
            assert_eq!(query.transaction, answer.transaction);
        }
        Err(error) => assert!(error.refusal().is_some()),
    }
    let mut room = (FACTOR * asked.len()).max(LEAST_ROOM);
    let mut most = MAX_ANSWER_LENGTH;
    if let Body::Response(response) = answer.body {
        let value = response.value.map_or(0, <[u8]>::len);
        let signature = response.signature.map_or(0, |_| 136);
        let filters = response.seeds.or(response.downloaders).map_or(0, |_| 532);
        room += value + signature + filters;
        // An item is whole or worth nothing.
        if value > 0 && response.all_nodes().count() == 0 {
            most = MAX_DATAGRAM;
        }
    }
    assert!(length <= most, "{length} bytes");
    assert!(
        is_known || length <= room,
        "{length} bytes to a stranger for {}",
        asked.len()
    );
}

pub fn is_local(ip: IpAddr) -> bool {
    matches!(ip, IpAddr::V4(v4) if v4.is_private())
}

impl World {
    pub(super) fn check_stats(&self) {
        let stats = self.core.stats();
        assert!(stats.leases == self.leases.len() && stats.leases <= MAX_OPERATIONS);
        // One of its own for each family.
        assert!(stats.operations <= MAX_OPERATIONS + 2);
        assert!(
            stats.pending <= (MAX_OPERATIONS + 2) * 200,
            "{} pending",
            stats.pending
        );
        assert!(
            stats.contacts <= 2 * (408 + 24 * 4),
            "{} contacts",
            stats.contacts
        );
        assert!(stats.keys <= 2000 && stats.peers <= 20_000 && stats.items <= 700);
        assert!(stats.nodes_v4 + stats.nodes_v6 <= stats.contacts);
        assert!(stats.memory <= 2 << 20, "{} bytes", stats.memory);
    }
}
