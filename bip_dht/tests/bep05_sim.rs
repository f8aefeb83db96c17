//! The virtual network itself: what its routers, its churn and its links do to the datagrams of nodes.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail")]

mod support;

use std::net::SocketAddr;
use std::time::Duration;

use bip_dht::sim::{Churn, HostId, Link, NatKind, Network, NodePlan};
use bip_dht::{Call, DhtConfig, Family, Message, NodeId, Query, Role};
use support::{Asker, MINUTE, SECOND, ip, settled};

/// Whether a node behind a router, which has sent one datagram, hears of the address to which it did, of another port
/// there, and of a stranger; and the same once the router has forgotten it.
fn check(kind: NatKind, expected: [bool; 3]) {
    let mut network = Network::new(1);
    let friend = Asker::new(&mut network, "9.1.1.1");
    let stranger = Asker::new(&mut network, "9.2.2.2");
    let config = DhtConfig::default().role(Role::Server);
    let plan = NodePlan::default().behind(kind, MINUTE).config(config);
    let node = network.add_node(plan);
    let inside = network.address(node, Family::V4).unwrap();
    assert_eq!(
        heard(&mut network, [&friend, &stranger], inside),
        [false; 3],
        "{kind:?}"
    );

    let to = friend.address(4000);
    network
        .drive(node, |core, now| core.ping(now, to))
        .unwrap()
        .unwrap();
    network.run_for(SECOND);
    let outside = friend.sender(&mut network).expect("the ping comes out");
    assert_eq!(outside.ip(), inside.ip());
    let is_same = kind != NatKind::Symmetric;
    assert_eq!(outside.port() == inside.port(), is_same, "{kind:?}");
    assert_eq!(
        heard(&mut network, [&friend, &stranger], outside),
        expected,
        "{kind:?}"
    );
    network.run_for(MINUTE + 10 * SECOND);
    assert_eq!(
        heard(&mut network, [&friend, &stranger], outside),
        [false; 3],
        "{kind:?}"
    );
}

/// Which of the three are answered. They are read-only, so that the node does not ask them back, which would renew what
/// the router knows.
fn heard(network: &mut Network, [friend, stranger]: [&Asker; 2], to: SocketAddr) -> [bool; 3] {
    let mut query = Message::query(b"let me in", Query::new(NodeId::new([1; 20]), Call::Ping));
    query.read_only = true;
    let mut bytes = Vec::new();
    query.encode(&mut bytes);
    [(friend, 4000), (friend, 4001), (stranger, 4000)].map(|(asker, port)| {
        network.send(asker.address(port), to, &bytes);
        network.run_for(3 * SECOND);
        !asker.answers(network).is_empty()
    })
}

#[test]
fn each_kind_of_router_lets_in_whom_it_should_until_it_forgets() {
    check(NatKind::FullCone, [true, true, true]);
    check(NatKind::Restricted, [true, true, false]);
    check(NatKind::PortRestricted, [true, false, false]);
    check(NatKind::Symmetric, [true, false, false]);
}

/// Half of a thousand nodes stay longer than the median, and so on down the formula.
#[test]
fn a_network_loses_its_nodes_by_the_weibull_formula() {
    let (mut network, nodes, _) = settled(31, 1000);
    let (median, shape) = (40.0, 0.7);
    let churn = Churn::default()
        .median_session(Duration::from_secs_f64(median))
        .shape(shape)
        .returning(0.0);
    network.set_churn(churn);
    for elapsed in [10.0f64, 20.0, 40.0, 60.0] {
        network.run_for(Duration::from_secs_f64(elapsed) - since(&network));
        let staying = nodes
            .iter()
            .filter(|node| network.node(**node).is_some())
            .count() as f64
            / 1000.0;
        let expected = 0.5f64.powf((elapsed / median).powf(shape));
        // Three standard deviations of a thousand draws.
        assert!(
            (staying - expected).abs() < 0.048,
            "{staying} and not {expected} after {elapsed} s"
        );
    }
    assert_eq!(
        network.nodes().count(),
        1000,
        "each place was taken by a stranger"
    );
}

/// How long the network has run since [`settled`] returned it.
fn since(network: &Network) -> Duration {
    network.elapsed() - SECOND
}

