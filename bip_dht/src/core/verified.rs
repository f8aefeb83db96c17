//! Tables filled from outside, for networks of the [`sim`](crate::sim) that begin in the steady state.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::DhtCore;
use crate::family::Family;
use crate::krpc::NodeInfo;
use crate::node_id::NodeId;

impl DhtCore {
    /// Takes a node into the table as if it had answered a query of ours at this time, and us for one who has found the
    /// network. The node must be none that the table has, and on no host that it has.
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

    /// Takes our own id for looked up at this time, which is 15 minutes and more after the node's beginning.
    pub(crate) fn skip_lookup(&mut self, now: Instant, family: Family) {
        if let Some(network) = self.networks.of_mut(family) {
            network.table.next_lookup(now, &mut self.rng);
        }
    }
}
