#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod address;
#[cfg(feature = "blocking")]
pub mod blocking;
mod bloom;
mod budget;
mod clock;
mod config;
mod core;
#[cfg(feature = "tokio")]
mod driver;
mod error;
mod estimate;
mod event;
mod external_address;
mod family;
#[cfg(any(feature = "tokio", feature = "blocking"))]
mod front;
mod item;
mod key;
mod krpc;
mod limits;
mod lookup;
mod names;
mod node_id;
mod operation;
mod rpc;
mod security;
pub mod sim;
mod storage;
mod table;

#[cfg(all(feature = "tokio", feature = "ed25519"))]
pub use driver::TorrentUpdates;
#[cfg(feature = "tokio")]
pub use driver::{MainlineDht, NodeEvents, Peers, Rendezvous, Republishing, SharedSocket, Testnet};
#[cfg(all(any(feature = "tokio", feature = "blocking"), feature = "ed25519"))]
pub use front::TorrentUpdate;
#[cfg(any(feature = "tokio", feature = "blocking"))]
pub use front::{Announced, DhtBuilder, DhtError, NodeEvent, Pong, Stored};

pub use key::Key;
pub use node_id::{Distance, NodeId};

#[cfg(feature = "tracing")]
pub use config::TraceDetail;
pub use config::{DhtConfig, Role};
pub use core::{DhtCore, DhtStats};
pub use error::{BeginError, OperationError};
pub use event::{DhtEvent, Status, Transmit};
pub use family::Family;
pub use operation::{
    AnnouncePort, LeaseId, LookupReport, OperationId, Outcome, Sample, SwarmEstimate,
};
pub use table::RestoreError;

pub use item::{ItemError, TorrentPointer};
#[cfg(feature = "ed25519")]
pub use item::{MutableItem, SecretKey};

pub use bloom::BloomFilter;
pub use krpc::{
    Body, Call, DecodeError, DecodeErrorKind, ErrorCode, ErrorMessage, Message, MessageDecoder,
    NodeInfo, Nodes, Put, PutMutable, Query, Response, Samples, Values, Want,
};

#[cfg(all(any(feature = "tokio", feature = "blocking"), feature = "ed25519"))]
pub use front::limits::MAX_CHANGES;
#[cfg(feature = "tokio")]
pub use front::limits::MAX_WAITING_DATAGRAMS;
#[cfg(any(feature = "tokio", feature = "blocking"))]
pub use front::limits::{MAX_DATAGRAM_LENGTH, MAX_WAITING_NEWS, MAX_WAITING_PEERS, ROUTERS};
#[cfg(feature = "ed25519")]
pub use limits::MIN_FOLLOW_INTERVAL;
pub use limits::{
    DEFAULT_OPERATIONS, MAX_ANSWER_LENGTH, MAX_GATEWAYS, MAX_MESSAGE_DEPTH, MAX_MESSAGE_TOKENS,
    MAX_OPERATIONS, MAX_SALT_LENGTH, MAX_SAVED_LENGTH, MAX_TRANSACTION_LENGTH, MAX_VALUE_LENGTH,
};
