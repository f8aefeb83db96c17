//! The driver: one task, two threads, bounded queues, one answer for each request.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]
#![cfg(feature = "tokio")]

mod support;

use std::io::ErrorKind;
use std::sync::atomic::Ordering::SeqCst;

use bip_disk::{
    AddTorrentError, Block, Check, DiskConfig, DiskEvent, DiskEvents, DiskManager, FileSystem,
    MemoryFileSystem, NativeFileSystem, ReadBlockError, RemoveTorrentError, SyncError, TorrentKey,
    WriteBlockError,
};
use support::{FaultyFileSystem, Payload, TemporaryFolder, Told};

/// A disk with one torrent that is checked.
async fn start<F: FileSystem>(
    config: DiskConfig,
    files: F,
    payload: &Payload,
) -> (DiskManager, DiskEvents, TorrentKey, Vec<u8>) {
    let (disk, mut events) = DiskManager::start(config, files).unwrap();
    let torrent = disk.add_torrent(payload.spec(Check::Full)).await.unwrap();
    loop {
        if let Told::Checked(have) = next(&mut events).await {
            return (disk, events, torrent, have);
        }
    }
}

async fn next(events: &mut DiskEvents) -> Told {
    loop {
        let event = events.next().await.expect("the disk is open");
        if let Some(told) = Told::of(&event) {
            return told;
        }
    }
}

async fn download<F: FileSystem>(
    config: DiskConfig,
    files: F,
    payload: &Payload,
    block_length: u32,
) {
    let (disk, mut events, torrent, _) = start(config, files, payload).await;
    let writer = {
        let (disk, payload) = (disk.clone(), payload.clone());
        tokio::spawn(async move {
            for piece in (0..payload.piece_count()).rev() {
                for block in payload.blocks(piece, block_length) {
                    disk.write_block(torrent, block).await.unwrap();
                }
            }
        })
    };
    let mut verified = Vec::new();
    while verified.len() < payload.piece_count() as usize {
        match next(&mut events).await {
            Told::Verified(piece) => verified.push(piece),
            other => panic!("{other:?}"),
        }
    }
    writer.await.unwrap();
    verified.sort();
    assert_eq!(verified, (0..payload.piece_count()).collect::<Vec<_>>());
    for piece in 0..payload.piece_count() {
        for block in payload.blocks(piece, block_length) {
            let length = block.data.len() as u32;
            let read = disk.read_block(torrent, piece, block.begin, length).await;
            assert_eq!(read.unwrap(), block.data);
        }
    }
    disk.sync(torrent).await.unwrap();
    disk.close().await;
}

fn tree() -> Payload {
    Payload::new(32 << 10, &[100_000, 0, 1, 5000, 70_000, 0, 300_000])
}

