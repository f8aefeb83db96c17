//! What already lies in the files is checked and kept.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod support;

use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::atomic::Ordering::SeqCst;

use bip_disk::{Check, DiskConfig, DiskEvent, MemoryFileSystem};
use proptest::prelude::*;
use support::{Disk, FaultyFileSystem, Payload, Told};

fn bits(have: &[u8], count: u32) -> Vec<bool> {
    (0..count)
        .map(|p| have[(p / 8) as usize] & (0x80 >> (p % 8)) != 0)
        .collect()
}

#[test]
fn missing_folders_and_files_are_made_and_empty_ones_too() {
    let payload = Payload::new(64, &[100, 0, 0, 30]);
    let files = MemoryFileSystem::new();
    let mut disk = Disk::new(&DiskConfig::default(), files.clone());
    let (_, have) = disk.add(payload.spec(Check::Full));
    assert_eq!(have.as_ref(), [0]);
    for (path, length) in payload.files {
        assert_eq!(files.contents(&path).unwrap().len() as u64, length);
    }
    assert_eq!(disk.operations, 1, "new files are not read");
}

#[test]
fn a_torrent_of_nothing_but_empty_files_is_complete() {
    let payload = Payload::new(64, &[0, 0, 0]);
    let files = MemoryFileSystem::new();
    let mut disk = Disk::new(&DiskConfig::default(), files.clone());
    let (_, have) = disk.add(payload.spec(Check::Full));
    assert!(have.is_empty());
    assert!(payload.lies_in(&files));
}

#[test]
fn more_files_than_are_prepared_at_once_are_all_made() {
    let lengths: Vec<u64> = (0..300).map(|i| i % 5).collect();
    let payload = Payload::new(16, &lengths);
    let files = MemoryFileSystem::new();
    payload.put_into(&files);
    let mut disk = Disk::new(&DiskConfig::default().max_open_files(1), files);
    let (_, have) = disk.add(payload.spec(Check::Full));
    assert!(bits(&have, payload.piece_count()).iter().all(|b| *b));
}

#[test]
fn a_flipped_byte_is_found_and_repaired() {
    let payload = Payload::new(64, &[100, 50, 150]);
    let files = MemoryFileSystem::new();
    payload.put_into(&files);
    let mut bytes = files.contents("1".as_ref()).unwrap();
    bytes[3] ^= 1;
    files.insert("1".as_ref(), bytes).unwrap();
    let mut disk = Disk::new(&DiskConfig::default(), files.clone());
    let (torrent, have) = disk.add(payload.spec(Check::Full));
    assert_eq!(have.as_ref(), [0b1011_1000]);
    disk.take_events();
    disk.write(torrent, &payload.block(1, 0, 64));
    disk.settle();
    assert_eq!(disk.take_events(), [Told::Verified(1)]);
    assert!(payload.lies_in(&files));
}

#[test]
fn a_wrong_size_is_told_and_nothing_is_cut() {
    let payload = Payload::new(64, &[100, 100]);
    let files = MemoryFileSystem::new();
    payload.put_into(&files);
    let longer = [files.contents("0".as_ref()).unwrap(), b"more".to_vec()].concat();
    files.insert("0".as_ref(), longer.clone()).unwrap();
    let shorter = files.contents("1".as_ref()).unwrap()[..70].to_vec();
    files.insert("1".as_ref(), shorter).unwrap();
    let mut disk = Disk::new(&DiskConfig::default(), files.clone());
    let (_, have) = disk.add(payload.spec(Check::Full));
    // Pieces 0 and 1 end at 128, byte 28 of the second file; piece 2 ends at 192, behind its 70 bytes.
    assert_eq!(have.as_ref(), [0b1100_0000]);
    let told = Told::WrongSizes(vec![("0".into(), 100, 104), ("1".into(), 100, 70)]);
    assert_eq!(disk.take_events()[0], told);
    assert_eq!(files.contents("0".as_ref()).unwrap(), longer);
    assert_eq!(files.contents("1".as_ref()).unwrap().len(), 100);
}

#[test]
fn a_fresh_torrent_keeps_nothing_that_lies_there() {
    let payload = Payload::new(64, &[100]);
    let files = MemoryFileSystem::new();
    payload.put_into(&files);
    let mut disk = Disk::new(&DiskConfig::default(), files);
    let (_, have) = disk.add(payload.spec(Check::Fresh));
    assert_eq!(have.as_ref(), [0]);
}

