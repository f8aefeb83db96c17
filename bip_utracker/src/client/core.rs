use std::collections::VecDeque;
use std::fmt;
use std::net::SocketAddr;
use std::time::Instant;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::announce::{AnnounceRequest, AnnounceResponse};
use super::connection::{Connections, Join};
use super::pending::{Body, Pending, PendingRequests, Reconnect};
use super::scrape::ScrapeRequest;
use crate::config::TrackerClientConfig;
use crate::error::{AnnounceError, ErrorMessage, Failure, MalformedAnswer, ScrapeError};
use crate::event::{RequestId, TrackerClientEvent, Transmit};
use crate::family::{Family, canonical};
use crate::wire::{RequestPacket, ResponsePacket, decode_transaction_id};

/// A tracker client without I/O: many requests to many trackers, over one socket for each address family.
///
/// After any `handle_*` or command, drain the polls, then sleep until `poll_timeout` or the next input.
///
/// Requests to one tracker share its connection id, which is renewed when it is 60 s old (BEP 15, "UDP connections /
/// spoofing"). A request is repeated after `15 * 2^n` seconds, n counting its repetitions (BEP 15, "Time outs"), with a
/// connect request first if the id has grown too old meanwhile; n begins anew when a connect request was answered. An answer counts only if it comes from the address that was asked and
/// bears the transaction id of the request; anything else is as if it had never come.
pub struct TrackerClientCore {
    config: TrackerClientConfig,
    key: u32,
    rng: StdRng,
    pending: PendingRequests,
    connections: Connections,
    outgoing: VecDeque<Outgoing>,
    events: VecDeque<TrackerClientEvent>,
    closed: bool,
}

/// What stands in the queue of datagrams; encoded when it is polled, and skipped if it has become pointless.
#[derive(Clone, Copy, Debug)]
enum Outgoing {
    Connect(SocketAddr),
    Request(RequestId),
}

impl TrackerClientCore {
    /// A client that draws its transaction ids, and its key if the configuration gives none, from `seed`. The seed has to
    /// be secret and fresh: who knows it can forge answers.
    pub fn new(config: TrackerClientConfig, seed: [u8; 32]) -> TrackerClientCore {
        let mut rng = StdRng::from_seed(seed);
        let drawn = rng.next_u32();
        TrackerClientCore {
            key: config.key.unwrap_or(drawn),
            rng,
            pending: PendingRequests::default(),
            connections: Connections::new(config.max_requests, config.first_timeout),
            outgoing: VecDeque::new(),
            events: VecDeque::new(),
            closed: false,
            config,
        }
    }

    /// Begins an announce to `tracker`; an [`Announced`](TrackerClientEvent::Announced) event will end it.
    ///
    /// # Errors
    /// `UrlDataTooLong`, `FamilyUnavailable`, `TooManyRequests` and `Closed`; then nothing has begun.
    pub fn announce(
        &mut self,
        now: Instant,
        tracker: SocketAddr,
        request: AnnounceRequest,
    ) -> Result<RequestId, AnnounceError> {
        request.check()?;
        Ok(self.begin(now, tracker, Body::Announce(request))?)
    }

    /// Begins a scrape of 1 to [`MAX_SCRAPE_HASHES`](crate::MAX_SCRAPE_HASHES) torrents; a
    /// [`Scraped`](TrackerClientEvent::Scraped) event will end it.
    ///
    /// # Errors
    /// `HashCount`, `FamilyUnavailable`, `TooManyRequests` and `Closed`; then nothing has begun.
    pub fn scrape(
        &mut self,
        now: Instant,
        tracker: SocketAddr,
        info_hashes: &[[u8; 20]],
    ) -> Result<RequestId, ScrapeError> {
        let request = ScrapeRequest::new(info_hashes)?;
        Ok(self.begin(now, tracker, Body::Scrape(request))?)
    }

    /// Forgets a request: it is not sent again, its answer is ignored, and no event will tell of it. Nothing happens if it
    /// has ended already; an event that stands in the queue stays there.
    pub fn cancel(&mut self, id: RequestId) {
        if let Some(pending) = self.pending.remove(id) {
            self.connections.leave(pending.tracker, id);
        }
    }

    /// Ends all requests with `Closed`; from now on every new one is refused with it.
    pub fn close(&mut self) {
        self.closed = true;
        self.fail_all(self.pending.ids(), &Failure::Closed);
        self.connections.clear();
        self.outgoing.clear();
    }

