//! A torrent of one file is read with its layer if and only if that is what a plain reading of BEP 52 allows; and every
//! way to a root is the same.
//!
//! Input: the blocks in a piece (its logarithm), the file's blocks, what to do to the layer; then the bytes of the file's
//! block hashes.

#![no_main]

use bip_metainfo::{Metainfo, merkle};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let [height, damage, at, hashes @ ..] = data else {
        return;
    };
    let (blocks, _) = hashes.as_chunks::<32>();
    let (height, blocks) = (u32::from(height % 5), &blocks[..blocks.len().min(200)]);
    if blocks.is_empty() {
        return;
    }
    let root = naive_root(blocks);
    assert_eq!(merkle::root(blocks, 0), root);
    let pieces: Vec<_> = blocks
        .chunks(1 << height)
        .map(|piece| merkle::subtree_root(piece, 0, height))
        .collect();
    if blocks.len() > 1 << height {
        assert_eq!(merkle::root(&pieces, height), root);
    }

    let mut layer = pieces.concat();
    let at = usize::from(*at) * layer.len() / 256;
    let is_sound = match damage % 4 {
        0 => true,
        1 => {
            layer[at] ^= 1 + damage / 4;
            damage / 4 == 255
        }
        2 => {
            layer.truncate(at);
            false
        }
        _ => {
            layer.extend_from_slice(&[0; 32]);
            false
        }
    };
    let file = torrent(height, blocks.len(), &root, &layer);
    let found = Metainfo::from_bytes(&file);
    if root == [0; 32] {
        assert!(found.is_err());
    } else if blocks.len() <= 1 << height {
        // A file of one piece has no layer.
        assert!(found.is_err());
    } else {
        assert_eq!(found.is_ok(), is_sound, "{found:?}");
        if let Ok(torrent) = found {
            assert_eq!(torrent.info().piece_layer(0), Some(&*pieces));
        }
    }
});

fn naive_root(blocks: &[merkle::Hash]) -> merkle::Hash {
    let mut row = blocks.to_vec();
    row.resize(row.len().next_power_of_two(), [0; 32]);
    while row.len() > 1 {
        row = row
            .chunks(2)
            .map(|pair| merkle::block_hash(&pair.concat()))
            .collect();
    }
    row[0]
}

fn torrent(height: u32, blocks: usize, root: &merkle::Hash, layer: &[u8]) -> Vec<u8> {
    let head = format!(
        "d4:infod9:file treed1:ad0:d6:lengthi{}e11:pieces root32:",
        blocks * merkle::BLOCK_LENGTH
    );
    let middle = format!(
        "eee12:meta versioni2e4:name1:t12:piece lengthi{}ee12:piece layersd32:",
        merkle::BLOCK_LENGTH << height
    );
    let length = format!("{}:", layer.len());
    [
        head.as_bytes(),
        root,
        middle.as_bytes(),
        root,
        length.as_bytes(),
        layer,
        b"ee",
    ]
    .concat()
}