#[test]
fn pieces_that_cannot_be_read_are_told_and_missing() {
    let payload = Payload::new(64, &[100]);
    let files = FaultyFileSystem::default();
    payload.put_into(&files.inner);
    files.orders.reads_fail.store(true, SeqCst);
    let mut disk = Disk::new(&DiskConfig::default(), files);
    let (_, have) = disk.add(payload.spec(Check::Full));
    assert_eq!(have.as_ref(), [0]);
    let failed = |piece| Told::ReadFailed(piece, ErrorKind::Other);
    assert_eq!(
        disk.take_events(),
        [failed(0), failed(1), Told::Checked(vec![0])]
    );
}

#[test]
fn progress_is_told_about_a_hundred_times_and_grows() {
    // Pieces of more than half of what is read at once: each is read alone.
    let length = 600 << 10;
    let total = u64::from(length) * 250;
    let spec = bip_disk::TorrentSpec {
        layout: bip_disk::Layout::new(length, vec![("zeros".into(), total)]).unwrap(),
        piece_hashes: vec![[0; 20]; 250],
        check: Check::Full,
    };
    let files = MemoryFileSystem::new();
    files
        .insert("zeros".as_ref(), vec![0; total as usize])
        .unwrap();
    let mut disk = Disk::new(&DiskConfig::default(), files);
    disk.add(spec);
    let progress: Vec<u32> = disk
        .events
        .iter()
        .filter_map(|e| match e {
            DiskEvent::CheckProgress {
                checked,
                total: 250,
                ..
            } => Some(*checked),
            _ => None,
        })
        .collect();
    assert!((100..=126).contains(&progress.len()), "{}", progress.len());
    assert!(progress.is_sorted());
}

#[test]
fn a_check_leaves_places_for_the_writes_of_another_torrent() {
    let length = 1 << 20;
    let files = MemoryFileSystem::new();
    let existing = Payload::new(length, &[20 << 20]);
    existing.put_into(&files);
    let other = Payload {
        files: vec![("other".into(), 64)],
        ..Payload::new(64, &[64])
    };
    let mut disk = Disk::new(&DiskConfig::default(), files);
    let (torrent, _) = disk.add(other.spec(Check::Fresh));
    disk.core.add_torrent(existing.spec(Check::Full));
    disk.step();
    disk.take_events();
    let mut checks: Vec<_> = std::iter::from_fn(|| disk.core.poll_operation()).collect();
    assert!(checks.len() < 20 && checks.iter().all(bip_disk::Operation::is_background));
    disk.write(torrent, &other.block(0, 0, 64));
    let store = disk.core.poll_operation().expect("a write is next");
    assert!(!store.is_background());
    checks.push(store);
    for operation in checks {
        disk.core
            .handle_completion(disk.executor.execute(operation));
    }
    disk.settle();
    assert_eq!(disk.take_events()[0], Told::Verified(0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn a_check_finds_exactly_the_pieces_that_are_right(
        piece_length in 1u32..200,
        lengths in prop::collection::vec(prop_oneof![Just(0u64), 1u64..400], 1..6),
        flips in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        missing in prop::collection::vec(any::<bool>(), 6),
        cut in 0u64..50,
    ) {
        let payload = Payload::new(piece_length, &lengths);
        prop_assume!(!payload.bytes.is_empty());
        let files = MemoryFileSystem::new();
        let mut lies = Vec::new();
        for ((path, mut bytes), missing) in payload.contents().into_iter().zip(missing) {
            let length = bytes.len();
            if missing {
                bytes.clear();
            } else {
                bytes.truncate(length.saturating_sub(cut as usize));
                files.insert(&path, bytes.clone()).unwrap();
            }
            lies.extend((0..length).map(|at| bytes.get(at).copied()));
        }
        let mut written = files.clone();
        for flip in flips {
            flip_byte(&mut written, &payload, flip.index(lies.len()), &mut lies);
        }
        let mut disk = Disk::new(&DiskConfig::default(), files);
        let (_, have) = disk.add(payload.spec(Check::Full));
        let pieces = lies.chunks(piece_length as usize).zip(payload.bytes.chunks(piece_length as usize));
        let expected: Vec<bool> = pieces
            .map(|(lies, right)| lies.iter().zip(right).all(|(l, r)| *l == Some(*r)))
            .collect();
        prop_assert_eq!(bits(&have, payload.piece_count()), expected);
    }
}

/// Changes a byte of the payload where it lies, if it is there.
fn flip_byte(files: &mut MemoryFileSystem, payload: &Payload, at: usize, lies: &mut [Option<u8>]) {
    let Some(byte) = &mut lies[at] else { return };
    *byte ^= 0x10;
    let mut within = at;
    for (path, length) in &payload.files {
        if within < *length as usize {
            let path: &PathBuf = path;
            let mut bytes = files.contents(path).unwrap();
            bytes[within] = *byte;
            files.insert(path, bytes).unwrap();
            return;
        }
        within -= *length as usize;
    }
}