    /// Ends all requests to `tracker` with `Unreachable`: the system refused to send there.
    pub fn handle_unreachable(&mut self, tracker: SocketAddr) {
        let tracker = canonical(tracker);
        self.connections.remove(tracker);
        self.fail_all(self.pending.ids_of(tracker), &Failure::Unreachable);
    }

    /// Takes a datagram that came from `from`. What answers no request is ignored.
    pub fn handle_input(&mut self, now: Instant, from: SocketAddr, datagram: &[u8]) {
        let from = canonical(from);
        let Some(transaction_id) = decode_transaction_id(datagram) else {
            return;
        };
        let packet = ResponsePacket::decode(Family::of(from), datagram);
        let packet = packet.map_err(|error| Failure::Malformed(error.into()));
        if self.connections.is_answer(from, transaction_id) {
            self.handle_connect_answer(now, from, packet);
        } else if let Some(id) = self.pending.find(from, transaction_id) {
            self.handle_request_answer(now, id, packet);
        }
    }

    /// Repeats or ends the requests that are due.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some(id) = self.pending.first_due(now) {
            let Some(pending) = self.pending.get_mut(id) else {
                return;
            };
            pending.attempts += 1;
            pending.backoff += 1;
            let attempts = pending.attempts;
            if attempts >= self.config.max_attempts {
                self.fail(id, Failure::TimedOut { attempts });
            } else {
                self.send(now, id);
            }
        }
    }

    /// Writes the next datagram into `buf`, which is cleared before, and says where it goes.
    pub fn poll_transmit(&mut self, buf: &mut Vec<u8>) -> Option<Transmit> {
        buf.clear();
        while let Some(outgoing) = self.outgoing.pop_front() {
            let destination = match outgoing {
                Outgoing::Connect(tracker) => self.encode_connect(tracker, buf),
                Outgoing::Request(id) => self.encode_request(id, buf),
            };
            if let Some(destination) = destination {
                return Some(Transmit { destination });
            }
        }
        None
    }

    /// The next end of a request.
    pub fn poll_event(&mut self) -> Option<TrackerClientEvent> {
        self.events.pop_front()
    }

    /// When `handle_timeout` has something to do.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.pending.next_due()
    }

    /// How many requests are under way.
    pub fn request_count(&self) -> usize {
        self.pending.len()
    }

    fn begin(
        &mut self,
        now: Instant,
        tracker: SocketAddr,
        body: Body,
    ) -> Result<RequestId, Failure> {
        let tracker = canonical(tracker);
        let family = Family::of(tracker);
        let limit = self.config.max_requests;
        if self.closed {
            return Err(Failure::Closed);
        }
        if !self.config.has_family(family) {
            return Err(Failure::FamilyUnavailable(family));
        }
        // Events that nobody took yet count too, so that their queue is bounded as well.
        if self.pending.len() + self.events.len() >= limit {
            return Err(Failure::TooManyRequests { limit });
        }
        let transaction_id = self.draw_transaction_id();
        let id = self.pending.insert(now, tracker, body, transaction_id);
        self.send(now, id);
        Ok(id)
    }

    /// Queues the request, or the connect request it needs first, and sets when to try again.
    fn send(&mut self, now: Instant, id: RequestId) {
        let transaction_id = self.draw_transaction_id();
        let Some(pending) = self.pending.get_mut(id) else {
            return;
        };
        let (tracker, backoff) = (pending.tracker, pending.backoff);
        pending.connection_id = self.connections.usable(tracker, now);
        if pending.connection_id.is_some() {
            if !std::mem::replace(&mut pending.queued, true) {
                self.outgoing.push_back(Outgoing::Request(id));
            }
        } else if self.connections.join(tracker, id, now, transaction_id) == Join::Send {
            self.outgoing.push_back(Outgoing::Connect(tracker));
        }
        self.pending.set_due(id, now + self.config.timeout(backoff));
    }

    fn handle_connect_answer(
        &mut self,
        now: Instant,
        tracker: SocketAddr,
        packet: Result<ResponsePacket<'_>, Failure>,
    ) {
        let failure = match packet {
            Ok(ResponsePacket::Connect { connection_id, .. }) => {
                for id in self.connections.connected(tracker, connection_id, now) {
                    if let Some(pending) = self.pending.get_mut(id) {
                        pending.backoff = 0;
                    }
                    self.send(now, id);
                }
                return;
            }
            Ok(ResponsePacket::Error { message, .. }) => {
                Failure::Tracker(ErrorMessage::new(message))
            }
            Ok(_) => Failure::Malformed(MalformedAnswer::WrongAction),
            Err(failure) => failure,
        };
        let waiting = self.connections.remove(tracker);
        self.fail_all(waiting, &failure);
    }

    fn handle_request_answer(
        &mut self,
        now: Instant,
        id: RequestId,
        packet: Result<ResponsePacket<'_>, Failure>,
    ) {
        let Some(pending) = self.pending.get_mut(id) else {
            return;
        };
        let event = match (&pending.body, packet) {
            (
                Body::Announce(_),
                Ok(ResponsePacket::Announce {
                    interval,
                    leechers,
                    seeders,
                    peers,
                    ..
                }),
            ) => {
                let response = AnnounceResponse::new(interval, leechers, seeders, peers);
                TrackerClientEvent::Announced {
                    id,
                    result: Ok(response),
                }
            }
            (Body::Scrape(request), Ok(ResponsePacket::Scrape { entries, .. })) => {
                TrackerClientEvent::Scraped {
                    id,
                    result: Ok(request.answer(entries)),
                }
            }
            (_, Ok(ResponsePacket::Error { message, .. })) => {
                return self.handle_refusal(now, id, ErrorMessage::new(message));
            }
            (_, Ok(_)) => return self.fail(id, Failure::Malformed(MalformedAnswer::WrongAction)),
            (_, Err(failure)) => return self.fail(id, failure),
        };
        self.remove(id);
        self.events.push_back(event);
    }

    /// A tracker that does not know the connection id is asked for a new one, once for each request.
    fn handle_refusal(&mut self, now: Instant, id: RequestId, message: ErrorMessage) {
        let Some(pending) = self.pending.get_mut(id) else {
            return;
        };
        match pending.connection_id {
            Some(rejected)
                if pending.reconnect == Reconnect::Allowed && message.is_about_connection_id() =>
            {
                pending.reconnect = Reconnect::Spent;
                self.connections.reject(pending.tracker, rejected);
                self.send(now, id);
            }
            _ => self.fail(id, Failure::Tracker(message)),
        }
    }

    fn fail_all(&mut self, ids: impl IntoIterator<Item = RequestId>, failure: &Failure) {
        for id in ids {
            self.fail(id, failure.clone());
        }
    }

    fn fail(&mut self, id: RequestId, failure: Failure) {
        let event = match self.remove(id).map(|pending| pending.body) {
            Some(Body::Announce(_)) => TrackerClientEvent::Announced {
                id,
                result: Err(failure.into()),
            },
            Some(Body::Scrape(_)) => TrackerClientEvent::Scraped {
                id,
                result: Err(failure.into()),
            },
            None => return,
        };
        self.events.push_back(event);
    }

    fn remove(&mut self, id: RequestId) -> Option<Pending> {
        let pending = self.pending.remove(id)?;
        self.connections.leave(pending.tracker, id);
        Some(pending)
    }

    fn encode_connect(&mut self, tracker: SocketAddr, buf: &mut Vec<u8>) -> Option<SocketAddr> {
        let transaction_id = self.connections.take_queued(tracker)?;
        RequestPacket::Connect { transaction_id }.encode(buf);
        Some(tracker)
    }

    fn encode_request(&mut self, id: RequestId, buf: &mut Vec<u8>) -> Option<SocketAddr> {
        let pending = self.pending.get_mut(id)?;
        pending.queued = false;
        // Without an id it waits for one again and will be queued anew.
        let connection_id = pending.connection_id?;
        match &pending.body {
            Body::Announce(request) => {
                request.encode(connection_id, pending.transaction_id, self.key, buf)
            }
            Body::Scrape(request) => request.encode(connection_id, pending.transaction_id, buf),
        }
        Some(pending.tracker)
    }

    /// Ids are drawn, not counted, because whoever guesses one can forge an answer.
    fn draw_transaction_id(&mut self) -> u32 {
        loop {
            let drawn = self.rng.next_u32();
            if !self.pending.has_transaction(drawn) {
                return drawn;
            }
        }
    }
}

impl fmt::Debug for TrackerClientCore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Neither the generator nor the transaction ids are shown: who reads them in a log can forge answers.
        f.debug_struct("TrackerClientCore")
            .field("config", &self.config)
            .field("requests", &self.pending.len())
            .field("closed", &self.closed)
            .finish_non_exhaustive()
    }
}
