use std::net::Ipv6Addr;

use super::*;

#[test]
fn contacts_that_never_answered_are_told_to_nobody_however_many_there_are() {
    let now = start();
    let mut table = table(now);
    let honest: Vec<Node> = (0..20)
        .map(|number| node(1 << 63 | u64::from(number) << 48, number))
        .collect();
    for node in &honest {
        table.answered(now, *node, None);
    }
    for number in 0..5000u32 {
        let poison = node(
            u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15),
            1000 + number,
        );
        let source = if number % 2 == 0 {
            Source::Answer
        } else {
            Source::Query
        };
        table.heard(now, poison, source);
    }
    assert_eq!(table.live_count(), honest.len());
    for target in [0, 1 << 63, u64::MAX, 12345] {
        for trust in [Trust::Good, Trust::Live] {
            let nodes = closest(&table, now, id(target), 32, trust);
            assert!(nodes.iter().all(|node| honest.contains(node)));
        }
    }
}

#[test]
fn what_was_only_heard_of_displaces_nobody_who_answered() {
    let now = start();
    let (mut table, _) = full_bucket(now, Duration::from_millis(10));
    let spares: Vec<Node> = (0..4u64)
        .map(|number| node(0x0810 << 48 | number << 44, 50 + number as u32))
        .collect();
    for spare in &spares {
        assert_eq!(table.answered(now, *spare, None), Standing::Spare);
    }
    let before = table.nodes();
    for number in 0..100u64 {
        table.heard(
            now,
            node(0x0900 << 48 | number << 40, 500 + number as u32),
            Source::Answer,
        );
    }
    assert_eq!(table.nodes(), before);
}

#[test]
fn an_endpoint_that_changes_its_id_is_dropped_and_casts_doubt_on_its_bucket() {
    let now = start();
    let mut table = table(now);
    let others = [node(3 << 62, 2), node(5 << 61, 3)];
    let liar = node(1 << 63, 1);
    table.answered(now, liar, None);
    others
        .iter()
        .for_each(|node| drop_standing(table.answered(now, *node, None)));
    let later = now + crate::limits::SUSPECT_AFTER;
    assert_eq!(table.next_ping(later), None);
    let rotated = Node {
        id: id(1 << 63 | 1),
        ..liar
    };
    assert_eq!(table.answered(later, rotated, None), Standing::Impostor);
    let mut left = table.nodes();
    left.sort_by_key(|node| node.address);
    assert_eq!(left, others);
    let pinged = [table.next_ping(later), table.next_ping(later)].map(Option::unwrap);
    assert!(others.iter().all(|node| pinged.contains(node)));
    assert_eq!(table.next_ping(later), None);
}

#[test]
fn rotating_through_ids_gains_an_endpoint_one_place_at_most() {
    let now = start();
    let mut table = table(now);
    for number in 0..100u64 {
        let rotated = Node {
            id: id(number << 56),
            ..node(0, 1)
        };
        table.heard(now, rotated, Source::Query);
        table.answered(now, rotated, None);
        assert!(table.contact_count() <= 1);
    }
}

#[test]
fn a_stranger_cannot_evict_a_contact_by_naming_another_id_for_its_endpoint() {
    let now = start();
    let mut table = table(now);
    let known = node(1 << 63, 1);
    table.answered(now, known, None);
    let forged = Node { id: id(7), ..known };
    let mut pings = 0;
    for second in 0..600 {
        let at = now + Duration::from_secs(second);
        table.heard(at, forged, Source::Query);
        if let Some(ping) = table.next_ping(at) {
            assert_eq!(ping, known);
            table.answered(at, known, None);
            pings += 1;
        }
    }
    assert_eq!(table.nodes(), [known]);
    // Nor does it make us ask that endpoint all the time.
    assert_eq!(pings, 1);
}

#[test]
fn one_address_has_one_live_contact() {
    let now = start();
    let mut table = table(now);
    let mut ports = (1..100u16).map(|port| Node {
        id: id(u64::from(port) << 56),
        address: SocketAddr::new(Ipv4Addr::new(192, 0, 2, 1).into(), port),
    });
    assert_eq!(
        table.answered(now, ports.next().unwrap(), None),
        Standing::Live
    );
    assert!(ports.all(|node| table.answered(now, node, None) == Standing::Refused));
    assert_eq!(table.contact_count(), 1);
}

#[test]
fn one_ipv6_network_of_a_customer_has_one_live_contact() {
    let now = start();
    let mut table = RoutingTable::new(now, id(0), Family::V6);
    let at = |network: u16, host: u16| Node {
        id: id(u64::from(network) << 40 | u64::from(host) << 50),
        address: SocketAddr::new(
            Ipv6Addr::new(0x2001, 0xdb8, 0, network, 0, 0, 0, host).into(),
            80,
        ),
    };
    assert_eq!(table.answered(now, at(1, 1), None), Standing::Live);
    assert_eq!(table.answered(now, at(1, 2), None), Standing::Refused);
    assert_eq!(table.answered(now, at(2, 1), None), Standing::Live);
}

#[test]
fn on_local_networks_every_port_may_be_a_node() {
    let now = start();
    for ip in ["127.0.0.1", "192.168.1.1"] {
        let mut table = table(now);
        for port in 1..=50u16 {
            let address = SocketAddr::new(ip.parse().unwrap(), port);
            let node = Node {
                id: id(u64::from(port) << 56),
                address,
            };
            table.heard(now, node, Source::Answer);
            assert_eq!(table.answered(now, node, None), Standing::Live);
        }
        assert_eq!(table.live_count(), 50);
    }
}

#[test]
fn another_host_cannot_take_the_id_of_a_contact_that_answers() {
    let now = start();
    let mut table = table(now);
    let known = node(1 << 63, 1);
    let thief = node(1 << 63, 2);
    table.answered(now, known, None);
    assert_eq!(table.answered(now, thief, None), Standing::Refused);
    assert_eq!(table.nodes(), [known]);
    // Once the owner is gone, the id may move.
    table.failed(now, known);
    assert_eq!(table.answered(now, thief, None), Standing::Live);
    assert_eq!(table.nodes(), [thief]);
}

#[test]
fn who_answers_with_our_own_id_is_dropped() {
    let now = start();
    let mut table = table(now);
    let known = node(1 << 63, 1);
    table.answered(now, known, None);
    assert_eq!(
        table.answered(now, Node { id: id(0), ..known }, None),
        Standing::Impostor
    );
    assert_eq!(table.contact_count(), 0);
}
