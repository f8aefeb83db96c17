//! New torrents with the hashes of old ones, and version 1 torrents that get a half of version 2 (BEP 52, "Upgrade Path").

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod support;

use bip_metainfo::{
    Alignment, DirectAccessor, EditError, HashOptions, InfoBuilder, KnownPiece, MetaVersion,
    Metainfo, MetainfoBuilder, MetainfoError, PieceLength, ReuseError, SourceFile,
};
use proptest::collection::vec;
use proptest::prelude::*;
use support::{Draft, dict, entry, int, list, load, string};

const PIECE: u32 = 32_768;

fn info(version: MetaVersion) -> InfoBuilder {
    InfoBuilder::new()
        .version(version)
        .piece_length(PieceLength::Custom(PIECE))
}

fn built(info: InfoBuilder, content: &DirectAccessor<'_>) -> Metainfo {
    MetainfoBuilder::from(info)
        .build(content, &HashOptions::default())
        .unwrap()
}

/// Files of these lengths, each of its own bytes.
fn folder(lengths: &[usize]) -> DirectAccessor<'static> {
    let start = DirectAccessor::folder("dir");
    lengths
        .iter()
        .enumerate()
        .fold(start, |content, (index, length)| {
            let bytes: Vec<u8> = (0..*length)
                .map(|at| ((at * (index + 3)) >> 3) as u8)
                .collect();
            content.file([format!("{index:03}")], bytes)
        })
}

fn several() -> DirectAccessor<'static> {
    folder(&[1, 0, PIECE as usize, PIECE as usize * 2 + 5, 40_000])
}

#[test]
fn a_new_torrent_has_the_hashes_of_the_old_one_and_the_keys_of_the_builder() {
    let content = several();
    for (old, new) in [
        (MetaVersion::V1, MetaVersion::V1),
        (MetaVersion::V2, MetaVersion::V2),
        (MetaVersion::Hybrid, MetaVersion::Hybrid),
        (MetaVersion::Hybrid, MetaVersion::V2),
    ] {
        let existing = built(info(old).source("OLD"), &content);
        let builder = MetainfoBuilder::from(info(new).private().source("NEW")).comment("again");
        let reused = existing.reuse(&builder).unwrap();
        let anew = builder.build(&content, &HashOptions::default()).unwrap();
        assert_eq!(reused.raw(), anew.raw(), "{old:?} {new:?}");
        // Whatever the builder would choose.
        let other = builder.info(
            info(new)
                .piece_length(PieceLength::Custom(PIECE * 2))
                .private()
                .source("NEW"),
        );
        assert_eq!(
            existing.reuse(&other).unwrap().info().raw(),
            reused.info().raw()
        );
    }
    let existing = built(info(MetaVersion::Hybrid), &content);
    let reused = existing.reuse(&info(MetaVersion::V1).into()).unwrap();
    assert_eq!(
        reused.raw(),
        built(info(MetaVersion::V1).alignment(Alignment::Pieces), &content).raw()
    );

    let single = DirectAccessor::new("one", vec![5; 100_000]);
    let existing = built(info(MetaVersion::Hybrid), &single);
    let reused = existing
        .reuse(&info(MetaVersion::V2).name("two").into())
        .unwrap();
    assert_eq!(
        reused.raw(),
        built(info(MetaVersion::V2).name("two"), &single).raw()
    );
}

#[test]
fn links_and_attributes_are_reused_too() {
    let content = DirectAccessor::folder("dir")
        .source_file(
            SourceFile::new(["a", "run"], 0).executable().hidden(),
            vec![1; 9],
        )
        .source_file(SourceFile::symlink(["b"], ["a", "run"]), vec![]);
    let existing = built(info(MetaVersion::Hybrid), &content);
    let builder = info(MetaVersion::Hybrid).private();
    assert_eq!(
        existing.reuse(&builder.clone().into()).unwrap().raw(),
        built(builder, &content).raw()
    );
}

#[test]
fn links_are_reused_as_the_torrent_spells_them() {
    let content = DirectAccessor::folder("dir")
        .file(["T.txt"], vec![1; 9])
        .file(["t.txt"], vec![2; 9])
        .source_file(SourceFile::symlink(["l1"], ["t.txt"]), vec![])
        .source_file(SourceFile::symlink(["l2"], ["no?ne"]), vec![]);
    let existing = built(info(MetaVersion::Hybrid), &content);
    let target = existing
        .info()
        .files()
        .iter()
        .find_map(|file| file.symlink_path());
    assert_eq!(target.unwrap().to_str(), Some("dir/t.1.txt"));
    let builder = info(MetaVersion::Hybrid).private();
    assert_eq!(
        existing.reuse(&builder.clone().into()).unwrap().raw(),
        built(builder, &content).raw()
    );
}

