use std::net::IpAddr;

use bip_bencode::{BDecodeOpt, DictRef, Encoder};
use thiserror::Error;

use super::{Node, RoutingTable};
use crate::family::Family;
use crate::krpc::Nodes;
use crate::limits::MAX_SAVED_LENGTH;
use crate::names::names;
use crate::node_id::NodeId;

/// What outlives a run: our ids, and whom we knew. A bencoded dictionary, in which `id` and `nodes` belong to IPv4 and
/// `id6` and `nodes6` to IPv6, with nodes as they go over the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Saved {
    families: [Option<SavedFamily>; 2],
}

/// What was saved of one family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SavedFamily {
    pub(crate) id: NodeId,
    /// Those that answered first, which then were live.
    pub(crate) nodes: Vec<Node>,
}

/// Why saved state cannot be restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RestoreError {
    /// It is longer than a node ever saves, or no bencoded dictionary: the file is damaged, or another's.
    #[error("not a bencoded dictionary of a length that a node saves")]
    Bencode,
    /// One of its ids is not 20 bytes long, or nodes are there without an id of ours.
    #[error("an id of the node is missing or not 20 bytes long")]
    Id,
    /// Its nodes do not have the length of any number of nodes.
    #[error("the nodes end within a node")]
    Nodes,
}

names! {
    RestoreError, "bencode":
    Bencode "bencode",
    Id "id",
    Nodes "nodes",
}

const KEYS: [(Family, &str, &str); 2] =
    [(Family::V4, "id", "nodes"), (Family::V6, "id6", "nodes6")];

impl Saved {
    /// The state of these tables, bencoded.
    pub(crate) fn encode<'t>(tables: impl IntoIterator<Item = &'t RoutingTable>) -> Vec<u8> {
        let tables: Vec<&RoutingTable> = tables.into_iter().collect();
        let mut bytes = Vec::new();
        Encoder::new(&mut bytes).dict(|dict| {
            for (family, id, nodes) in KEYS {
                if let Some(table) = tables.iter().find(|table| table.family() == family) {
                    dict.bytes(id, table.own().as_bytes());
                    dict.bytes(nodes, compact(&table.nodes()));
                }
            }
        });
        bytes
    }

    /// # Errors
    /// The bytes are nothing that a node saved.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Saved, RestoreError> {
        let options = BDecodeOpt::strict()
            .max_input_length(MAX_SAVED_LENGTH)
            .max_depth(8);
        let document = options.decode(bytes).map_err(|_| RestoreError::Bencode)?;
        let dict = document.root().dict().ok_or(RestoreError::Bencode)?;
        let [v4, v6] = KEYS.map(|(family, id, nodes)| read(dict, family, id, nodes));
        Ok(Saved {
            families: [v4?, v6?],
        })
    }

    pub(crate) fn of(&self, family: Family) -> Option<&SavedFamily> {
        let [v4, v6] = &self.families;
        match family {
            Family::V4 => v4.as_ref(),
            Family::V6 => v6.as_ref(),
        }
    }
}

fn read(
    dict: DictRef<'_, '_>,
    family: Family,
    id: &str,
    nodes: &str,
) -> Result<Option<SavedFamily>, RestoreError> {
    let (id, nodes) = match (dict.get(id.as_bytes()), dict.get(nodes.as_bytes())) {
        (None, None) => return Ok(None),
        (None, Some(_)) => return Err(RestoreError::Id),
        (Some(id), nodes) => (id, nodes),
    };
    let id = id
        .bytes()
        .and_then(|id| id.try_into().ok())
        .ok_or(RestoreError::Id)?;
    let id = NodeId::new(id);
    let nodes = nodes.map_or(Some(&[][..]), |nodes| nodes.bytes());
    let nodes = nodes.ok_or(RestoreError::Nodes)?;
    let nodes = Nodes::from_bytes(family, nodes);
    if nodes.has_remainder() {
        return Err(RestoreError::Nodes);
    }
    Ok(Some(SavedFamily {
        id,
        nodes: nodes.iter().collect(),
    }))
}

