use std::net::SocketAddr;
use std::time::Instant;

use bip_handshake::{CompleteMessage, Direction, Extension, HandshakeEvent, InitiateMessage};
use bip_peer::{PeerEvent, PeerInfo, PeerKey, SessionConfig};

use super::Network;
use super::peer::Peer;
use crate::event::Event;
use crate::output::{Output, chain};

/// Peers remembered after they have gone, and of those that are banned.
const PAST_PEERS: usize = 256;

/// Whom we meet, and from whom we part.
impl Network {
    /// Dials whom the candidates name, as long as there is room.
    pub(in crate::swarm) fn dial(&mut self) {
        let Some(info_hash) = self.info_hash else {
            return;
        };
        let now = Instant::now();
        while let Some(address) = self.candidates.next(now) {
            // The handshaker has far more places than the candidates give out: it refuses only at its end.
            if self
                .handshaker
                .try_connect(InitiateMessage::new(info_hash, address))
                .is_err()
            {
                self.candidates.on_failed(now, address);
            }
        }
    }

    /// Takes the end of a handshake; a good one becomes a peer with `session`, whose key is returned.
    pub(in crate::swarm) fn on_handshake(
        &mut self,
        event: HandshakeEvent,
        session: impl FnOnce(&CompleteMessage) -> SessionConfig,
        output: &mut Output,
    ) -> Option<PeerKey> {
        match event {
            HandshakeEvent::Complete(complete) => self.add_peer(complete, session, output),
            HandshakeEvent::Failed(failed) => {
                if failed.direction == Direction::Outbound {
                    self.candidates.on_failed(Instant::now(), failed.address);
                }
                output.tell(&Event::PeerFailed {
                    address: failed.address,
                    reason: chain(&failed.error),
                });
                None
            }
            _ => None,
        }
    }

    fn add_peer(
        &mut self,
        complete: CompleteMessage,
        session: impl FnOnce(&CompleteMessage) -> SessionConfig,
        output: &mut Output,
    ) -> Option<PeerKey> {
        let config = session(&complete);
        let CompleteMessage {
            direction,
            address,
            peer_id,
            info_hash,
            extensions,
            stream,
            ..
        } = complete;
        let now = Instant::now();
        // Two connections to one peer help nobody; the older one stays.
        let known = self.peers.values().any(|peer| peer.peer_id == peer_id);
        if known || self.banned.contains(&peer_id) || self.candidates.is_banned(address.ip()) {
            if direction == Direction::Outbound {
                self.candidates.on_failed(now, address);
            }
            return None;
        }
        let info = PeerInfo {
            address,
            peer_id: peer_id.to_bytes(),
            info_hash,
        };
        let key = match self.manager.add_peer(info, config, stream) {
            Ok(key) => key,
            Err(error) => {
                if direction == Direction::Outbound {
                    self.candidates.on_failed(now, address);
                }
                output.tell(&Event::PeerFailed {
                    address,
                    reason: chain(&error),
                });
                return None;
            }
        };
        self.candidates.on_connected(now, address);
        let client = peer_id
            .client()
            .map_or_else(|| "unknown client".to_owned(), |client| client.to_string());
        let way = if direction == Direction::Outbound {
            "by us"
        } else {
            "by them"
        };
        output.tell(&Event::PeerConnected {
            address,
            client: client.clone(),
            direction: way,
        });
        self.peers
            .insert(key, Peer::new(address, peer_id, client, now));
        if let Some(peer) = self.peers.get_mut(&key) {
            peer.awaits_node = extensions.contains(Extension::Dht);
        }
        Some(key)
    }

    /// Forgets a peer whose session has ended.
    pub(in crate::swarm) fn on_ended(
        &mut self,
        key: PeerKey,
        reason: &dyn std::error::Error,
        output: &mut Output,
    ) -> Option<Peer> {
        let peer = self.peers.remove(&key)?;
        self.candidates.on_gone(Instant::now(), peer.address);
        if self.past.len() == PAST_PEERS {
            self.past.pop_front();
        }
        self.past
            .push_back((key, peer.address, peer.client.clone()));
        output.tell(&Event::PeerEnded {
            address: peer.address,
            client: peer.client.clone(),
            reason: chain(reason),
        });
        Some(peer)
    }

    /// Keeps what an event says about a peer's choking and interest.
    pub(in crate::swarm) fn note(&mut self, key: PeerKey, event: &PeerEvent) {
        let Some(peer) = self.peers.get_mut(&key) else {
            return;
        };
        match event {
            PeerEvent::Unchoked => peer.serves_us = true,
            PeerEvent::Choked { .. } => (peer.serves_us, peer.hungry) = (false, 0),
            PeerEvent::Interested => peer.interested = true,
            PeerEvent::NotInterested => peer.interested = false,
            PeerEvent::Wants { count } => peer.hungry = *count,
            // One is enough: whoever tells of many wants us to send datagrams about.
            PeerEvent::Port(port) if !peer.told_node => {
                peer.told_node = true;
                if let Some(discovery) = &self.discovery {
                    discovery.add_node(SocketAddr::new(peer.address.ip(), *port));
                }
            }
            _ => {}
        }
    }

    /// Address and client of a peer, also of one that has gone.
    pub(in crate::swarm) fn name_of(&self, key: PeerKey) -> Option<(SocketAddr, String)> {
        let present = self
            .peers
            .get(&key)
            .map(|peer| (peer.address, peer.client.clone()));
        present.or_else(|| {
            let (_, address, client) = self.past.iter().find(|(past, ..)| *past == key)?;
            Some((*address, client.clone()))
        })
    }

    /// Never speaks to this peer again.
    pub(in crate::swarm) fn ban(&mut self, key: PeerKey) {
        if let Some(peer) = self.peers.get(&key) {
            self.banned.truncate(PAST_PEERS - 1);
            self.banned.push_front(peer.peer_id);
        }
        // On loopback all peers share one address, so that only the peer's id tells it from the others there.
        let address = self.name_of(key).map(|(address, _)| address.ip());
        if let Some(ip) = address.filter(|ip| !ip.is_loopback()) {
            self.candidates.ban(ip);
        }
        self.manager.remove(key);
    }
}
