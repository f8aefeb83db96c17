//! Tables filled from outside, for networks of the [`sim`](crate::sim) that begin in the steady state.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::DhtCore;
use crate::family::Family;
use crate::krpc::NodeInfo;
use crate::node_id::NodeId;

impl DhtCore {
    /// Takes a node into the table as if it had answered a query of ours now, and us for one who has found the network.
    /// The node must be none that the table has, and on no host that it has.
    pub(crate) fn insert_verified(
        &mut self,
        now: Instant,
        id: NodeId,
        address: SocketAddr,
        rtt: Duration,
    ) {
        if let Some(network) = self.networks.of_mut(Family::of(address)) {
            network.on_answer(now);
            network.on_searched(now, 1, 1);
            let node = NodeInfo { id, address };
            network.table.insert_verified(now, node, rtt);
            self.rtt.sample(rtt);
        }
    }

    /// Spreads what the table does evenly over time, as it is after hours: `phase` draws which part of the time until the
    /// next ping or lookup has passed, 0 to 1. The node is older than any such time.
    pub(crate) fn spread_upkeep(
        &mut self,
        now: Instant,
        family: Family,
        phase: impl FnMut() -> f64,
    ) {
        if let Some(network) = self.networks.of_mut(family) {
            network.table.spread(now, phase);
        }
    }
}
