//! Sockets and timers on tokio; what is decided is decided in the core.
#![allow(
    clippy::disallowed_methods,
    reason = "the driver gives the core its clock"
)]

mod dht;
mod items;
mod peers;
mod rendezvous;
mod republishing;
mod resolve;
mod shared_socket;
mod socket;
mod task;
mod testnet;
#[cfg(feature = "ed25519")]
mod torrent_updates;

pub use dht::MainlineDht;
pub use peers::{NodeEvents, Peers};
pub use rendezvous::Rendezvous;
pub use republishing::Republishing;
pub use shared_socket::SharedSocket;
pub use testnet::Testnet;
#[cfg(feature = "ed25519")]
pub use torrent_updates::TorrentUpdates;

/// tokio's clock, so that paused time in tests is honoured.
fn now() -> std::time::Instant {
    tokio::time::Instant::now().into_std()
}
