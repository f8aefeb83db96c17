//! Torrents of version 2 and hybrids that contradict themselves or ask for too much (BEP 52).

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod naive;
mod support;

use std::collections::BTreeMap;

use bip_metainfo::{Info, Metainfo, MetainfoError as E};
use naive::{Node, V2};
use support::{dict_of, int, list, string};

const PIECE: usize = 16_384;

fn content(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at / 5) as u8).collect()
}

fn sound() -> V2 {
    V2::new(PIECE, &[("a", content(40_000)), ("d/b", content(5))])
}

/// Refused in a file, with this message.
fn check(torrent: &V2, message: &str) {
    let error = Metainfo::from_bytes(&torrent.file()).unwrap_err();
    assert_eq!(error.to_string(), message);
}

/// The same, and as a bare info dictionary too.
fn check_info(torrent: &V2, message: &str) {
    check(torrent, message);
    let error = Info::from_bytes(&torrent.info()).unwrap_err();
    assert_eq!(error.to_string(), message);
}

fn with_info(key: &'static str, value: Vec<u8>) -> V2 {
    let mut torrent = sound();
    torrent.info.insert(key, value);
    torrent
}

#[test]
fn a_torrent_that_is_too_new_is_named_as_such_before_anything_else() {
    Metainfo::from_bytes(&sound().file()).unwrap();
    for version in ["3", "0", "-2", "99999999999999999999"] {
        let torrent = with_info("meta version", int(version));
        let message = format!("the torrent is of version {version}, and only 1 and 2 are known");
        check_info(&torrent, &message);
    }
    let nothing = dict_of([("meta version", int(3))]);
    let error = Info::from_bytes(&nothing).unwrap_err();
    assert!(matches!(error, E::UnknownVersion { found, .. } if found == "3"));
    let mut torrent = sound();
    torrent.info.remove("meta version");
    check_info(&torrent, "info.meta version is missing");
}

#[test]
fn a_piece_length_must_be_a_power_of_two_of_at_least_a_block() {
    for length in [1, 8192, 16_385, 49_152] {
        let message = format!(
            "a piece length of {length} is no power of two of at least 16384, as version 2 needs"
        );
        check_info(&with_info("piece length", int(length)), &message);
    }
}

fn with_tree(tree: Vec<u8>) -> V2 {
    with_info("file tree", tree)
}

#[test]
fn a_malformed_tree_is_refused() {
    let file = || dict_of([("length", int(5)), ("pieces root", string([7; 32]))]);
    let mut torrent = sound();
    torrent.info.insert("file tree", int(1));
    check_info(&torrent, "info.file tree is not a dictionary");
    check_info(
        &with_tree(dict_of([("", ()); 0].map(|(key, ())| (key, vec![])))),
        "info.files lists no file",
    );
    check_info(
        &with_tree(dict_of([("", file())])),
        "info.file tree.\"\" has no name",
    );
    check_info(
        &with_tree(dict_of([("a", int(1))])),
        "info.file tree.a is not a dictionary",
    );
    let both = dict_of([("", file()), ("b", dict_of([("", file())]))]);
    check_info(
        &with_tree(dict_of([("a", both)])),
        "info.file tree.a is a file and a folder",
    );
    let tree = dict_of([("a", dict_of([("", int(1))]))]);
    check_info(
        &with_tree(tree),
        "info.file tree.a.\"\" is not a dictionary",
    );
    let mut torrent = sound();
    torrent.insert(
        "d/p",
        BTreeMap::from([("attr", string("p")), ("length", int(5))]),
    );
    check_info(
        &torrent,
        "info.file tree.d.p.\"\" is a pad file, which version 2 has none of",
    );
    let mut torrent = sound();
    torrent.insert("d/p", BTreeMap::new());
    check_info(&torrent, "info.file tree.d.p.\"\".length is missing");
    let folders = Node::Folder(BTreeMap::new()).encode();
    check_info(
        &with_tree(dict_of([("a", folders)])),
        "info.files lists no file",
    );
}

#[test]
fn a_file_with_content_needs_a_root() {
    for root in [
        None,
        Some(vec![0; 32]),
        Some(vec![7; 31]),
        Some(vec![7; 33]),
    ] {
        let mut torrent = sound();
        let mut properties = BTreeMap::from([("length", int(5))]);
        properties.extend(root.map(|root| ("pieces root", string(root))));
        torrent.insert("d/b", properties);
        check_info(
            &torrent,
            "info.file tree.d.b.\"\".pieces root is no hash, and the file has content",
        );
    }
}

