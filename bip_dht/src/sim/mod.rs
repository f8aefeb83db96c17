//! A virtual network of nodes for tests: no sockets, no waiting, and the same course of events for the same seed.

mod address;
mod agenda;
mod finish;
mod host;
mod link;
mod log;
mod nat;
mod network;
mod plan;
mod random;
#[cfg(test)]
mod tests;

pub use finish::Finished;
pub use link::Link;
pub use nat::NatKind;
pub use network::{HostId, Network, NetworkStats, NodeEvent};
pub use plan::NodePlan;
