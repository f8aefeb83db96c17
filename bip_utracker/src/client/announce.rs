use std::net::SocketAddr;
use std::time::Duration;

use crate::error::AnnounceError;
use crate::limits::{MAX_INTERVAL, MAX_URL_DATA_LENGTH, MIN_INTERVAL};
use crate::wire::{
    AnnounceEvent, AnnounceOptions, AnnouncePacket, CompactPeers, RequestPacket, encode_url_data,
};

/// What to tell a tracker about one torrent (BEP 15, "Announce").
///
/// By default nothing was downloaded or uploaded, an unknown amount (`i64::MAX`) is left, and the tracker chooses how
/// many peers it gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnnounceRequest {
    info_hash: [u8; 20],
    peer_id: [u8; 20],
    port: u16,
    downloaded: u64,
    left: u64,
    uploaded: u64,
    event: AnnounceEvent,
    key: Option<u32>,
    num_want: i32,
    url_data: Option<Vec<u8>>,
}

impl AnnounceRequest {
    /// Announces the torrent `info_hash` as `peer_id`, who takes connections on the TCP port `port`; with port 0 a client
    /// that takes none gets peers without being given to others.
    pub fn new(info_hash: [u8; 20], peer_id: [u8; 20], port: u16) -> AnnounceRequest {
        AnnounceRequest {
            info_hash,
            peer_id,
            port,
            downloaded: 0,
            left: i64::MAX as u64,
            uploaded: 0,
            event: AnnounceEvent::None,
            key: None,
            num_want: -1,
            url_data: None,
        }
    }

    /// Bytes downloaded since `Started`.
    pub fn downloaded(mut self, bytes: u64) -> AnnounceRequest {
        self.downloaded = bytes;
        self
    }

    /// Bytes still to download; 0 for a seeder.
    pub fn left(mut self, bytes: u64) -> AnnounceRequest {
        self.left = bytes;
        self
    }

    /// Bytes uploaded since `Started`.
    pub fn uploaded(mut self, bytes: u64) -> AnnounceRequest {
        self.uploaded = bytes;
        self
    }

    /// Why it is announced.
    pub fn event(mut self, event: AnnounceEvent) -> AnnounceRequest {
        self.event = event;
        self
    }

    /// Another key than the client's own.
    pub fn key(mut self, key: u32) -> AnnounceRequest {
        self.key = Some(key);
        self
    }

    /// How many peers are wanted; -1 leaves it to the tracker.
    pub fn num_want(mut self, peers: i32) -> AnnounceRequest {
        self.num_want = peers;
        self
    }

    /// Path and query of the tracker's URL, sent as BEP 41 option; at most [`MAX_URL_DATA_LENGTH`] bytes.
    pub fn url_data(mut self, path_and_query: impl Into<Vec<u8>>) -> AnnounceRequest {
        self.url_data = Some(path_and_query.into());
        self
    }

    pub(crate) fn check(&self) -> Result<(), AnnounceError> {
        match self.url_data.as_ref().map_or(0, Vec::len) {
            length if length > MAX_URL_DATA_LENGTH => Err(AnnounceError::UrlDataTooLong { length }),
            _ => Ok(()),
        }
    }

    pub(crate) fn encode(
        &self,
        connection_id: u64,
        transaction_id: u32,
        key: u32,
        out: &mut Vec<u8>,
    ) {
        let packet = AnnouncePacket {
            connection_id,
            transaction_id,
            info_hash: self.info_hash,
            peer_id: self.peer_id,
            downloaded: self.downloaded,
            left: self.left,
            uploaded: self.uploaded,
            event: self.event,
            key: self.key.unwrap_or(key),
            num_want: self.num_want,
            port: self.port,
            options: AnnounceOptions::default(),
        };
        RequestPacket::Announce(packet).encode(out);
        if let Some(url_data) = &self.url_data {
            encode_url_data(url_data, out);
        }
    }
}

/// What a tracker told about a swarm.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AnnounceResponse {
    /// How long to wait before the next announce, between [`MIN_INTERVAL`] and [`MAX_INTERVAL`].
    pub interval: Duration,
    /// Peers that still download.
    pub leechers: u32,
    /// Peers that have everything.
    pub seeders: u32,
    /// Where to find some of them, in the tracker's order, all of the tracker's family, none with port 0. What the
    /// tracker gives is not to be trusted: it may name any address, also one's own.
    pub peers: Vec<SocketAddr>,
}

impl AnnounceResponse {
    pub(crate) fn new(
        interval: u32,
        leechers: u32,
        seeders: u32,
        peers: CompactPeers<'_>,
    ) -> AnnounceResponse {
        AnnounceResponse {
            interval: Duration::from_secs(u64::from(interval)).clamp(MIN_INTERVAL, MAX_INTERVAL),
            leechers,
            seeders,
            peers: peers.iter().filter(|peer| peer.port() != 0).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::family::Family;

    #[test]
    fn path_and_query_are_refused_one_byte_past_the_limit() {
        let request =
            |length| AnnounceRequest::new([1; 20], [2; 20], 1).url_data(vec![b'/'; length]);
        assert_eq!(request(MAX_URL_DATA_LENGTH).check(), Ok(()));
        let length = MAX_URL_DATA_LENGTH + 1;
        assert_eq!(
            request(length).check(),
            Err(AnnounceError::UrlDataTooLong { length })
        );
    }

    #[test]
    fn the_interval_stays_within_its_bounds() {
        let interval = |seconds| {
            AnnounceResponse::new(seconds, 0, 0, CompactPeers::new(Family::V4, &[])).interval
        };
        for (sent, told) in [
            (0, 1),
            (1, 1),
            (1800, 1800),
            (86_400, 86_400),
            (86_401, 86_400),
            (u32::MAX, 86_400),
        ] {
            assert_eq!(interval(sent), Duration::from_secs(told));
        }
    }

    #[test]
    fn peers_with_port_zero_are_left_out() {
        let peers = CompactPeers::new(Family::V4, b"\x01\x02\x03\x04\0\0\x01\x02\x03\x04\0\x01");
        let expect: Vec<SocketAddr> = vec!["1.2.3.4:1".parse().unwrap()];
        assert_eq!(AnnounceResponse::new(1, 0, 0, peers).peers, expect);
    }
}
