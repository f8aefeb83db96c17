//! Tables filled from outside, for networks of the [`sim`](crate::sim) that begin in the steady state.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::DhtCore;
use crate::family::Family;
use crate::krpc::NodeInfo;
use crate::node_id::NodeId;

impl DhtCore {
    /// Takes a node into the table as if it had answered a query of ours at this time, and us for one who has found the
    /// network. Times may not go back.
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
            network
                .table
                .answered(now, NodeInfo { id, address }, Some(rtt));
            self.rtt.sample(rtt);
        }
    }
}
