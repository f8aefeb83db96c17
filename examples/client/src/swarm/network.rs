use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bip_handshake::{
    CompleteMessage, Direction, Extension, Extensions, HandshakeEvent, HandshakeEvents, Handshaker,
    HandshakerConfig, InitiateMessage, PeerId,
};
use bip_metainfo::InfoHash;
use bip_peer::{
    PeerCommand, PeerEvent, PeerEvents, PeerInfo, PeerKey, PeerManager, PeerManagerConfig,
    SessionConfig,
};
use bip_select::{Candidates, CandidatesConfig, Source};
use bip_utracker::{TrackerClient, TrackerClientConfig};
use tokio::sync::mpsc;
use tokio::time::sleep_until;

use super::announcer::{Announcer, Identity, Notice, Totals, look_up};
use super::discovery::{Discovery, Found};
use super::error::SwarmError;
use super::options::SwarmOptions;
use crate::event::Event;
use crate::output::{Output, chain};
use crate::stop::Stop;

/// Peers of one torrent at a time; more cost memory and bring no speed.
const PEER_CAPACITY: usize = 60;
/// Attempts to connect at one time.
const MAX_DIALING: usize = 30;
/// The pause after the first failure to reach a peer; it doubles with each further one.
const FIRST_BACKOFF: Duration = Duration::from_secs(2);
/// Peers remembered after they have gone, and of those that are banned.
const PAST_PEERS: usize = 256;
/// Events taken from the peers at once.
pub(super) const PEER_EVENT_BATCH: usize = 512;

/// A connected peer, as the composition knows it.
#[derive(Debug)]
pub(super) struct Peer {
    pub(super) address: SocketAddr,
    pub(super) peer_id: PeerId,
    pub(super) client: String,
    /// They want something of ours.
    pub(super) interested: bool,
    /// We have told them that we want something of theirs.
    pub(super) wanted: bool,
    /// They serve us.
    pub(super) serves_us: bool,
    /// Requests the session has room for and got none for.
    pub(super) hungry: usize,
    /// It has a node of the DHT, and we have not told it of ours.
    pub(super) awaits_node: bool,
    /// It has told of its node.
    pub(super) told_node: bool,
    pub(super) connected_at: Instant,
    /// Since when it owes us a block.
    pub(super) unanswered_since: Option<Instant>,
}

/// Everything of one torrent that talks to others: handshakes, peers, trackers, and who is to be dialled next.
pub(super) struct Network {
    handshaker: Handshaker,
    handshakes: HandshakeEvents,
    pub(super) manager: PeerManager,
    events: PeerEvents,
    trackers: TrackerClient,
    announcer: Option<Announcer>,
    notices: Option<mpsc::Receiver<Notice>>,
    discovery: Option<Discovery>,
    pub(super) candidates: Candidates,
    pub(super) peers: HashMap<PeerKey, Peer>,
    /// Peers that have gone, since a piece of theirs may still turn out wrong.
    past: VecDeque<(PeerKey, SocketAddr, String)>,
    /// Peers that sent wrong data.
    banned: VecDeque<PeerId>,
    /// The torrent's, from [`Network::open`] on.
    info_hash: Option<[u8; 20]>,
    stop: Stop,
}

/// What has happened on the network.
pub(super) enum Happening {
    Handshake(HandshakeEvent),
    /// The peers' events lie in the batch.
    Peers,
    Notice(Notice),
    Dht(Found),
    DialDue,
    StopAsked,
    /// The named part has ended by itself, which it never should.
    Lost(&'static str),
}

impl Network {
    /// Binds the listener and starts the drivers. Nobody is dialled and no inbound hash accepted before [`Network::open`].
    pub(super) fn start(
        options: &SwarmOptions,
        stop: Stop,
        output: &mut Output,
    ) -> Result<Network, SwarmError> {
        let peer_id = PeerId::azureus(*b"bp", *b"0200", rand::random());
        let extensions = Extensions::new().with(Extension::ExtensionProtocol);
        let config = HandshakerConfig::default()
            .listen_addr(options.listen)
            .peer_id(peer_id)
            .extensions(match options.dht {
                Some(_) => extensions.with(Extension::Dht),
                None => extensions,
            });
        let (handshaker, handshakes) =
            Handshaker::start(config).map_err(|source| SwarmError::Listen {
                address: options.listen,
                source,
            })?;
        if let Some(address) = handshaker.local_addr() {
            output.tell(&Event::Listening { address });
        }
        let listen = handshaker.local_addr().unwrap_or(options.listen);
        let discovery = start_discovery(options, listen, output);
        let candidates = CandidatesConfig::default()
            .max_dialing(MAX_DIALING)
            .max_connected(PEER_CAPACITY)
            .min_backoff(FIRST_BACKOFF);
        let (manager, events) =
            PeerManager::start(PeerManagerConfig::default().max_peers(PEER_CAPACITY));
        let trackers = TrackerClient::start(TrackerClientConfig::default().max_attempts(2))
            .map_err(|source| SwarmError::TrackerSocket { source })?;
        Ok(Network {
            handshaker,
            handshakes,
            manager,
            events,
            trackers,
            announcer: None,
            notices: None,
            discovery,
            candidates: Candidates::new(candidates, rand::random()),
            peers: HashMap::new(),
            past: VecDeque::new(),
            banned: VecDeque::new(),
            info_hash: None,
            stop,
        })
    }