#[tokio::test]
async fn a_tree_is_downloaded_into_memory() {
    let files = MemoryFileSystem::new();
    download(DiskConfig::default(), files.clone(), &tree(), 16 << 10).await;
    assert!(tree().lies_in(&files));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tree_is_downloaded_into_a_folder_and_found_again() {
    let folder = TemporaryFolder::new();
    let files = NativeFileSystem::with_directory(&folder.0);
    download(DiskConfig::default(), files.clone(), &tree(), 16 << 10).await;
    for (path, bytes) in tree().contents() {
        assert_eq!(std::fs::read(folder.0.join(path)).unwrap(), bytes);
    }
    let (disk, _events, _, have) = start(DiskConfig::default(), files, &tree()).await;
    assert_eq!(have, [0xff, 0b1111_1110], "15 pieces");
    disk.close().await;
}

#[tokio::test]
async fn the_smallest_budget_and_queues_suffice() {
    let files = MemoryFileSystem::new();
    let config = DiskConfig::default()
        .memory_budget(1)
        .max_open_files(1)
        .max_pending_reads(1)
        .command_capacity(1)
        .event_capacity(1);
    download(config, files.clone(), &tree(), 10_000).await;
    assert!(tree().lies_in(&files));
}

/// seed fault 6
#[tokio::test]
async fn ten_thousand_failing_requests_through_capacity_one_all_complete() {
    let payload = Payload::new(64, &[128]);
    let files = FaultyFileSystem::default();
    let config = DiskConfig::default()
        .command_capacity(1)
        .max_pending_reads(1)
        .event_capacity(1);
    let (disk, mut events, torrent, _) = start(config, files.clone(), &payload).await;
    disk.write_block(torrent, payload.block(0, 0, 64))
        .await
        .unwrap();
    assert_eq!(next(&mut events).await, Told::Verified(0));
    files.orders.reads_fail.store(true, SeqCst);
    files.orders.space.store(0, SeqCst);
    for _ in 0..5_000 {
        disk.write_block(torrent, payload.block(1, 0, 64))
            .await
            .unwrap();
        assert_eq!(
            next(&mut events).await,
            Told::WriteFailed(1, ErrorKind::StorageFull)
        );
        let read = disk.read_block(torrent, 0, 0, 64).await;
        assert!(matches!(read, Err(ReadBlockError::File(_))));
    }
    files.orders.reads_fail.store(false, SeqCst);
    disk.read_block(torrent, 0, 0, 64).await.unwrap();
    assert_eq!(disk.room(), bip_disk::DEFAULT_MEMORY_BUDGET);
}

#[tokio::test]
async fn events_that_are_not_taken_are_not_lost() {
    let payload = Payload::new(16, &[16 * 2000]);
    let config = DiskConfig::default().event_capacity(1);
    let (disk, mut events, torrent, _) = start(config, MemoryFileSystem::new(), &payload).await;
    for piece in 0..2000 {
        disk.write_block(torrent, payload.block(piece, 0, 16))
            .await
            .unwrap();
    }
    disk.close().await;
    let mut verified = 0;
    while let Some(event) = events.next().await {
        verified += u32::from(matches!(event, DiskEvent::Verified { .. }));
    }
    assert_eq!(verified, 2000);
}

#[tokio::test]
async fn writing_goes_on_when_events_are_taken_late() {
    let count = 3 * bip_disk::MAX_PENDING_EVENTS as u32;
    let payload = Payload::new(1, &[u64::from(count)]);
    let config = DiskConfig::default().event_capacity(5000);
    let (disk, mut events, torrent, _) = start(config, MemoryFileSystem::new(), &payload).await;
    for piece in 0..count {
        let block = payload.block(piece, 0, 1);
        disk.write_block(torrent, block).await.unwrap();
    }
    for piece in 0..count {
        assert_eq!(next(&mut events).await, Told::Verified(piece));
    }
}

#[tokio::test]
async fn a_disk_works_without_anybody_taking_its_events() {
    let payload = Payload::new(16, &[16 * 5000]);
    let files = MemoryFileSystem::new();
    let config = DiskConfig::default().memory_budget(1000);
    let (disk, events, torrent, _) = start(config, files.clone(), &payload).await;
    drop(events);
    for piece in 0..5000 {
        disk.write_block(torrent, payload.block(piece, 0, 16))
            .await
            .unwrap();
    }
    disk.close().await;
    assert!(payload.contents()[0].1[..60_000] == files.contents("0".as_ref()).unwrap()[..60_000]);
}

#[tokio::test]
async fn blocks_that_do_not_fit_are_refused_at_once() {
    let payload = Payload::new(64, &[128]);
    let (disk, _events, torrent, _) =
        start(DiskConfig::default(), MemoryFileSystem::new(), &payload).await;
    let block = Block {
        piece: 2,
        begin: 0,
        data: payload.block(0, 0, 1).data,
    };
    let refused = disk.write_block(torrent, block).await;
    assert!(matches!(refused, Err(WriteBlockError::OutOfRange(_))));
    disk.remove_torrent(torrent).await.unwrap();
    assert_eq!(
        disk.remove_torrent(torrent).await,
        Err(RemoveTorrentError::UnknownTorrent)
    );
    let refused = disk.write_block(torrent, payload.block(0, 0, 1)).await;
    assert_eq!(refused, Err(WriteBlockError::UnknownTorrent));
    assert!(matches!(
        disk.sync(torrent).await,
        Err(SyncError::UnknownTorrent)
    ));
}

#[tokio::test]
async fn many_blocks_at_once_are_all_taken_or_none() {
    let payload = Payload::new(64, &[64 * 50]);
    let config = DiskConfig::default().command_capacity(3);
    let (disk, mut events, torrent, _) = start(config, MemoryFileSystem::new(), &payload).await;
    let mut blocks: Vec<_> = (0..50)
        .flat_map(|piece| payload.blocks(piece, 16))
        .collect();
    let mut wrong = blocks.clone();
    wrong[20].begin = 60;
    let refused = disk.write_blocks(torrent, wrong).await;
    assert!(matches!(refused, Err(WriteBlockError::OutOfRange(_))));
    let last = blocks.split_off(3);
    disk.write_blocks(torrent, last).await.unwrap();
    assert_eq!(
        next(&mut events).await,
        Told::Verified(1),
        "nothing of piece 0 was taken"
    );
    disk.write_blocks(torrent, blocks).await.unwrap();
    for _ in 0..49 {
        next(&mut events).await;
    }
}

#[tokio::test]
async fn removing_writes_what_was_sent_before_and_is_complete() {
    let payload = Payload::new(64, &[64 * 50]);
    let (disk, mut events, torrent, _) =
        start(DiskConfig::default(), MemoryFileSystem::new(), &payload).await;
    for piece in 0..50 {
        disk.write_block(torrent, payload.block(piece, 0, 64))
            .await
            .unwrap();
    }
    disk.remove_torrent(torrent).await.unwrap();
    for piece in 0..50 {
        assert_eq!(next(&mut events).await, Told::Verified(piece));
    }
}

#[tokio::test]
async fn a_closed_disk_says_so() {
    let payload = Payload::new(64, &[64]);
    let (disk, mut events, torrent, _) =
        start(DiskConfig::default(), MemoryFileSystem::new(), &payload).await;
    let other = disk.clone();
    tokio::join!(disk.close(), other.close());
    disk.close().await;
    let added = disk.add_torrent(payload.spec(Check::Full)).await;
    assert!(matches!(added, Err(AddTorrentError::Closed)));
    assert!(matches!(
        disk.read_block(torrent, 0, 0, 1).await,
        Err(ReadBlockError::Closed)
    ));
    assert!(matches!(disk.sync(torrent).await, Err(SyncError::Closed)));
    assert!(
        disk.write_block(torrent, payload.block(0, 0, 64))
            .await
            .is_err()
    );
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn dropping_the_last_handle_closes_the_disk() {
    let payload = Payload::new(64, &[64]);
    let files = MemoryFileSystem::new();
    let (disk, mut events, torrent, _) =
        start(DiskConfig::default(), files.clone(), &payload).await;
    disk.write_block(torrent, payload.block(0, 0, 64))
        .await
        .unwrap();
    drop(disk);
    assert_eq!(next(&mut events).await, Told::Verified(0));
    assert!(events.next().await.is_none());
    assert!(payload.lies_in(&files));
}

/// A file system whose every length is a bug.
#[derive(Debug)]
struct PanickingFileSystem;

impl FileSystem for PanickingFileSystem {
    type File = ();

    fn open(&self, _: &std::path::Path, _: bip_disk::Access) -> std::io::Result<()> {
        Ok(())
    }

    fn length(&self, (): &()) -> std::io::Result<u64> {
        panic!("a bug, as the test wants it")
    }

    fn set_length(&self, (): &(), _: u64) -> std::io::Result<()> {
        Ok(())
    }

    fn read_at(&self, (): &(), _: u64, _: &mut [u8]) -> std::io::Result<usize> {
        Ok(0)
    }

    fn write_vectored_at(
        &self,
        (): &(),
        _: u64,
        _: &[std::io::IoSlice<'_>],
    ) -> std::io::Result<usize> {
        Ok(0)
    }

    fn sync(&self, (): &()) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_file_system_that_panics_closes_the_disk_and_leaves_nobody_waiting() {
    let (disk, mut events) =
        DiskManager::start(DiskConfig::default(), PanickingFileSystem).unwrap();
    let added = disk
        .add_torrent(Payload::new(64, &[64]).spec(Check::Full))
        .await;
    assert!(matches!(added, Err(AddTorrentError::Closed)));
    assert!(events.next().await.is_none());
    disk.close().await;
}
