use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};

use bip_dht::Key;

use super::attacker::{Answer, Attacker};
use super::crowd::Crowd;
use super::ground::{self, ONLOOKERS};
use super::target::{Node, Target};

/// A node with neighbours, and who attacks it.
pub(crate) struct Scene {
    node: Node,
    id_length: usize,
    _crowd: Crowd,
}

impl Scene {
    pub(crate) fn set(target: &Target) -> Scene {
        let crowd = Crowd::start();
        Scene {
            node: (target.start)(crowd.first()),
            id_length: target.id_length,
            _crowd: crowd,
        }
    }

    /// Somebody at one of the addresses that attacks come from.
    pub(crate) fn attacker(&self, network: u8, host: u8) -> Attacker {
        self.somebody(ground::attacker(network, host))
    }

    /// Somebody in a network of his own that no attack comes from: below [`ONLOOKERS`].
    pub(crate) fn onlooker(&self, number: u8) -> Attacker {
        self.somebody(ground::onlooker(number))
    }

    fn somebody(&self, ip: Ipv4Addr) -> Attacker {
        Attacker::new(ip, self.node.address, self.id_length)
    }

    /// A bencoded transaction id that the node reads.
    pub(crate) fn transaction(&self) -> String {
        format!("{}:{}", self.id_length, "a".repeat(self.id_length))
    }

    /// All peers that the node hands out at this key, asked by so many that chance leaves out none.
    pub(crate) fn peers(&self, key: Key) -> Vec<SocketAddr> {
        let answers = (0..ONLOOKERS).filter_map(|number| self.onlooker(number).get_peers(key));
        let mut peers: Vec<SocketAddr> = answers.flat_map(|answer: Answer| answer.peers).collect();
        peers.sort();
        peers.dedup();
        peers
    }

    /// Whether the node hands out this peer.
    pub(crate) fn has(&self, key: Key, peer: SocketAddrV4) -> bool {
        self.peers(key).contains(&SocketAddr::V4(peer))
    }
}
