use std::time::{Duration, Instant};

use bip_dht::{Key, Testnet};

use super::figures::{Figures, datagrams, resident};
use super::{JOINS, NODES, OPERATIONS};

pub(crate) fn measure() -> Figures {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(measure_here())
}

async fn measure_here() -> Figures {
    let mut figures = Figures::default();
    let before = resident();
    let start = Instant::now();
    let testnet = Testnet::start(NODES).await.unwrap();
    figures.bootstrap = start.elapsed();
    tokio::time::sleep(Duration::from_secs(3)).await;
    let nodes = testnet.nodes();
    let key = |number: usize| Key::of_name(number.to_be_bytes());

    for number in 0..OPERATIONS {
        let node = &nodes[(number * 7) % NODES];
        node.announce(key(number), 4000).await.unwrap();
    }
    let sent = datagrams();
    for number in 0..OPERATIONS {
        let start = Instant::now();
        let mut peers = nodes[(number * 7 + 250) % NODES].get_peers(key(number));
        if peers.next().await.is_some() {
            figures.first_peer.push(start.elapsed());
            figures.found += 1;
        }
        while peers.next().await.is_some() {}
        figures.get_peers.push(start.elapsed());
    }
    figures.datagrams_per_get = (datagrams() - sent) as f64 / OPERATIONS as f64;

    let sent = datagrams();
    for number in 0..OPERATIONS {
        let value = format!("i{number}e");
        let start = Instant::now();
        nodes[(number * 11) % NODES]
            .put(value.as_bytes())
            .await
            .unwrap();
        figures.put.push(start.elapsed());
    }
    figures.datagrams_per_put = (datagrams() - sent) as f64 / OPERATIONS as f64;
    figures.bytes_per_node = (resident() - before) / NODES as u64;

    for _ in 0..JOINS {
        let start = Instant::now();
        let node = testnet.builder().start().unwrap();
        node.ready().await.unwrap();
        figures.join.push(start.elapsed());
    }
    figures
}