#[test]
fn a_dictionary_that_is_not_canonical_is_refused() {
    let info = |entries: &[(&str, Vec<u8>)]| {
        let mut all: Vec<_> = sound().info.into_iter().collect();
        all.push(("file tree", sound().tree.encode()));
        all.sort();
        all.extend(entries.iter().cloned());
        dict_of(all)
    };
    for extra in [
        ("aaa", int(1)),
        ("piece length", int(PIECE)),
        ("zzz", b"i01e".to_vec()),
    ] {
        let bytes = info(&[extra]);
        let bare = Info::from_bytes(&bytes).unwrap_err();
        assert!(matches!(bare, E::NotCanonical { .. }), "{bare}");
        // However much is wrong around it.
        let around = (0..2000).map(|_| ("aaa", int(1)));
        let file = dict_of(around.chain([("info", bytes)]));
        assert_eq!(Metainfo::from_bytes(&file).unwrap_err(), bare);
    }
    let big = info(&[("zzz", int("99999999999999999999"))]);
    Info::from_bytes(&big).unwrap();
    // Outside, it harms nobody.
    let file = dict_of([("info", info(&[])), ("aaa", int(1))]);
    assert!(
        Metainfo::from_bytes(&file)
            .unwrap()
            .warnings()
            .next()
            .is_some()
    );
}

#[test]
fn a_layer_that_belongs_to_no_file_is_refused() {
    let large = naive::root(&content(40_000)).to_vec();
    let digits: String = large.iter().map(|byte| format!("{byte:02x}")).collect();
    let with_layer = |layer: Vec<u8>| {
        let mut torrent = sound();
        torrent.layers.insert(large.clone(), layer);
        torrent
    };
    let fault = |reason: &str| format!("the piece layer of {digits} {reason}");
    let layer = naive::piece_layer(&content(40_000), PIECE).concat();
    Metainfo::from_bytes(&with_layer(string(&layer)).file()).unwrap();
    check(&with_layer(int(1)), &fault("is not a byte string"));
    check(
        &with_layer(string(&layer[1..])),
        &fault("is not a row of 32-byte hashes"),
    );
    check(
        &with_layer(string(&layer[32..])),
        &fault("has not one hash for each piece"),
    );
    let longer = [&layer[..], &[0; 32]].concat();
    check(
        &with_layer(string(longer)),
        &fault("has not one hash for each piece"),
    );
    for bit in [0, 8 * 40, 8 * 95 + 7] {
        let mut other = layer.clone();
        other[bit / 8] ^= 1 << (bit % 8);
        check(
            &with_layer(string(other)),
            &fault("does not have that root"),
        );
    }
    // A file of one piece has no layer, whatever its root.
    for root in [
        naive::root(&content(5)).to_vec(),
        vec![7; 32],
        vec![7; 5],
        vec![7; 40],
    ] {
        let mut torrent = sound();
        torrent.layers.insert(root.clone(), string([9; 32]));
        let digits: String = root
            .iter()
            .take(32)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        check(
            &torrent,
            &format!("the piece layer of {digits} is of no file that needs one"),
        );
    }
    let entry = [string(&large), string(&layer)].concat();
    let twice = [&b"d"[..], &entry, &entry, b"e"].concat();
    let file = dict_of([("info", sound().info()), ("piece layers", twice)]);
    let error = Metainfo::from_bytes(&file).unwrap_err();
    assert_eq!(error.to_string(), fault("is there twice"));
    let file = dict_of([("info", sound().info()), ("piece layers", list([]))]);
    let error = Metainfo::from_bytes(&file).unwrap_err();
    assert_eq!(error.to_string(), "piece layers is not a dictionary");
}

#[test]
fn a_hybrid_whose_halves_differ_is_refused() {
    let v1 = |files: &[(usize, &str, &str)]| sound().with_v1(PIECE, files);
    let pad = (9152, ".pad/9152", "p");
    let good = [(40_000, "a", ""), pad, (5, "d/b", "")];
    Metainfo::from_bytes(&v1(&good).file()).unwrap();
    let check = |files: &[(usize, &str, &str)], file: usize, reason: &str| {
        let message =
            format!("the halves of the hybrid torrent differ: file {file} of version 1 {reason}");
        check_info(&v1(files), &message);
    };
    let [a, _, b] = good;
    check(
        &[(40_000, "A", ""), pad, b],
        0,
        "has another path in version 2",
    );
    check(&[a, pad, (5, "b", "")], 2, "has another path in version 2");
    check(
        &[a, pad, (5, "d/d/b", "")],
        2,
        "has another path in version 2",
    );
    check(
        &[b, (16_379, "p", "p"), a],
        0,
        "has another path in version 2",
    );
    check(
        &[(39_999, "a", ""), (9153, "p", "p"), b],
        0,
        "has another length or kind in version 2",
    );
    check(&[a, b], 1, "begins at another piece in version 2");
    check(
        &[a, (9151, "p", "p"), b],
        2,
        "begins at another piece in version 2",
    );
    check(
        &[a, (9152 + PIECE, "p", "p"), b],
        2,
        "begins at another piece in version 2",
    );
    check(
        &[pad, a, (9152, "p", "p"), b],
        1,
        "begins at another piece in version 2",
    );
    check(&[a, pad], 2, "is only in version 2");
    check(&[a, pad, b, (0, "e", "")], 3, "is not in version 2");
    let reason = "is a pad file that does not fill the last piece";
    check(&[a, pad, b, (16_378, "p", "p")], 3, reason);
    check(&[a, pad, b, (16_380, "p", "p")], 3, reason);
    Metainfo::from_bytes(&v1(&[a, pad, b, (16_379, "p", "p")]).file()).unwrap();
}
