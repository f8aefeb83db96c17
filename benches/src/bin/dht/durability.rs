use std::num::NonZeroU16;
use std::time::Duration;

use bip_dht::sim::{HostId, Link, Network, NodePlan};
use bip_dht::{AnnouncePort, Family, Key};

use crate::goal::{Goal, print_head};
use crate::lookups;

const PORT: NonZeroU16 = NonZeroU16::new(4000).unwrap();

/// Half of all nodes are replaced within an hour, while leases keep announces alive; which of them are still found?
pub(crate) fn measure(seed: u64, count: usize, keys: usize) {
    let mut network = Network::new(seed);
    network.set_link(Link::default().loss(0.05));
    let mut nodes = network.add_settled_nodes(count);
    let mut draw = seed | 1;
    let mut random = |below: usize| {
        draw = draw
            .wrapping_mul(0x5851_f42d_4c95_7f2d)
            .wrapping_add(0x1405_7b7e_f767_814f);
        (draw >> 33) as usize % below
    };
    let keys: Vec<Key> = (0..keys.min(count / 4))
        .map(|key| Key::of_name(format!("kept {key}")))
        .collect();
    // Those who announce stay: an announce does not outlive its announcer.
    let holders: Vec<HostId> = keys
        .iter()
        .map(|_| nodes.swap_remove(random(nodes.len())))
        .collect();
    for (key, holder) in keys.iter().zip(&holders) {
        network.drive(*holder, |core, now| {
            core.hold(now, *key, AnnouncePort::Port(PORT))
        });
    }
    network.run_for(Duration::from_secs(30));
    let replaced = count / 2;
    let pause = Duration::from_secs(3600) / replaced as u32;
    for _ in 0..replaced {
        let node = nodes.swap_remove(random(nodes.len()));
        network.crash(node);
        network.add_node(NodePlan::default());
        network.run_for(pause);
    }
    let readers = lookups::run(&mut network, &keys, |core, now, key| {
        core.get_peers(now, key)
    });
    let found = readers.iter().filter(|reader| {
        let place = keys.iter().position(|key| *key == reader.key);
        let holder = place.and_then(|place| network.address(holders[place], Family::V4));
        holder.is_some_and(|holder| reader.peers.iter().any(|peer| peer.ip() == holder.ip()))
    });
    print_head(&format!(
        "after half of {count} nodes were replaced in an hour, 5 % loss"
    ));
    Goal::at_least("leases found", 99.0, "%")
        .print(100.0 * found.count() as f64 / keys.len() as f64);
    let stats = network.stats();
    let per_node = stats.sent as f64 / count as f64 / network.elapsed().as_secs_f64();
    println!("| datagrams per node and second meanwhile | {per_node:.3} | | |");
}
