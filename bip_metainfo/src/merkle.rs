//! The hash trees of version 2 (BEP 52, "pieces root"): SHA-256 over blocks of 16 KiB, two by two up to one root.
//!
//! Layers are counted from the blocks: layer 0 is their hashes, layer `n` has one hash for every `2^n` blocks. Where a
//! layer ends before a power of two, what is missing counts as blocks whose *hash* is all zeros.
//!
//! ```
//! use bip_metainfo::merkle;
//!
//! // A file of 40,000 bytes in pieces of 32 KiB: three blocks, two pieces.
//! let file = vec![7; 40_000];
//! let blocks: Vec<_> = file.chunks(merkle::BLOCK_LENGTH).map(merkle::block_hash).collect();
//! let layer: Vec<_> = blocks.chunks(2).map(|piece| merkle::subtree_root(piece, 0, 1)).collect();
//! assert_eq!(merkle::root(&layer, 1), merkle::root(&blocks, 0));
//! ```

use std::borrow::Cow;

use sha2::{Digest, Sha256};

use crate::side_by_side;

/// Bytes in a block, the leaf of a tree: 16 KiB. The last block of a file may be shorter.
pub const BLOCK_LENGTH: usize = 16_384;

/// A SHA-256 in a tree.
pub type Hash = [u8; 32];

/// The leaf of a block's bytes.
#[must_use]
pub fn block_hash(block: &[u8]) -> Hash {
    Sha256::digest(block).into()
}

/// The node above two others.
#[must_use]
pub fn parent(left: &Hash, right: &Hash) -> Hash {
    Sha256::new()
        .chain_update(left)
        .chain_update(right)
        .finalize()
        .into()
}

/// What stands in this layer where it covers nothing of the file: zeros in layer 0, the parent of two such nodes above.
#[must_use]
pub fn pad_hash(layer: u32) -> Hash {
    (0..layer).fold([0; 32], |pad, _| parent(&pad, &pad))
}

/// Which layer has one hash for each piece, or `None` where the length is no power of two of at least one block.
#[must_use]
pub fn piece_layer_of(piece_length: u32) -> Option<u32> {
    let blocks = piece_length / BLOCK_LENGTH as u32;
    (piece_length.is_power_of_two() && blocks > 0).then(|| blocks.ilog2())
}

/// The root of a tree of which `hashes` are all of this layer that cover some of the file; the rest is padding up to
/// the next power of two. For no hash at all, that layer's [`pad_hash`].
#[must_use]
pub fn root(hashes: &[Hash], layer: u32) -> Hash {
    let height = hashes.len().next_power_of_two().ilog2();
    subtree_root(hashes, layer, layer + height)
}

/// The node in layer `top` above `hashes` in `layer`, padded where they end early. A piece's hash in its piece layer is
/// that above the hashes of its blocks, the last piece's too (in files of one piece there is no piece layer, and the
/// [`root`] may lie lower).
///
/// # Panics
/// If `top` is below `layer`, or `hashes` are more than fit below one node there.
#[must_use]
pub fn subtree_root(hashes: &[Hash], layer: u32, top: u32) -> Hash {
    assert!(
        layer <= top
            && (hashes.len().saturating_sub(1) as u64)
                .checked_shr(top - layer)
                .unwrap_or(0)
                == 0,
        "{} hashes of layer {layer} below one node of layer {top}",
        hashes.len()
    );
    let mut pad = pad_hash(layer);
    let mut row = Cow::Borrowed(hashes);
    for _ in layer..top {
        let mut above = Vec::with_capacity(row.len().div_ceil(2));
        side_by_side::parents(&row, &mut above);
        if row.len() % 2 == 1 {
            above.extend(row.last().map(|last| parent(last, &pad)));
        }
        row = Cow::Owned(above);
        pad = parent(&pad, &pad);
    }
    row.first().copied().unwrap_or(pad)
}

/// The node that `uncles` lead to from the node with this index in its layer, the lowest uncle first (BEP 52, "hashes").
#[must_use]
pub fn climb(hash: Hash, index: u64, uncles: &[Hash]) -> Hash {
    let mut node = hash;
    for (height, uncle) in uncles.iter().enumerate() {
        let is_right = u32::try_from(height)
            .ok()
            .and_then(|height| index.checked_shr(height))
            .is_some_and(|index| index % 2 == 1);
        node = if is_right {
            parent(uncle, &node)
        } else {
            parent(&node, uncle)
        };
    }
    node
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves(count: usize) -> Vec<Hash> {
        (0..count).map(|index| block_hash(&[index as u8])).collect()
    }

    /// The whole tree, with every padding leaf in place.
    fn naive_root(leaves: &[Hash]) -> Hash {
        let mut row = leaves.to_vec();
        row.resize(leaves.len().next_power_of_two(), [0; 32]);
        while row.len() > 1 {
            row = row
                .chunks(2)
                .map(|pair| block_hash(&pair.concat()))
                .collect();
        }
        row[0]
    }

    #[test]
    fn a_root_is_that_of_the_whole_padded_tree_from_any_layer() {
        for count in 1..70 {
            let leaves = leaves(count);
            let expect = naive_root(&leaves);
            assert_eq!(root(&leaves, 0), expect, "{count}");
            for layer in 0..=count.ilog2() {
                let hashes: Vec<_> = leaves
                    .chunks(1 << layer)
                    .map(|below| subtree_root(below, 0, layer))
                    .collect();
                assert_eq!(root(&hashes, layer), expect, "{count} {layer}");
            }
        }
    }

    #[test]
    fn uncles_lead_to_the_root() {
        let leaves = leaves(8);
        for index in 0..8 {
            let uncles: Vec<_> = (0..3)
                .map(|layer| {
                    let uncle = (index >> layer) ^ 1;
                    subtree_root(
                        &leaves[uncle << layer..(uncle + 1) << layer],
                        0,
                        layer as u32,
                    )
                })
                .collect();
            assert_eq!(
                climb(leaves[index], index as u64, &uncles),
                naive_root(&leaves)
            );
            assert_ne!(
                climb(leaves[index], index as u64 ^ 1, &uncles),
                naive_root(&leaves)
            );
        }
    }

    #[test]
    fn nothing_has_the_root_of_padding() {
        assert_eq!(root(&[], 3), pad_hash(3));
        assert_eq!(subtree_root(&[], 0, 3), pad_hash(3));
        assert_eq!(pad_hash(1), naive_root(&[[0; 32]; 2]));
    }

    #[test]
    #[should_panic(expected = "5 hashes of layer 1 below one node of layer 3")]
    fn more_hashes_than_fit_are_the_callers_fault() {
        let _ = subtree_root(&leaves(4), 1, 3);
        let _ = subtree_root(&leaves(5), 1, 3);
    }

    #[test]
    fn piece_layers_are_counted_from_the_blocks() {
        let check = |length, expect| assert_eq!(piece_layer_of(length), expect, "{length}");
        check(16_384, Some(0));
        check(32_768, Some(1));
        check(1 << 24, Some(10));
        for length in [0, 1, 8192, 16_385, 49_152] {
            check(length, None);
        }
    }
}
