use crate::limits::ESTIMATE_LOOKUPS;
use crate::node_id::NodeId;

/// How many nodes the network has, from how near to their targets the lookups of late have found nodes.
///
/// Ids are spread evenly, so that the distance to the k-th closest node is about k parts of as many as there are nodes.
/// The distances of several lookups are added up before they are compared with the number of nodes found: nodes that
/// crowd around one target shorten one summand, and can make the estimate a little larger only.
#[derive(Debug, Default)]
pub(crate) struct SizeEstimate {
    lookups: Vec<Nearness>,
    next: usize,
}

/// The closest nodes that a lookup found: how many, and how far away the last, as a part of the key space.
#[derive(Clone, Copy, Debug)]
struct Nearness {
    count: f64,
    distance: f64,
}

impl SizeEstimate {
    pub(crate) const fn new() -> SizeEstimate {
        SizeEstimate {
            lookups: Vec::new(),
            next: 0,
        }
    }

    /// Learns from a finished lookup: its closest nodes, at least two, the closest first. Only the last 16 lookups count.
    pub(crate) fn learn(&mut self, target: &NodeId, closest: &[NodeId]) {
        let Some(nearness) = Nearness::of(target, closest) else {
            return;
        };
        match self.lookups.get_mut(self.next) {
            Some(oldest) => *oldest = nearness,
            None => {
                if self.lookups.len() == self.lookups.capacity() {
                    self.lookups.reserve_exact(4);
                }
                self.lookups.push(nearness);
            }
        }
        self.next = (self.next + 1) % ESTIMATE_LOOKUPS;
    }

    /// The estimate; off by a tenth or so after 16 lookups, by a third after one. `None` before the first.
    pub(crate) fn nodes(&self) -> Option<f64> {
        let count: f64 = self.lookups.iter().map(|lookup| lookup.count).sum();
        let distance: f64 = self.lookups.iter().map(|lookup| lookup.distance).sum();
        // The k-th closest of n is at k / (n + 1) on average; and the mean of an inverse is larger than the inverse of
        // the mean, which one less in the numerator makes good.
        (distance > 0.0).then(|| ((count - 1.0) / distance - 1.0).max(1.0))
    }

    /// The heap and the estimate itself, in bytes.
    pub(crate) fn size_in_bytes(&self) -> usize {
        size_of::<SizeEstimate>() + self.lookups.capacity() * size_of::<Nearness>()
    }
}

impl Nearness {
    fn of(target: &NodeId, closest: &[NodeId]) -> Option<Nearness> {
        let last = closest.last().filter(|_| closest.len() >= 2)?;
        let distance = part(target.distance(last).as_bytes());
        (distance > 0.0).then_some(Nearness {
            count: closest.len() as f64,
            distance,
        })
    }
}

/// A distance as a part of the whole key space.
fn part(distance: &[u8; 20]) -> f64 {
    let parts = distance.iter().rev();
    parts.fold(0.0, |part, byte| (part + f64::from(*byte)) / 256.0)
}

#[cfg(test)]
mod tests {
    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};

    use super::*;

    fn network(count: usize, rng: &mut StdRng) -> Vec<NodeId> {
        (0..count).map(|_| NodeId::new(rng.random())).collect()
    }

    fn closest(nodes: &[NodeId], target: &NodeId, count: usize) -> Vec<NodeId> {
        let mut nodes = nodes.to_vec();
        nodes.sort_by_cached_key(|node| node.distance(target));
        nodes.truncate(count);
        nodes
    }

    #[test]
    fn sixteen_lookups_tell_the_size_of_networks_large_and_small() {
        for size in [2, 10, 100, 1000] {
            let mut ratios = Vec::new();
            for seed in 0..10 {
                let mut rng = StdRng::seed_from_u64(seed);
                let nodes = network(size, &mut rng);
                let mut estimate = SizeEstimate::new();
                for _ in 0..ESTIMATE_LOOKUPS {
                    let target = NodeId::new(rng.random());
                    estimate.learn(&target, &closest(&nodes, &target, 8));
                }
                ratios.push(estimate.nodes().unwrap() / size as f64);
            }
            ratios.sort_by(f64::total_cmp);
            assert!(ratios[1] > 0.7 && ratios[8] < 1.5, "{size}: {ratios:?}");
        }
    }

    #[test]
    fn nothing_is_told_before_something_was_learnt() {
        let mut estimate = SizeEstimate::new();
        let (target, one) = (NodeId::new([0; 20]), NodeId::new([9; 20]));
        estimate.learn(&target, &[]);
        estimate.learn(&target, &[one]);
        estimate.learn(&target, &[target, target]);
        assert_eq!(estimate.nodes(), None);
    }

    #[test]
    fn a_crowd_around_one_target_hardly_changes_the_estimate() {
        let mut rng = StdRng::seed_from_u64(5);
        let nodes = network(2000, &mut rng);
        let mut estimate = SizeEstimate::new();
        for _ in 0..ESTIMATE_LOOKUPS {
            let target = NodeId::new(rng.random());
            let closest = closest(&nodes, &target, 8);
            estimate.learn(&target, &closest);
        }
        let before = estimate.nodes().unwrap();
        let target = NodeId::new([7; 20]);
        let crowd: Vec<NodeId> = (1..=8u8)
            .map(|number| {
                let mut id = *target.as_bytes();
                id[19] ^= number;
                NodeId::new(id)
            })
            .collect();
        estimate.learn(&target, &crowd);
        assert!(estimate.nodes().unwrap() < before * 1.25);
    }

    #[test]
    fn only_the_last_lookups_count() {
        let mut estimate = SizeEstimate::new();
        let (target, far) = (NodeId::new([0; 20]), NodeId::new([0xff; 20]));
        let mut near = [0; 20];
        near[2] = 1;
        (0..99).for_each(|_| estimate.learn(&target, &[NodeId::new(near); 8]));
        (0..ESTIMATE_LOOKUPS).for_each(|_| estimate.learn(&target, &[far; 2]));
        assert!(estimate.nodes().unwrap() <= 2.0);
        assert_eq!(estimate.lookups.len(), ESTIMATE_LOOKUPS);
        assert!(estimate.size_in_bytes() <= 350);
    }
}
