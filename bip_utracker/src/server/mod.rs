//! The server core: swarms in memory ([`swarms`]), stateless connection ids ([`connection_id`]), routed by [`core`].

mod connection_id;
mod core;
mod siphash;
mod stats;
mod swarm;
mod swarms;

pub use self::core::TrackerServerCore;
pub use stats::ServerStats;
