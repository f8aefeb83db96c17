use std::collections::VecDeque;
use std::net::SocketAddr;

use crate::front::limits::MAX_WAITING_PEERS;

/// Peers that nobody has taken yet. What comes while it is full is dropped and counted.
#[derive(Debug, Default)]
pub(super) struct PeerQueue {
    peers: VecDeque<SocketAddr>,
    dropped: u64,
}

impl PeerQueue {
    pub(super) fn push(&mut self, peers: Vec<SocketAddr>) {
        for peer in peers {
            if self.peers.len() < MAX_WAITING_PEERS {
                self.peers.push_back(peer);
            } else {
                self.dropped += 1;
            }
        }
    }

    pub(super) fn pop(&mut self) -> Option<SocketAddr> {
        self.peers.pop_front()
    }

    pub(super) fn dropped(&self) -> u64 {
        self.dropped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_peer_more_than_there_is_room_for_is_dropped_and_counted() {
        let peers = |count: usize| {
            (0..count)
                .map(|port| SocketAddr::from(([192, 0, 2, 1], port as u16)))
                .collect::<Vec<_>>()
        };
        let mut queue = PeerQueue::default();
        queue.push(peers(MAX_WAITING_PEERS));
        assert_eq!(queue.dropped(), 0);
        queue.push(peers(1));
        assert_eq!(queue.dropped(), 1);
        assert_eq!(
            std::iter::from_fn(|| queue.pop()).count(),
            MAX_WAITING_PEERS
        );
    }
}
