use std::net::SocketAddr;
use std::ops::Range;
use std::time::Duration;

use super::network::{HostId, Network};
use super::plan::NodePlan;
use crate::{Family, NodeId};

/// How many contacts of each distance a settled node knows, from the far half of the key space inwards; further in, 8.
const CONTACTS_BY_DISTANCE: [usize; 4] = [128, 64, 32, 16];
const CONTACTS_FURTHER_IN: usize = 8;

/// For how long settled nodes have been there: longer than a contact goes without a ping.
const AGE: Duration = Duration::from_secs(60 * 60);

/// A node of the network, as everybody would know it who knew everything.
struct Entry {
    id: NodeId,
    host: u32,
    address: SocketAddr,
}

impl Network {
    /// Adds public IPv4 nodes that have been there for long: their tables are filled with one another, and with the other
    /// IPv4 servers that are there, as after hours of traffic. It takes milliseconds for a hundred, seconds for 100,000.
    pub fn add_settled_nodes(&mut self, count: usize) -> Vec<HostId> {
        self.add_settled(count, &NodePlan::default())
    }

    /// As [`add_settled_nodes`](Network::add_settled_nodes), with an address and a full table of each family.
    pub fn add_settled_dual_stack_nodes(&mut self, count: usize) -> Vec<HostId> {
        self.add_settled(count, &NodePlan::default().dual_stack())
    }

    fn add_settled(&mut self, count: usize, plan: &NodePlan) -> Vec<HostId> {
        let place = |_| self.place_settled(plan.clone());
        let added: Vec<HostId> = (0..count).map(place).collect();
        for family in plan.families() {
            let all = self.everybody(family);
            for (place, entry) in all.iter().enumerate() {
                if added.binary_search(&HostId(entry.host)).is_ok() {
                    self.fill_table(family, &all, place);
                    self.drain(entry.host);
                }
            }
        }
        added
    }

    /// The nodes that run, of those closest to `target` first: what a perfect lookup in this family would find.
    pub fn closest(&self, target: NodeId, family: Family, count: usize) -> Vec<HostId> {
        let mut all = self.everybody(family);
        all.sort_by_cached_key(|entry| entry.id.distance(&target));
        all.truncate(count);
        all.iter().map(|entry| HostId(entry.host)).collect()
    }

    /// A node whose ids fit its addresses (BEP 42).
    fn place_settled(&mut self, mut plan: NodePlan) -> HostId {
        let config = plan.config.clone();
        for family in plan.families() {
            let ip = self.free_address(family);
            let id = NodeId::for_address(ip, self.random.bytes());
            plan = plan.at(ip);
            plan.config = plan.config.id(family, id);
        }
        let node = self.place_node(self.now() - AGE, plan);
        // The plan is kept without the ids, which a node that takes this one's place must not have.
        if let Some(kept) = self.hosts[node.0 as usize].plan_mut() {
            kept.config = config;
        }
        node
    }

    /// All running nodes of one family by their ids.
    fn everybody(&self, family: Family) -> Vec<Entry> {
        let mut all: Vec<Entry> = self
            .nodes()
            .filter(|(_, core)| core.is_server())
            .filter_map(|(node, core)| {
                Some(Entry {
                    id: core.id(family)?,
                    host: node.0,
                    address: self.address(node, family)?,
                })
            })
            .collect();
        all.sort_by_key(|entry| entry.id);
        all
    }

    /// Tells the node at `place` of some of the nodes at each distance from it.
    fn fill_table(&mut self, family: Family, all: &[Entry], place: usize) {
        let own = &all[place];
        let mut known = Vec::new();
        let mut range = 0..all.len();
        for depth in 0..160 {
            if range.len() < 2 {
                break;
            }
            let (near, far) = halves(all, range, &own.id, depth);
            let wanted = CONTACTS_BY_DISTANCE.get(depth).copied();
            let wanted = wanted.unwrap_or(CONTACTS_FURTHER_IN).min(far.len());
            self.sample(far, wanted, &mut known);
            range = near;
        }
        // In any order, since a table holds whom it has met, not whom it met in the order of the key space.
        for place in (1..known.len()).rev() {
            known.swap(place, self.random.below(place + 1));
        }
        let now = self.now();
        let Some(core) = self.hosts[own.host as usize].core_mut() else {
            return;
        };
        for place in known {
            let node = &all[place];
            let rtt = self.link.round_trip(self.seed, own.host, node.host);
            core.insert_verified(now, node.id, node.address, rtt);
        }
        core.spread_upkeep(now, family, || self.random.unit());
    }

    /// Adds different places of the range, at random (Floyd's way).
    fn sample(&mut self, range: Range<usize>, wanted: usize, chosen: &mut Vec<usize>) {
        let start = chosen.len();
        for last in range.end - wanted..range.end {
            let drawn = range.start + self.random.below(last + 1 - range.start);
            let taken = chosen[start..].contains(&drawn);
            chosen.push(if taken { last } else { drawn });
        }
    }
}

/// Parts the range by the bit at `depth`: those that share it with the id, and those that do not.
fn halves(
    all: &[Entry],
    range: Range<usize>,
    id: &NodeId,
    depth: usize,
) -> (Range<usize>, Range<usize>) {
    let bit = |id: &NodeId| id.as_bytes()[depth / 8] >> (7 - depth % 8) & 1;
    let ones = range.start + all[range.clone()].partition_point(|entry| bit(&entry.id) == 0);
    let (zeros, ones) = (range.start..ones, ones..range.end);
    if bit(id) == 0 {
        (zeros, ones)
    } else {
        (ones, zeros)
    }
}
