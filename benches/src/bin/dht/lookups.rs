use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::num::NonZeroU16;
use std::time::Duration;

use bip_dht::sim::{HostId, Network};
use bip_dht::{
    AnnouncePort, BeginError, DhtCore, DhtEvent, Family, Key, LookupReport, OperationId,
};

use crate::goal::{Goal, print_head};

/// How long operations are apart that run side by side.
const APART: Duration = Duration::from_millis(10);

const PORT: NonZeroU16 = NonZeroU16::new(4000).unwrap();

/// How one operation went.
pub(crate) struct Course {
    pub(crate) node: HostId,
    pub(crate) key: Key,
    /// The node's own address, which is none of those it can find.
    own: Option<SocketAddr>,
    first_peer: Option<Duration>,
    pub(crate) peers: Vec<SocketAddr>,
    succeeded: bool,
    report: LookupReport,
}

/// An operation under way.
struct Begun {
    key: Key,
    at: Duration,
    first_peer: Option<Duration>,
    peers: Vec<SocketAddr>,
}

/// Announces as many keys as told from nodes drawn at random, then looks each up from another.
pub(crate) fn measure(network: &mut Network, title: &str, count: usize, goals: &Goals) {
    let salt = network.elapsed().as_nanos();
    let keys: Vec<Key> = (0..count)
        .map(|key| Key::of_name(format!("{salt} {key}")))
        .collect();
    let writers = run(network, &keys, |core, now, key| {
        core.announce(now, key, AnnouncePort::Port(PORT))
    });
    let readers = run(network, &keys, |core, now, key| core.get_peers(now, key));
    print(network, title, &writers, &readers, goals);
}

/// What is to be reached.
pub(crate) struct Goals {
    pub(crate) recall: f64,
    pub(crate) complete_p50_s: f64,
    pub(crate) complete_p95_s: f64,
    pub(crate) queries_p50: f64,
}

/// Begins one operation after the other on random nodes, and runs until all have ended.
pub(crate) fn run(
    network: &mut Network,
    keys: &[Key],
    mut begin: impl FnMut(&mut DhtCore, std::time::Instant, Key) -> Result<OperationId, BeginError>,
) -> Vec<Course> {
    let nodes: Vec<HostId> = network.nodes().map(|(node, _)| node).collect();
    let mut draw = 0x9e37_79b9_u64 ^ network.elapsed().as_nanos() as u64;
    let mut under_way: HashMap<(HostId, OperationId), Begun> = HashMap::new();
    let mut ended = Vec::with_capacity(keys.len());
    let mut waiting = keys.iter();
    let mut deadline = network.elapsed();
    loop {
        while let Some(told) = network.next_event(deadline) {
            match told.event {
                DhtEvent::Peers { id, peers } => {
                    if let Some(course) = under_way.get_mut(&(told.node, id)) {
                        course.first_peer = course.first_peer.or(Some(told.at - course.at));
                        course.peers.extend(peers);
                    }
                }
                DhtEvent::Ended {
                    id, result, report, ..
                } => {
                    let course = under_way.remove(&(told.node, id));
                    ended.extend(course.map(|begun| Course {
                        node: told.node,
                        key: begun.key,
                        own: network.address(told.node, Family::V4),
                        first_peer: begun.first_peer,
                        peers: begun.peers,
                        succeeded: result.is_ok(),
                        report,
                    }));
                }
                _ => {}
            }
        }
        deadline += APART;
        if let Some(key) = waiting.next() {
            draw = draw.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
            let node = nodes[(draw >> 33) as usize % nodes.len()];
            let at = network.elapsed();
            let begun = network.drive(node, |core, now| begin(core, now, *key));
            if let Some(Ok(id)) = begun {
                let begun = Begun {
                    key: *key,
                    at,
                    first_peer: None,
                    peers: Vec::new(),
                };
                under_way.insert((node, id), begun);
            }
        } else if under_way.is_empty() {
            return ended;
        }
    }
}

