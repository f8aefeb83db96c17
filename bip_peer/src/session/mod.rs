mod alive;
mod commands;
mod messages;
mod output;
mod pieces;
mod requests;
mod uploads;
mod window;

use std::collections::VecDeque;
use std::time::Instant;

use bytes::{Bytes, BytesMut};

use self::alive::Alive;
use self::output::Output;
use self::pieces::{Announced, PeerPieces};
use self::requests::Requests;
use self::uploads::Uploads;
use self::window::Window;
use crate::extension::{MetadataFrame, Names};
use crate::limits::{DEFAULT_PEER_REQQ, MAX_CONTROL_BACKLOG};
use crate::metadata::MetadataServer;
use crate::rate::Meter;
use crate::wire::{FrameDecoder, Message};
use crate::{
    EndReason, ExtendedHandshake, LostReason, PeerCommand, PeerEnd, PeerEvent, PeerStats,
    SessionConfig, TorrentSize,
};

/// Room for events that a session keeps while it has none.
const KEPT_EVENTS: usize = 1024;

/// One connection of the peer protocol, from behind the handshake of BEP 3 to its end. It does no I/O.
///
/// After any `handle_*` or command, drain the polls, then sleep until [`poll_timeout`](Session::poll_timeout) or the next
/// input.
///
/// ```
/// use std::time::Instant;
/// use bip_peer::{BlockRequest, PeerCommand, PeerEvent, Session, SessionConfig};
/// use bytes::{Bytes, BytesMut};
///
/// /// Carries bytes from one session to another until both are quiet; what happened at the second one.
/// fn carry(now: Instant, from: &mut Session, to: &mut Session) -> Vec<PeerEvent> {
///     let mut wire = BytesMut::new();
///     while let Some(bytes) = from.poll_transmit() {
///         wire.extend_from_slice(&bytes);
///     }
///     to.handle_input(now, &mut wire);
///     std::iter::from_fn(|| to.poll_event()).collect()
/// }
///
/// let now = Instant::now();
/// let config = SessionConfig::default().piece_count(1);
/// let (mut seeder, mut leecher) = (Session::new(config.clone(), now), Session::new(config, now));
///
/// seeder.handle_command(now, PeerCommand::Bitfield(Bytes::from_static(&[0x80])));
/// seeder.handle_command(now, PeerCommand::Unchoke);
/// leecher.handle_command(now, PeerCommand::Interested);
/// let told = carry(now, &mut seeder, &mut leecher);
/// assert!(matches!(told[..], [PeerEvent::Bitfield(_), PeerEvent::Unchoked, PeerEvent::Wants { .. }]));
///
/// let block = BlockRequest { piece: 0, begin: 0, length: 3 };
/// leecher.handle_command(now, PeerCommand::Request(vec![block]));
/// let told = carry(now, &mut leecher, &mut seeder);
/// assert_eq!(told, [PeerEvent::Interested, PeerEvent::Serve(block)]);
///
/// seeder.handle_command(now, PeerCommand::Serve { run: block, data: Bytes::from_static(b"abc") });
/// let told = carry(now, &mut seeder, &mut leecher);
/// assert!(matches!(&told[0], PeerEvent::Block(block) if block.data == "abc"));
/// ```
#[derive(Debug)]
pub struct Session {
    config: SessionConfig,
    decoder: FrameDecoder,
    extended: bool,
    size: Option<TorrentSize>,
    choke: ChokeState,
    announced: Announced,
    pieces: PeerPieces,
    requests: Requests,
    window: Window,
    wants: Wants,
    uploads: Uploads,
    alive: Alive,
    names: Names,
    server: MetadataServer,
    /// Pieces of metadata we have asked for.
    metadata_asked: Vec<u32>,
    output: Output,
    events: VecDeque<PeerEvent>,
    counters: Counters,
    /// The latest time told.
    now: Instant,
    ended: bool,
}

/// The four bits of BEP 3.
#[derive(Debug)]
struct ChokeState {
    choking: bool,
    interested: bool,
    peer_choking: bool,
    peer_interested: bool,
}

