//! The file system fails: everything is answered, nothing is lost but the piece, and it can be fetched again.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod support;

use std::io::ErrorKind;
use std::sync::atomic::Ordering::SeqCst;

use bip_disk::{
    AddTorrentError, Check, DiskConfig, FileAction, ReadBlockError, ReplyOutcome, SyncError,
};
use support::{Disk, FaultyFileSystem, Payload, Told};

fn disk_with(
    payload: &Payload,
    config: &DiskConfig,
) -> (
    Disk<FaultyFileSystem>,
    FaultyFileSystem,
    bip_disk::TorrentKey,
) {
    let files = FaultyFileSystem::default();
    let mut disk = Disk::new(config, files.clone());
    let (torrent, _) = disk.add(payload.spec(Check::Full));
    disk.take_events();
    (disk, files, torrent)
}

#[test]
fn a_full_disk_fails_the_piece_and_later_takes_it() {
    let payload = Payload::new(64, &[100, 100]);
    let (mut disk, files, torrent) = disk_with(&payload, &DiskConfig::default());
    files.orders.space.store(10, SeqCst);
    disk.write(torrent, &payload.block(1, 0, 64));
    disk.settle();
    assert_eq!(
        disk.take_events(),
        [Told::WriteFailed(1, ErrorKind::StorageFull)]
    );
    assert_eq!(
        disk.core.room(),
        bip_disk::DEFAULT_MEMORY_BUDGET,
        "nothing of it is kept"
    );
    files.orders.space.store(u64::MAX, SeqCst);
    disk.write(torrent, &payload.block(1, 0, 64));
    disk.settle();
    assert_eq!(disk.take_events(), [Told::Verified(1)]);
}

#[test]
fn a_spill_that_fails_fails_its_piece_only() {
    let payload = Payload::new(1024, &[2048]);
    let config = DiskConfig::default().memory_budget(1024);
    let (mut disk, files, torrent) = disk_with(&payload, &config);
    files.orders.space.store(0, SeqCst);
    for begin in [0, 256, 512] {
        disk.write(torrent, &payload.block(0, begin, 256));
    }
    disk.write(torrent, &payload.block(1, 0, 256));
    disk.settle();
    assert_eq!(
        disk.take_events(),
        [Told::WriteFailed(0, ErrorKind::StorageFull)]
    );
    files.orders.space.store(u64::MAX, SeqCst);
    for piece in [0, 1] {
        for block in payload.blocks(piece, 256) {
            disk.write(torrent, &block);
        }
        disk.settle();
    }
    assert_eq!(disk.take_events(), [Told::Verified(0), Told::Verified(1)]);
    assert!(payload.lies_in(&files.inner));
}

#[test]
fn spilled_blocks_that_cannot_be_read_back_fail_their_piece() {
    let payload = Payload::new(1024, &[1024]);
    let config = DiskConfig::default().memory_budget(256);
    let (mut disk, files, torrent) = disk_with(&payload, &config);
    files.orders.reads_fail.store(true, SeqCst);
    for begin in [768, 512, 256, 0] {
        disk.write(torrent, &payload.block(0, begin, 256));
        disk.settle();
    }
    assert_eq!(disk.take_events(), [Told::WriteFailed(0, ErrorKind::Other)]);
    files.orders.reads_fail.store(false, SeqCst);
    for begin in [768, 512, 256, 0] {
        disk.write(torrent, &payload.block(0, begin, 256));
        disk.settle();
    }
    assert_eq!(disk.take_events(), [Told::Verified(0)]);
}

/// seed fault 7
#[test]
fn short_reads_and_writes_are_carried_on_and_empty_ones_answered() {
    let payload = Payload::new(64, &[50, 0, 150]);
    let (mut disk, files, torrent) = disk_with(&payload, &DiskConfig::default());
    files.orders.longest.store(1, SeqCst);
    disk.write(torrent, &payload.block(0, 0, 64));
    disk.settle();
    assert_eq!(disk.take_events(), [Told::Verified(0)]);
    assert_eq!(
        disk.read(torrent, 0, 1, 63).unwrap(),
        payload.block(0, 1, 63).data
    );

    files.orders.writes_stall.store(true, SeqCst);
    disk.write(torrent, &payload.block(1, 0, 64));
    disk.settle();
    assert_eq!(
        disk.take_events(),
        [Told::WriteFailed(1, ErrorKind::WriteZero)]
    );

    // Somebody cuts the first file.
    files.inner.insert("0".as_ref(), vec![]).unwrap();
    let Err(ReadBlockError::File(error)) = disk.read(torrent, 0, 0, 64) else {
        panic!("a file without the bytes was read");
    };
    assert_eq!(
        (error.kind(), error.action),
        (ErrorKind::UnexpectedEof, FileAction::Read)
    );
}

