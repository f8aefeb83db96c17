//! BEP 3, "peer messages": blocks of a piece come in any order; the piece counts once its hash is right.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod support;

use bip_disk::{Block, Check, DiskConfig, MemoryFileSystem, ReadBlockError, WriteBlockError};
use bytes::Bytes;
use proptest::prelude::*;
use support::{Disk, FaultyFileSystem, Payload, Told};

/// Overlapping and repeated stretches of a torrent, and blocks that complete it, in any order.
fn stretches(piece_length: u32, total: u32) -> impl Strategy<Value = Vec<(u32, u32, u32)>> {
    let piece_count = total.div_ceil(piece_length);
    let length_of = move |piece| piece_length.min(total - piece * piece_length);
    let any = (0..piece_count).prop_flat_map(move |piece| {
        let length = length_of(piece);
        (0..length).prop_flat_map(move |begin| (Just(piece), Just(begin), 0..=length - begin))
    });
    let extra = prop::collection::vec(any, 0..20);
    (extra, 1..=piece_length).prop_flat_map(move |(mut all, block)| {
        for piece in 0..piece_count {
            let length = length_of(piece);
            let blocks = (0..length).step_by(block as usize);
            all.extend(blocks.map(|begin| (piece, begin, block.min(length - begin))));
        }
        Just(all).prop_shuffle()
    })
}

