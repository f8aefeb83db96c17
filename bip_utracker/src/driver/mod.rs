//! Sockets, timers and seeds on tokio; what is decided is decided in the cores.
#![allow(
    clippy::disallowed_methods,
    reason = "the driver gives the cores their clock and their seed"
)]

mod client;
mod client_task;
mod server;
mod socket;

pub use client::TrackerClient;
pub use server::TrackerServer;

/// A seed from the system's random source.
fn seed() -> [u8; 32] {
    rand::random()
}

/// tokio's clock, so that paused time in tests is honoured.
fn now() -> std::time::Instant {
    tokio::time::Instant::now().into_std()
}
