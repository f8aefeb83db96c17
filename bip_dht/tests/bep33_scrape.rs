//! Scrapes of whole nodes in a virtual network (BEP 33).

use std::time::Duration;

use bip_dht::sim::Network;
use bip_dht::{AnnouncePort, Key, Outcome};

#[test]
fn a_scrape_counts_the_addresses_that_announced() {
    println!("seed 1");
    let mut network = Network::new(1);
    let nodes = network.add_nodes(60);
    network.run_for(Duration::from_secs(300));
    let key = Key::of_name("a room");
    for node in &nodes[..40] {
        network.drive(*node, |core, now| {
            core.announce(now, key, AnnouncePort::Implied)
        });
    }
    network.run_for(Duration::from_secs(30));
    let scrape = network
        .drive(nodes[50], |core, now| core.scrape(now, key))
        .unwrap()
        .unwrap();
    let Ok(Outcome::Scraped(estimate)) = network.finish(nodes[50], scrape).unwrap().result else {
        panic!("no estimate");
    };
    assert!(
        (38.0..=42.0).contains(&estimate.downloaders),
        "{estimate:?}"
    );
    assert_eq!(estimate.seeds, 0.0);
    assert!(estimate.filters >= 8, "{estimate:?}");
}
