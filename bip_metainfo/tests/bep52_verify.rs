//! Files on disk compared with torrents of version 2 and hybrids.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod folder;
mod naive;
mod support;

use std::fs;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};

use bip_metainfo::{
    DirectAccessor, HashOptions, Info, InfoBuilder, MetaVersion, Metainfo, MetainfoBuilder,
    PieceLength, PieceState, Verification, Verifier, VerifyError,
};
use folder::{Folder, content, summary, torrent};
use naive::V2;

const PIECE: usize = 32_768;

/// Of four, one and three pieces; blocks end at 16,384.
fn files() -> [(&'static str, Vec<u8>); 4] {
    [
        ("a", content(100_000, 1)),
        ("b", content(20_000, 2)),
        ("c", content(70_000, 3)),
        ("e", vec![]),
    ]
}

/// Verifies a sound download with the bytes at these places changed, with any number of threads.
fn check<'a>(
    verifier: impl Fn(&Folder) -> Verifier<'a>,
    changes: &[(&str, usize)],
    expect: &[&str],
) {
    let folder = Folder::new();
    folder.write_all(&files());
    for (file, at) in changes {
        let path = folder.path(&format!("top/{file}"));
        let mut bytes = fs::read(&path).unwrap();
        match bytes.get_mut(*at) {
            Some(byte) => *byte ^= 0x10,
            None => bytes.clear(),
        }
        fs::write(path, bytes).unwrap();
    }
    let verifier = verifier(&folder);
    for threads in 1..4 {
        let options = HashOptions::default().threads(threads).max_memory(100_000);
        let found = verifier.verify(&options).unwrap();
        assert_eq!(summary(&found), expect, "{threads} threads, {changes:?}");
        assert_eq!(found.is_proven(), expect.is_empty());
    }
}

/// The same, with a torrent as it is created.
fn check_all(changes: &[(&str, usize)], expect: &[&str]) {
    for version in [MetaVersion::V2, MetaVersion::Hybrid] {
        let torrent = torrent(version, PIECE as u32, &files());
        check(
            |folder| Verifier::in_folder(torrent.info(), folder),
            changes,
            expect,
        );
    }
}

fn leaves(content: &[u8]) -> Vec<naive::Hash> {
    let mut leaves = naive::layers(content)[0].clone();
    leaves.truncate(content.len().div_ceil(naive::BLOCK));
    leaves
}

#[test]
fn a_bad_piece_is_of_one_file() {
    check_all(&[], &[]);
    check_all(&[("a", 0)], &["a, bad 0..32768"]);
    check_all(&[("a", 99_999)], &["a, bad 98304..100000"]);
    check_all(&[("b", 1)], &["b, bad 0..20000"]);
    let changes = [("a", 0), ("a", 40_000), ("a", 99_999), ("c", 40_000)];
    let expect = ["a, bad 0..65536, bad 98304..100000", "c, bad 32768..65536"];
    check_all(&changes, &expect);
}

#[test]
fn a_missing_file_is_nobody_elses_matter() {
    let expect = ["b is 20000 bytes too short, unproven 0..20000"];
    check_all(&[("b", 1 << 20)], &expect);
}

#[test]
fn block_hashes_make_bad_ranges_exact() {
    for version in [MetaVersion::V2, MetaVersion::Hybrid] {
        let torrent = torrent(version, PIECE as u32, &files());
        let index = |name: &str| {
            let mut files = torrent.info().files().iter();
            files.position(|file| file.path().ends_with(name)).unwrap()
        };
        let verifier = |folder: &Folder| {
            let mut verifier = Verifier::in_folder(torrent.info(), folder);
            for (name, content) in &files()[..2] {
                verifier = verifier.block_hashes(index(name), leaves(content)).unwrap();
            }
            verifier
        };
        check(verifier, &[], &[]);
        check(verifier, &[("b", 16_384)], &["b, bad 16384..20000"]);
        check(verifier, &[("b", 16_383)], &["b, bad 0..16384"]);
        let changes = [("a", 16_384), ("a", 40_000), ("a", 98_304), ("c", 0)];
        let expect = ["a, bad 16384..49152, bad 98304..100000", "c, bad 0..32768"];
        check(verifier, &changes, &expect);
    }
}

