use std::net::SocketAddr;

use bip_metainfo::InfoHash;
use bip_peer::{PeerCommand, PeerKey};
use bip_select::Source;

use super::Network;
use crate::event::Event;
use crate::output::{Output, chain};
use crate::swarm::announcer::{Announcer, Identity, Notice, Totals, look_up};
use crate::swarm::discovery::{Discovery, Found};
use crate::swarm::error::SwarmError;

/// From where peers are known: the user, trackers and the DHT.
impl Network {
    /// Begins to meet peers: accepts the torrent's hash, announces it, and looks up the peers named by the user.
    pub(in crate::swarm) async fn open(
        &mut self,
        info_hash: InfoHash,
        named: &[String],
        tiers: Vec<Vec<String>>,
        totals: Totals,
        output: &mut Output,
    ) {
        let info_hash = info_hash.to_bytes();
        self.info_hash = Some(info_hash);
        self.handshaker.register(info_hash);
        for peer in named {
            match look_up(peer).await {
                Ok(addresses) => {
                    for address in addresses {
                        self.add_candidate(address, Source::User);
                    }
                }
                Err(error) => {
                    let (peer, reason) = (peer.clone(), error.to_string());
                    output.tell(&Event::PeerUnknown { peer, reason });
                }
            }
        }
        let port = self.handshaker.discovery_info().port;
        if let Some(discovery) = &mut self.discovery {
            discovery.open(info_hash, port);
        }
        self.announce(info_hash, tiers, totals);
    }

    /// Asks the DHT which torrent is the current one of a publisher (BEP 46, "Consuming content"); nothing when the user
    /// stopped.
    pub(in crate::swarm) async fn follow(
        &mut self,
        public_key: [u8; 32],
        salt: &[u8],
    ) -> Result<Option<InfoHash>, SwarmError> {
        let Some(discovery) = &self.discovery else {
            return Err(SwarmError::PublishedWithoutNodes);
        };
        tokio::select! {
            found = discovery.follow(public_key, salt) => match found {
                Ok(Some(info_hash)) => Ok(Some(InfoHash::from_bytes(info_hash))),
                Ok(None) => Err(SwarmError::PublishedNoTorrent),
                Err(error) => Err(SwarmError::Published { source: Box::new(error) }),
            },
            () = self.stop.asked() => Ok(None),
        }
    }

    fn announce(&mut self, info_hash: [u8; 20], tiers: Vec<Vec<String>>, totals: Totals) {
        if tiers.is_empty() || self.announcer.is_some() {
            return;
        }
        let discovery = self.handshaker.discovery_info();
        let identity = Identity {
            info_hash,
            peer_id: discovery.peer_id.to_bytes(),
            port: discovery.port,
        };
        let (announcer, notices) = Announcer::start(self.trackers.clone(), identity, tiers, totals);
        self.announcer = Some(announcer);
        self.notices = Some(notices);
    }

    fn add_candidate(&mut self, address: SocketAddr, source: Source) {
        // A refusal is the everyday case: a tracker names the same peers again and again.
        let _ = self.candidates.add(address, source);
    }

    /// Takes what a tracker said.
    pub(in crate::swarm) fn on_notice(&mut self, notice: Notice, output: &mut Output) {
        match notice {
            Notice::Answered { tracker, response } => {
                for address in &response.peers {
                    self.add_candidate(*address, Source::Tracker);
                }
                output.tell(&Event::Announced {
                    tracker,
                    peers: response.peers.len(),
                    seeders: response.seeders,
                    leechers: response.leechers,
                });
            }
            Notice::Failed { tracker, reason } => {
                output.tell(&Event::TrackerFailed { tracker, reason })
            }
        }
    }

    /// Takes what the DHT brought.
    pub(in crate::swarm) fn on_dht(&mut self, found: Found, output: &mut Output) {
        match found {
            Found::Peer(address) => {
                self.add_candidate(address, Source::Dht);
                output.tell(&Event::DhtPeer { address });
            }
            Found::Renewal(Ok(announced)) => output.tell(&Event::DhtAnnounced {
                nodes: announced.stored,
            }),
            Found::Renewal(Err(error)) => output.tell(&Event::DhtFailed {
                reason: chain(&error),
            }),
        }
    }

    /// Tells a peer of our node, once, if it has one, too (BEP 5, "BitTorrent protocol extension").
    pub(in crate::swarm) async fn tell_node(&mut self, key: PeerKey) {
        let port = self.discovery.as_ref().and_then(Discovery::port);
        if let (Some(port), Some(peer)) = (port, self.peers.get_mut(&key))
            && std::mem::take(&mut peer.awaits_node)
        {
            self.send(key, PeerCommand::Port(port)).await;
        }
    }

    /// Ends our node: the torrent turned out to be private.
    pub(in crate::swarm) async fn leave_dht(&mut self) {
        if let Some(discovery) = self.discovery.take() {
            discovery.close().await;
        }
    }

    pub(in crate::swarm) fn update_totals(&self, totals: Totals) {
        if let Some(announcer) = &self.announcer {
            announcer.update(totals);
        }
    }
}