    /// Begins to meet peers: accepts the torrent's hash, announces it, and looks up the peers named by the user.
    pub(super) async fn open(
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
    pub(super) async fn follow(
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

    /// Waits until the user asks for the end. Cancel-safe.
    pub(super) async fn stop_asked(&mut self) {
        self.stop.asked().await;
    }

    /// Waits for the next thing to happen; peers' events are appended to `batch`. Cancel-safe.
    pub(super) async fn next(&mut self, batch: &mut Vec<(PeerKey, PeerEvent)>) -> Happening {
        let dial = self.candidates.poll_timeout();
        let notice = async {
            match &mut self.notices {
                Some(notices) => notices.recv().await,
                None => std::future::pending().await,
            }
        };
        let found = async {
            match &mut self.discovery {
                Some(discovery) => discovery.next().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = self.stop.asked() => Happening::StopAsked,
            count = self.events.recv_many(batch, PEER_EVENT_BATCH) => match count {
                0 => Happening::Lost("the peer manager"),
                _ => Happening::Peers,
            },
            event = self.handshakes.next() => match event {
                Some(event) => Happening::Handshake(event),
                None => Happening::Lost("the handshaker"),
            },
            notice = notice => match notice {
                Some(notice) => Happening::Notice(notice),
                None => Happening::Lost("the announcer"),
            },
            found = found => Happening::Dht(found),
            () = sleep_until_some(dial) => Happening::DialDue,
        }
    }

    /// Dials whom the candidates name, as long as there is room.
    pub(super) fn dial(&mut self) {
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

    fn add_candidate(&mut self, address: SocketAddr, source: Source) {
        // A refusal is the everyday case: a tracker names the same peers again and again.
        let _ = self.candidates.add(address, source);
    }

    /// Takes what a tracker said.
    pub(super) fn on_notice(&mut self, notice: Notice, output: &mut Output) {
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
    pub(super) fn on_dht(&mut self, found: Found, output: &mut Output) {
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
    pub(super) async fn tell_node(&mut self, key: PeerKey) {
        let port = self.discovery.as_ref().and_then(Discovery::port);
        if let (Some(port), Some(peer)) = (port, self.peers.get_mut(&key))
            && std::mem::take(&mut peer.awaits_node)
        {
            self.send(key, PeerCommand::Port(port)).await;
        }
    }

    /// Ends our node: the torrent turned out to be private.
    pub(super) async fn leave_dht(&mut self) {
        if let Some(discovery) = self.discovery.take() {
            discovery.close().await;
        }
    }

    /// Takes the end of a handshake; a good one becomes a peer with `session`, whose key is returned.
    pub(super) fn on_handshake(
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
    pub(super) fn on_ended(
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
    pub(super) fn note(&mut self, key: PeerKey, event: &PeerEvent) {
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
    pub(super) fn name_of(&self, key: PeerKey) -> Option<(SocketAddr, String)> {
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
    pub(super) fn ban(&mut self, key: PeerKey) {
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

    /// Hands a command to a peer; one that has just gone needs no commands.
    pub(super) async fn send(&self, key: PeerKey, command: PeerCommand) {
        let _ = self.manager.send(key, command).await;
    }

    pub(super) fn update_totals(&self, totals: Totals) {
        if let Some(announcer) = &self.announcer {
            announcer.update(totals);
        }
    }

    /// Says goodbye to the tracker and closes every connection.
    pub(super) async fn close(mut self) {
        // The announcer may be waiting to tell something that nobody takes any more.
        drop(self.notices.take());
        if let Some(announcer) = self.announcer.take() {
            announcer.stop().await;
        }
        self.leave_dht().await;
        self.handshaker.close().await;
        self.manager.close().await;
        self.trackers.close().await;
    }
}

impl Peer {
    fn new(address: SocketAddr, peer_id: PeerId, client: String, now: Instant) -> Peer {
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

/// Without the DHT, trackers and the user may still know peers.
fn start_discovery(
    options: &SwarmOptions,
    listen: SocketAddr,
    output: &mut Output,
) -> Option<Discovery> {
    match Discovery::start(options.dht.as_ref()?, listen) {
        Ok(discovery) => discovery,
        Err(error) => {
            let text = format!("the DHT cannot be used: {error}");
            output.tell(&Event::Warning { text });
            None
        }
    }
}

pub(super) async fn sleep_until_some(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline.into()).await,
        None => std::future::pending().await,
    }
}