#[test]
fn block_hashes_of_something_else_are_refused() {
    let torrent = torrent(MetaVersion::V2, PIECE as u32, &files());
    let check = |file: usize, hashes: Vec<naive::Hash>| {
        let verifier = Verifier::in_folder(torrent.info(), "unused");
        verifier.block_hashes(file, hashes).map(|_| ())
    };
    let own = leaves(&files()[0].1);
    assert!(check(0, own.clone()).is_ok());
    let refused = |file, hashes| {
        let error = check(file, hashes).unwrap_err();
        assert!(matches!(error, VerifyError::BlockHashes { file: other, .. } if other == file));
    };
    refused(0, own[1..].to_vec());
    refused(0, [&own[..], &[[0; 32]]].concat());
    refused(1, own.clone());
    refused(3, vec![]);
    assert!(matches!(check(4, own), Err(VerifyError::NoSuchFile { .. })));
}

/// As peers send it, without layers.
fn bare(torrent: &Metainfo) -> Info {
    let info = Info::from_bytes(torrent.info().raw()).unwrap();
    assert!(!info.has_piece_layers());
    info
}

#[test]
fn without_a_layer_a_file_is_proven_as_a_whole() {
    let info = bare(&torrent(MetaVersion::V2, PIECE as u32, &files()));
    let verifier = |folder: &Folder| Verifier::in_folder(&info, folder);
    check(verifier, &[], &[]);
    check(verifier, &[("a", 40_000)], &["a, bad 0..100000"]);
    check(verifier, &[("b", 0)], &["b, bad 0..20000"]);
    let expect = ["c is 70000 bytes too short, unproven 0..70000"];
    check(verifier, &[("c", 1 << 20)], &expect);
    let with_blocks = |folder: &Folder| {
        let leaves = leaves(&files()[0].1);
        verifier(folder).block_hashes(0, leaves).unwrap()
    };
    check(with_blocks, &[], &[]);
    check(with_blocks, &[("a", 40_000)], &["a, bad 32768..49152"]);
    let cut = |folder: &Folder| {
        folder.write("top/a", &files()[0].1[..99_999]);
        verifier(folder)
    };
    check(cut, &[], &["a is 1 bytes too short, unproven 0..100000"]);
}

#[test]
fn without_a_layer_a_hybrid_is_proven_by_its_first_half() {
    let info = bare(&torrent(MetaVersion::Hybrid, PIECE as u32, &files()));
    let verifier = |folder: &Folder| Verifier::in_folder(&info, folder);
    check(verifier, &[], &[]);
    check(verifier, &[("a", 40_000)], &["a, bad 32768..65536"]);
}

#[test]
fn a_cancelled_file_without_a_layer_stays_unproven() {
    const PIECES: usize = 64;
    let mut files = [
        ("a", content(20_000, 1)),
        ("b", content(PIECES * PIECE, 2)),
        ("c", content(20_000, 3)),
    ];
    let info = bare(&torrent(MetaVersion::V2, PIECE as u32, &files));
    // What is wrong in a part of the file is not known either.
    files[1].1[PIECE / 2] ^= 1;
    let folder = Folder::new();
    folder.write_all(&files);
    for (threads, pieces_told) in [(1, 1), (1, 33), (2, 20), (3, 33), (3, 50)] {
        let told = AtomicUsize::new(0);
        // One piece in memory at a time, so that they are hashed in order; each thread may be on its way with one more.
        let options = HashOptions::default().threads(threads).max_memory(1);
        let options = options.on_progress(|progress| {
            let is_first = progress.bytes_done == 0;
            let count = told.fetch_add(usize::from(!is_first), Ordering::Relaxed);
            match !is_first && count + 1 >= pieces_told {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        });
        let verifier = Verifier::in_folder(&info, &folder);
        let found = verifier.verify(&options).unwrap();
        assert!(found.is_cancelled() && !found.is_faulty() && !found.is_proven());
        assert_eq!(found.pieces()[0], PieceState::Good);
        assert_eq!(found.pieces()[1..], [PieceState::Unproven; PIECES + 1]);
        assert_eq!(
            summary(&found),
            ["b, unproven 0..2097152", "c, unproven 0..20000"]
        );
        drop(options);
        let told = told.into_inner();
        assert!((pieces_told..=pieces_told + threads).contains(&told));
    }
    let found = Verifier::in_folder(&info, &folder).verify(&HashOptions::default());
    assert_eq!(summary(&found.unwrap()), ["b, bad 0..2097152"]);
}

/// A hybrid of which one half is of the content, and the other may not be.
fn contradicting(with_layers: bool) -> Info {
    let content = content(70_000, 3);
    let torrent = V2::new(PIECE, &[("c", content)]).with_v1(PIECE, &[(70_000, "c", "")]);
    match with_layers {
        true => support::load(&torrent.file()).into_info(),
        false => Info::from_bytes(&torrent.info()).unwrap(),
    }
}

fn verify<'i>(info: &'i Info, content: &[u8]) -> Verification<'i> {
    let folder = Folder::new();
    folder.write("temp/c", content);
    let verifier = Verifier::in_folder(info, &folder);
    verifier.verify(&HashOptions::default()).unwrap()
}

