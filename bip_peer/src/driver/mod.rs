#![allow(
    clippy::disallowed_methods,
    reason = "the driver is where the core is given its clock"
)]

mod budget;
mod buffers;
mod config;
mod error;
mod events;
mod manager;
mod task;

pub use config::PeerManagerConfig;
pub use error::{AddPeerError, SendError};
pub use events::PeerEvents;
pub use manager::{PeerInfo, PeerManager};
