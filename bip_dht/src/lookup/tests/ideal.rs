//! Lookups in an ideal network, whose nodes have full tables of live nodes. Figures are printed, and only those asserted
//! that do not hang on chance.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::super::*;
use crate::operation::LookupReport;
use crate::rpc::RttEstimate;

/// How often a query is sent again at most.
const RESENDS: u32 = 2;

const BUCKETS: [usize; 4] = [128, 64, 32, 16];

/// Ids by their first 8 bytes, in order; the address of each follows from its number.
struct Ideal {
    ids: Vec<u64>,
    loss: f64,
    /// How many of a hundred nodes do not answer.
    dead: u64,
    rng: StdRng,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Happening {
    Answer,
    /// Nothing came for a while, so many times.
    Stalled(u32),
    Dead,
}

#[derive(Debug)]
struct Walk {
    took: Duration,
    first: Duration,
    datagrams: u32,
    recall: usize,
    hops: u32,
}

impl Ideal {
    fn new(count: usize, loss: f64, seed: u64) -> Ideal {
        println!("seed {seed}");
        let mut rng = StdRng::seed_from_u64(seed);
        let mut ids: Vec<u64> = (0..count).map(|_| rng.random()).collect();
        ids.sort_unstable();
        Ideal {
            ids,
            loss,
            dead: 0,
            rng,
        }
    }

    fn node(&self, number: usize) -> Node {
        let mut id = [0; 20];
        id[..8].copy_from_slice(&self.ids[number].to_be_bytes());
        let ip = Ipv4Addr::from_bits(0x0b00_0001 + ((number as u32) << 8));
        Node {
            id: NodeId::new(id),
            address: SocketAddr::new(ip.into(), 6881),
        }
    }

    fn number(address: SocketAddr) -> usize {
        match address.ip() {
            std::net::IpAddr::V4(ip) => ((ip.to_bits() - 0x0b00_0001) >> 8) as usize,
            std::net::IpAddr::V6(_) => unreachable!("there are none"),
        }
    }

    /// By the id's last bits, which say nothing of where the node stands: neighbours do not die together.
    fn is_dead(&self, number: usize) -> bool {
        self.ids[number] % 100 < self.dead
    }

    fn subtree(&self, prefix: u64, bits: u32) -> std::ops::Range<usize> {
        let low = if bits == 0 {
            0
        } else {
            prefix >> (64 - bits) << (64 - bits)
        };
        let high = low | u64::MAX.checked_shr(bits).unwrap_or(0);
        let start = self.ids.partition_point(|id| *id < low);
        start..self.ids.partition_point(|id| *id <= high)
    }

    /// Those nodes closest to the target that a node knows: of its bucket there a choice that is always the same.
    fn closest_known(&self, number: usize, target: u64) -> Vec<Node> {
        let own = self.ids[number];
        let common = (own ^ target).leading_zeros();
        let bucket = self.subtree(target, common + 1);
        let limit = BUCKETS.get(common as usize).copied().unwrap_or(8);
        let mut known: Vec<usize> = if bucket.len() <= 8 {
            self.subtree(target, common)
                .filter(|other| *other != number)
                .collect()
        } else if bucket.len() <= limit {
            bucket.collect()
        } else {
            let mut rng = StdRng::seed_from_u64(own ^ u64::from(common));
            (0..limit)
                .map(|_| rng.random_range(bucket.clone()))
                .collect()
        };
        known.sort_by_key(|other| self.ids[*other] ^ target);
        known.dedup();
        known
            .iter()
            .take(K)
            .map(|other| self.node(*other))
            .collect()
    }

    /// When the answer to a query sent now comes, if it does.
    fn send(
        &mut self,
        now: Duration,
        address: SocketAddr,
    ) -> Option<Reverse<(Duration, Happening, SocketAddr)>> {
        let is_dead = self.is_dead(Self::number(address));
        let round_trip = self.round_trip().filter(|_| !is_dead)?;
        Some(Reverse((now + round_trip, Happening::Answer, address)))
    }