/// Those that come back have their id, and another address if they moved; nobody is reached at the old one.
#[test]
fn nodes_that_return_after_a_while_are_the_same_at_another_address() {
    let (mut network, nodes, _) = settled(32, 50);
    let before: Vec<SocketAddr> = nodes
        .iter()
        .map(|node| network.address(*node, Family::V4).unwrap())
        .collect();
    let churn = Churn::default()
        .median_session(MINUTE)
        .returning(1.0)
        .moving(1.0)
        .longest_absence(20 * SECOND);
    network.set_churn(churn);
    network.run_for(3 * MINUTE);
    network.end_churn();
    network.run_for(21 * SECOND);
    assert_eq!(
        network.nodes().count(),
        50,
        "all are back, and nobody else came"
    );
    let asker = Asker::new(&mut network, "9.1.1.1");
    let mut moved = 0;
    for (node, old) in nodes.iter().zip(before) {
        let new = network.address(*node, Family::V4).unwrap();
        if new == old {
            continue;
        }
        moved += 1;
        assert!(asker.ask(&mut network, 4000, old, Call::Ping).is_none());
        assert!(
            asker.ask(&mut network, 4000, new, Call::Ping).is_some(),
            "{node:?}"
        );
    }
    assert!((25..=50).contains(&moved), "{moved} moved");
}

/// The same seed on other threads, whose maps are seeded otherwise: nothing depends on the order of a map.
#[test]
fn the_course_depends_neither_on_the_thread_nor_on_how_maps_are_seeded() {
    let course = || {
        let (mut network, nodes, _) = settled(33, 80);
        network.set_link(Link::default().loss(0.05).duplication(0.05));
        network.set_churn(Churn::default().median_session(2 * MINUTE));
        let behind: Vec<HostId> = [NatKind::Restricted, NatKind::Symmetric]
            .map(|kind| network.add_node(NodePlan::default().behind(kind, MINUTE)))
            .into();
        network.run_for(3 * MINUTE);
        let target = NodeId::new([5; 20]);
        for node in nodes.iter().chain(&behind) {
            network.drive(*node, |core, now| core.find_node(now, target));
        }
        network.run_for(MINUTE);
        (network.log_hash(), network.stats())
    };
    let here = course();
    let threads = [(); 2].map(|()| std::thread::spawn(course));
    for there in threads {
        assert_eq!(there.join().unwrap(), here);
    }
}

/// Jitter is what lets one datagram overtake another.
#[test]
fn datagrams_overtake_each_other_only_where_there_is_jitter() {
    let overtaken = |jitter| {
        let mut network = Network::new(34);
        network.set_link(Link::default().jitter(jitter));
        let socket = network.add_socket(ip("9.9.9.9"));
        let [from, to] = ["8.8.8.8", "9.9.9.9"].map(|text| SocketAddr::new(ip(text), 1));
        for number in 0..200u8 {
            network.send(from, to, &[number]);
            network.run_for(Duration::from_millis(1));
        }
        network.run_for(MINUTE);
        let received: Vec<u8> = std::iter::from_fn(|| network.receive(socket))
            .map(|(_, bytes)| bytes[0])
            .collect();
        assert_eq!(received.len(), 200);
        received.windows(2).filter(|pair| pair[0] > pair[1]).count()
    };
    assert_eq!(overtaken(0.0), 0);
    let overtaken = overtaken(0.2);
    assert!((20..150).contains(&overtaken), "{overtaken} of 200");
}

/// What an idle node sends, queries and answers: at most a datagram in two seconds.
#[test]
fn an_idle_network_is_quiet() {
    let (mut network, nodes, _) = settled(35, 1000);
    let before = network.stats().sent;
    network.run_for(2 * MINUTE);
    let sent = network.stats().sent - before;
    let per_node = sent as f64 / nodes.len() as f64 / 120.0;
    assert!(
        (0.1..0.5).contains(&per_node),
        "{per_node} datagrams a second"
    );
}

/// Nobody had to join: from the first moment on, nodes find those closest to anything in both networks.
#[test]
fn settled_nodes_of_both_families_know_their_way_in_each() {
    let mut network = Network::new(34);
    let nodes = network.add_settled_dual_stack_nodes(300);
    let mut met = [0; 2];
    for (number, node) in nodes.iter().enumerate().step_by(30) {
        let target = NodeId::new([number as u8; 20]);
        let found = network.perform(*node, |core, now| core.find_node(now, target));
        let closest = found.unwrap().report.closest;
        for (met, family) in met.iter_mut().zip(Family::ALL) {
            let truth = network.closest(target, family, 8);
            let is_met = |node: &&HostId| {
                let address = network.address(**node, family).unwrap();
                closest.iter().any(|met| met.address == address)
            };
            *met += truth.iter().filter(is_met).count();
        }
    }
    assert!(met.iter().all(|met| *met >= 78), "{met:?} of 80");
    for (node, family) in nodes
        .iter()
        .flat_map(|node| Family::ALL.map(|of| (node, of)))
    {
        let id = network.node(*node).unwrap().id(family).unwrap();
        let ip = network.address(*node, family).unwrap().ip();
        assert!(id.is_valid_for(ip), "{id} at {ip}");
    }
}