#[test]
fn halves_that_contradict_each_other_are_told() {
    use PieceState::{Bad, Contradicted};
    for with_layers in [true, false] {
        let info = contradicting(with_layers);
        let mut content = content(70_000, 3);
        let found = verify(&info, &content);
        assert_eq!(found.pieces(), [Contradicted; 3]);
        assert_eq!(summary(&found), ["temp/c, bad 0..70000"]);
        content[0] ^= 1;
        let found = verify(&info, &content);
        // The root alone does not tell which piece is wrong.
        let others = if with_layers { Contradicted } else { Bad };
        assert_eq!(found.pieces(), [Bad, others, others]);
    }
}

#[test]
fn a_root_that_is_wrong_contradicts_good_pieces() {
    let sound = torrent(MetaVersion::Hybrid, PIECE as u32, &files());
    let root = *sound.info().files()[0].pieces_root().unwrap();
    let mut raw = sound.info().raw().to_vec();
    let at = raw.windows(32).position(|bytes| bytes == root).unwrap();
    raw[at] ^= 1;
    let info = Info::from_bytes(&raw).unwrap();
    let folder = Folder::new();
    folder.write_all(&files());
    let found = Verifier::in_folder(&info, &folder).verify(&HashOptions::default());
    let found = found.unwrap();
    assert_eq!(found.pieces()[..4], [PieceState::Contradicted; 4]);
    assert_eq!(summary(&found), ["a, bad 0..100000"]);
}

/// BEP 52, "Interpreting paths": the name of the torrent "is purely advisory"; libtorrent 2.0.8 looks for the file there too.
#[test]
fn the_only_file_lies_in_the_folder_itself_under_its_name_in_the_tree() {
    for version in [MetaVersion::V1, MetaVersion::V2, MetaVersion::Hybrid] {
        let builder = InfoBuilder::new()
            .version(version)
            .piece_length(PieceLength::Custom(PIECE as u32));
        let bytes = content(70_000, 5);
        let one = DirectAccessor::new("a.bin", &bytes[..]);
        let builder = MetainfoBuilder::from(builder);
        let torrent = builder.build(&one, &HashOptions::default()).unwrap();
        let check = |torrent: &Metainfo, path: &str, expect: &[&str]| {
            let folder = Folder::new();
            folder.write(path, &bytes);
            let verifier = Verifier::in_folder(torrent.info(), &folder).list_extras();
            let found = verifier.verify(&HashOptions::default()).unwrap();
            assert_eq!(summary(&found), expect, "{version:?} {path}");
            assert!(found.extras().is_empty());
            let at = Verifier::at(torrent.info(), folder.path(path));
            assert!(at.verify(&HashOptions::default()).unwrap().is_proven());
        };
        let missing = ["a.bin is missing, unproven 0..70000"];
        check(&torrent, "a.bin", &[]);
        check(
            &torrent,
            "a.bin/a.bin",
            &["a.bin is not a file, unproven 0..70000"],
        );
        check(&torrent, "advice/a.bin", &missing);
        if version == MetaVersion::V2 {
            let advised = torrent.edit_info().set("name", &"advice".into());
            let advised = advised.apply().unwrap().torrent;
            check(&advised, "a.bin", &[]);
            check(&advised, "advice", &missing);
            check(&advised, "advice/a.bin", &missing);
        }
    }
}
