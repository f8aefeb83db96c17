//! Memory is bounded: what does not fit is written before its piece is complete.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod support;

use std::sync::atomic::Ordering::SeqCst;

use bip_disk::{Check, DiskConfig, DiskEvent, WriteBlockError};
use bytes::Bytes;
use support::{Disk, FaultyFileSystem, Payload, Told};

fn disk_with(
    payload: &Payload,
    config: DiskConfig,
) -> (
    Disk<FaultyFileSystem>,
    FaultyFileSystem,
    bip_disk::TorrentKey,
) {
    let files = FaultyFileSystem::default();
    let mut disk = Disk::new(&config, files.clone());
    let (torrent, _) = disk.add(payload.spec(Check::Fresh));
    disk.take_events();
    (disk, files, torrent)
}

#[test]
fn the_budget_is_filled_to_the_last_byte_and_not_one_more() {
    let payload = Payload::new(4096, &[4 * 4096]);
    let config = DiskConfig::default().memory_budget(8192);
    let (mut disk, _, torrent) = disk_with(&payload, config);
    // Complete pieces wait for the disk: nothing to spill.
    for piece in [0, 1] {
        disk.core
            .write_block(torrent, &payload.block(piece, 0, 4096))
            .unwrap();
    }
    assert_eq!(disk.core.room(), 0);
    let block = payload.block(2, 0, 256);
    assert_eq!(
        disk.core.write_block(torrent, &block),
        Err(WriteBlockError::NoRoom)
    );
    assert!(!disk.core.takes_block(1));
    disk.settle();
    assert!(
        disk.events.iter().any(|e| matches!(e, DiskEvent::Room)),
        "room is told"
    );
    assert_eq!(disk.core.write_block(torrent, &block), Ok(()));
}

#[test]
fn a_block_larger_than_the_budget_is_taken_when_nothing_else_waits() {
    let payload = Payload::new(4096, &[4 * 4096]);
    let (mut disk, _, torrent) = disk_with(&payload, DiskConfig::default().memory_budget(0));
    for piece in 0..4 {
        for block in payload.blocks(piece, 1000) {
            disk.write(torrent, &block);
        }
    }
    disk.settle();
    assert_eq!(disk.take_events(), [0, 1, 2, 3].map(Told::Verified));
}

#[test]
fn what_came_in_order_is_not_read_back() {
    let payload = Payload::new(64 << 10, &[64 << 10]);
    let config = DiskConfig::default().memory_budget(16 << 10);
    let (mut disk, files, torrent) = disk_with(&payload, config);
    for block in payload.blocks(0, 4 << 10) {
        disk.write(torrent, &block);
    }
    disk.settle();
    assert_eq!(disk.take_events(), [Told::Verified(0)]);
    assert!(disk.operations > 3, "the piece is larger than the memory");
    assert_eq!(files.orders.bytes_read.load(SeqCst), 0);
    assert_eq!(
        files.orders.written.load(SeqCst),
        64 << 10,
        "each byte is written once"
    );
    assert!(payload.lies_in(&files.inner));
}

#[test]
fn only_what_came_out_of_order_is_read_back() {
    let payload = Payload::new(64 << 10, &[64 << 10]);
    let config = DiskConfig::default().memory_budget(16 << 10);
    let (mut disk, files, torrent) = disk_with(&payload, config);
    let mut blocks = payload.blocks(0, 16 << 10);
    blocks.swap(1, 2);
    for block in blocks {
        disk.write(torrent, &block);
        disk.settle();
    }
    assert_eq!(disk.take_events(), [Told::Verified(0)]);
    assert_eq!(files.orders.bytes_read.load(SeqCst), 16 << 10);
}

#[test]
fn the_piece_that_waited_longest_is_spilled_first() {
    let payload = Payload::new(8192, &[3 * 8192]);
    let config = DiskConfig::default().memory_budget(16 << 10);
    let (mut disk, files, torrent) = disk_with(&payload, config);
    let stale = payload.block(0, 0, 4096);
    let busy = [payload.block(1, 0, 4096), payload.block(1, 4096, 2048)];
    disk.write(torrent, &busy[0]);
    disk.write(torrent, &stale);
    disk.write(torrent, &busy[1]);
    disk.write(torrent, &payload.block(2, 0, 4096));
    disk.settle();
    let written = files.inner.contents("0".as_ref()).unwrap();
    assert_eq!(written[..4096], stale.data);
    assert!(
        written[8192..].iter().all(|b| *b == 0),
        "the others still wait in memory"
    );
}

#[test]
fn slices_beyond_their_part_are_copied_oldest_piece_first() {
    let payload = Payload::new(8192, &[3 * 8192]);
    let config = DiskConfig::default().max_slice_bytes(8192);
    let (mut disk, files, torrent) = disk_with(&payload, config);
    let buffer = |piece| Bytes::from(payload.block(piece, 0, 4096).data.to_vec());
    let buffers = [buffer(0), buffer(1), buffer(2)];
    for (piece, data) in buffers.iter().enumerate().take(2) {
        let block = bip_disk::Block {
            piece: piece as u32,
            begin: 0,
            data: data.clone(),
        };
        disk.write(torrent, &block);
    }
    assert!(
        buffers[..2].iter().all(|b| !b.is_unique()),
        "at the limit nothing is copied"
    );
    disk.write(
        torrent,
        &bip_disk::Block {
            piece: 2,
            begin: 0,
            data: buffers[2].clone(),
        },
    );
    let held = buffers.each_ref().map(|b| !b.is_unique());
    assert_eq!(held, [false, true, true]);
    for piece in 0..3 {
        disk.write(torrent, &payload.block(piece, 4096, 4096));
    }
    disk.settle();
    assert_eq!(disk.take_events(), [0, 1, 2].map(Told::Verified));
    assert!(payload.lies_in(&files.inner));
}

#[test]
fn while_events_are_not_taken_nothing_is_written() {
    let count = bip_disk::MAX_PENDING_EVENTS as u32 + 8;
    let payload = Payload::new(1, &[u64::from(count)]);
    let (mut disk, _, torrent) = disk_with(&payload, DiskConfig::default());
    for piece in 0..count {
        disk.core
            .write_block(torrent, &payload.block(piece, 0, 1))
            .unwrap();
    }
    let mut executed = 0;
    while let Some(operation) = disk.core.poll_operation() {
        disk.core
            .handle_completion(disk.executor.execute(operation));
        executed += 1;
    }
    assert_eq!(executed, bip_disk::MAX_PENDING_EVENTS);
    assert!(!disk.core.is_idle());
    disk.settle();
    assert_eq!(disk.take_events().len(), count as usize);
}