/// When [`PeerEvent::Wants`] is told: never a second time before the first was answered, since whoever answers late would
/// answer both, and ask for too much.
///
/// ```text
///   Quiet ── read, and few enough are under way ──▶ Told
///     ▲                                              │
///     └────────── a Request command, a choke ────────┘
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wants {
    Quiet,
    Told,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Counters {
    stats: PeerStats,
    down: Meter,
    up: Meter,
}

impl Counters {
    /// The figures at a time, the rates faded accordingly.
    pub(crate) fn stats(&self, now: Instant) -> PeerStats {
        PeerStats {
            download_rate_bytes_per_s: self.down.bytes_per_s(now),
            upload_rate_bytes_per_s: self.up.bytes_per_s(now),
            ..self.stats
        }
    }
}

impl Session {
    /// A session that begins now: both sides choking and not interested. Our bitfield and our extended handshake wait to
    /// be sent.
    pub fn new(config: SessionConfig, now: Instant) -> Session {
        let reqq = DEFAULT_PEER_REQQ;
        let meter = Meter::new(now);
        let mut session = Session {
            decoder: FrameDecoder::new(config.max_extended_length),
            extended: config.peer_reserved[5] & 0x10 != 0,
            size: config.torrent_size,
            choke: ChokeState {
                choking: true,
                interested: false,
                peer_choking: true,
                peer_interested: false,
            },
            announced: Announced::default(),
            pieces: PeerPieces::new(config.piece_count),
            requests: Requests::new(now, config.request_timeout),
            window: Window::new(now, config.min_outstanding, config.max_outstanding, reqq),
            wants: Wants::Quiet,
            uploads: Uploads::new(config.max_upload_queue),
            alive: Alive::new(now, config.keep_alive_interval, config.inactivity_timeout),
            names: Names::new(&config.extensions),
            server: MetadataServer::default(),
            metadata_asked: Vec::new(),
            output: Output::default(),
            events: VecDeque::new(),
            counters: Counters {
                stats: PeerStats::default(),
                down: meter,
                up: meter,
            },
            now,
            ended: false,
            config,
        };
        session.open();
        session
    }

    /// Takes the whole messages off the front of `input`; what is left is the beginning of a message, to which more is
    /// added before the next call. Payloads in events are slices of `input`'s memory.
    pub fn handle_input(&mut self, now: Instant, input: &mut BytesMut) {
        self.now = now;
        self.alive.on_heard(now);
        while !self.ended {
            let decoded = self.decoder.decode(input);
            match decoded.and_then(|message| {
                message
                    .map(|message| self.on_message(now, message))
                    .transpose()
            }) {
                Ok(Some(())) => {}
                Ok(None) => break,
                Err(violation) => self.handle_end(now, EndReason::Violation(violation)),
            }
        }
        self.tell_wants();
        self.settle(now);
    }

    /// Does what its time has come for; see [`poll_timeout`](Session::poll_timeout).
    pub fn handle_timeout(&mut self, now: Instant) {
        self.now = now;
        if self.alive.is_dead(now) {
            self.handle_end(now, EndReason::TimedOut);
        }
        if self.ended {
            return;
        }
        if !self.alive.is_paused()
            && let Some(lost) = self.requests.handle_timeout(now)
        {
            if lost.snubbed {
                self.window.on_snubbed(now);
            }
            self.events.push_back(PeerEvent::Lost {
                requests: lost.requests,
                reason: LostReason::TimedOut,
            });
            self.tell_wants();
        }
        if self.alive.is_keep_alive_due(now) {
            self.output.push(Message::KeepAlive);
        }
        self.settle(now);
    }

    /// Does what we are told.
    pub fn handle_command(&mut self, now: Instant, command: PeerCommand) {
        self.now = now;
        if self.ended {
            return;
        }
        if let Err(violation) = self.on_command(now, command) {
            self.handle_end(now, EndReason::Violation(violation));
        }
        self.settle(now);
    }

    /// The input is not being read from now on, because events are not taken: silence is not the peer's fault.
    pub fn handle_pause(&mut self) {
        self.alive.pause();
    }

    /// The input is being read again.
    pub fn handle_resume(&mut self, now: Instant) {
        self.now = now;
        self.alive.resume(now);
        self.requests.forgive(now);
    }

    /// The connection is over. The last event says so; a second call changes nothing.
    pub fn handle_end(&mut self, now: Instant, reason: EndReason) {
        if self.ended {
            return;
        }
        self.ended = true;
        let stats = self.stats(now);
        self.output.clear();
        self.events
            .push_back(PeerEvent::Ended(Box::new(PeerEnd { reason, stats })));
    }

    /// The next bytes to send, in order. Several calls give segments to be written at once: heads and small messages
    /// gathered, each block's data by itself, not copied.
    pub fn poll_transmit(&mut self) -> Option<Bytes> {
        if self.ended {
            return None;
        }
        if self.output.control_len() == 0 && !self.server.is_idle() {
            self.answer_metadata();
        }
        let segment = self.output.poll()?;
        if segment.block_bytes > 0 {
            self.counters.stats.uploaded += segment.block_bytes as u64;
            self.counters.up.add(self.now, segment.block_bytes);
            self.give_out_runs();
        }
        Some(segment.bytes)
    }

    /// The next event.
    pub fn poll_event(&mut self) -> Option<PeerEvent> {
        let event = self.events.pop_front();
        if event.is_none() && self.events.capacity() > KEPT_EVENTS {
            // One read full of tiny messages must not cost its memory for ever.
            self.events = VecDeque::new();
        }
        event
    }

    /// When [`handle_timeout`](Session::handle_timeout) is due; `None` once the session is over.
    pub fn poll_timeout(&self) -> Option<Instant> {
        if self.ended {
            return None;
        }
        let alive = self.alive.poll_timeout();
        let requests = self
            .requests
            .poll_timeout()
            .filter(|_| !self.alive.is_paused());
        Some(requests.map_or(alive, |requests| requests.min(alive)))
    }

    /// How many bytes are missing from the message that `input` begins with: what a read buffer needs room for, at least.
    pub fn missing(&self, input: &[u8]) -> usize {
        self.decoder.missing(input)
    }

    /// The figures.
    pub fn stats(&self, now: Instant) -> PeerStats {
        self.counters().stats(now)
    }

    pub(crate) fn counters(&self) -> Counters {
        let mut counters = self.counters;
        counters.stats.outstanding = self.requests.len();
        counters.stats.window = self.window.size();
        counters.stats.upload_queue = self.uploads.len();
        counters
    }

    fn open(&mut self) {
        let bitfield = std::mem::take(&mut self.config.bitfield);
        self.announce_all(bitfield);
        if let Some(metadata) = self.config.metadata.take() {
            self.serve_metadata(metadata);
        }
        if self.extended {
            self.send_extended_handshake();
        }
    }

    fn send_extended_handshake(&mut self) {
        let handshake = ExtendedHandshake {
            extensions: self
                .names
                .ours()
                .map(|(name, id)| (name.to_owned(), id))
                .collect(),
            client: self.config.client.as_deref().map(str::to_owned),
            port: self.config.listen_port,
            reqq: Some(self.config.max_upload_queue),
            metadata_size: self.server.size(),
            your_ip: self.config.peer_ip,
            ..ExtendedHandshake::default()
        };
        self.output.push(Message::Extended {
            id: 0,
            payload: handshake.encode().into(),
        });
    }

    fn answer_metadata(&mut self) {
        let Some(answer) = self.server.next_answer() else {
            return;
        };
        if let Some(id) = self.names.id_for_peer(crate::UT_METADATA) {
            let payload = MetadataFrame::Answer(answer).encode();
            self.output.push(Message::Extended { id, payload });
        }
    }

    /// What follows from whatever has just happened.
    fn settle(&mut self, now: Instant) {
        if self.ended {
            return;
        }
        if self.output.control_len() > MAX_CONTROL_BACKLOG {
            self.handle_end(now, EndReason::Stalled);
            return;
        }
        self.give_out_runs();
        if !self.output.is_empty() || !self.server.is_idle() {
            self.alive.on_spoke(now);
        }
    }

    fn give_out_runs(&mut self) {
        while let Some(run) = self.uploads.next_run(self.output.backlog()) {
            self.events.push_back(PeerEvent::Serve(run));
        }
    }

    fn tell_wants(&mut self) {
        if self.ended {
            return;
        }
        let (outstanding, window) = (self.requests.len(), self.window.size());
        let able = self.choke.interested && !self.choke.peer_choking;
        let due = self.wants == Wants::Quiet && outstanding <= self.window.refill_at();
        if able && due {
            self.wants = Wants::Told;
            self.events.push_back(PeerEvent::Wants {
                count: window - outstanding,
            });
        }
    }
}