fn torrents() -> impl Strategy<Value = (u32, Vec<u64>, Vec<(u32, u32, u32)>)> {
    let lengths = prop::collection::vec(prop_oneof![Just(0u64), 0u64..700], 1..6);
    (1u32..900, lengths)
        .prop_filter("empty", |(_, lengths)| lengths.iter().sum::<u64>() > 0)
        .prop_flat_map(|(piece_length, lengths)| {
            // Pieces not too small, so that there are not thousands of blocks.
            let total = lengths.iter().sum::<u64>() as u32;
            let piece_length = piece_length.max(total / 20).max(1);
            (
                Just(piece_length),
                Just(lengths),
                stretches(piece_length, total),
            )
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_order_of_any_blocks_completes_each_piece_once(
        (piece_length, lengths, blocks) in torrents(),
        budget in 1usize..6000,
        steps in prop::collection::vec(any::<bool>(), 64),
        longest in 1usize..300,
    ) {
        let payload = Payload::new(piece_length, &lengths);
        let files = FaultyFileSystem::default();
        files.orders.longest.store(longest, std::sync::atomic::Ordering::SeqCst);
        files.orders.interrupt_each.store(7, std::sync::atomic::Ordering::SeqCst);
        let config = DiskConfig::default().memory_budget(budget);
        let mut disk = Disk::new(&config, files.clone());
        let (torrent, _) = disk.add(payload.spec(Check::Full));
        disk.take_events();
        for ((piece, begin, length), step) in blocks.iter().zip(steps.iter().cycle()) {
            disk.write(torrent, &payload.block(*piece, *begin, *length));
            let largest = (*length as usize).max(256);
            prop_assert!(budget - disk.core.room() <= budget.max(largest));
            if *step {
                disk.step();
            }
        }
        disk.settle();
        let mut told = disk.take_events();
        told.sort();
        let expected: Vec<_> = (0..payload.piece_count()).map(Told::Verified).collect();
        prop_assert_eq!(told, expected);
        prop_assert!(payload.lies_in(&files.inner));
        prop_assert_eq!(disk.core.room(), budget, "all memory is given back");
        for (piece, begin, length) in blocks {
            let read = disk.read(torrent, piece, begin, length).unwrap();
            prop_assert_eq!(read, payload.block(piece, begin, length).data);
        }
    }
}

fn disk_with(payload: &Payload) -> (Disk<FaultyFileSystem>, bip_disk::TorrentKey) {
    let mut disk = Disk::new(&DiskConfig::default(), FaultyFileSystem::default());
    let (torrent, _) = disk.add(payload.spec(Check::Fresh));
    disk.take_events();
    (disk, torrent)
}

#[test]
fn a_piece_with_a_wrong_byte_is_told_and_can_be_fetched_again() {
    let payload = Payload::new(64, &[100, 0, 100]);
    let (mut disk, torrent) = disk_with(&payload);
    let mut blocks = payload.blocks(1, 16);
    let mut wrong = blocks[2].data.to_vec();
    wrong[3] ^= 1;
    blocks[2].data = wrong.into();
    for block in &blocks {
        disk.write(torrent, block);
    }
    disk.settle();
    assert_eq!(disk.take_events(), [Told::Failed(1)]);
    assert_eq!(disk.core.room(), bip_disk::DEFAULT_MEMORY_BUDGET);
    for block in payload.blocks(1, 16) {
        disk.write(torrent, &block);
    }
    disk.settle();
    assert_eq!(disk.take_events(), [Told::Verified(1)]);
}

/// seed fault 8
#[test]
fn a_verified_piece_cannot_be_corrupted_by_later_blocks() {
    let payload = Payload::new(64, &[128]);
    let (mut disk, torrent) = disk_with(&payload);
    disk.write(torrent, &payload.block(0, 0, 64));
    disk.settle();
    assert_eq!(disk.take_events(), [Told::Verified(0)]);
    let written = disk.operations;
    let wrong = Block {
        piece: 0,
        begin: 0,
        data: Bytes::from(vec![0; 64]),
    };
    disk.write(torrent, &wrong);
    disk.settle();
    assert_eq!(disk.take_events(), []);
    assert_eq!(disk.operations, written, "nothing was written");
    assert_eq!(
        disk.read(torrent, 0, 0, 64).unwrap(),
        payload.block(0, 0, 64).data
    );
}

#[test]
fn blocks_that_come_while_their_piece_is_written_are_ignored() {
    let payload = Payload::new(64, &[128]);
    let (mut disk, torrent) = disk_with(&payload);
    disk.write(torrent, &payload.block(0, 0, 64));
    let store = disk.core.poll_operation().unwrap();
    disk.write(torrent, &payload.block(0, 0, 64));
    disk.core.handle_completion(disk.executor.execute(store));
    disk.settle();
    assert_eq!(disk.take_events(), [Told::Verified(0)]);
}

#[test]
fn a_piece_is_not_verified_before_it_is_written() {
    let payload = Payload::new(64, &[64]);
    let (mut disk, torrent) = disk_with(&payload);
    disk.write(torrent, &payload.block(0, 0, 64));
    let store = disk.core.poll_operation().unwrap();
    assert!(disk.core.poll_event().is_none());
    let early = disk.core.read_block(torrent, 0, 0, 1);
    assert!(matches!(early, Err(ReadBlockError::NotVerified(0))));
    let completion = disk.executor.execute(store);
    assert!(disk.core.poll_event().is_none());
    disk.core.handle_completion(completion);
    assert!(disk.core.poll_event().is_some());
}

#[test]
fn blocks_and_reads_outside_of_the_torrent_are_refused() {
    let payload = Payload::new(64, &[100]);
    let (mut disk, torrent) = disk_with(&payload);
    let write = |piece, begin, length| Block {
        piece,
        begin,
        data: Bytes::from(vec![0; length]),
    };
    for block in [
        write(1, 0, 37),
        write(1, 36, 1),
        write(2, 0, 1),
        write(0, u32::MAX, 64),
        write(u32::MAX, 0, 0),
    ] {
        let refused = disk.core.write_block(torrent, &block);
        assert!(
            matches!(refused, Err(WriteBlockError::OutOfRange(_))),
            "{block:?}"
        );
        let refused =
            disk.core
                .read_block(torrent, block.piece, block.begin, block.data.len() as u32);
        assert!(
            matches!(refused, Err(ReadBlockError::OutOfRange(_))),
            "{block:?}"
        );
    }
    disk.write(torrent, &write(1, 0, 36));
}

#[test]
fn a_read_is_as_long_as_the_limit_and_not_a_byte_longer() {
    let limit = bip_disk::MAX_READ_LENGTH;
    let payload = Payload::new(2 * limit, &[u64::from(2 * limit)]);
    let files = MemoryFileSystem::new();
    payload.put_into(&files);
    let mut disk = Disk::new(&DiskConfig::default(), files);
    let (torrent, _) = disk.add(payload.spec(Check::Full));
    let read = disk.read(torrent, 0, 5, limit).unwrap();
    assert_eq!(read, payload.block(0, 5, limit).data);
    let refused = disk.core.read_block(torrent, 0, 5, limit + 1);
    assert!(matches!(refused, Err(ReadBlockError::TooLong(_))));
}

#[test]
fn reads_wait_up_to_their_limit_and_overtake_writes() {
    let payload = Payload::new(64, &[64 * 40]);
    let config = DiskConfig::default().max_pending_reads(2);
    let mut disk = Disk::new(&config, MemoryFileSystem::new());
    let (torrent, _) = disk.add(payload.spec(Check::Fresh));
    disk.write(torrent, &payload.block(0, 0, 64));
    disk.settle();
    for piece in 1..40 {
        disk.write(torrent, &payload.block(piece, 0, 64));
    }
    disk.core.read_block(torrent, 0, 0, 1).unwrap();
    disk.core.read_block(torrent, 0, 0, 1).unwrap();
    let refused = disk.core.read_block(torrent, 0, 0, 1);
    assert!(matches!(refused, Err(ReadBlockError::TooManyReads)));
    disk.step();
    disk.step();
    assert_eq!(disk.replies.len(), 2, "reads come before the 39 writes");
    disk.settle();
}

#[test]
fn a_block_is_handed_to_the_file_system_without_a_copy() {
    let payload = Payload::new(1024, &[1024]);
    let (mut disk, torrent) = disk_with(&payload);
    let data = Bytes::from(payload.bytes.to_vec());
    disk.write(
        torrent,
        &Block {
            piece: 0,
            begin: 0,
            data: data.clone(),
        },
    );
    assert!(!data.is_unique(), "the piece holds a slice of it");
    disk.settle();
    assert!(data.is_unique(), "and lets go when it is written");
}

#[test]
fn removing_writes_complete_pieces_and_gives_up_the_rest() {
    let payload = Payload::new(64, &[128]);
    let (mut disk, torrent) = disk_with(&payload);
    disk.write(torrent, &payload.block(0, 0, 64));
    disk.write(torrent, &payload.block(1, 0, 32));
    disk.core.remove_torrent(torrent);
    let refused = disk.core.write_block(torrent, &payload.block(1, 32, 32));
    assert_eq!(refused, Err(WriteBlockError::UnknownTorrent));
    disk.core.remove_torrent(torrent);
    disk.settle();
    assert_eq!(disk.take_events(), [Told::Verified(0)]);
    assert_eq!(disk.replies.len(), 2);
    assert_eq!(disk.core.room(), bip_disk::DEFAULT_MEMORY_BUDGET);
}
