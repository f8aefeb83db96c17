use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::connection_id::ConnectionIds;
use super::stats::ServerStats;
use super::swarms::{Bounds, Full, Swarms};
use crate::config::TrackerServerConfig;
use crate::family::{Family, canonical};
use crate::limits::{MAX_ANSWER_LENGTH, MAX_SCRAPE_HASHES};
use crate::wire::{
    AnnounceEvent, AnnouncePacket, CompactPeers, RequestPacket, ResponsePacket, ScrapeEntries,
    ScrapeEntry, ScrapePacket,
};

/// How often expired peers of swarms that nobody asks for are dropped.
const SWEEP_INTERVAL: Duration = Duration::from_secs(60);

const FULL: &[u8] = b"tracker is full";

/// A tracker without I/O: takes one datagram, answers in place. It has no events and no timeout.
///
/// Before a client has shown a connection id that was sent to its own address, it gets nothing but the answer to a connect
/// request, which is no longer than the request: a forged sender's address brings nobody more than it cost (BEP 15, "UDP
/// connections / spoofing"). Peers are known by the address their datagrams come from and the port they announce; each
/// family has its own swarms.
pub struct TrackerServerCore {
    config: TrackerServerConfig,
    ids: ConnectionIds,
    rng: StdRng,
    v4: Swarms<6>,
    v6: Swarms<18>,
    started: Option<Instant>,
    swept: Option<Instant>,
    stats: ServerStats,
}

impl TrackerServerCore {
    /// An empty tracker. Its connection ids and its choice of peers follow from `seed`, which has to be secret.
    pub fn new(config: TrackerServerConfig, seed: [u8; 32]) -> TrackerServerCore {
        let mut rng = StdRng::from_seed(seed);
        let bounds = Bounds {
            max_torrents: config.max_torrents,
            max_peers: config.max_peers,
            lifetime: u32::try_from(config.peer_lifetime.as_secs()).unwrap_or(u32::MAX),
        };
        TrackerServerCore {
            ids: ConnectionIds::new([rng.next_u64(), rng.next_u64()]),
            rng,
            v4: Swarms::new(bounds),
            v6: Swarms::new(bounds),
            started: None,
            swept: None,
            stats: ServerStats::default(),
            config,
        }
    }

    /// Answers `datagram`, which came from `from`: writes the answer to the front of `out` and returns its length, or 0 for
    /// silence. Never writes more than [`MAX_ANSWER_LENGTH`] bytes; where `out` is shorter than that, the answer has fewer
    /// peers or torrents, or is none.
    pub fn answer(
        &mut self,
        now: Instant,
        from: SocketAddr,
        datagram: &[u8],
        out: &mut [u8],
    ) -> usize {
        let room = out.len().min(MAX_ANSWER_LENGTH);
        let length = self
            .try_answer(now, canonical(from), datagram, &mut out[..room])
            .unwrap_or(0);
        if length == 0 {
            self.stats.ignored += 1;
        }
        length
    }

    /// What it holds and has done.
    pub fn stats(&self) -> ServerStats {
        ServerStats {
            torrents_v4: self.v4.torrent_count(),
            torrents_v6: self.v6.torrent_count(),
            peers_v4: self.v4.peer_count(),
            peers_v6: self.v6.peer_count(),
            ..self.stats
        }
    }

    fn try_answer(
        &mut self,
        now: Instant,
        from: SocketAddr,
        datagram: &[u8],
        out: &mut [u8],
    ) -> Option<usize> {
        if from.port() == 0 || from.ip().is_unspecified() || from.ip().is_multicast() {
            return None;
        }
        let second = self.second(now);
        match RequestPacket::decode(datagram).ok()? {
            RequestPacket::Connect { transaction_id } => {
                let connection_id = self.ids.issue(from.ip(), second);
                let length = ResponsePacket::Connect {
                    transaction_id,
                    connection_id,
                }
                .encode(out)?;
                self.stats.connects += 1;
                Some(length)
            }
            RequestPacket::Announce(packet)
                if self.ids.accepts(packet.connection_id, from.ip(), second) =>
            {
                self.sweep(now, second as u32);
                self.answer_announce(from.ip(), &packet, second as u32, out)
            }
            RequestPacket::Scrape(packet)
                if self.ids.accepts(packet.connection_id, from.ip(), second) =>
            {
                self.sweep(now, second as u32);
                self.answer_scrape(Family::of(from), &packet, second as u32, out)
            }
            _ => None,
        }
    }

