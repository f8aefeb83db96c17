//! Torrents of version 2, and hybrids (BEP 52).

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod naive;
mod support;

use std::collections::BTreeMap;

use bip_metainfo::{Info, InfoHash, InfoHashV2, MetaVersion, Warning};
use naive::V2;
use support::{int, list, load, string};

const PIECE: usize = 32_768;

fn content(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at / 7) as u8).collect()
}

fn three_files() -> V2 {
    V2::new(
        PIECE,
        &[
            ("a/large", content(100_000)),
            ("b/empty", vec![]),
            ("b/small", content(20_000)),
            ("c", content(PIECE)),
        ],
    )
}

#[test]
fn a_torrent_of_version_2_is_read_with_its_hash_trees() {
    let v2 = three_files();
    let file = v2.file();
    let torrent = load(&file);
    assert_eq!(torrent.raw(), file);
    assert_eq!(torrent.warnings().count(), 0);
    let info = torrent.info();
    assert_eq!(
        (info.version(), info.info_hash_v1()),
        (MetaVersion::V2, None)
    );
    let hash = InfoHashV2::digest(&v2.info());
    assert_eq!(
        (info.info_hash_v2(), info.info_hash()),
        (Some(hash), hash.truncated())
    );
    assert_eq!((info.piece_hash(0), info.piece_hashes().len()), (None, 0));
    assert_eq!(
        (info.total_length(), info.piece_count()),
        (100_000 + 20_000 + PIECE as u64, 6)
    );
    assert!(info.has_piece_layers() && !info.is_single_file());

    let files: Vec<_> = info
        .files()
        .iter()
        .map(|file| (file.path().to_str().unwrap(), file.length(), file.offset()))
        .collect();
    // Content begins with a piece; nothing does not.
    assert_eq!(
        files,
        [
            ("temp/a/large", 100_000, 0),
            ("temp/b/empty", 0, 100_000),
            ("temp/b/small", 20_000, 4 * PIECE as u64),
            ("temp/c", PIECE as u64, 5 * PIECE as u64),
        ]
    );
    let roots: Vec<_> = info
        .files()
        .iter()
        .map(|file| file.pieces_root().copied())
        .collect();
    let (large, small, whole) = (content(100_000), content(20_000), content(PIECE));
    let expect = [
        Some(naive::root(&large)),
        None,
        Some(naive::root(&small)),
        Some(naive::root(&whole)),
    ];
    assert_eq!(roots, expect);
    assert_eq!(
        info.piece_layer(0),
        Some(&*naive::piece_layer(&large, PIECE))
    );
    assert_eq!((info.piece_layer(1), info.piece_layer(4)), (None, None));
    assert_eq!(info.piece_layer(2), Some(&[naive::root(&small)][..]));
    assert_eq!(info.piece_layer(3), Some(&[naive::root(&whole)][..]));
    support::assert_safe(info);
}

#[test]
fn a_torrent_without_its_layers_is_read_and_marked() {
    let mut v2 = three_files();
    let bare = Info::from_bytes(&v2.info()).unwrap();
    let missing = Warning::MissingPieceLayers { files: 1 };
    let is_marked = |info: &Info| {
        let is_told = info
            .warnings()
            .iter()
            .map(ToString::to_string)
            .eq([missing.to_string()]);
        is_told && !info.has_piece_layers() && info.piece_layer(0).is_none()
    };
    assert!(is_marked(&bare) && bare.piece_layer(2).is_some());
    v2.layers.clear();
    assert!(is_marked(load(&v2.file()).info()));
    // Where no file is larger than a piece, there is nothing to miss.
    let small = V2::new(PIECE, &[("x/y", content(PIECE))]);
    assert!(Info::from_bytes(&small.info()).unwrap().has_piece_layers());
}

#[test]
fn files_of_one_content_share_a_layer() {
    let v2 = V2::new(
        PIECE,
        &[
            ("a", content(70_000)),
            ("b", content(70_000)),
            ("c", content(70_001)),
        ],
    );
    assert_eq!(v2.layers.len(), 2);
    let torrent = load(&v2.file());
    let info = torrent.info();
    assert_eq!(info.piece_layer(0), info.piece_layer(1));
    assert_eq!(
        info.piece_layer(2),
        Some(&*naive::piece_layer(&content(70_001), PIECE))
    );
}

