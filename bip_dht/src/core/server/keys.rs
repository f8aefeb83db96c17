//! Which keys have peers here: `sample_infohashes` (BEP 51).

use super::Asker;
use crate::core::DhtCore;
use crate::krpc::{Response, Samples};
use crate::limits::{K, NODES_BESIDE};
use crate::node_id::NodeId;

impl DhtCore {
    /// Some of the keys, and nodes to go on with; to a stranger fewer of both.
    pub(super) fn answer_sample(&mut self, asker: &Asker<'_>, target: NodeId) {
        let sample = self.peers.sample_keys(asker.now, &mut self.rng);
        let mut keys = Vec::with_capacity(sample.keys.len() * 20);
        sample
            .keys
            .iter()
            .for_each(|key| keys.extend_from_slice(key.as_bytes()));
        let mut response = Response::new(asker.own);
        response.sample_count = Some(sample.stored as u64);
        response.interval_s = u32::try_from(sample.interval.as_secs()).ok();
        response.samples = Some(Samples::new(&keys));
        let count = match asker.is_stranger && !keys.is_empty() {
            true => NODES_BESIDE,
            false => K,
        };
        self.answer_with_nodes(asker, 0, target, count, response);
    }
}
