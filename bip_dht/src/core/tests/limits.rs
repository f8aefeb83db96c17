//! What bounds a node, at each limit and one past it.

use std::net::SocketAddr;
use std::time::Duration;

use super::super::task::{Goal, Origin, Task};
use super::super::*;
use super::{PORT, core, host, id, meet, network_of, reply, sent};
use crate::key::Key;
use crate::krpc::{Call, Query, Response};
use crate::limits::{
    MAX_BOOTSTRAP_RETRY, MAX_CHECKS, MAX_FOREIGN_TOKEN_LENGTH, MAX_OUTBOX_BYTES, MAX_PEERS_FOUND,
    OFFLINE_AFTER, OFFLINE_MISSES,
};
use crate::operation::{LookupReport, Outcome};
use crate::rpc::Purpose;
use crate::table::Source;

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

/// As many values under one number as wrote at the same time; the fifth is not kept, and none of them is lost for it.
#[cfg(feature = "ed25519")]
#[test]
fn four_values_of_one_number_are_told_apart_and_a_fifth_is_not() {
    use crate::item::{MutableItem, SecretKey};
    use crate::limits::MAX_VERSIONS;
    let owner = SecretKey::from_seed(&[7; 32]);
    let mut newest = super::super::task::Newest::new(*owner.public_key(), b"");
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

#[test]
fn who_finds_nobody_waits_longer_each_time_up_to_a_minute() {
    let (mut core, start) = core();
    core.add_node(start, host(1));
    let (mut now, mut tries) = (start, Vec::new());
    while now < start + Duration::from_secs(3600) {
        let sent = sent(&mut core);
        if !sent.is_empty() {
            tries.push(now);
        }
        while core.poll_event().is_some() {}
        now = core.poll_timeout().unwrap();
        core.handle_timeout(now);
    }
    // A query is sent twice, and given up after a few seconds.
    let rests: Vec<Duration> = tries.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let longest = rests.iter().max().unwrap();
    let bound = MAX_BOOTSTRAP_RETRY..MAX_BOOTSTRAP_RETRY + Duration::from_secs(15);
    assert!(bound.contains(longest), "{rests:?}");
    assert!(rests[1] < Duration::from_secs(10), "{rests:?}");
}

#[test]
fn six_queries_in_vain_make_a_node_offline_and_five_do_not() {
    let (mut core, now) = core();
    for number in 1..=10 {
        meet(&mut core, now, number, None);
    }
    let network = core.networks.of_mut(Family::V4).unwrap();
    network.on_searched(now, 10, 10);
    assert!(network.is_ready());
    let silent = now + OFFLINE_AFTER;
    for _ in 1..OFFLINE_MISSES {
        network.on_miss(silent);
        assert!(network.is_ready());
    }
    network.on_miss(silent);
    assert!(!network.is_ready());
}