fn print(network: &Network, title: &str, writers: &[Course], readers: &[Course], goals: &Goals) {
    let count = writers.len().max(1) as f64;
    let part = |number: usize| 100.0 * number as f64 / count;
    let truth = Truth::of(network);
    let recall = writers
        .iter()
        .map(|course| truth.recall(course))
        .sum::<f64>()
        / count;
    let by_key: HashMap<Key, &Course> = writers.iter().map(|course| (course.key, course)).collect();
    let found = readers
        .iter()
        .filter(|reader| finds(network, reader, by_key.get(&reader.key)));
    let first = sorted(readers.iter().filter_map(|course| course.first_peer));
    let complete = sorted(readers.iter().map(|course| course.report.duration));
    let written = sorted(writers.iter().map(|course| course.report.duration));
    let numbers =
        |of: fn(&LookupReport) -> u32| sorted(readers.iter().map(|course| of(&course.report)));
    let (queries, hops) = (
        numbers(|report| report.queries),
        numbers(|report| report.hops),
    );
    let (answered, dead) = (
        numbers(|report| report.answered),
        numbers(|report| report.dead),
    );
    print_head(title);
    Goal::at_least("value found", 99.9, "%").print(part(found.count()));
    Goal::at_least("recall of the true 8 closest", goals.recall, "").print(recall);
    Goal::at_most("first peer, p50", 200.0, "ms").print(milliseconds(&first, 50));
    Goal::at_most("first peer, p95", 350.0, "ms").print(milliseconds(&first, 95));
    let seconds = |sorted: &[Duration], percent| milliseconds(sorted, percent) / 1e3;
    Goal::at_most("complete, p50", goals.complete_p50_s, "s").print(seconds(&complete, 50));
    Goal::at_most("complete, p95", goals.complete_p95_s, "s").print(seconds(&complete, 95));
    Goal::at_most("queries, p50", goals.queries_p50, "").print(f64::from(at(&queries, 50)));
    Goal::at_most("hops, p50", 3.0, "").print(f64::from(at(&hops, 50)));
    println!("| queries, p95 | {} | | |", at(&queries, 95));
    println!("| hops, p95 | {} | | |", at(&hops, 95));
    println!("| answered, p50 | {} | | |", at(&answered, 50));
    println!(
        "| given up, p50/p95 | {}/{} | | |",
        at(&dead, 50),
        at(&dead, 95)
    );
    let mean = dead.iter().sum::<u32>() as f64 / count;
    println!("| given up, mean | {mean:.3} | | |");
    println!(
        "| announced, p50/p95 | {:.3}/{:.3} s | | |",
        seconds(&written, 50),
        seconds(&written, 95)
    );
    let failed = writers.iter().filter(|course| !course.succeeded).count();
    println!(
        "| announces that failed | {failed} of {} | | |",
        writers.len()
    );
}

/// Whether a lookup brought the address that was announced under its key.
pub(crate) fn finds(network: &Network, reader: &Course, writer: Option<&&Course>) -> bool {
    let announced = writer.and_then(|writer| network.address(writer.node, Family::V4));
    let announced = announced.map(|address| SocketAddr::new(address.ip(), PORT.get()));
    announced.is_some_and(|address| reader.peers.contains(&address))
}

/// All running nodes by their ids.
struct Truth(Vec<([u8; 20], SocketAddr)>);

impl Truth {
    fn of(network: &Network) -> Truth {
        let nodes = network.nodes();
        let mut all: Vec<_> = nodes
            .filter_map(|(node, core)| {
                Some((
                    *core.id(Family::V4)?.as_bytes(),
                    network.address(node, Family::V4)?,
                ))
            })
            .collect();
        all.sort();
        Truth(all)
    }

    /// The 8 closest to the key but for the node itself: they share the longest prefix that 9 nodes share.
    fn closest(&self, key: &[u8; 20], but: Option<SocketAddr>) -> HashSet<SocketAddr> {
        let mut range = 0..self.0.len();
        for bit in 0..160 {
            let value = |id: &[u8; 20]| id[bit / 8] >> (7 - bit % 8) & 1;
            let ones =
                range.start + self.0[range.clone()].partition_point(|node| value(&node.0) == 0);
            let near = if value(key) == 0 {
                range.start..ones
            } else {
                ones..range.end
            };
            if near.len() < 9 {
                break;
            }
            range = near;
        }
        let mut near: Vec<_> = self.0[range]
            .iter()
            .filter(|node| Some(node.1) != but)
            .collect();
        near.sort_by_key(|node| {
            std::array::from_fn::<u8, 20, _>(|place| node.0[place] ^ key[place])
        });
        near.iter().take(8).map(|node| node.1).collect()
    }

    fn recall(&self, course: &Course) -> f64 {
        let truth = self.closest(course.key.as_bytes(), course.own);
        let met = course
            .report
            .closest
            .iter()
            .filter(|node| truth.contains(&node.address));
        met.count() as f64 / truth.len().max(1) as f64
    }
}

fn sorted<T: Ord>(numbers: impl Iterator<Item = T>) -> Vec<T> {
    let mut numbers: Vec<T> = numbers.collect();
    numbers.sort();
    numbers
}

fn at<T: Copy + Default>(sorted: &[T], percent: usize) -> T {
    let last = sorted.len().saturating_sub(1);
    sorted
        .get((sorted.len() * percent / 100).min(last))
        .copied()
        .unwrap_or_default()
}

fn milliseconds(sorted: &[Duration], percent: usize) -> f64 {
    at(sorted, percent).as_secs_f64() * 1e3
}
