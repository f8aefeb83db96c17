//! What a torrent of version 2 may ask for (BEP 52).

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod naive;
mod support;

use bip_metainfo::{Info, LoadLimits, Metainfo, MetainfoError as E};
use naive::V2;
use support::{dict_of, int, string};

const PIECE: usize = 16_384;

fn content(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at / 5) as u8).collect()
}

fn sound() -> V2 {
    V2::new(PIECE, &[("a", content(40_000)), ("d/b", content(5))])
}

fn with_info(key: &'static str, value: Vec<u8>) -> V2 {
    let mut torrent = sound();
    torrent.info.insert(key, value);
    torrent
}

fn with_tree(tree: Vec<u8>) -> V2 {
    with_info("file tree", tree)
}

/// Loads within the limit `at`, and not within the next smaller one.
fn check_limit(torrent: &V2, at: LoadLimits, below: LoadLimits, is_right: impl Fn(&E) -> bool) {
    Metainfo::from_bytes_with(&torrent.file(), at).unwrap();
    let error = Metainfo::from_bytes_with(&torrent.file(), below).unwrap_err();
    assert!(is_right(&error), "{error:?}");
}

#[test]
fn each_limit_holds_at_its_value_and_not_one_past_it() {
    let limits = LoadLimits::default;
    let torrent = sound();
    let (at, below) = (limits().max_pieces(4), limits().max_pieces(3));
    check_limit(&torrent, at, below, |error| {
        matches!(
            error,
            E::TooManyPieces {
                count: 4,
                limit: 3,
                ..
            }
        )
    });
    let (at, below) = (limits().max_layer_hashes(3), limits().max_layer_hashes(2));
    check_limit(&torrent, at, below, |error| {
        matches!(error, E::TooManyLayerHashes { limit: 2, .. })
    });
    // The end of the last file, gaps included.
    let end = 3 * PIECE as u64 + 5;
    let (at, below) = (
        limits().max_total_length(end),
        limits().max_total_length(end - 1),
    );
    check_limit(&torrent, at, below, |error| {
        matches!(error, E::TotalTooLong { .. })
    });
    let (at, below) = (
        limits().max_piece_length(16_384),
        limits().max_piece_length(16_383),
    );
    check_limit(&torrent, at, below, |error| {
        matches!(error, E::InvalidPieceLength { limit: 16_383, .. })
    });
    let (at, below) = (
        limits().max_directory_depth(2),
        limits().max_directory_depth(1),
    );
    check_limit(
        &torrent,
        at,
        below,
        |error| matches!(error, E::PathTooDeep { depth: 2, limit: 1, key, .. } if key == "info.file tree.d.b"),
    );
    let paths = "temp/a".len() + "temp/d/b".len();
    let (at, below) = (
        limits().max_path_bytes(paths),
        limits().max_path_bytes(paths - 1),
    );
    check_limit(
        &torrent,
        at,
        below,
        |error| matches!(error, E::PathsTooLong { limit, .. } if *limit == paths - 1),
    );
    let same = V2::new(
        PIECE,
        &[("a", content(5)), ("A", content(5)), ("b", content(5))],
    );
    let (at, below) = (
        limits().max_duplicate_names(1),
        limits().max_duplicate_names(0),
    );
    check_limit(&same, at, below, |error| {
        matches!(error, E::TooManyDuplicateNames { limit: 0, .. })
    });
    // What a path was counts too where it is changed: a component is 16 bytes beside its own.
    let paths = "temp/a".len() + "temp/A.1".len() + (1 + 16) + "temp/b".len();
    let (at, below) = (
        limits().max_path_bytes(paths),
        limits().max_path_bytes(paths - 1),
    );
    check_limit(&same, at, below, |error| {
        matches!(error, E::PathsTooLong { .. })
    });
}

#[test]
fn a_tree_that_names_deep_folders_once_cannot_ask_for_endless_paths() {
    // 90 folders of 200 bytes, and in them 20,000 files: 360 MB of paths in 1 MB of torrent.
    let file = dict_of([("", dict_of([("attr", string("l"))]))]);
    let names: Vec<_> = (0..20_000).map(|number| format!("{number:05}")).collect();
    let files = dict_of(names.iter().map(|name| (name, file.clone())));
    let tree = (0..90).fold(files, |tree, _| dict_of([("x".repeat(200), tree)]));
    let torrent = with_tree(tree);
    let error = Info::from_bytes(&torrent.info()).unwrap_err();
    assert!(
        matches!(
            error,
            E::PathsTooLong {
                limit: 67_108_864,
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn depth_is_bounded_without_recursion() {
    let deep = |depth: usize| {
        let file = dict_of([("length", int(1)), ("pieces root", string([7; 32]))]);
        let (open, close) = (b"d1:x".repeat(depth), b"e".repeat(depth));
        let tree = [&open[..], b"d0:", &file, b"e", &close].concat();
        let limits = LoadLimits::default()
            .max_depth(300_000)
            .max_directory_depth(100_000);
        Info::from_bytes_with(&with_tree(tree).info(), limits.max_path_bytes(1 << 20))
    };
    assert_eq!(
        deep(100_000).unwrap().files()[0].components().count(),
        100_001
    );
    assert!(matches!(deep(100_001), Err(E::PathTooDeep { .. })));
}