#[test]
fn the_only_file_of_a_tree_is_no_folder_and_has_its_own_name() {
    let mut v2 = V2::new(PIECE, &[("x.txt", content(5))]);
    let info = Info::from_bytes(&v2.info()).unwrap();
    assert!(info.is_single_file());
    assert_eq!((info.name(), info.raw_name()), ("x.txt", &b"temp"[..]));
    assert_eq!(info.files()[0].path().to_str(), Some("x.txt"));
    assert!(info.files()[0].raw_path().eq([b"x.txt"]));
    v2 = V2::new(PIECE, &[("d/x.txt", content(5))]);
    let info = Info::from_bytes(&v2.info()).unwrap();
    assert!(!info.is_single_file());
    assert_eq!(info.files()[0].path().to_str(), Some("temp/d/x.txt"));
    let hostile = V2::new(PIECE, &[("..", content(5))]);
    let info = Info::from_bytes(&hostile.info()).unwrap();
    assert_eq!(info.name(), info.info_hash().to_string());
    support::assert_safe(&info);
}

#[test]
fn attributes_and_links_are_read_from_the_tree() {
    let mut v2 = V2::new(PIECE, &[("d/run", content(5))]);
    let link = [
        ("attr", string("l")),
        ("symlink path", list([string("d"), string("run")])),
    ];
    v2.insert("a", BTreeMap::from(link));
    v2.insert(
        "x",
        BTreeMap::from([
            ("attr", string("xh")),
            ("length", int(0)),
            ("sha1", string([3; 20])),
        ]),
    );
    let info = Info::from_bytes(&v2.info()).unwrap();
    let [a, _, x] = info.files() else {
        panic!("three files")
    };
    assert!(a.is_symlink() && a.length() == 0);
    assert_eq!(
        a.symlink_path().and_then(|path| path.to_str()),
        Some("temp/d/run")
    );
    assert!(x.is_executable() && x.is_hidden());
    assert_eq!(x.sha1(), Some(&[3; 20]));
}

fn hybrid(files: &[(usize, &str, &str)]) -> V2 {
    let contents = [
        ("a/one", content(40_000)),
        ("b/empty", vec![]),
        ("b/two", content(5)),
    ];
    V2::new(PIECE, &contents).with_v1(PIECE, files)
}

#[test]
fn a_hybrid_is_read_by_both_halves() {
    for tail in [None, Some((32_763, ".pad/32763", "p"))] {
        for pad_first in [true, false] {
            let pad = (25_536, ".pad/25536", "p");
            let empty = (0, "b/empty", "");
            let mut files = vec![(40_000, "a/one", ""), pad, empty, (5, "b/two", "")];
            if !pad_first {
                files.swap(1, 2);
            }
            files.extend(tail);
            let v2 = hybrid(&files);
            let torrent = load(&v2.file());
            let info = torrent.info();
            assert_eq!(info.version(), MetaVersion::Hybrid);
            assert_eq!(info.info_hash_v1(), Some(InfoHash::digest(&v2.info())));
            assert_eq!(info.info_hash_v2(), Some(InfoHashV2::digest(&v2.info())));
            assert_eq!(Some(info.info_hash()), info.info_hash_v1());
            assert_eq!((info.piece_count(), info.piece_hash(2)), (3, Some([7; 20])));
            assert_eq!(info.files().len(), files.len());
            assert_eq!(info.files()[3].offset(), 65_536);
            assert_eq!(
                info.files()[3].pieces_root(),
                Some(&naive::root(&content(5)))
            );
            assert_eq!(info.files()[1].pieces_root(), None);
            assert_eq!(info.piece_layer(0).map(<[_]>::len), Some(2));
            assert!(info.has_piece_layers() && torrent.warnings().count() == 0);
        }
    }
}

#[test]
fn a_hybrid_of_one_file_may_be_a_folder_in_its_first_half() {
    let contents = [("x", content(5))];
    let single = V2::new(PIECE, &contents);
    let folder = single.clone().with_v1(PIECE, &[(5, "x", "")]);
    assert_eq!(
        load(&folder.file()).info().files()[0].path().to_str(),
        Some("temp/x")
    );
    let mut file = single;
    file.info.insert("name", string("x"));
    file.info.insert("length", int(5));
    file.info.insert("pieces", string([7; 20]));
    let torrent = load(&file.file());
    assert!(torrent.info().is_single_file());
    assert_eq!(
        torrent.info().files()[0].pieces_root(),
        Some(&naive::root(&content(5)))
    );
}

#[test]
fn a_file_tree_without_a_version_means_nothing_to_version_1() {
    let mut v2 = hybrid(&[(7, "other", "")]);
    for version in [None, Some(int(1))] {
        match version {
            Some(version) => v2.info.insert("meta version", version),
            None => v2.info.remove("meta version"),
        };
        let info = Info::from_bytes(&v2.info()).unwrap();
        assert_eq!((info.version(), info.files().len()), (MetaVersion::V1, 1));
        assert_eq!(info.info_hash_v2(), None);
    }
}
