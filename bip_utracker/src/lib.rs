#![doc = include_str!("../README.md")]

mod client;
mod config;
#[cfg(feature = "tokio")]
mod driver;
mod error;
mod event;
mod family;
mod limits;
mod server;
mod wire;

#[cfg(feature = "tokio")]
pub use driver::{TrackerClient, TrackerServer};

pub use config::{TrackerClientConfig, TrackerServerConfig};

pub use client::{AnnounceRequest, AnnounceResponse, ScrapeResponse};
pub use error::{AnnounceError, ErrorMessage, MalformedAnswer, ScrapeError};
pub use family::Family;
pub use wire::{AnnounceEvent, ScrapeEntry};

pub use client::TrackerClientCore;
pub use event::{RequestId, TrackerClientEvent, Transmit};

pub use server::{ServerStats, TrackerServerCore};

pub use wire::{
    AnnounceOption, AnnounceOptions, AnnouncePacket, CompactPeers, DecodeError, InfoHashes,
    RequestPacket, ResponsePacket, ScrapeEntries, ScrapePacket,
};

pub use limits::{
    CONNECTION_ID_ACCEPTANCE, CONNECTION_ID_LIFETIME, FIRST_TIMEOUT, MAX_ANSWER_LENGTH,
    MAX_BACKOFF_EXPONENT, MAX_ERROR_MESSAGE_LENGTH, MAX_INTERVAL, MAX_SCRAPE_HASHES,
    MAX_URL_DATA_LENGTH, MIN_INTERVAL,
};