    /// Lognormal, with a median of 90 ms.
    fn round_trip(&mut self) -> Option<Duration> {
        let (u, v): (f64, f64) = (self.rng.random_range(1e-12..1.0), self.rng.random());
        let normal = (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos();
        let arrives =
            self.rng.random::<f64>() >= self.loss && self.rng.random::<f64>() >= self.loss;
        arrives.then(|| Duration::from_secs_f64(0.09 * (0.6 * normal).exp()))
    }

    fn walk(&mut self, rtt: &mut RttEstimate) -> Walk {
        let target: u64 = self.rng.random();
        let asker = self.rng.random_range(0..self.ids.len());
        let mut bytes = [0; 20];
        bytes[..8].copy_from_slice(&target.to_be_bytes());
        let own = self.node(asker).id;
        let size = Some(self.ids.len() as f64);
        let mut lookup = Lookup::new(NodeId::new(bytes), own, size);
        lookup.begin_at(&self.closest_known(asker, target));

        let mut by_distance: Vec<usize> = (0..self.ids.len())
            .filter(|node| *node != asker && !self.is_dead(*node))
            .collect();
        by_distance.select_nth_unstable_by_key(K - 1, |node| self.ids[*node] ^ target);
        let holders: BTreeSet<NodeId> = by_distance[..K]
            .iter()
            .map(|node| self.node(*node).id)
            .collect();

        let mut agenda = BinaryHeap::new();
        let (mut now, mut first, mut datagrams) = (Duration::ZERO, None, 0);
        let mut asked = BTreeMap::new();
        loop {
            while let Some((_, address)) = lookup.next() {
                let slot = rtt.slot_time(None);
                asked.insert(address, (now, slot));
                datagrams += 1;
                agenda.extend(self.send(now, address));
                agenda.push(Reverse((now + slot, Happening::Stalled(1), address)));
            }
            if lookup.is_finished() {
                break;
            }
            let Reverse((at, what, address)) = agenda.pop().expect("somebody is waited for");
            now = at;
            // Who has answered or was given up is no longer asked.
            let Some(&(since, slot)) = asked.get(&address) else {
                continue;
            };
            match what {
                Happening::Stalled(resends) => {
                    if lookup.on_stalled(address) {
                        datagrams += 1;
                        agenda.extend(self.send(now, address));
                    }
                    let then = match resends {
                        RESENDS => Happening::Dead,
                        _ => Happening::Stalled(resends + 1),
                    };
                    agenda.push(Reverse((now + slot * 3 / 4, then, address)));
                }
                Happening::Dead => {
                    asked.remove(&address);
                    lookup.on_dead(address);
                }
                Happening::Answer => {
                    asked.remove(&address);
                    if now - since <= slot * 5 / 4 {
                        rtt.sample(now - since);
                    }
                    let number = Self::number(address);
                    let node = self.node(number);
                    if holders.contains(&node.id) {
                        first.get_or_insert(now);
                    }
                    let named = self.closest_known(number, target);
                    lookup.on_answer(node, None, named.into_iter());
                }
            }
        }
        let found = lookup
            .closest()
            .take(K)
            .filter(|(node, _)| holders.contains(&node.id));
        let recall = found.count();
        let mut report = LookupReport::default();
        lookup.report(&mut report);
        Walk {
            took: now,
            first: first.unwrap_or(now),
            datagrams,
            recall,
            hops: report.hops,
        }
    }

    fn walks(&mut self, count: usize) -> Vec<Walk> {
        let mut rtt = RttEstimate::default();
        let walks: Vec<_> = (0..count).map(|_| self.walk(&mut rtt)).collect();
        let percentile = |mut values: Vec<u128>, part: usize| {
            values.sort_unstable();
            values[values.len() * part / 100]
        };
        let took = |part| {
            percentile(
                walks.iter().map(|walk| walk.took.as_millis()).collect(),
                part,
            )
        };
        let first = |part| {
            percentile(
                walks.iter().map(|walk| walk.first.as_millis()).collect(),
                part,
            )
        };
        let datagrams = |part| {
            percentile(
                walks.iter().map(|walk| walk.datagrams.into()).collect(),
                part,
            )
        };
        let hops = walks.iter().map(|walk| f64::from(walk.hops)).sum::<f64>() / count as f64;
        println!(
            "{} nodes, loss {}: complete {}/{} ms, first {}/{} ms, datagrams {}/{}, hops {hops:.2}, recall {:.4}",
            self.ids.len(),
            self.loss,
            took(50),
            took(95),
            first(50),
            first(95),
            datagrams(50),
            datagrams(95),
            recall(&walks),
        );
        walks
    }
}

fn recall(walks: &[Walk]) -> f64 {
    let found: usize = walks.iter().map(|walk| walk.recall).sum();
    found as f64 / (walks.len() * K) as f64
}

#[test]
fn nearly_all_of_the_closest_are_found_though_datagrams_are_lost() {
    let mut ideal = Ideal::new(5_000, 0.05, 1);
    let walks = ideal.walks(300);
    assert!(recall(&walks) >= 0.98, "{}", recall(&walks));
}

#[test]
fn where_nothing_is_lost_all_are_found() {
    let mut ideal = Ideal::new(5_000, 0.0, 2);
    let walks = ideal.walks(300);
    assert!(recall(&walks) >= 0.995, "{}", recall(&walks));
}

/// Here even the dead are still named by others, which nodes that name only whom they have verified do less.
#[test]
fn a_fifth_of_dead_nodes_hides_few_of_the_closest() {
    let mut ideal = Ideal::new(5_000, 0.05, 3);
    ideal.dead = 20;
    let walks = ideal.walks(300);
    assert!(recall(&walks) >= 0.96, "{}", recall(&walks));
}
