#![doc = include_str!("../README.md")]

mod block;
mod config;
mod error;
mod event;
mod extension;
mod key;
pub mod limits;
mod metadata;
mod rate;
mod session;
mod size;
mod stats;
mod wire;

#[cfg(feature = "tokio")]
mod driver;

pub use block::{Block, BlockRequest};
pub use config::SessionConfig;
pub use error::{Severity, Violation};
pub use event::{EndReason, LostReason, PeerCommand, PeerEnd, PeerEvent};
pub use extension::{ExtendedHandshake, MetadataFrame, MetadataMessage};
pub use key::PeerKey;
pub use metadata::{MetadataDownload, MetadataEvent, MetadataLimits};
pub use session::Session;
pub use size::TorrentSize;
pub use stats::PeerStats;
pub use wire::{FrameDecoder, Message};

#[cfg(feature = "tokio")]
pub use driver::{AddPeerError, PeerEvents, PeerInfo, PeerManager, PeerManagerConfig, SendError};

/// Name of the metadata extension (BEP 9).
pub const UT_METADATA: &str = "ut_metadata";
