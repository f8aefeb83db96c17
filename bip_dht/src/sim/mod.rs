//! A virtual network of nodes for tests: no sockets, no waiting, and the same course of events for the same seed.
//!
//! A [`Network`] has a clock of its own that runs as fast as the nodes do, addresses all over the internet, and a
//! [`Link`] that delays, loses and repeats datagrams. Nodes are real [`DhtCore`](crate::DhtCore)s. A hundred of them,
//! with an announce and a lookup, take milliseconds:
//!
//! ```
//! use bip_dht::{AnnouncePort, Family, Key, sim::Network};
//!
//! let mut network = Network::new(1);
//! let nodes = network.add_settled_nodes(100);
//! let room = Key::of_name("room");
//! network.perform(nodes[0], |core, now| core.announce(now, room, AnnouncePort::Implied));
//! let found = network.perform(nodes[99], |core, now| core.get_peers(now, room)).unwrap();
//! assert_eq!(found.peers, [network.address(nodes[0], Family::V4).unwrap()]);
//! ```
//!
//! [`add_settled_nodes`](Network::add_settled_nodes) begins in the steady state, with tables as after hours;
//! [`add_nodes`](Network::add_nodes) lets nodes join one another by themselves. Nodes stand behind a [`NatKind`] if
//! their [`NodePlan`] says so, come and go by a [`Churn`], move to
//! other addresses ([`Network::relocate`]), and meet hosts of every kind of [`Malice`]; a test can send
//! any datagram under any address ([`Network::send`]) and read what comes back ([`Network::add_socket`]).
//!
//! What is not modelled: the time that programs take, the width of lines (nothing queues), and routers that translate
//! IPv6.

mod address;
mod agenda;
mod churn;
mod comings;
mod course;
mod finish;
mod host;
mod impostor;
mod link;
mod log;
mod nat;
mod network;
mod places;
mod plan;
mod random;
mod settled;
mod stats;
#[cfg(test)]
mod tests;

pub use churn::Churn;
pub use course::NodeEvent;
pub use finish::Finished;
pub use impostor::Malice;
pub use link::Link;
pub use nat::NatKind;
pub use network::{HostId, Network};
pub use plan::NodePlan;
pub use stats::NetworkStats;
