//! Whom a lookup asks next, step by step. Nodes are named by how far they are from the target.

use std::net::{Ipv4Addr, SocketAddr};

use super::super::*;

fn node(distance: u8) -> Node {
    let mut id = [0; 20];
    id[0] = distance;
    Node {
        id: NodeId::new(id),
        address: address(distance),
    }
}

fn address(distance: u8) -> SocketAddr {
    SocketAddr::new(Ipv4Addr::new(11, 0, distance, 1).into(), 6881)
}

fn begun_at(distances: impl IntoIterator<Item = u8>) -> Lookup {
    let mut lookup = Lookup::new(NodeId::new([0; 20]), NodeId::new([0xff; 20]), None);
    lookup.begin_at(&distances.into_iter().map(node).collect::<Vec<_>>());
    lookup
}

fn answer(lookup: &mut Lookup, from: u8, named: &[u8]) {
    lookup.on_answer(node(from), None, named.iter().copied().map(node));
}

/// Everybody who is to be asked now.
fn asked(lookup: &mut Lookup) -> Vec<u8> {
    std::iter::from_fn(|| lookup.next())
        .map(|(id, _)| id.unwrap().as_bytes()[0])
        .collect()
}

#[test]
fn four_are_asked_at_once_the_closest_first() {
    let mut lookup = begun_at([70, 30, 60, 50, 40]);
    assert_eq!(asked(&mut lookup), [30, 40, 50, 60]);
    lookup.on_stalled(address(50));
    assert_eq!(asked(&mut lookup), [70]);
}

#[test]
fn who_was_overtaken_keeps_no_closer_node_waiting() {
    let mut lookup = begun_at([30, 40, 50, 60, 70]);
    assert_eq!(asked(&mut lookup), [30, 40, 50, 60]);
    answer(&mut lookup, 50, &[5, 6, 7, 8, 9]);
    assert_eq!(asked(&mut lookup), [5, 6, 7, 8]);
    // Those that follow are not closer than any of these four, and wait.
    answer(&mut lookup, 60, &[10, 11]);
    assert!(asked(&mut lookup).is_empty());
    answer(&mut lookup, 6, &[]);
    assert_eq!(asked(&mut lookup), [9]);
}

#[test]
fn a_slow_node_is_asked_again_while_it_is_among_the_closest() {
    let mut lookup = begun_at([200]);
    asked(&mut lookup);
    answer(&mut lookup, 200, &[100]);
    assert_eq!(asked(&mut lookup), [100]);
    assert!(lookup.on_stalled(address(100)));
    assert!(lookup.on_stalled(address(100)));
    answer(&mut lookup, 100, &[]);
    assert!(!lookup.on_stalled(address(100)));
}

#[test]
fn who_was_overtaken_is_asked_again_only_once_and_only_if_we_know_it() {
    let mut lookup = begun_at([200, 201]);
    asked(&mut lookup);
    answer(&mut lookup, 200, &[100, 101]);
    assert_eq!(asked(&mut lookup), [100, 101]);
    answer(&mut lookup, 100, &[1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(asked(&mut lookup), [1, 2, 3, 4]);
    (1..5).for_each(|from| answer(&mut lookup, from, &[]));
    assert_eq!(asked(&mut lookup), [5, 6, 7, 8]);
    assert!(!lookup.on_stalled(address(101)));
    assert!(lookup.on_stalled(address(201)));
    assert!(!lookup.on_stalled(address(201)));
    // A late answer still counts.
    answer(&mut lookup, 101, &[9]);
    assert_eq!(lookup.answered(), 7);
}

/// Asks until nobody is left to ask; the silent are given up. Returns how many were asked.
fn exhaust(lookup: &mut Lookup, silent: &[u8]) -> usize {
    let mut count = 0;
    while let [first, rest @ ..] = &asked(lookup)[..] {
        for from in [first].into_iter().chain(rest) {
            count += 1;
            match silent.contains(from) {
                true => {
                    lookup.on_stalled(address(*from));
                    lookup.on_dead(address(*from));
                }
                false => answer(lookup, *from, &[]),
            }
        }
    }
    count
}

#[test]
fn for_each_silent_node_one_more_answers_up_to_a_limit() {
    for (silent, answered) in [
        (&[][..], K),
        (&[3], K + 1),
        (&[1, 2], K + MAX_WIDENING),
        (&[1, 2, 4], K + MAX_WIDENING),
        // Not among the closest.
        (&[20], K),
    ] {
        let mut lookup = begun_at(1..30);
        let asked = exhaust(&mut lookup, silent);
        assert!(lookup.is_finished());
        let gone = silent.iter().filter(|distance| **distance < 20).count();
        assert_eq!(asked, answered + gone, "{silent:?}");
    }
}

#[test]
fn nobody_beyond_the_closest_is_waited_for_longer_than_a_slot() {
    let mut lookup = begun_at(1..30);
    let mut open = asked(&mut lookup);
    assert_eq!(open, [1, 2, 3, 4]);
    lookup.on_stalled(address(1));
    lookup.on_dead(address(1));
    (2..=K as u8 + 1).for_each(|from| {
        open.extend(asked(&mut lookup));
        answer(&mut lookup, from, &[]);
    });
    assert_eq!(open.last(), Some(&(K as u8 + 2)));
    assert!(!lookup.is_finished());
    lookup.on_stalled(address(K as u8 + 2));
    // Another in its place, who answers.
    assert_eq!(asked(&mut lookup), [K as u8 + 3]);
    answer(&mut lookup, K as u8 + 3, &[]);
    assert!(lookup.is_finished());
}

#[test]
fn the_closest_are_waited_for_until_they_are_given_up() {
    let mut lookup = begun_at(1..30);
    let mut open = asked(&mut lookup);
    assert_eq!(open, [1, 2, 3, 4]);
    lookup.on_stalled(address(1));
    (2..30).for_each(|from| {
        open.extend(asked(&mut lookup));
        answer(&mut lookup, from, &[]);
    });
    assert!(!lookup.is_finished());
    lookup.on_dead(address(1));
    assert!(lookup.is_finished());
}
