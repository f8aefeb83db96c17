//! Cores under a clock that the tests put forward, and answers of a tracker that they write.
#![allow(dead_code, reason = "each test file uses its part")]

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bip_utracker::{
    AnnounceRequest, CompactPeers, Family, RequestId, RequestPacket, ResponsePacket,
    TrackerClientConfig, TrackerClientCore, TrackerClientEvent,
};

pub(crate) const TRACKER: &str = "192.0.2.1:6969";

#[allow(
    clippy::disallowed_methods,
    reason = "some instant has to be the first; all others are reckoned from it"
)]
pub(crate) fn first_instant() -> Instant {
    Instant::now()
}

pub(crate) fn address(text: &str) -> SocketAddr {
    text.parse().expect("an address")
}

pub(crate) fn announce_of(info_hash: u8) -> AnnounceRequest {
    AnnounceRequest::new([info_hash; 20], *b"-XX0001-abcdefghijkl", 6881)
}

/// A client core with its clock. Tests speak in seconds since it began.
pub(crate) struct Client {
    pub(crate) core: TrackerClientCore,
    start: Instant,
    now: Instant,
}

/// A datagram that the client sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sent {
    pub(crate) to: SocketAddr,
    pub(crate) bytes: Vec<u8>,
}

impl Client {
    pub(crate) fn new(config: TrackerClientConfig) -> Client {
        let start = first_instant();
        Client {
            core: TrackerClientCore::new(config, [42; 32]),
            start,
            now: start,
        }
    }

    /// Puts the clock forward to `second`, with every timeout on the way, and says what was sent when.
    pub(crate) fn run_until(&mut self, second: u64) -> Vec<(u64, Sent)> {
        let end = self.start + Duration::from_secs(second);
        let mut sent = Vec::new();
        loop {
            sent.extend(
                self.sent()
                    .into_iter()
                    .map(|datagram| (self.second(), datagram)),
            );
            match self.core.poll_timeout() {
                Some(timeout) if timeout <= end => {
                    self.now = self.now.max(timeout);
                    self.core.handle_timeout(self.now);
                }
                _ => break,
            }
        }
        self.now = end;
        sent
    }

    pub(crate) fn second(&self) -> u64 {
        self.now.duration_since(self.start).as_secs()
    }

    pub(crate) fn announce(&mut self, tracker: &str) -> RequestId {
        self.core
            .announce(self.now, address(tracker), announce_of(1))
            .expect("room for a request")
    }

    pub(crate) fn scrape(&mut self, tracker: &str, info_hashes: &[[u8; 20]]) -> RequestId {
        self.core
            .scrape(self.now, address(tracker), info_hashes)
            .expect("room for a request")
    }

    pub(crate) fn try_announce(
        &mut self,
        tracker: &str,
        request: AnnounceRequest,
    ) -> Result<RequestId, bip_utracker::AnnounceError> {
        self.core.announce(self.now, address(tracker), request)
    }

    pub(crate) fn receive(&mut self, from: &str, bytes: &[u8]) {
        self.core.handle_input(self.now, address(from), bytes);
    }

    /// Everything the client has to send now.
    pub(crate) fn sent(&mut self) -> Vec<Sent> {
        let mut sent = Vec::new();
        let mut bytes = Vec::new();
        while let Some(transmit) = self.core.poll_transmit(&mut bytes) {
            sent.push(Sent {
                to: transmit.destination,
                bytes: bytes.clone(),
            });
        }
        sent
    }

    /// The only datagram the client has to send now.
    pub(crate) fn sent_one(&mut self) -> Sent {
        let mut sent = self.sent();
        assert_eq!(sent.len(), 1, "one datagram expected: {sent:?}");
        sent.remove(0)
    }

    pub(crate) fn event(&mut self) -> Option<TrackerClientEvent> {
        self.core.poll_event()
    }

    /// Lets a connect request through: the next datagram is the one that waited for it.
    pub(crate) fn connect(&mut self, tracker: &str, connection_id: u64) {
        let request = self.sent_one();
        assert_eq!(request.kind(), Kind::Connect);
        self.receive(tracker, &connect_answer(&request, connection_id));
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Connect,
    Announce,
    Scrape,
}

impl Sent {
    pub(crate) fn packet(&self) -> RequestPacket<'_> {
        RequestPacket::decode(&self.bytes).expect("a request")
    }

    pub(crate) fn kind(&self) -> Kind {
        match self.packet() {
            RequestPacket::Connect { .. } => Kind::Connect,
            RequestPacket::Announce(_) => Kind::Announce,
            RequestPacket::Scrape(_) => Kind::Scrape,
            other => panic!("unknown request {other:?}"),
        }
    }

    pub(crate) fn transaction_id(&self) -> u32 {
        u32::from_be_bytes(self.bytes[12..16].try_into().expect("four bytes"))
    }

    pub(crate) fn connection_id(&self) -> u64 {
        u64::from_be_bytes(self.bytes[..8].try_into().expect("eight bytes"))
    }
}

pub(crate) fn encoded(packet: ResponsePacket<'_>) -> Vec<u8> {
    let mut bytes = vec![0; 65_507];
    let length = packet.encode(&mut bytes).expect("room for an answer");
    bytes.truncate(length);
    bytes
}

pub(crate) fn connect_answer(request: &Sent, connection_id: u64) -> Vec<u8> {
    encoded(ResponsePacket::Connect {
        transaction_id: request.transaction_id(),
        connection_id,
    })
}

pub(crate) fn announce_answer(request: &Sent, peers: &[u8]) -> Vec<u8> {
    let family = Family::of(request.to);
    let peers = CompactPeers::new(family, peers);
    let transaction_id = request.transaction_id();
    encoded(ResponsePacket::Announce {
        transaction_id,
        interval: 1800,
        leechers: 3,
        seeders: 4,
        peers,
    })
}

pub(crate) fn error_answer(request: &Sent, message: &str) -> Vec<u8> {
    encoded(ResponsePacket::Error {
        transaction_id: request.transaction_id(),
        message: message.as_bytes(),
    })
}
