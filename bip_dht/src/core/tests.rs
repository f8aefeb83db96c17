//! What bounds a node, at each limit and one past it; and how it moves.

use std::net::SocketAddr;
use std::num::NonZeroU16;
use std::time::{Duration, Instant};

use super::task::{Goal, Origin, Task};
use super::*;
use crate::config::Role;
use crate::key::Key;
use crate::krpc::{Call, Message, Query, Response};
use crate::limits::{MAX_CHECKS, MAX_FOREIGN_TOKEN_LENGTH, MAX_OUTBOX_BYTES, MAX_PEERS_FOUND};
use crate::operation::{AnnouncePort, LookupReport, Outcome};
use crate::rpc::Purpose;
use crate::table::Source;

const PORT: AnnouncePort = AnnouncePort::Port(NonZeroU16::new(80).unwrap());

#[expect(clippy::disallowed_methods, reason = "any moment will do")]
fn core() -> (DhtCore, Instant) {
    let now = Instant::now();
    let config = DhtConfig::default().role(Role::Server);
    (DhtCore::new(now, config, [7; 32]), now)
}

/// A host in a network of its own for each number.
fn host(number: u32) -> SocketAddr {
    let [a, b, c, d] = number.to_be_bytes();
    SocketAddr::from(([11 + a, b, c, d], 4000))
}

fn network_of(number: u32) -> SocketAddr {
    host(number << 8 | 1)
}

fn id(number: u8) -> NodeId {
    NodeId::new([number; 20])
}

/// Everything that there is to send.
fn sent(core: &mut DhtCore) -> Vec<(SocketAddr, Vec<u8>)> {
    let mut datagram = Vec::new();
    std::iter::from_fn(|| {
        let transmit = core.poll_transmit(&mut datagram)?;
        Some((transmit.destination, datagram.clone()))
    })
    .collect()
}

/// Has a query of the node answered from where it went.
fn reply(core: &mut DhtCore, now: Instant, query: &(SocketAddr, Vec<u8>), response: Response<'_>) {
    reply_telling(core, now, query, response, None);
}

fn reply_telling(
    core: &mut DhtCore,
    now: Instant,
    query: &(SocketAddr, Vec<u8>),
    response: Response<'_>,
    ip: Option<SocketAddr>,
) {
    let mut decoder = MessageDecoder::new();
    let transaction = decoder.decode(&query.1).unwrap().transaction;
    let mut message = Message::response(transaction, response);
    message.ip = ip;
    let mut datagram = Vec::new();
    message.encode(&mut datagram);
    core.handle_datagram(now, query.0, &datagram);
}

/// Pings a node, which answers, and says where it sees us.
fn meet(core: &mut DhtCore, now: Instant, number: u8, sees: Option<SocketAddr>) {
    core.ping(now, network_of(number.into())).unwrap();
    let queries = sent(core);
    let ping = queries
        .iter()
        .find(|(to, _)| *to == network_of(number.into()));
    reply_telling(core, now, ping.unwrap(), Response::new(id(number)), sees);
    while core.poll_event().is_some() {}
}

#[test]
fn of_one_given_node_too_many_the_first_is_forgotten() {
    let (mut core, now) = core();
    let of_v4 = |core: &DhtCore| core.networks.of(Family::V4).unwrap().gateways.clone();
    for number in 0..MAX_GATEWAYS as u32 {
        core.add_node(now, host(number));
    }
    assert_eq!(of_v4(&core).len(), MAX_GATEWAYS);
    assert_eq!(of_v4(&core).front(), Some(&host(0)));
    core.add_node(now, host(MAX_GATEWAYS as u32));
    assert_eq!(of_v4(&core).len(), MAX_GATEWAYS);
    assert_eq!(of_v4(&core).front(), Some(&host(1)));
    // Who is given again is no other.
    core.add_node(now, host(1));
    assert_eq!(of_v4(&core).len(), MAX_GATEWAYS);
    assert_eq!(of_v4(&core).back(), Some(&host(1)));
}

#[test]
fn one_event_too_many_is_not_told_unless_it_is_an_end() {
    let (mut core, _) = core();
    for _ in 0..=MAX_EVENTS {
        core.tell(DhtEvent::BecameServer);
    }
    assert_eq!(core.events.len(), MAX_EVENTS);
    core.tell(DhtEvent::Ended {
        id: OperationId(1),
        result: Ok(Outcome::Peers { count: 0 }),
        report: LookupReport::default(),
    });
    assert_eq!(core.events.len(), MAX_EVENTS + 1);
}

