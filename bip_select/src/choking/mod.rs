//! Whom to upload to.

mod choker;
mod config;
mod facts;

pub use choker::Choker;
pub use config::ChokerConfig;
pub use facts::{ChokeChanges, PeerFacts, Phase};
