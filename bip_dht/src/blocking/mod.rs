//! The node for programs without an async runtime: the same core and the same commands, on plain threads.
//!
//! ```no_run
//! use std::time::Duration;
//! use bip_dht::{DhtBuilder, Key};
//!
//! let dht = DhtBuilder::new().start_blocking()?;
//! let mut room = dht.rendezvous(Key::of_name("room"), 4000)?;
//! while let Some(peer) = room.next_within(Duration::from_secs(60)) {
//!     println!("{peer}");
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
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
#[cfg(feature = "ed25519")]
mod torrent_updates;
mod wait;
mod worker;

pub use dht::MainlineDht;
pub use peers::Peers;
pub use rendezvous::Rendezvous;
pub use republishing::Republishing;
#[cfg(feature = "ed25519")]
pub use torrent_updates::TorrentUpdates;

fn now() -> std::time::Instant {
    std::time::Instant::now()
}
