//! Where a node is, as others see it, and where others cannot be.

use std::net::SocketAddr;
use std::time::Duration;

use super::super::*;
use super::{PORT, core, host, id, meet, sent};
use crate::key::Key;
use crate::krpc::{Call, Message, Query};
use crate::operation::AnnouncePort;

/// BEP 42: once four networks agree on where we are, our id fits that, our table is built around it, and what we gave
/// and what we keep alive goes on.
#[test]
fn a_node_that_learns_its_address_moves_with_all_it_has() {
    let (mut core, now) = core();
    let key = Key::of_name("room");
    let guest: SocketAddr = "10.0.0.9:4000".parse().unwrap();
    let token = core.tokens.issue(now, guest.ip(), key);
    let lease = core.hold(now, key, PORT).unwrap();
    let own: SocketAddr = "203.0.113.77:6881".parse().unwrap();
    let before = core.id(Family::V4).unwrap();
    assert!(!before.is_valid_for(own.ip()));
    for number in 1..=3 {
        meet(&mut core, now, number, Some(own));
    }
    assert_eq!(core.id(Family::V4), Some(before));
    assert_eq!(core.external_address(Family::V4), None);

    meet(&mut core, now, 4, Some(own));
    let after = core.id(Family::V4).unwrap();
    assert!(after != before && after.is_valid_for(own.ip()));
    assert_eq!(core.external_address(Family::V4), Some(own.ip()));
    // Everybody is still known, and in the bucket that is now theirs.
    let table = &core.networks.of(Family::V4).unwrap().table;
    assert_eq!((table.own(), table.live_count()), (after, 4));
    let mut nodes = Vec::new();
    table.closest(now, after, 4, crate::table::Trust::Good, &mut nodes);
    let distances: Vec<_> = nodes.iter().map(|node| after.distance(&node.id)).collect();
    assert!(distances.is_sorted() && nodes.len() == 4);

    // The guest announces with the token that the old id gave.
    let call = Call::AnnouncePeer {
        info_hash: key,
        port: 5000,
        implied_port: false,
        token: &token,
        seed: false,
    };
    let mut datagram = Vec::new();
    Message::query(b"aa", Query::new(id(99), call)).encode(&mut datagram);
    sent(&mut core);
    core.handle_datagram(now, guest, &datagram);
    assert_eq!(core.stats().peers, 1);
    assert!(core.leases.contains_key(&lease));

    // It looks for its neighbours at the new place, under the new id.
    sent(&mut core);
    let later = now + Duration::from_secs(10);
    core.handle_timeout(later);
    let queries = sent(&mut core);
    let mut decoder = MessageDecoder::new();
    let finds = queries.iter().filter(|(_, bytes)| {
        let Body::Query(query) = decoder.decode(bytes).unwrap().body else {
            return false;
        };
        query.sender == after && query.call == Call::FindNode { target: after }
    });
    assert!(finds.count() > 0);
}

#[test]
fn a_node_moves_at_most_once_an_hour() {
    let (mut core, now) = core();
    let places: [SocketAddr; 2] =
        ["203.0.113.77:1", "198.51.100.7:1"].map(|text| text.parse().unwrap());
    for number in 1..=4 {
        meet(&mut core, now, number, Some(places[0]));
    }
    let first = core.id(Family::V4).unwrap();
    for number in 5..=20 {
        meet(&mut core, now, number, Some(places[1]));
    }
    assert_eq!(core.id(Family::V4), Some(first));
    let later = now + Duration::from_secs(3600);
    meet(&mut core, later, 21, Some(places[1]));
    let second = core.id(Family::V4).unwrap();
    assert!(second.is_valid_for(places[1].ip()) && second != first);
}

#[test]
fn a_lease_leaves_its_own_announce_out_once_it_is_known_where_that_is() {
    let own: SocketAddr = "203.0.113.77:6881".parse().unwrap();
    let [web, neighbour] = [80, 81].map(|port| SocketAddr::new(own.ip(), port));
    for (port, itself) in [(PORT, web), (AnnouncePort::Implied, own)] {
        let (mut core, now) = core();
        let lease = core.hold(now, Key::of_name("room"), port).unwrap();
        for number in 1..=4 {
            meet(&mut core, now, number, Some(own));
        }
        core.tell_lease_peers(lease, vec![itself, neighbour, host(1)]);
        let told = core.poll_event();
        let Some(DhtEvent::LeasePeers { peers, .. }) = told else {
            panic!("{told:?}");
        };
        assert_eq!(peers, [neighbour, host(1)]);
        core.tell_lease_peers(lease, vec![itself]);
        assert_eq!(core.poll_event(), None);
    }
    // Before anybody has said where we are, nothing is left out.
    let (mut core, now) = core();
    let lease = core.hold(now, Key::of_name("room"), PORT).unwrap();
    core.tell_lease_peers(lease, vec![web]);
    assert!(core.poll_event().is_some());
}

#[test]
fn nobody_is_asked_at_an_address_that_is_nobodys() {
    let (mut core, now) = core();
    for text in [
        "192.0.2.1:0",
        "0.0.0.0:1",
        "255.255.255.255:1",
        "[ff02::1]:1",
        "[::]:1",
    ] {
        let address: SocketAddr = text.parse().unwrap();
        let error = Err(crate::BeginError::Unreachable(address));
        assert_eq!(core.ping(now, address), error);
        assert_eq!(core.sample(now, address, Key::of_name("room")), error);
        core.add_node(now, address);
    }
    core.handle_timeout(now);
    assert_eq!(sent(&mut core), []);
    assert_eq!(core.stats().operations, 0);
}