    fn answer_announce(
        &mut self,
        from: IpAddr,
        packet: &AnnouncePacket<'_>,
        now: u32,
        out: &mut [u8],
    ) -> Option<usize> {
        let count = match usize::try_from(packet.num_want) {
            _ if packet.event == AnnounceEvent::Stopped => 0,
            Ok(wanted) => wanted.min(self.config.max_num_want),
            Err(_) => self.config.default_num_want.min(self.config.max_num_want),
        };
        let start = self.rng.next_u32() as usize;
        // The head is written last, because it tells how many peers there are.
        let head_length = self
            .announce_head(packet.transaction_id, ScrapeEntry::default())
            .encode(out)?;
        let peers = out.get_mut(head_length..)?;
        let taken = match from {
            IpAddr::V4(ip) => exchange(
                &mut self.v4,
                packet,
                endpoint(&ip.octets(), packet.port),
                (now, count, start),
                peers,
            ),
            IpAddr::V6(ip) => exchange(
                &mut self.v6,
                packet,
                endpoint(&ip.octets(), packet.port),
                (now, count, start),
                peers,
            ),
        };
        match taken {
            Ok((entry, peers_length)) => {
                self.announce_head(packet.transaction_id, entry)
                    .encode(out)?;
                self.stats.announces += 1;
                Some(head_length + peers_length)
            }
            Err(Full) => {
                self.stats.refused += 1;
                let transaction_id = packet.transaction_id;
                ResponsePacket::Error {
                    transaction_id,
                    message: FULL,
                }
                .encode(out)
            }
        }
    }

    fn announce_head(&self, transaction_id: u32, entry: ScrapeEntry) -> ResponsePacket<'static> {
        ResponsePacket::Announce {
            transaction_id,
            interval: self.config.interval.as_secs() as u32,
            leechers: entry.leechers,
            seeders: entry.seeders,
            peers: CompactPeers::new(Family::V4, &[]),
        }
    }

    /// The first 74 hashes are answered, in their order.
    fn answer_scrape(
        &mut self,
        family: Family,
        packet: &ScrapePacket<'_>,
        now: u32,
        out: &mut [u8],
    ) -> Option<usize> {
        let transaction_id = packet.transaction_id;
        let head = ResponsePacket::Scrape {
            transaction_id,
            entries: ScrapeEntries::new(&[]),
        };
        let mut length = head.encode(out)?;
        let places = out.get_mut(length..)?.chunks_exact_mut(ScrapeEntry::LENGTH);
        for (hash, place) in packet
            .info_hashes
            .iter()
            .take(MAX_SCRAPE_HASHES)
            .zip(places)
        {
            let entry = match family {
                Family::V4 => self.v4.entry(&hash, now),
                Family::V6 => self.v6.entry(&hash, now),
            };
            place.copy_from_slice(&entry.encode());
            length += ScrapeEntry::LENGTH;
        }
        self.stats.scrapes += 1;
        Some(length)
    }

    /// Whole seconds since the first datagram.
    fn second(&mut self, now: Instant) -> u64 {
        now.saturating_duration_since(*self.started.get_or_insert(now))
            .as_secs()
    }

    fn sweep(&mut self, now: Instant, second: u32) {
        if now.saturating_duration_since(*self.swept.get_or_insert(now)) >= SWEEP_INTERVAL {
            self.swept = Some(now);
            self.v4.sweep(second);
            self.v6.sweep(second);
        }
    }
}

/// Takes an announce in and writes peers for it: the swarm's numbers, and the bytes written.
fn exchange<const LENGTH: usize>(
    swarms: &mut Swarms<LENGTH>,
    packet: &AnnouncePacket<'_>,
    endpoint: [u8; LENGTH],
    (now, count, start): (u32, usize, usize),
    out: &mut [u8],
) -> Result<(ScrapeEntry, usize), Full> {
    swarms.announce(packet, endpoint, now)?;
    let entry = swarms.entry(&packet.info_hash, now);
    Ok((entry, swarms.select(packet, &endpoint, count, start, out)))
}

/// An address and a port as they go over the wire.
fn endpoint<const LENGTH: usize>(octets: &[u8], port: u16) -> [u8; LENGTH] {
    let mut endpoint = [0; LENGTH];
    let (address, tail) = endpoint.split_at_mut(octets.len());
    address.copy_from_slice(octets);
    tail.copy_from_slice(&port.to_be_bytes());
    endpoint
}

impl fmt::Debug for TrackerServerCore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The key of the connection ids is not shown.
        f.debug_struct("TrackerServerCore")
            .field("config", &self.config)
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}
