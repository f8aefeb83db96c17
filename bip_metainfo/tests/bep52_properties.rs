//! What holds for every torrent of version 2.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod naive;
mod support;

use bip_metainfo::{Info, InfoHash, InfoHashV2, MetaVersion, Metainfo, PathPolicy, merkle};
use naive::{BLOCK, V2};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

/// Paths of which none is a folder of another one, and what is there.
fn files() -> impl Strategy<Value = Vec<(String, Vec<u8>)>> {
    let path = vec("[a-cA-C.:]{1,3}", 0..4).prop_map(|folders| folders.join("/"));
    let name = "[a-z]{0,4}_[a-zA-Z]";
    let length = prop_oneof![
        Just(0),
        1..200usize,
        1..6 * BLOCK,
        Just(BLOCK),
        Just(4 * BLOCK)
    ];
    btree_map((path, name), (length, any::<u8>()), 1..12).prop_map(|files| {
        let place = |(folder, name): (String, String)| {
            if folder.is_empty() {
                name
            } else {
                format!("{folder}/{name}")
            }
        };
        let content =
            |(length, seed): (usize, u8)| (0..length).map(|at| seed ^ (at / 9) as u8).collect();
        files
            .into_iter()
            .map(|(path, what)| (place(path), content(what)))
            .collect()
    })
}

fn borrowed(files: &[(String, Vec<u8>)]) -> Vec<(&str, Vec<u8>)> {
    files
        .iter()
        .map(|(path, content)| (&**path, content.clone()))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_tree_of_any_shape_is_read_as_it_was_made(files in files(), blocks in 0u32..3) {
        prop_assume!(files.iter().any(|(_, content)| !content.is_empty()));
        let piece_length = BLOCK << blocks;
        let mut v2 = V2::new(piece_length, &borrowed(&files));
        // A lonely file at the top is called by its own name.
        v2.insert("~/last", [("length", support::int(0))].into());
        let torrent = Metainfo::from_bytes_with(&v2.file(), PathPolicy::Linux).unwrap();
        let info = torrent.info();
        support::assert_safe_as(PathPolicy::Linux, info);
        support::assert_safe(Metainfo::from_bytes(&v2.file()).unwrap().info());
        prop_assert_eq!(info.info_hash_v2(), Some(InfoHashV2::digest(&v2.info())));
        prop_assert_eq!(info.version(), MetaVersion::V2);
        // The order of the tree: by bytes, component for component.
        let mut expect = files;
        expect.sort_by(|(one, _), (other, _)| one.split('/').cmp(other.split('/')));
        expect.push(("~/last".to_owned(), vec![]));
        let mut piece = 0;
        for (index, (file, (path, content))) in info.files().iter().zip(&expect).enumerate() {
            prop_assert_eq!(file.raw_path().collect::<Vec<_>>().join(&b'/'), path.as_bytes());
            prop_assert_eq!(file.length(), content.len() as u64);
            if content.is_empty() {
                prop_assert_eq!((file.pieces_root(), info.piece_layer(index)), (None, None));
                continue;
            }
            prop_assert_eq!(file.offset(), (piece * piece_length) as u64);
            piece += content.len().div_ceil(piece_length);
            prop_assert_eq!(file.pieces_root(), Some(&naive::root(content)));
            let layer = info.piece_layer(index).unwrap();
            if content.len() > piece_length {
                prop_assert_eq!(layer, &naive::piece_layer(content, piece_length)[..]);
            } else {
                prop_assert_eq!(layer, &[naive::root(content)][..]);
            }
        }
        prop_assert_eq!((info.files().len(), info.piece_count()), (expect.len(), piece as u32));
        prop_assert!(info.has_piece_layers());
    }

    #[test]
    fn damage_anywhere_is_refused_or_read_without_harm(
        files in files(), at in any::<prop::sample::Index>(), bytes in vec(any::<u8>(), 0..4), cut in 0usize..3,
    ) {
        let files: Vec<_> = borrowed(&files).into_iter().take(3).collect();
        let mut file = V2::new(BLOCK, &files).file();
        let at = at.index(file.len());
        file.splice(at..file.len().min(at + cut), bytes);
        if let Ok(torrent) = Metainfo::from_bytes(&file) {
            let info = torrent.info();
            support::assert_safe(info);
            let layer = merkle::piece_layer_of(info.piece_length());
            for (index, file) in info.files().iter().enumerate() {
                if let (Some(hashes), true) = (info.piece_layer(index), file.length() > u64::from(info.piece_length())) {
                    prop_assert_eq!(Some(&merkle::root(hashes, layer.unwrap())), file.pieces_root());
                }
            }
            if info.version() == MetaVersion::V2 {
                prop_assert_eq!(info.info_hash(), InfoHashV2::digest(info.raw()).truncated());
            } else {
                prop_assert_eq!(info.info_hash(), InfoHash::digest(info.raw()));
            }
            prop_assert!(Info::from_bytes(info.raw()).is_ok());
        }
    }

    #[test]
    fn roots_are_those_of_the_naive_tree(length in 1usize..40 * BLOCK, layer in 0u32..4) {
        let content: Vec<u8> = (0..length).map(|at| (at / 11) as u8).collect();
        let blocks: Vec<_> = content.chunks(BLOCK).map(merkle::block_hash).collect();
        prop_assert_eq!(merkle::root(&blocks, 0), naive::root(&content));
        let piece_length = BLOCK << layer;
        if content.len() > piece_length {
            let pieces: Vec<_> = blocks.chunks(1 << layer).map(|piece| merkle::subtree_root(piece, 0, layer)).collect();
            prop_assert_eq!(&pieces, &naive::piece_layer(&content, piece_length));
            prop_assert_eq!(merkle::root(&pieces, layer), naive::root(&content));
        }
    }
}