#[test]
fn an_operation_tells_of_so_many_peers_and_of_no_other() {
    let (_, now) = core();
    let mut task = Task::new(now, Origin::User, Goal::GetPeers, id(1));
    let peers = (0..MAX_PEERS_FOUND as u32).map(host);
    assert_eq!(task.find(peers).len(), MAX_PEERS_FOUND);
    assert_eq!(task.find([host(MAX_PEERS_FOUND as u32)].into_iter()), []);
}

#[test]
fn so_many_contacts_are_pinged_at_once_and_the_next_when_one_has_answered() {
    let (mut core, now) = core();
    let network = core.networks.of_mut(Family::V4).unwrap();
    for number in 1..=20 {
        let address = network_of(number.into());
        let node = Node {
            id: id(number),
            address,
        };
        network.table.heard(now, node, Source::Given);
    }
    core.check_contacts(now, Family::V4);
    assert_eq!(core.checks, MAX_CHECKS);
    let pings = sent(&mut core);
    assert_eq!(pings.len(), MAX_CHECKS);
    let named = (1..=20).find(|number| network_of((*number).into()) == pings[0].0);
    reply(&mut core, now, &pings[0], Response::new(id(named.unwrap())));
    core.check_contacts(now, Family::V4);
    assert_eq!(core.checks, MAX_CHECKS);
    assert_eq!(sent(&mut core).len(), 1);
}

/// Who never sends what there is to send cannot have a node grow.
#[test]
fn what_nobody_sends_is_lost_above_the_limit() {
    let (mut core, now) = core();
    let address = host(1);
    while core.outbox.has_room() {
        core.ask(now, address, None, Purpose::Check);
    }
    let longest = 200;
    let waiting: usize = {
        core.ask(now, address, None, Purpose::Check);
        sent(&mut core).iter().map(|(_, bytes)| bytes.len()).sum()
    };
    assert!(
        (MAX_OUTBOX_BYTES..MAX_OUTBOX_BYTES + longest).contains(&waiting),
        "{waiting}"
    );
    assert!(core.outbox.has_room());
}

/// BEP 5, "get_peers": a token is opaque, but not of any length: what is announced with it must fit a datagram.
#[test]
fn a_token_of_64_bytes_is_given_back_and_one_of_65_is_none() {
    for (length, is_taken) in [
        (MAX_FOREIGN_TOKEN_LENGTH, true),
        (MAX_FOREIGN_TOKEN_LENGTH + 1, false),
    ] {
        let (mut core, now) = core();
        meet(&mut core, now, 1, None);
        core.handle_timeout(now);
        let mut queries = sent(&mut core);
        let announce = core.announce(now, Key::of_name("room"), PORT).unwrap();
        let token = vec![b't'; length];
        let mut announced = None;
        for _ in 0..10 {
            for query in &queries {
                let mut response = Response::new(id(1));
                response.token = Some(&token);
                reply(&mut core, now, query, response);
            }
            queries = sent(&mut core);
            let is_announce = |query: &&(SocketAddr, Vec<u8>)| {
                let mut decoder = MessageDecoder::new();
                let message = decoder.decode(&query.1).unwrap();
                matches!(message.body, Body::Query(Query { call: Call::AnnouncePeer { token: given, .. }, .. }) if given == token)
            };
            announced = announced.or(queries.iter().find(is_announce).cloned());
        }
        assert_eq!(announced.is_some(), is_taken, "{length} bytes");
        core.cancel(announce);
    }
}

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

/// As many values under one number as wrote at the same time; the fifth is not kept, and none of them is lost for it.
#[cfg(feature = "ed25519")]
#[test]
fn four_values_of_one_number_are_told_apart_and_a_fifth_is_not() {
    use crate::item::{MutableItem, SecretKey};
    use crate::limits::MAX_VERSIONS;
    let owner = SecretKey::from_seed(&[7; 32]);
    let mut newest = super::task::Newest::new(*owner.public_key(), b"");
    let mut take = |value: String, seq| {
        let item = MutableItem::sign(&owner, b"", seq, value.as_bytes()).unwrap();
        let mut response = Response::new(id(1));
        response.value = Some(item.value());
        response.seq = Some(item.seq());
        response.signature = Some(item.signature());
        newest.take(&response);
        newest.item().map(|(item, agreeing)| (item.seq(), agreeing))
    };
    for number in 0..MAX_VERSIONS {
        assert_eq!(take(format!("i{number}e"), 1), Some((1, 1)));
    }
    assert_eq!(take(format!("i{MAX_VERSIONS}e"), 1), Some((1, 1)));
    assert_eq!(
        take(format!("i{MAX_VERSIONS}e"), 1),
        Some((1, 1)),
        "it was not kept"
    );
    assert_eq!(take(format!("i{}e", MAX_VERSIONS - 1), 1), Some((1, 2)));
    assert_eq!(take("i9e".to_owned(), 2), Some((2, 1)), "newer than all");
}
