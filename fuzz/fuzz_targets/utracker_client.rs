//! Whatever datagrams come from wherever, in whatever order with time and commands: each request ends at most once and
//! only if it was begun, requests and events stay within the limit, and in the end everything has ended.

#![no_main]

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bip_utracker::{
    AnnounceRequest, CompactPeers, Family, RequestId, RequestPacket, ResponsePacket, ScrapeEntries,
    TrackerClientConfig, TrackerClientCore, TrackerClientEvent,
};
use libfuzzer_sys::fuzz_target;

const LIMIT: usize = 5;
const ADDRESSES: [([u8; 4], u16); 3] = [
    ([192, 0, 2, 1], 80),
    ([192, 0, 2, 1], 81),
    ([192, 0, 2, 2], 80),
];

fuzz_target!(|data: &[u8]| {
    let config = TrackerClientConfig::default().max_requests(LIMIT);
    let mut fuzz = Fuzz {
        core: TrackerClientCore::new(config, [3; 32]),
        now: Instant::now(),
        begun: BTreeSet::new(),
        last_sent: None,
    };
    let mut rest = data;
    while let [step, argument, behind @ ..] = rest {
        let length = behind.len().min(usize::from(*argument));
        let (payload, next) = match step % 8 {
            0 | 1 => behind.split_at(length),
            _ => behind.split_at(0),
        };
        rest = next;
        fuzz.step(*step, *argument, payload);
        fuzz.drain();
    }
    fuzz.finish();
});

struct Fuzz {
    core: TrackerClientCore,
    now: Instant,
    begun: BTreeSet<RequestId>,
    /// Where the last datagram went, and its bytes.
    last_sent: Option<(SocketAddr, Vec<u8>)>,
}

impl Fuzz {
    fn step(&mut self, step: u8, argument: u8, payload: &[u8]) {
        let address = SocketAddr::from(ADDRESSES[usize::from(argument) % ADDRESSES.len()]);
        match step % 8 {
            0 => self.core.handle_input(self.now, address, payload),
            // The right transaction id, and anything else.
            1 => {
                if let Some((_, sent)) = &self.last_sent {
                    let mut answer = vec![0, 0, 0, step / 8 % 5];
                    answer.extend_from_slice(&sent[12..16]);
                    answer.extend_from_slice(payload);
                    self.core.handle_input(self.now, address, &answer);
                }
            }
            2 => self.answer_well(step / 8),
            3 => {
                let request = AnnounceRequest::new([argument; 20], [1; 20], 1);
                self.begun
                    .extend(self.core.announce(self.now, address, request).ok());
            }
            4 => {
                let hashes = [[argument; 20]; 80];
                let count = usize::from(argument) % 80;
                self.begun
                    .extend(self.core.scrape(self.now, address, &hashes[..count]).ok());
            }
            5 => {
                self.now += Duration::from_secs(u64::from(argument));
                self.core.handle_timeout(self.now);
            }
            6 => {
                if let Some(id) = self.begun.pop_first() {
                    self.core.cancel(id);
                }
            }
            _ if argument == 255 => self.core.close(),
            _ => self.core.handle_unreachable(address),
        }
    }

    /// What an honest tracker would say to the last datagram.
    fn answer_well(&mut self, connection_id: u8) {
        let Some((from, sent)) = &self.last_sent else {
            return;
        };
        let answer = match RequestPacket::decode(sent).expect("what we send is a request") {
            RequestPacket::Connect { transaction_id } => ResponsePacket::Connect {
                transaction_id,
                connection_id: connection_id.into(),
            },
            RequestPacket::Announce(packet) => ResponsePacket::Announce {
                transaction_id: packet.transaction_id,
                interval: 1,
                leechers: 2,
                seeders: 3,
                peers: CompactPeers::new(Family::V4, &[1; 12]),
            },
            RequestPacket::Scrape(packet) => ResponsePacket::Scrape {
                transaction_id: packet.transaction_id,
                entries: ScrapeEntries::new(&[1; 24]),
            },
            other => panic!("unknown request {other:?}"),
        };
        let mut out = [0; 64];
        let length = answer.encode(&mut out).expect("a short answer");
        self.core.handle_input(self.now, *from, &out[..length]);
    }

    fn drain(&mut self) {
        let mut buffer = Vec::new();
        while let Some(transmit) = self.core.poll_transmit(&mut buffer) {
            RequestPacket::decode(&buffer).expect("what we send is a request");
            self.last_sent = Some((transmit.destination, buffer.clone()));
        }
        while let Some(event) = self.core.poll_event() {
            let id = match event {
                TrackerClientEvent::Announced { id, .. } => id,
                TrackerClientEvent::Scraped { id, .. } => id,
                other => panic!("unknown event {other:?}"),
            };
            assert!(self.begun.remove(&id), "ended without being under way");
        }
        assert_eq!(self.core.request_count(), self.begun.len());
        assert!(self.begun.len() <= LIMIT);
        assert_eq!(self.core.poll_timeout().is_some(), !self.begun.is_empty());
    }

    /// Time alone ends everything.
    fn finish(&mut self) {
        while let Some(timeout) = self.core.poll_timeout() {
            self.now = self.now.max(timeout);
            self.core.handle_timeout(self.now);
            self.drain();
        }
        assert!(self.begun.is_empty());
    }
}
