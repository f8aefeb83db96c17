//! Torrents of every version against ones made the slow way.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "naive/create.rs"]
mod naive;

use bip_metainfo::{
    Alignment, DirectAccessor, HashOptions, InfoBuilder, MetaVersion, Metainfo, MetainfoBuilder,
    PieceLength, Warning,
};
use naive::{NaiveFile, NaiveTorrent, content};
use proptest::prelude::*;

const PIECE: usize = 32_768;

/// Every version, each in every alignment that it has.
const KINDS: [(MetaVersion, Alignment); 4] = [
    (MetaVersion::V1, Alignment::Packed),
    (MetaVersion::V1, Alignment::Pieces),
    (MetaVersion::V2, Alignment::Packed),
    (MetaVersion::Hybrid, Alignment::Packed),
];

fn accessor(files: &[NaiveFile]) -> DirectAccessor<'_> {
    match files {
        [(path, content)] if path.is_empty() => DirectAccessor::new("top", content),
        files => files.iter().fold(
            DirectAccessor::folder("top"),
            |accessor, (path, content)| accessor.file(path.clone(), content),
        ),
    }
}

/// Makes a torrent of each kind on so many threads, and reads it again.
fn check(files: &[NaiveFile], piece_length: usize, threads: usize) {
    for (version, alignment) in KINDS {
        let is_aligned = (version, alignment) != (MetaVersion::V1, Alignment::Packed);
        let expect = NaiveTorrent::make(files.to_vec(), piece_length, is_aligned).of(version);
        let info = InfoBuilder::new()
            .version(version)
            .alignment(alignment)
            .piece_length(PieceLength::Custom(piece_length as u32));
        let builder = MetainfoBuilder::from(info);
        let options = HashOptions::default().threads(threads);
        let torrent = builder.build(accessor(files), &options).unwrap();
        let what = format!("{version:?} {alignment:?} {threads}");
        assert_eq!(torrent.info().version(), version, "{what}");
        assert_eq!(NaiveTorrent::read(torrent.info()), expect, "{what}");

        let again = Metainfo::from_bytes(torrent.raw()).unwrap();
        assert!(again.info().has_piece_layers(), "{what}");
        let is_fair = |warning: &Warning| matches!(warning, Warning::PathsChanged { .. });
        assert!(again.warnings().all(is_fair), "{what}");
        bip_bencode::BDecodeOpt::strict()
            .check(torrent.raw())
            .unwrap();

        let plan = builder.plan(accessor(files)).unwrap();
        let pads: Vec<_> = expect.files.iter().filter(|file| file.2).collect();
        assert_eq!(plan.pad_count, pads.len(), "{what}");
        assert_eq!(
            plan.pad_length,
            pads.iter().map(|pad| pad.1).sum::<u64>(),
            "{what}"
        );
        assert_eq!(
            plan.content_length + plan.pad_length,
            torrent.info().total_length(),
            "{what}"
        );
        assert_eq!(plan.piece_count, torrent.info().piece_count(), "{what}");
        assert_eq!(plan.file_count, files.len(), "{what}");
        // Files of the same content share a layer.
        let mut layers: Vec<_> = expect.trees.iter().flatten().collect();
        layers.retain(|(_, layer)| layer.len() > 1);
        let count = layers.len();
        layers.sort();
        layers.dedup();
        if layers.len() == count {
            assert_eq!(plan.torrent_length, torrent.raw().len() as u64, "{what}");
        } else {
            assert!(plan.torrent_length > torrent.raw().len() as u64, "{what}");
        }
    }
}

fn file(path: &str, length: usize) -> NaiveFile {
    let components = path
        .split('/')
        .map(|component| component.as_bytes().to_vec());
    (components.collect(), content(length, path.len() as u8))
}

#[test]
fn a_single_file_of_any_length_is_made_right() {
    let block = 16_384;
    for length in [
        1,
        block - 1,
        block,
        block + 1,
        PIECE - 1,
        PIECE,
        PIECE + 1,
        2 * PIECE,
        2 * PIECE + 1,
        5 * PIECE + block,
        40 * PIECE + 7,
    ] {
        check(&[(Vec::new(), content(length, 3))], PIECE, 2);
        check(&[file("a", length)], PIECE, 2);
    }
}

#[test]
fn folders_are_made_right() {
    check(&[file("a", 5), file("b", 0), file("c", 7)], PIECE, 1);
    check(&[file("empty", 0), file("last", 1)], PIECE, 1);
    check(&[file("first", 1), file("z empty", 0)], PIECE, 1);
    let deep = [
        file("x/a/b/c", PIECE),
        file("x/a/bb", 0),
        file("x/a/d", PIECE + 1),
        file("x/a-/e", 1),
    ];
    check(&deep, PIECE, 2);
    let many: Vec<_> = (0..300)
        .map(|index| file(&format!("{}/{index}", index % 7), index))
        .collect();
    check(&many, PIECE, 3);
    let large: Vec<_> = (0..9)
        .map(|index| file(&format!("{index}"), 9 * PIECE - index))
        .collect();
    check(&large, PIECE, 3);
}

#[test]
fn files_of_the_same_content_share_a_layer() {
    let same = |name: &str| (vec![name.as_bytes().to_vec()], content(3 * PIECE, 1));
    check(&[same("a"), same("b"), file("c", 3 * PIECE)], PIECE, 2);
}

#[test]
fn names_that_are_no_utf_8_are_kept_as_they_are() {
    let names: [&[u8]; 4] = [b"\xff\xfe", b"\xff", b"back\\slash", b"caf\xe9.txt"];
    let files: Vec<_> = names
        .iter()
        .map(|name| (vec![name.to_vec()], content(9, 1)))
        .collect();
    check(&files, PIECE, 1);
}

#[test]
fn the_order_in_which_files_are_given_makes_no_difference() {
    let files = ["b", "a/c", "a/b", "a-", "A", "é"].map(|path| file(path, 40_000));
    let mut reversed = files.to_vec();
    reversed.reverse();
    for (version, _) in KINDS {
        let builder = MetainfoBuilder::from(InfoBuilder::new().version(version));
        let make = |files: &[NaiveFile]| {
            builder
                .build(accessor(files), &HashOptions::default())
                .unwrap()
        };
        assert_eq!(make(&files).raw(), make(&reversed).raw());
    }
}

fn any_files() -> impl Strategy<Value = Vec<NaiveFile>> {
    let component = prop::sample::select(vec![&b"a"[..], b"b", b"a-", b"A", b"\xff", b"\xc3\xa9"]);
    let folders = prop::collection::vec(component, 0..4);
    let length = prop_oneof![
        3 => 0..5usize,
        3 => 16_380..16_390usize,
        2 => 32_760..32_780usize,
        1 => 0..200_000usize,
    ];
    let file = (folders, length, any::<u8>());
    prop::collection::vec(file, 1..12).prop_map(|files| {
        let files = files.into_iter().enumerate();
        let named = files.map(|(index, (folders, length, seed))| {
            let mut path: Vec<_> = folders.into_iter().map(<[u8]>::to_vec).collect();
            path.push(format!("{index}").into_bytes());
            (path, content(length, seed))
        });
        let mut files: Vec<_> = named.collect();
        files.push((vec![b"c".to_vec()], content(1, 1)));
        files
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_the_files_are_the_torrent_is_that_of_the_oracle(
        files in any_files(),
        piece_length in prop::sample::select(vec![16_384usize, 32_768, 65_536]),
        threads in 1..5usize,
    ) {
        check(&files, piece_length, threads);
    }
}
