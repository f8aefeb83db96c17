#![expect(
    deprecated,
    reason = "without a runtime between, mainline is not slowed by one"
)]

use std::thread;
use std::time::{Duration, Instant};

use bip_dht::Key;
use mainline::{Dht, Id, Testnet};

use super::figures::{Figures, datagrams, resident};
use super::{JOINS, NODES, OPERATIONS};

/// Threads that wait for nodes to be bootstrapped.
const WAITING: usize = 50;

pub(crate) fn measure() -> Figures {
    let mut figures = Figures::default();
    let before = resident();
    let start = Instant::now();
    let testnet = Testnet::builder(NODES).seeded(false).build().unwrap();
    let nodes = &testnet.nodes;
    thread::scope(|scope| {
        for nodes in nodes.chunks(NODES.div_ceil(WAITING)) {
            scope.spawn(|| nodes.iter().for_each(|node| assert!(node.bootstrapped())));
        }
    });
    figures.bootstrap = start.elapsed();
    thread::sleep(Duration::from_secs(3));
    let key = |number: usize| Id::from(*Key::of_name(number.to_be_bytes()).as_bytes());

    for number in 0..OPERATIONS {
        let node = &nodes[(number * 7) % NODES];
        node.announce_peer(key(number), Some(4000)).unwrap();
    }
    let sent = datagrams();
    for number in 0..OPERATIONS {
        let start = Instant::now();
        let mut peers = nodes[(number * 7 + 250) % NODES].get_peers(key(number));
        if peers.next().is_some() {
            figures.first_peer.push(start.elapsed());
            figures.found += 1;
        }
        peers.for_each(drop);
        figures.get_peers.push(start.elapsed());
    }
    figures.datagrams_per_get = (datagrams() - sent) as f64 / OPERATIONS as f64;

    let sent = datagrams();
    for number in 0..OPERATIONS {
        let value = format!("i{number}e");
        let start = Instant::now();
        nodes[(number * 11) % NODES]
            .put_immutable(value.as_bytes())
            .unwrap();
        figures.put.push(start.elapsed());
    }
    figures.datagrams_per_put = (datagrams() - sent) as f64 / OPERATIONS as f64;
    figures.bytes_per_node = (resident() - before) / NODES as u64;

    for _ in 0..JOINS {
        let start = Instant::now();
        let mut builder = Dht::builder();
        let builder = builder.server_mode().bootstrap(&testnet.bootstrap);
        assert!(builder.build().unwrap().bootstrapped());
        figures.join.push(start.elapsed());
    }
    figures
}
