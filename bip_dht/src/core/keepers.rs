use std::net::SocketAddr;
use std::time::Instant;

use crate::limits::{ITEM_COUNTED_ON, ITEM_SPARED_FOR};
use crate::table::Node;

/// The nodes that keep for us what an operation stores, at most 8 of each family. A lease remembers those of its last
/// round, so that the next gives an item only to whom it must (BEP 44, "Expiration").
///
/// No answer tells how old a node's copy is: only our own puts say how long it will stay. So a node is spared one where it
/// says in this round that it has the item, and our last put lasts beyond the next round.
///
/// ```text
///  Keeper ──next round──> says that it has the item ──put lasts──> spared: Keeper, as of the same put
///    ^                    └> says nothing of it, or the put is old ──> put to, if it is among the closest
///    └────────────────────────────── took it ──────────────────────────────────────┘
/// ```
#[derive(Clone, Debug, Default)]
pub(super) struct Keepers {
    keepers: Vec<Keeper>,
}

#[derive(Clone, Debug)]
struct Keeper {
    node: Node,
    /// When it took our last put.
    put_at: Instant,
    /// Whether it has said in this round that it has the item.
    has_it: bool,
}

impl Keepers {
    /// The same nodes, none of which has said anything yet.
    pub(super) fn for_next_round(&self) -> Keepers {
        let mut next = self.clone();
        for keeper in &mut next.keepers {
            keeper.has_it = false;
        }
        next
    }

    /// Notes that a node has the very item that is to be stored.
    pub(super) fn on_found(&mut self, from: SocketAddr) {
        let mut keepers = self.keepers.iter_mut();
        if let Some(keeper) = keepers.find(|keeper| keeper.node.address == from) {
            keeper.has_it = true;
        }
    }

    /// Forgets all but those of the closest that need no put in this round.
    pub(super) fn spare(&mut self, now: Instant, closest: &[Node]) {
        self.keepers.retain(|keeper| {
            let lasts = keeper.put_at + ITEM_COUNTED_ON >= now + ITEM_SPARED_FOR;
            keeper.has_it && lasts && closest.contains(&keeper.node)
        });
    }

    /// Notes that a node took a put.
    pub(super) fn on_stored(&mut self, now: Instant, node: Node) {
        self.keepers.push(Keeper {
            node,
            put_at: now,
            has_it: true,
        });
    }

    pub(super) fn contains(&self, node: Node) -> bool {
        self.keepers.iter().any(|keeper| keeper.node == node)
    }

    pub(super) fn count(&self) -> usize {
        self.keepers.len()
    }

    /// When the first of them can no longer be counted on.
    pub(super) fn renew_by(&self) -> Option<Instant> {
        let first = self.keepers.iter().map(|keeper| keeper.put_at).min()?;
        Some(first + ITEM_COUNTED_ON)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::core::task::{Goal, Origin, Task};
    use crate::krpc::Response;
    use crate::node_id::NodeId;

    fn start() -> Instant {
        #[expect(clippy::disallowed_methods, reason = "tests count from any moment")]
        Instant::now()
    }

    fn node(number: u8) -> Node {
        Node {
            id: NodeId::new([number; 20]),
            address: SocketAddr::from(([192, 0, 2, number], 6881)),
        }
    }

    /// Who is spared at `age` after a put to nodes 1 to 3, of which the first two have said that they have the item, and
    /// 2 to 4 are the closest.
    fn spared(age: Duration) -> Vec<u8> {
        let put_at = start();
        let mut keepers = Keepers::default();
        for number in 1..=3 {
            keepers.on_stored(put_at, node(number));
        }
        let mut keepers = keepers.for_next_round();
        for number in [1, 2, 4] {
            keepers.on_found(node(number).address);
        }
        let closest = [2, 3, 4].map(node);
        keepers.spare(put_at + age, &closest);
        (1..=4)
            .filter(|number| keepers.contains(node(*number)))
            .collect()
    }

    #[test]
    fn a_put_is_spared_where_the_item_is_there_and_lasts_and_not_a_moment_later() {
        let limit = ITEM_COUNTED_ON - ITEM_SPARED_FOR;
        assert_eq!(spared(Duration::ZERO), [2]);
        assert_eq!(spared(limit), [2]);
        assert!(spared(limit + Duration::from_nanos(1)).is_empty());
    }

    #[test]
    fn the_oldest_put_says_when_the_next_is_due() {
        let now = start();
        let mut keepers = Keepers::default();
        assert_eq!(keepers.renew_by(), None);
        keepers.on_stored(now + Duration::from_secs(5), node(1));
        keepers.on_stored(now, node(2));
        assert_eq!(keepers.renew_by(), Some(now + ITEM_COUNTED_ON));
    }

    /// Whether a node that answers a task's lookup like this counts as keeping its item.
    fn counts(goal: Goal, response: &Response<'_>) -> bool {
        let mut task = Task::new(start(), Origin::User, goal, NodeId::new([0; 20]));
        task.keepers.on_stored(start(), node(1));
        task.keepers = task.keepers.for_next_round();
        task.note_keeper(node(1).address, response);
        task.keepers.keepers[0].has_it
    }

    #[test]
    fn another_value_is_not_the_item() {
        let answered = |value| {
            let mut response = Response::new(NodeId::new([1; 20]));
            response.value = value;
            counts(Goal::PutImmutable(Box::from(*b"i1e")), &response)
        };
        assert!(answered(Some(b"i1e")));
        assert!(!answered(Some(b"i2e")));
        assert!(!answered(None));
    }

    #[cfg(feature = "ed25519")]
    #[test]
    fn an_older_version_or_one_signed_otherwise_is_not_the_item() {
        use crate::item::{MutableItem, SecretKey};
        let owner = SecretKey::from_seed(&[7; 32]);
        let item = |seq| MutableItem::sign(&owner, b"", seq, b"i1e").unwrap();
        let answered = |of: &MutableItem, signature: &[u8; 64]| {
            let mut response = Response::new(NodeId::new([1; 20]));
            (response.value, response.seq) = (Some(of.value()), Some(of.seq()));
            response.signature = Some(signature);
            counts(Goal::put_mutable(item(4), None), &response)
        };
        let (older, ours) = (item(3), item(4));
        assert!(answered(&ours, ours.signature()));
        assert!(!answered(&older, older.signature()));
        assert!(!answered(&ours, &[1; 64]));
    }
}
