//! The client core: requests ([`pending`]) that share connection ids ([`connection`]), routed by [`core`].

mod announce;
mod connection;
mod core;
mod pending;
mod scrape;

pub use self::core::TrackerClientCore;
pub use announce::{AnnounceRequest, AnnounceResponse};
pub use scrape::ScrapeResponse;
