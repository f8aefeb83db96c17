//! One contact: when it is live, how long it is good, and how fast it answers.

use std::net::{Ipv6Addr, SocketAddr};
use std::time::Duration;

use super::super::*;
use super::{closest, drop_standing, id, node, start, table};

#[test]
fn a_contact_is_live_only_after_it_answered() {
    let now = start();
    let mut table = table(now);
    for source in [Source::Query, Source::Answer, Source::Given] {
        table.heard(now, node(1 << 63, source as u32), source);
    }
    assert_eq!(table.live_count(), 0);
    assert_eq!(closest(&table, now, id(1 << 63), 8, Trust::Good), []);
    assert_eq!(closest(&table, now, id(1 << 63), 8, Trust::Live), []);
    let known = node(1 << 63, 0);
    assert_eq!(
        table.answered(now, known, Some(Duration::from_millis(90))),
        Standing::Live
    );
    assert_eq!(closest(&table, now, id(0), 8, Trust::Good), [known]);
    assert_eq!(table.rtt(&known), Some(Duration::from_millis(90)));
}

#[test]
fn ipv6_contacts_come_back_as_they_went_in() {
    let now = start();
    let mut table = RoutingTable::new(now, id(0), Family::V6);
    let node = Node {
        id: id(7),
        address: SocketAddr::new(Ipv6Addr::new(0x2001, 0xdb8, 0, 1, 0, 0, 0, 9).into(), 80),
    };
    assert_eq!(table.answered(now, node, None), Standing::Live);
    assert_eq!(closest(&table, now, id(0), 8, Trust::Good), [node]);
    let other_family = super::Node {
        address: "192.0.2.1:80".parse().unwrap(),
        ..node
    };
    assert_eq!(table.answered(now, other_family, None), Standing::Refused);
}

#[test]
fn our_own_id_and_impossible_addresses_are_refused() {
    let now = start();
    let mut table = table(now);
    let own = node(0, 1);
    let port_zero = Node {
        address: "192.0.2.1:0".parse().unwrap(),
        ..node(5, 2)
    };
    let broadcast = Node {
        address: "255.255.255.255:9".parse().unwrap(),
        ..node(6, 3)
    };
    let other_family = Node {
        address: "[2001:db8::1]:9".parse().unwrap(),
        ..node(7, 4)
    };
    for node in [own, port_zero, broadcast, other_family] {
        table.heard(now, node, Source::Answer);
        assert_eq!(table.answered(now, node, None), Standing::Refused);
        table.failed(now, node);
    }
    assert_eq!(table.contact_count(), 0);
}

#[test]
fn a_contact_is_good_for_fifteen_minutes() {
    let now = start();
    let mut table = table(now);
    let known = node(1 << 63, 1);
    table.answered(now, known, None);
    let good_for = crate::limits::GOOD_FOR;
    assert_eq!(
        closest(&table, now + good_for, id(0), 8, Trust::Good),
        [known]
    );
    let later = now + good_for + Duration::from_secs(1);
    assert_eq!(closest(&table, later, id(0), 8, Trust::Good), []);
    assert_eq!(closest(&table, later, id(0), 8, Trust::Live), [known]);
}

#[test]
fn round_trip_times_are_smoothed_and_follow() {
    let now = start();
    let mut table = table(now);
    let known = node(1 << 63, 1);
    let ms = Duration::from_millis;
    for (sample, expect) in [(80, 80), (160, 90), (0, 78), (4, 68)] {
        table.answered(now, known, Some(ms(sample)));
        assert_eq!(table.rtt(&known), Some(ms(expect)));
    }
    (0..100).for_each(|_| drop_standing(table.answered(now, known, Some(Duration::from_secs(90)))));
    assert_eq!(table.rtt(&known), Some(ms(4092)));
    (0..100).for_each(|_| drop_standing(table.answered(now, known, Some(ms(2)))));
    assert_eq!(table.rtt(&known), Some(ms(2)));
}
