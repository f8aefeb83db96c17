mod meeting;
mod peer;
mod sources;

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bip_handshake::{
    Extension, Extensions, HandshakeEvent, HandshakeEvents, Handshaker, HandshakerConfig, PeerId,
};
use bip_peer::{PeerCommand, PeerEvent, PeerEvents, PeerKey, PeerManager, PeerManagerConfig};
use bip_select::{Candidates, CandidatesConfig};
use bip_utracker::{TrackerClient, TrackerClientConfig};
use tokio::sync::mpsc;
use tokio::time::sleep_until;

use super::announcer::{Announcer, Notice};
use super::discovery::{Discovery, Found};
use super::error::SwarmError;
use super::options::SwarmOptions;
use crate::event::Event;
use crate::output::Output;
use crate::stop::Stop;
use peer::Peer;

/// Peers of one torrent at a time; more cost memory and bring no speed.
const PEER_CAPACITY: usize = 60;
/// Attempts to connect at one time.
const MAX_DIALING: usize = 30;
/// The pause after the first failure to reach a peer; it doubles with each further one.
const FIRST_BACKOFF: Duration = Duration::from_secs(2);
/// Events taken from the peers at once.
pub(super) const PEER_EVENT_BATCH: usize = 512;

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

    /// Hands a command to a peer; one that has just gone needs no commands.
    pub(super) async fn send(&self, key: PeerKey, command: PeerCommand) {
        let _ = self.manager.send(key, command).await;
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
