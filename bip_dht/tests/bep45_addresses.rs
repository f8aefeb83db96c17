//! One program at several addresses (BEP 45).
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod support;

use std::net::IpAddr;

use bip_dht::sim::{HostId, Network, NodePlan};
use bip_dht::{AnnouncePort, Family, Key, NodeId, Outcome};
use support::MINUTE;

/// How many leading bits two ids have in common.
fn shared_bits(one: &NodeId, other: &NodeId) -> u32 {
    let bytes = one.as_bytes().iter().zip(other.as_bytes());
    let mut bits = 0;
    for (one, other) in bytes {
        let same = (one ^ other).leading_zeros();
        bits += same;
        if same < 8 {
            break;
        }
    }
    bits
}

fn dual_stack(seed: u64, count: usize) -> (Network, Vec<HostId>) {
    println!("seed {seed}");
    let mut network = Network::new(seed);
    let nodes = (0..count)
        .map(|_| network.add_node(NodePlan::default().dual_stack()))
        .collect();
    (network, nodes)
}

/// BEP 45, "Mandatory": an id of its own for each address, vastly separated. Before and after the node has learned its
/// addresses, which ids follow (BEP 42).
#[test]
fn each_address_has_an_id_of_its_own_far_from_the_others() {
    let (mut network, nodes) = dual_stack(1, 40);
    for _ in 0..2 {
        for node in &nodes {
            let core = network.node(*node).unwrap();
            let [v4, v6] = Family::ALL.map(|family| core.id(family).unwrap());
            // More than 15 bits in common come by chance in one of 65,536.
            assert!(shared_bits(&v4, &v6) < 16, "{v4} {v6}");
        }
        network.run_for(10 * MINUTE);
    }
    let moved = nodes.iter().filter(|node| {
        let ip = network.address(**node, Family::V4).unwrap().ip();
        let id = network.node(**node).unwrap().id(Family::V4).unwrap();
        id.is_valid_for(ip)
    });
    assert!(moved.count() > 30, "ids follow addresses");
}

/// BEP 45, "Mandatory": answers leave by the socket that was asked, and tokens go back by the one they came to. A token
/// is bound to the address (BEP 5), so that nobody would take an announce that went any other way.
#[test]
fn both_addresses_are_announced_each_with_its_own_tokens() {
    let (mut network, nodes) = dual_stack(2, 30);
    network.run_for(MINUTE);
    let key = Key::of_name("room");
    let announced = network
        .perform(nodes[3], |core, now| {
            core.announce(now, key, AnnouncePort::Implied)
        })
        .unwrap();
    let Ok(Outcome::Announced { stored, .. }) = announced.result else {
        panic!("{announced:?}");
    };
    assert_eq!(stored, 16, "8 in each network");
    let found = network
        .perform(nodes[20], |core, now| core.get_peers(now, key))
        .unwrap();
    let mut found: Vec<IpAddr> = found.peers.iter().map(|peer| peer.ip()).collect();
    found.sort();
    let own = Family::ALL.map(|family| network.address(nodes[3], family).unwrap().ip());
    let mut own = own.to_vec();
    own.sort();
    assert_eq!(found, own);
}

/// The way that BEP 45 calls the easiest, for several addresses of one family: independent nodes, one bound to each. Other
/// systems than these have no second loopback address (a Mac has 127.0.0.1 alone), and a test must not give them one.
#[cfg(all(feature = "tokio", any(target_os = "linux", target_os = "windows")))]
#[tokio::test]
async fn a_host_with_several_addresses_runs_a_node_at_each() {
    use std::collections::BTreeSet;
    use std::net::SocketAddr;

    use bip_dht::{DhtError, MainlineDht, OperationError, Testnet};

    let testnet = Testnet::start(10).await.unwrap();
    let at = |last: u8| {
        let address = format!("127.0.0.{last}:0").parse().unwrap();
        let node = testnet.builder().bind_v4(address).start();
        node.expect("all of 127.0.0.0/8 is loopback")
    };
    let nodes: Vec<MainlineDht> = [2, 3, 4].map(at).into();
    let key = Key::of_name("room");
    let mut ids = BTreeSet::new();
    let mut wanted = BTreeSet::new();
    for node in &nodes {
        node.announce(key, 4000).await.unwrap();
        let address = node.local_addr_v4().unwrap();
        // Who is asked at one address answers from there, or the answer would be nobody's.
        let pong = testnet.nodes()[0].ping(address).await.unwrap();
        assert_eq!(pong.node.address, address);
        ids.insert(pong.node.id);
        wanted.insert(SocketAddr::new(address.ip(), 4000));
    }
    assert_eq!(ids.len(), 3);
    let mut found = BTreeSet::new();
    let mut peers = testnet.nodes()[5].get_peers(key);
    while let Some(peer) = peers.next().await {
        found.insert(peer);
    }
    assert_eq!(found, wanted);
    let nobody = nodes[0].get(key).await;
    assert!(
        matches!(&nobody, Err(DhtError::Operation { error, .. }) if *error == OperationError::NotFound),
        "{nobody:?}"
    );
}