#[test]
fn files_that_cannot_be_made_refuse_the_torrent() {
    let payload = Payload::new(64, &[100]);
    let files = FaultyFileSystem::default();
    let mut disk = Disk::new(&DiskConfig::default(), files.clone());
    files.orders.opens_fail.store(true, SeqCst);
    disk.core.add_torrent(payload.spec(Check::Full));
    disk.settle();
    let Some((_, ReplyOutcome::Added(Err(AddTorrentError::File(error))))) = disk.replies.pop()
    else {
        panic!("the torrent was added");
    };
    assert_eq!(
        (error.kind(), error.action),
        (ErrorKind::PermissionDenied, FileAction::Open)
    );
    assert_eq!(error.to_string(), "could not open 0");
    files.orders.opens_fail.store(false, SeqCst);
    disk.add(payload.spec(Check::Full));
}

#[test]
fn hashes_that_do_not_fit_the_layout_refuse_the_torrent() {
    let payload = Payload::new(64, &[100]);
    let mut disk = Disk::new(&DiskConfig::default(), FaultyFileSystem::default());
    for count in [1, 3] {
        let mut spec = payload.spec(Check::Full);
        spec.piece_hashes = vec![[0; 20]; count];
        disk.core.add_torrent(spec);
        disk.settle();
        let Some((_, ReplyOutcome::Added(Err(AddTorrentError::HashCount { expected: 2, found })))) =
            disk.replies.pop()
        else {
            panic!("the torrent was added");
        };
        assert_eq!(found, count);
    }
}

#[test]
fn a_sync_makes_written_files_durable_and_one_that_fails_is_tried_again() {
    let payload = Payload::new(64, &[64, 64, 64]);
    let (mut disk, files, torrent) = disk_with(&payload, &DiskConfig::default());
    disk.write(torrent, &payload.block(0, 0, 64));
    disk.write(torrent, &payload.block(1, 0, 64));
    disk.settle();
    let mut sync = |fails| {
        files.orders.syncs_fail.store(fails, SeqCst);
        let before = files.orders.syncs.load(SeqCst);
        disk.core.sync_torrent(torrent);
        disk.settle();
        let Some((_, ReplyOutcome::Synced(synced))) = disk.replies.pop() else {
            panic!("no answer");
        };
        (synced, files.orders.syncs.load(SeqCst) - before)
    };
    assert!(matches!(sync(true), (Err(SyncError::File(_)), 2)));
    assert!(matches!(sync(false), (Ok(()), 2)));
    assert!(matches!(sync(false), (Ok(()), 0)));
}

/// seed fault 6, in the core: failing reads and writes leave no trace.
#[test]
fn ten_thousand_failing_requests_leak_nothing() {
    let payload = Payload::new(64, &[128]);
    let config = DiskConfig::default()
        .max_pending_reads(1)
        .memory_budget(300);
    let (mut disk, files, torrent) = disk_with(&payload, &config);
    disk.write(torrent, &payload.block(0, 0, 64));
    disk.settle();
    disk.take_events();
    files.orders.reads_fail.store(true, SeqCst);
    files.orders.space.store(0, SeqCst);
    for _ in 0..10_000 {
        assert!(matches!(
            disk.read(torrent, 0, 0, 64),
            Err(ReadBlockError::File(_))
        ));
        disk.write(torrent, &payload.block(1, 0, 64));
        disk.settle();
        assert_eq!(disk.core.room(), 300);
    }
    let told = disk.take_events();
    let failed = Told::WriteFailed(1, ErrorKind::StorageFull);
    assert_eq!(told.iter().filter(|t| **t == failed).count(), 10_000);
    files.orders.reads_fail.store(false, SeqCst);
    disk.read(torrent, 0, 0, 64).unwrap();
}
