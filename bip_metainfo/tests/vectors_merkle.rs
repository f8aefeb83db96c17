//! Hash trees have the nodes that libtorrent's tests list (BEP 52), but for what the crate's page lists.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod vectors;

use bip_metainfo::merkle::{self, Hash};
use serde_json::Value;
use vectors::{Deviations, bytes_of, read_json};

#[test]
fn listed_hash_trees_have_the_nodes_listed() {
    let Some((_, listed)) = read_json("merkle.json") else {
        return;
    };
    let hash = |digits: &Value| Hash::try_from(bytes_of(digits)).unwrap();
    let symbol = |name: &Value| hash(&listed["symbols"][name.as_str().unwrap()]);
    for case in listed["validate_node"].as_array().unwrap() {
        let parent = merkle::parent(&symbol(&case["left"]), &symbol(&case["right"]));
        assert_eq!(parent == symbol(&case["parent"]), case["ok"] == 1);
    }
    for (level, pad) in listed["pad_hash_by_levels_above_blocks"]
        .as_array()
        .unwrap()
        .iter()
        .enumerate()
    {
        assert_eq!(merkle::pad_hash(level as u32), hash(pad));
    }
    for case in listed["merkle_pad"].as_array().unwrap() {
        let levels = case["levels"].as_u64().unwrap() as u32;
        assert_eq!(merkle::pad_hash(levels), hash(&case["hash"]));
        let blocks_per_piece = case["blocks"].as_u64().unwrap() / case["pieces"].as_u64().unwrap();
        let piece_length = blocks_per_piece as usize * merkle::BLOCK_LENGTH;
        assert_eq!(merkle::piece_layer_of(piece_length as u32), Some(levels));
    }
    for case in listed["root"].as_array().unwrap() {
        let leaves: Vec<_> = case["leaves"]
            .as_array()
            .unwrap()
            .iter()
            .map(symbol)
            .collect();
        let count = case["num_leaves"]
            .as_u64()
            .unwrap_or(leaves.len() as u64)
            .next_power_of_two();
        let root = merkle::subtree_root(&leaves, 0, count.ilog2());
        assert_eq!(root, hash(&case["root"]));
        assert!(case["num_leaves"].is_u64() || merkle::root(&leaves, 0) == root);
    }
    let mut found = Deviations::default();
    for case in listed["validate_and_insert_proofs"].as_array().unwrap() {
        let name = |is_right| if is_right { "right" } else { "wrong" };
        let theirs = name(case["ok"] == true);
        let ours = name(leads_to_what_is_known(case, symbol));
        found.compare(case["name"].as_str().unwrap(), theirs, ours);
    }
    found.assert_listed("merkle.json");
}

/// Their trees are rows of all nodes; a proof is right where it leads to the next node that is known.
fn leads_to_what_is_known(case: &Value, symbol: impl Fn(&Value) -> Hash) -> bool {
    let tree: Vec<_> = case["tree"]
        .as_array()
        .unwrap()
        .iter()
        .map(&symbol)
        .collect();
    let uncles: Vec<_> = case["uncles"]
        .as_array()
        .unwrap()
        .iter()
        .map(&symbol)
        .collect();
    let target = case["target_node"].as_u64().unwrap();
    let layer_start =
        (target + 1).next_power_of_two() / if (target + 1).is_power_of_two() { 1 } else { 2 } - 1;
    let known = (0..=uncles.len()).find_map(|height| {
        let node = tree.get(((target + 1) >> height).checked_sub(1)? as usize)?;
        let reached = merkle::climb(
            symbol(&case["hash"]),
            target - layer_start,
            &uncles[..height],
        );
        (*node != [0; 32]).then_some(*node == reached)
    });
    known.unwrap_or(false)
}
