//! Which address to dial next.

mod config;
mod entry;
mod pool;
mod source;

pub use config::CandidatesConfig;
pub use pool::Candidates;
pub use source::{Refusal, Source};