#[test]
fn hashes_of_other_pieces_are_not_taken() {
    let content = several();
    for (old, new) in [
        (MetaVersion::V1, MetaVersion::V2),
        (MetaVersion::V1, MetaVersion::Hybrid),
        (MetaVersion::V2, MetaVersion::V1),
        (MetaVersion::V2, MetaVersion::Hybrid),
    ] {
        let error = built(info(old), &content)
            .reuse(&info(new).into())
            .unwrap_err();
        assert!(
            matches!(error, ReuseError::MissingHashes { version, .. } if version == new),
            "{old:?}"
        );
    }
    let without_layers = built(info(MetaVersion::V2), &content)
        .edit()
        .remove("piece layers")
        .apply()
        .unwrap();
    let error = without_layers
        .reuse(&info(MetaVersion::V2).into())
        .unwrap_err();
    assert!(matches!(error, ReuseError::MissingHashes { .. }));

    let v1 = |files: Vec<Vec<u8>>, count: usize| {
        let draft = Draft::single().without("length").with("files", list(files));
        load(&draft.with("pieces", string(vec![7; count * 20])).file([]))
    };
    let pad = |length: u64| {
        dict([
            ("attr", string("p")),
            ("length", int(length)),
            ("path", list([string("pad")])),
        ])
    };
    for (torrent, path) in [
        // In another order.
        (v1(vec![entry(3, &[b"b"]), entry(4, &[b"a"])], 1), "temp/b"),
        // Padded behind the last file.
        (v1(vec![entry(3, &[b"a"]), pad(16_381)], 1), "temp/a"),
        // Padded to nothing.
        (
            v1(vec![entry(3, &[b"a"]), pad(7), entry(4, &[b"b"])], 1),
            "temp/a",
        ),
        (
            v1(
                vec![
                    entry(3, &[b"a"]),
                    entry(16_384, &[b"b"]),
                    pad(16_381),
                    entry(4, &[b"c"]),
                ],
                3,
            ),
            "temp/b",
        ),
    ] {
        let error = torrent.reuse(&info(MetaVersion::V1).into()).unwrap_err();
        assert!(
            matches!(&error, ReuseError::OtherPieces { path: found, .. } if found == path),
            "{error}"
        );
    }
}

#[test]
fn content_is_compared_by_names_and_lengths() {
    let torrent = built(info(MetaVersion::Hybrid), &folder(&[1, 2]));
    assert!(torrent.check_files(folder(&[1, 2])).is_ok());
    assert!(
        torrent
            .check_files(folder(&[1, 2]).file(["x"], b""))
            .is_err()
    );
    for (content, wanted) in [
        (folder(&[1]), "dir/001 is missing"),
        (folder(&[1, 3]), "dir/001 has 3 bytes, not 2"),
        (folder(&[1, 2, 3]), "002 is not in the torrent"),
        (DirectAccessor::new("dir", vec![1]), "dir/000 is missing"),
    ] {
        assert_eq!(
            torrent.check_files(content).unwrap_err().to_string(),
            wanted
        );
    }
    // Under the name that a download gives it.
    let hostile = load(&Draft::many([[&b"a"[..], b"b\xff"]]).file([]));
    let content = |name: &[u8]| DirectAccessor::folder("x").file([b"a", name], b"1");
    assert!(
        hostile.check_files(content(b"b\xff")).is_ok()
            && hostile.check_files(content(b"b_")).is_ok()
    );
    assert!(hostile.check_files(content(b"b")).is_err());
}

#[test]
fn an_upgraded_torrent_keeps_all_it_had_and_loses_its_hash() {
    let signature = dict([("com.one", dict([("signature", string("s"))]))]);
    let content = folder(&[20_000, 0, 70_000]);
    let v1 = info(MetaVersion::V1).alignment(Alignment::Pieces).private();
    let v1 = v1.extra("zz-unknown", bip_bencode::BencodeMut::new_int(7));
    let built_v1 = MetainfoBuilder::from(v1.clone())
        .comment("x")
        .build(&content, &HashOptions::default())
        .unwrap();
    let signatures = bip_bencode::decode(&signature).unwrap();
    let old = built_v1
        .edit()
        .set("signatures", &signatures.root().into())
        .apply()
        .unwrap();
    let change = old.upgrade(&content, &HashOptions::default()).unwrap();
    let hybrid = &change.torrent;
    // The same as a hybrid from the beginning, with the same keys.
    let anew = MetainfoBuilder::from(v1.version(MetaVersion::Hybrid)).comment("x");
    assert_eq!(
        hybrid.raw(),
        anew.build(&content, &HashOptions::default()).unwrap().raw()
    );
    assert_eq!(hybrid.info().version(), MetaVersion::Hybrid);
    assert!(hybrid.info().piece_hashes().eq(old.info().piece_hashes()));
    assert_eq!(
        (change.old.v1, change.old.v2),
        (Some(old.info().info_hash()), None)
    );
    assert_eq!(change.new.v1, hybrid.info().info_hash_v1());
    assert!(change.new.v1 != change.old.v1 && change.new.v2.is_some());
    assert_eq!(
        (change.removed_signatures, hybrid.signatures().len()),
        (1, 0)
    );
}

