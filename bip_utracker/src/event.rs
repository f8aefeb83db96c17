use std::net::SocketAddr;

use crate::client::{AnnounceResponse, ScrapeResponse};
use crate::error::{AnnounceError, ScrapeError};

/// Names one request of a [`TrackerClientCore`](crate::TrackerClientCore); never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId(pub(crate) u64);

/// The end of a request. Each request that the core accepted ends in exactly one event, unless it was cancelled.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TrackerClientEvent {
    /// An announce ended.
    Announced {
        /// What `announce` returned.
        id: RequestId,
        /// The tracker's answer, or why there is none.
        result: Result<AnnounceResponse, AnnounceError>,
    },
    /// A scrape ended.
    Scraped {
        /// What `scrape` returned.
        id: RequestId,
        /// The tracker's answer, or why there is none.
        result: Result<ScrapeResponse, ScrapeError>,
    },
}

/// Where the datagram goes that `poll_transmit` has written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Transmit {
    /// The tracker's address.
    pub destination: SocketAddr,
}
