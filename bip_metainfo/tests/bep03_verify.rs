//! Files on disk compared with torrents of version 1, and what holds for all versions.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod folder;

use std::fs;
use std::ops::ControlFlow;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use bip_metainfo::{
    DirectAccessor, FileFault, HashOptions, InfoBuilder, MetaVersion, Metainfo, MetainfoBuilder,
    PieceLength, PieceState, Verifier, VerifyError,
};
use folder::{Folder, content, summary, torrent};

const PIECE: u32 = 16_384;

/// Pieces: `a` and `b` share the second one with `c`, which goes on to the end of the fourth.
fn files() -> [(&'static str, Vec<u8>); 4] {
    [
        ("a", content(20_000, 1)),
        ("b", content(5, 2)),
        ("dir/c", content(40_000, 3)),
        ("e", vec![]),
    ]
}

fn v1() -> Metainfo {
    torrent(MetaVersion::V1, PIECE, &files())
}

/// Verifies a sound download after this was done to it, with any number of threads.
fn check(damage: impl Fn(&Folder), expect: &[&str], bitfield: u8) {
    let torrent = v1();
    let folder = Folder::new();
    folder.write_all(&files());
    damage(&folder);
    let verifier = Verifier::in_folder(torrent.info(), &folder);
    for threads in 1..5 {
        let options = HashOptions::default().threads(threads).max_memory(40_000);
        let found = verifier.verify(&options).unwrap();
        assert_eq!(summary(&found), expect, "{threads} threads");
        assert_eq!(found.bitfield(), [bitfield]);
        assert_eq!(found.good_count(), bitfield.count_ones());
        assert_eq!(found.is_proven(), expect.is_empty());
        assert_eq!(found.is_faulty(), !expect.is_empty());
        assert!(!found.is_cancelled());
    }
}

fn flip(folder: &Folder, file: &str, at: usize) {
    let path = folder.path(file);
    let mut bytes = fs::read(&path).unwrap();
    bytes[at] ^= 1;
    fs::write(path, bytes).unwrap();
}

fn set_length(folder: &Folder, file: &str, length: u64) {
    let file = fs::OpenOptions::new().write(true).open(folder.path(file));
    file.unwrap().set_len(length).unwrap();
}

#[test]
fn a_sound_download_is_proven() {
    check(|_| (), &[], 0b1111_0000);
}

#[test]
fn a_bad_piece_is_told_of_every_file_in_it() {
    let expect = ["a, bad 16384..20000", "b, bad 0..5", "dir/c, bad 0..12763"];
    check(|folder| flip(folder, "top/b", 2), &expect, 0b1011_0000);
    check(|folder| flip(folder, "top/a", 19_999), &expect, 0b1011_0000);
    let expect = ["dir/c, bad 12763..40000"];
    let both = |folder: &Folder| {
        flip(folder, "top/dir/c", 12_763);
        flip(folder, "top/dir/c", 39_999);
    };
    check(both, &expect, 0b1100_0000);
}

#[test]
fn a_missing_file_leaves_its_neighbours_unproven() {
    let expect = [
        "a, unproven 16384..20000",
        "b is missing, unproven 0..5",
        "dir/c, unproven 0..12763",
    ];
    check(
        |folder| fs::remove_file(folder.path("top/b")).unwrap(),
        &expect,
        0b1011_0000,
    );
}

#[test]
fn nothing_at_all_is_missing_files() {
    let expect = [
        "a is missing, unproven 0..20000",
        "b is missing, unproven 0..5",
        "dir/c is missing, unproven 0..40000",
        "e is missing",
    ];
    let check = |path: &str| {
        check(
            |folder| fs::remove_dir_all(folder.path(path)).unwrap(),
            &expect,
            0,
        );
    };
    check("");
    check("top");
}

#[test]
fn what_is_in_the_way_of_a_folder_makes_its_files_missing() {
    let damage = |folder: &Folder| {
        fs::remove_dir_all(folder.path("top/dir")).unwrap();
        folder.write("top/dir", b"a file");
    };
    let expect = [
        "a, unproven 16384..20000",
        "b, unproven 0..5",
        "dir/c is missing, unproven 0..40000",
    ];
    check(damage, &expect, 0b1000_0000);
}

#[test]
fn a_file_that_ends_early_is_verified_as_far_as_it_goes() {
    let expect = ["dir/c is 1 bytes too short, unproven 29147..40000"];
    check(
        |folder| set_length(folder, "top/dir/c", 39_999),
        &expect,
        0b1110_0000,
    );
    let damage = |folder: &Folder| {
        flip(folder, "top/dir/c", 20_000);
        set_length(folder, "top/dir/c", 29_147);
    };
    let expect = ["dir/c is 10853 bytes too short, bad 12763..29147, unproven 29147..40000"];
    check(damage, &expect, 0b1100_0000);
}

#[test]
fn a_file_that_goes_on_is_verified_up_to_its_end() {
    let damage = |folder: &Folder| {
        set_length(folder, "top/b", 7);
        set_length(folder, "top/e", 1);
    };
    let expect = ["b is 2 bytes too long", "e is 1 bytes too long"];
    check(damage, &expect, 0b1111_0000);
}

#[test]
fn a_folder_in_the_place_of_a_file_is_no_file() {
    let damage = |folder: &Folder| {
        fs::remove_file(folder.path("top/e")).unwrap();
        fs::create_dir(folder.path("top/e")).unwrap();
    };
    check(damage, &["e is not a file"], 0b1111_0000);
}

#[test]
fn content_may_have_another_name() {
    let (torrent, folder) = (v1(), Folder::new());
    folder.write_all(&files());
    let options = HashOptions::default();
    let verify = |verifier: Verifier<'_>| summary(&verifier.verify(&options).unwrap());
    fs::rename(folder.path("top"), folder.path("other")).unwrap();
    let other = folder.path("other");
    assert_eq!(verify(Verifier::at(torrent.info(), &other)), [""; 0]);
    assert_eq!(
        verify(Verifier::in_folder(torrent.info(), &folder)).len(),
        4
    );
    fs::rename(other.join("dir/c"), folder.path("d")).unwrap();
    let moved = Verifier::at(torrent.info(), &other).file_at(2, folder.path("d"));
    assert_eq!(verify(moved.unwrap()), [""; 0]);
    let none = Verifier::at(torrent.info(), &other).file_at(4, "x");
    assert!(matches!(none, Err(VerifyError::NoSuchFile { file: 4, .. })));
}

#[test]
fn a_single_file_may_have_another_name() {
    let (folder, options) = (Folder::new(), HashOptions::default());
    folder.write("x", b"content");
    let info = InfoBuilder::new()
        .build(DirectAccessor::new("y", &b"content"[..]), &options)
        .unwrap();
    let found = Verifier::at(&info, folder.path("x")).list_extras();
    let found = found.verify(&options).unwrap();
    assert!(found.is_proven() && found.extras().is_empty());
    let found = Verifier::in_folder(&info, &folder).verify(&options);
    assert_eq!(summary(&found.unwrap()), ["y is missing, unproven 0..7"]);
}

#[test]
fn a_quick_look_reads_nothing() {
    let (torrent, folder) = (v1(), Folder::new());
    folder.write_all(&files());
    flip(&folder, "top/a", 0);
    set_length(&folder, "top/b", 4);
    let never = HashOptions::default().on_progress(|_| panic!("content was read"));
    let quick = Verifier::in_folder(torrent.info(), &folder).quick();
    let found = quick.verify(&never).unwrap();
    assert!(found.is_faulty() && !found.is_proven() && !found.is_cancelled());
    assert!(
        found
            .pieces()
            .iter()
            .all(|state| *state == PieceState::Unproven)
    );
    let faulty = found.files().filter(|file| file.is_faulty());
    let faulty: Vec<_> = faulty.map(|file| file.index()).collect();
    assert_eq!(faulty, [1]);
}

#[test]
fn the_first_fault_is_enough_if_asked() {
    let (torrent, folder) = (v1(), Folder::new());
    folder.write_all(&files());
    let stopping = Verifier::in_folder(torrent.info(), &folder).stop_at_first_fault();
    let options = || HashOptions::default().threads(1).max_memory(1);
    assert!(stopping.verify(&options()).unwrap().is_proven());
    // Whichever of the wrong pieces comes first, no other is judged.
    for (file, at) in [
        ("top/a", 0),
        ("top/b", 0),
        ("top/dir/c", 20_000),
        ("top/dir/c", 39_999),
    ] {
        flip(&folder, file, at);
    }
    for threads in 1..5 {
        let found = stopping.verify(&options().threads(threads)).unwrap();
        let count = |state| {
            found
                .pieces()
                .iter()
                .filter(|&&piece| piece == state)
                .count()
        };
        assert_eq!(
            (count(PieceState::Bad), count(PieceState::Unproven)),
            (1, 3)
        );
        assert!(found.is_faulty() && !found.is_cancelled());
    }
    set_length(&folder, "top/b", 4);
    fs::remove_file(folder.path("top/e")).unwrap();
    let never = options().on_progress(|_| panic!("content was read"));
    let found = stopping.verify(&never).unwrap();
    let faults = found.files().filter(|file| file.fault().is_some());
    assert_eq!(faults.count(), 1);
}

#[test]
fn progress_never_goes_back_and_counts_what_cannot_be_read() {
    let (torrent, folder) = (v1(), Folder::new());
    folder.write_all(&files());
    fs::remove_file(folder.path("top/b")).unwrap();
    let told = Mutex::new(Vec::new());
    let options = HashOptions::default().threads(3).on_progress(|progress| {
        told.lock()
            .unwrap()
            .push((progress.bytes_done, progress.bytes_total));
        ControlFlow::Continue(())
    });
    let verifier = Verifier::in_folder(torrent.info(), &folder);
    verifier.verify(&options).unwrap();
    drop(options);
    let told = told.into_inner().unwrap();
    assert!(told.is_sorted());
    assert!(told.iter().all(|(_, total)| *total == 60_005));
    assert_eq!(told.last(), Some(&(60_005, 60_005)));
}

#[test]
fn what_was_found_before_a_cancellation_is_told() {
    let (torrent, folder) = (v1(), Folder::new());
    folder.write_all(&files());
    let calls = AtomicUsize::new(0);
    // The first call is of what is known beforehand, the second of the first piece.
    let options = HashOptions::default()
        .threads(1)
        .max_memory(1)
        .on_progress(|_| match calls.fetch_add(1, Ordering::Relaxed) {
            0 => ControlFlow::Continue(()),
            _ => ControlFlow::Break(()),
        });
    let found = Verifier::in_folder(torrent.info(), &folder).verify(&options);
    let found = found.unwrap();
    assert!(found.is_cancelled() && !found.is_faulty() && !found.is_proven());
    // Another thread may have been on its way with a second piece, and no more of them is there.
    assert!(
        (1..=2).contains(&found.good_count()),
        "{}",
        found.good_count()
    );
    let at_once = HashOptions::default().on_progress(|_| ControlFlow::Break(()));
    let found = Verifier::in_folder(torrent.info(), &folder)
        .verify(&at_once)
        .unwrap();
    assert!(found.is_cancelled() && found.good_count() == 0);
}

#[test]
fn looking_at_files_ends_where_it_is_told_to() {
    let (torrent, folder) = (v1(), Folder::new());
    folder.write_all(&files());
    fs::remove_file(folder.path("top/a")).unwrap();
    let verifier = Verifier::in_folder(torrent.info(), &folder).list_extras();
    let looked = |enough: usize| {
        let told = Mutex::new(Vec::new());
        let options = HashOptions::default().on_look(|path| {
            let mut told = told.lock().unwrap();
            told.push(path.to_owned());
            match told.len() == enough {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        });
        let options = match enough {
            0 => options,
            _ => options.on_progress(|_| panic!("content was read")),
        };
        let found = verifier.verify(&options).unwrap();
        drop(options);
        (found, told.into_inner().unwrap())
    };
    let (found, told) = looked(0);
    assert!(!found.is_cancelled() && found.is_faulty());
    let files = ["top/a", "top/b", "top/dir/c", "top/e"].map(|path| folder.path(path));
    assert_eq!(told[..4], files);
    // Then the folders, in whatever order.
    assert_eq!(told.len(), 6);
    for enough in 1..=6 {
        let (found, told) = looked(enough);
        assert!(found.is_cancelled() && !found.is_proven(), "{enough}");
        assert_eq!((told.len(), found.good_count()), (enough, 0));
        assert_eq!(found.is_faulty(), enough > 1);
        let is_looked_at = found.files().map(|file| file.is_looked_at());
        let count = is_looked_at.filter(|is_looked_at| *is_looked_at).count();
        assert_eq!(count, (enough - 1).min(4));
        // It is empty and would be proven by being there.
        assert_eq!(found.file(3).unwrap().is_proven(), enough > 4);
    }
}

#[test]
fn a_file_that_changes_meanwhile_is_told() {
    // The first call comes after the lengths were looked at, and before anything is read.
    let check = |change: &(dyn Fn(&Folder) + Sync), expect: &[&str]| {
        let (torrent, folder) = (v1(), Folder::new());
        folder.write_all(&files());
        let options = HashOptions::default().threads(1).max_memory(1);
        let options = options.on_progress(|progress| {
            if progress.bytes_done == 0 {
                change(&folder);
            }
            ControlFlow::Continue(())
        });
        let found = Verifier::in_folder(torrent.info(), &folder).verify(&options);
        assert_eq!(summary(&found.unwrap()), expect);
    };
    check(
        &|folder| set_length(folder, "top/dir/c", 20_000),
        &["dir/c is 20000 bytes too short, unproven 12763..40000"],
    );
    let torrent = v1();
    let folder = Folder::new();
    folder.write_all(&files());
    let options = HashOptions::default().threads(1).max_memory(1);
    let options = options.on_progress(|progress| {
        if progress.bytes_done == 0 {
            fs::remove_file(folder.path("top/b")).unwrap();
        }
        ControlFlow::Continue(())
    });
    let found = Verifier::in_folder(torrent.info(), &folder).verify(&options);
    let found = found.unwrap();
    let fault = found.file(1).unwrap().fault();
    assert!(matches!(
        fault,
        Some(FileFault::Unreadable { offset: 0, .. })
    ));
    assert_eq!(found.bitfield(), [0b1011_0000]);
}

#[test]
fn extras_are_listed_and_no_fault() {
    let (torrent, folder) = (v1(), Folder::new());
    folder.write_all(&files());
    for path in ["beside", "top/x", "top/dir/y", "top/more/z", "top/more/w"] {
        folder.write(path, b"extra");
    }
    let options = HashOptions::default();
    let expect = ["top/dir/y", "top/more", "top/x"].map(|path| folder.path(path));
    for verifier in [
        Verifier::in_folder(torrent.info(), &folder),
        Verifier::at(torrent.info(), folder.path("top")),
    ] {
        assert!(verifier.verify(&options).unwrap().extras().is_empty());
        let found = verifier.list_extras().verify(&options).unwrap();
        assert!(found.is_proven());
        assert_eq!(found.extras(), expect);
    }
}

#[test]
fn folders_that_nobody_looked_into_are_not_extra() {
    let (torrent, folder) = (v1(), Folder::new());
    folder.write_all(&files());
    let verifier = || Verifier::in_folder(torrent.info(), &folder).list_extras();
    let moved = verifier().file_at(2, folder.path("top/dir/c")).unwrap();
    let found = moved.verify(&HashOptions::default()).unwrap();
    assert!(found.extras().is_empty());
    fs::remove_file(folder.path("top/a")).unwrap();
    let found = verifier()
        .stop_at_first_fault()
        .verify(&HashOptions::default());
    assert!(found.unwrap().extras().is_empty());
}

#[test]
fn pad_files_are_neither_read_nor_extra() {
    let files = files();
    let hybrid = torrent(MetaVersion::Hybrid, PIECE, &files);
    let folder = Folder::new();
    folder.write_all(&files);
    let pad = hybrid.info().files().iter().find(|file| file.is_pad());
    let path = pad.unwrap().path().to_str().unwrap().to_owned();
    folder.write(&path, b"not zeros, and not as many");
    let verifier = Verifier::in_folder(hybrid.info(), &folder).list_extras();
    let found = verifier.verify(&HashOptions::default()).unwrap();
    assert!(found.is_proven());
    assert!(found.extras().is_empty());
}

#[test]
fn good_pieces_are_not_hashed_again() {
    let (torrent, folder) = (v1(), Folder::new());
    folder.write_all(&files());
    flip(&folder, "top/b", 0);
    let found = Verifier::in_folder(torrent.info(), &folder).verify(&HashOptions::default());
    let hashed = AtomicUsize::new(0);
    let options = HashOptions::default().sha1(1, |pieces, hashes| {
        hashed.fetch_add(pieces.len(), Ordering::Relaxed);
        hashes.fill([7; 20]);
    });
    let info = InfoBuilder::new()
        .version(MetaVersion::V1)
        .piece_length(PieceLength::Custom(PIECE))
        .known_pieces(found.unwrap().known_pieces());
    let again = MetainfoBuilder::from(info).build(folder.path("top"), &options);
    let again = again.unwrap();
    drop(options);
    assert_eq!(hashed.into_inner(), 1);
    for piece in [0, 2, 3] {
        assert_eq!(
            again.info().piece_hash(piece),
            torrent.info().piece_hash(piece)
        );
    }
    assert_eq!(again.info().piece_hash(1), Some([7; 20]));
}