#[test]
fn padding_behind_the_last_file_stays_in_an_upgrade() {
    let pad = dict([
        ("attr", string("p")),
        ("length", int(16_381)),
        ("path", list([string("pad")])),
    ]);
    let files = list([entry(3, &[b"a"]), pad]);
    let old = load(
        &Draft::single()
            .without("length")
            .with("files", files)
            .file([]),
    );
    let content = DirectAccessor::folder("temp").file(["a"], b"one");
    let hybrid = old
        .upgrade(content, &HashOptions::default())
        .unwrap()
        .torrent;
    assert_eq!(hybrid.info().total_length(), 16_384);
    assert_eq!(hybrid.info().piece_hash(0), Some([7; 20]));
}

#[test]
fn what_cannot_be_upgraded_is_told_before_anything_is_read() {
    let content = folder(&[20_000, 10]);
    let fault = |torrent: &Metainfo, content: &DirectAccessor<'_>| {
        let cancel = HashOptions::default().on_progress(|_| panic!("read"));
        torrent.upgrade(content, &cancel).unwrap_err()
    };
    let hybrid = built(info(MetaVersion::Hybrid), &content);
    assert!(matches!(fault(&hybrid, &content), ReuseError::AlreadyV2));
    let packed = built(info(MetaVersion::V1), &content);
    assert!(
        matches!(fault(&packed, &content), ReuseError::OtherPieces { path, .. } if path == "dir/001")
    );
    let uneven = built(
        info(MetaVersion::V1).piece_length(PieceLength::Custom(49_152)),
        &folder(&[1]),
    );
    assert!(matches!(
        fault(&uneven, &folder(&[1])),
        ReuseError::PieceLengthNotForV2 { found: 49_152, .. }
    ));
    let pad = dict([
        ("attr", string("p")),
        ("length", int(16_383)),
        ("path", list([string("pad")])),
    ]);
    let unsorted = list([entry(1, &[b"b"]), pad, entry(1, &[b"a"])]);
    let unsorted = Draft::single()
        .without("length")
        .with("files", unsorted)
        .with("pieces", string([7; 40]));
    let ab = DirectAccessor::folder("temp")
        .file(["a"], b"1")
        .file(["b"], b"2");
    assert!(
        matches!(fault(&load(&unsorted.file([])), &ab), ReuseError::OtherPieces { path, .. } if path == "temp/a")
    );
    let irregular =
        b"d4:infod6:lengthi1e12:piece lengthi16384e4:name1:a6:pieces20:aaaaaaaaaaaaaaaaaaaaee";
    let one = DirectAccessor::new("a", vec![1]);
    let error = fault(&load(irregular), &one);
    assert!(matches!(
        error,
        ReuseError::Edit(EditError::Unreadable(MetainfoError::NotCanonical { .. }))
    ));
    let aligned = built(info(MetaVersion::V1).alignment(Alignment::Pieces), &content);
    assert!(matches!(
        fault(&aligned, &folder(&[20_000])),
        ReuseError::MissingFile { .. }
    ));
    assert!(matches!(
        fault(&aligned, &folder(&[20_000, 11])),
        ReuseError::Length {
            expected: 10,
            found: 11,
            ..
        }
    ));
}

/// What a new torrent of the content needs not read, having the hashes of an existing one.
fn known_length(builder: &InfoBuilder, existing: &Metainfo, content: &DirectAccessor<'_>) -> u64 {
    let builder = builder.clone().reuse(existing.info());
    let reused = built(builder.clone(), content);
    assert_eq!(
        reused.raw(),
        built(builder.clone().reuse(None), content).raw()
    );
    let plan = MetainfoBuilder::from(builder).plan(content).unwrap();
    plan.known_length
}

