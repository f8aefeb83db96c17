//! What bounds a lookup, at each limit and one past it.

use super::*;

/// A node in a network of its own, the closer to the target the smaller its number.
fn node(number: u16) -> Node {
    let [high, low] = number.to_be_bytes();
    let mut id = [0; 20];
    (id[0], id[1]) = (high, low);
    Node {
        id: NodeId::new(id),
        address: SocketAddr::from(([11, high, low, 1], 4000)),
    }
}

fn lookup(numbers: impl Iterator<Item = u16>) -> Lookup {
    let mut lookup = Lookup::new(NodeId::new([0; 20]), NodeId::new([0xff; 20]), None);
    numbers.for_each(|number| lookup.begin_at(&[node(number)]));
    lookup
}

#[test]
fn one_candidate_too_many_costs_the_farthest_its_place() {
    let most = MAX_CANDIDATES as u16;
    let mut lookup = lookup(1..=most);
    assert_eq!(lookup.candidates.len(), MAX_CANDIDATES);
    let farthest = |lookup: &Lookup| lookup.candidates.last().map(|known| known.address);
    assert_eq!(farthest(&lookup), Some(node(most).address));
    lookup.begin_at(&[node(most + 1)]);
    assert_eq!(farthest(&lookup), Some(node(most).address));
    lookup.begin_at(&[node(0)]);
    assert_eq!(farthest(&lookup), Some(node(most - 1).address));
    assert_eq!(lookup.candidates.len(), MAX_CANDIDATES);
}

#[test]
fn of_one_answer_so_many_nodes_are_taken() {
    for count in [MAX_NODES_TAKEN, MAX_NODES_TAKEN + 1] {
        let mut lookup = lookup([1000].into_iter());
        assert!(lookup.next().is_some());
        lookup.on_answer(node(1000), None, (1..=count as u16).map(node));
        assert_eq!(lookup.candidates.len(), 1 + MAX_NODES_TAKEN);
    }
}

#[test]
fn so_many_are_asked_at_once_and_the_next_when_one_is_slow() {
    let mut lookup = lookup(1..=20);
    let asked = std::iter::from_fn(|| lookup.next()).count();
    assert_eq!(asked, LOOKUP_PARALLELISM);
    lookup.on_stalled(node(1).address);
    let asked = std::iter::from_fn(|| lookup.next()).count();
    assert_eq!(asked, 1);
}