fn compact(nodes: &[Node]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(nodes.len() * 38);
    for node in nodes {
        bytes.extend_from_slice(node.id.as_bytes());
        match node.address.ip() {
            IpAddr::V4(v4) => bytes.extend_from_slice(&v4.octets()),
            IpAddr::V6(v6) => bytes.extend_from_slice(&v6.octets()),
        }
        bytes.extend_from_slice(&node.address.port().to_be_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use proptest::prelude::*;

    use super::*;
    use crate::table::{Source, Trust};

    fn start() -> Instant {
        #[expect(clippy::disallowed_methods, reason = "tests count from any moment")]
        Instant::now()
    }

    fn node(number: u8, address: &str) -> Node {
        Node {
            id: NodeId::new([number; 20]),
            address: address.parse().unwrap(),
        }
    }

    #[test]
    fn both_families_come_back_with_their_ids_and_those_who_answered_first() {
        let now = start();
        let mut v4 = RoutingTable::new(now, NodeId::new([1; 20]), Family::V4);
        let mut v6 = RoutingTable::new(now, NodeId::new([2; 20]), Family::V6);
        let heard = node(3, "192.0.2.3:3");
        let answered = node(4, "192.0.2.4:4");
        let far = node(5, "[2001:db8::5]:5");
        v4.heard(now, heard, Source::Answer);
        v4.answered(now, answered, None);
        v6.answered(now, far, None);
        let saved = Saved::decode(&Saved::encode([&v6, &v4])).unwrap();
        let v4 = saved.of(Family::V4).unwrap();
        assert_eq!(
            (v4.id, &v4.nodes[..]),
            (NodeId::new([1; 20]), &[answered, heard][..])
        );
        let v6 = saved.of(Family::V6).unwrap();
        assert_eq!((v6.id, &v6.nodes[..]), (NodeId::new([2; 20]), &[far][..]));
    }

    #[test]
    fn a_family_that_was_not_saved_is_not_there() {
        let table = RoutingTable::new(start(), NodeId::new([1; 20]), Family::V6);
        let saved = Saved::decode(&Saved::encode([&table])).unwrap();
        assert_eq!(saved.of(Family::V4), None);
        assert_eq!(saved.of(Family::V6).unwrap().nodes, []);
    }

    #[track_caller]
    fn refuse(bytes: &[u8], expect: RestoreError) {
        assert_eq!(Saved::decode(bytes), Err(expect));
    }

    #[test]
    fn what_no_node_saved_is_refused() {
        refuse(b"", RestoreError::Bencode);
        refuse(b"le", RestoreError::Bencode);
        refuse(b"d2:idi1e5:nodes0:e", RestoreError::Id);
        refuse(b"d2:id3:abc5:nodes0:e", RestoreError::Id);
        refuse(b"d5:nodes0:e", RestoreError::Id);
        refuse(
            b"d2:id20:aaaaaaaaaaaaaaaaaaaa5:nodesi1ee",
            RestoreError::Nodes,
        );
        refuse(
            b"d2:id20:aaaaaaaaaaaaaaaaaaaa5:nodes3:abce",
            RestoreError::Nodes,
        );
        refuse(
            b"d3:id620:aaaaaaaaaaaaaaaaaaaa6:nodes626:aaaaaaaaaaaaaaaaaaaaaaaaaae",
            RestoreError::Nodes,
        );
        assert!(Saved::decode(b"de").is_ok());
        assert!(Saved::decode(b"d2:id20:aaaaaaaaaaaaaaaaaaaa3:new4:keyse").is_ok());
    }

    #[test]
    fn what_is_longer_than_a_node_saves_is_refused() {
        let padded = |length: usize| {
            let mut bytes = format!("d1:a{}:", length - 11).into_bytes();
            bytes.resize(length - 1, b'x');
            bytes.push(b'e');
            bytes
        };
        assert!(Saved::decode(&padded(MAX_SAVED_LENGTH)).is_ok());
        refuse(&padded(MAX_SAVED_LENGTH + 1), RestoreError::Bencode);
    }

    #[test]
    fn a_restored_table_knows_whom_to_ask_and_trusts_nobody() {
        let now = start();
        let mut table = RoutingTable::new(now, NodeId::new([0; 20]), Family::V4);
        for number in 1..=120 {
            table.answered(now, node(number, &format!("11.0.{number}.1:1")), None);
        }
        let saved = Saved::decode(&Saved::encode([&table])).unwrap();
        let saved = saved.of(Family::V4).unwrap();
        let mut restored = RoutingTable::new(now, saved.id, Family::V4);
        saved
            .nodes
            .iter()
            .for_each(|node| restored.heard(now, *node, Source::Given));
        let closest = |trust| {
            let mut nodes = Vec::new();
            restored.closest(now, NodeId::new([9; 20]), 1, trust, &mut nodes);
            nodes
        };
        assert_eq!(restored.contact_count(), table.contact_count());
        assert_eq!(closest(Trust::Live), []);
        assert_eq!(closest(Trust::Any), [node(9, "11.0.9.1:1")]);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Saved::decode(&bytes);
            let framed = [&b"d2:id"[..], &bytes, b"e"].concat();
            let _ = Saved::decode(&framed);
        }
    }
}