#[test]
fn files_that_an_existing_torrent_has_are_not_read() {
    let piece = PIECE as usize;
    let (v1, v2, hybrid) = (MetaVersion::V1, MetaVersion::V2, MetaVersion::Hybrid);
    let lengths = [piece * 2 + 5, 70, piece * 3];
    let content = folder(&lengths);
    let total: usize = lengths.iter().sum();
    let check =
        |old: InfoBuilder, new: &DirectAccessor<'_>, builder: InfoBuilder, expect: usize| {
            let existing = built(old.clone(), &content);
            assert_eq!(
                known_length(&builder, &existing, new),
                expect as u64,
                "{old:?} {builder:?}"
            );
        };
    for version in [v1, v2, hybrid] {
        check(info(version), &content, info(version).source("x"), total);
        let longer = info(version).piece_length(PieceLength::Custom(PIECE * 2));
        check(info(version), &content, longer, 0);
    }
    check(info(hybrid), &content, info(v2), total);
    let aligned = || info(v1).alignment(Alignment::Pieces);
    check(info(hybrid), &content, aligned(), total);
    // Only half of what a hybrid needs.
    check(aligned(), &content, info(hybrid), 0);
    check(info(v1), &content, info(v2), 0);
    // Of the packed, only pieces that lie before the first other byte, or alike.
    check(info(v1), &content, aligned(), piece * 2);

    let more = folder(&[piece * 2 + 5, 70, piece * 3, 900]);
    check(info(v2), &more, info(v2), total);
    check(info(hybrid), &more, info(hybrid), total);
    let after_all = piece * 5 + 75 - (75 + piece * 5) % piece;
    check(info(v1), &more, info(v1), after_all);
    let before = content.clone().file(["!"], b"x");
    check(info(hybrid), &before, info(hybrid), total);
    check(info(v1), &before, info(v1), 0);
    let longer = folder(&[piece * 2 + 5, 71, piece * 3]);
    check(info(hybrid), &longer, info(hybrid), total - 70);
}

#[test]
fn a_file_of_the_same_path_and_length_is_taken_to_be_the_same() {
    let (old, new) = ([0; 40_000], [1; 40_000]);
    let existing = built(
        info(MetaVersion::Hybrid),
        &DirectAccessor::new("one", &old[..]),
    );
    let builder = info(MetaVersion::Hybrid).reuse(existing.info());
    let reused = built(builder, &DirectAccessor::new("one", &new[..]));
    assert_eq!(reused.raw(), existing.raw());
}

#[test]
fn known_pieces_come_before_an_existing_torrent() {
    let content = DirectAccessor::new("one", vec![0; 10]);
    let existing = built(info(MetaVersion::V1), &content);
    let builder = info(MetaVersion::V1).known_pieces([KnownPiece {
        sha1: Some([9; 20]),
        sha256: None,
    }]);
    let made = built(builder.reuse(existing.info()), &content);
    assert_eq!(made.info().piece_hash(0), Some([9; 20]));
}

proptest! {
    #[test]
    fn with_an_existing_torrent_of_whatever_the_new_one_is_the_same(
        old in vec(prop_oneof![Just(0usize), 1usize..4, 0usize..100_000, Just(65_536)], 1..5),
        changed in vec(proptest::option::weighted(0.2, 0usize..100_000), 5),
        versions in (0..4, 0..4),
    ) {
        let version = |number| match number {
            0 => info(MetaVersion::V1),
            1 => info(MetaVersion::V1).alignment(Alignment::Pieces),
            2 => info(MetaVersion::V2),
            _ => info(MetaVersion::Hybrid),
        };
        let new: Vec<usize> = changed.iter().enumerate()
            .filter_map(|(index, changed)| changed.or(old.get(index).copied()))
            .collect();
        prop_assume!(old.iter().sum::<usize>() > 0 && new.iter().sum::<usize>() > 0);
        let existing = built(version(versions.0), &folder(&old));
        known_length(&version(versions.1), &existing, &folder(&new));
    }

    #[test]
    fn whatever_is_reused_or_upgraded_equals_what_is_created_anew(lengths in vec(0usize..100_000, 1..5)) {
        prop_assume!(lengths.iter().any(|length| *length > 0));
        let content = folder(&lengths);
        let hybrid = built(info(MetaVersion::Hybrid), &content);
        for version in [MetaVersion::V2, MetaVersion::Hybrid] {
            let builder = info(version).source("x");
            let reused = hybrid.reuse(&builder.clone().into()).unwrap();
            let anew = built(builder, &content);
            prop_assert_eq!(reused.raw(), anew.raw());
        }
        let aligned = built(info(MetaVersion::V1).alignment(Alignment::Pieces), &content);
        let upgraded = aligned.upgrade(&content, &HashOptions::default()).unwrap();
        prop_assert_eq!(upgraded.torrent.raw(), hybrid.raw());
        let v1 = hybrid.reuse(&info(MetaVersion::V1).into()).unwrap();
        let is_padded = hybrid.info().files().iter().any(|file| file.is_pad());
        let packed = built(info(MetaVersion::V1), &content);
        prop_assert_eq!(v1.raw(), if is_padded { aligned.raw() } else { packed.raw() });
    }
}
