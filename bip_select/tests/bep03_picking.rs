//! BEP 3, "Algorithms": what is asked of whom, scene by scene.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use bip_select::{
    BLOCK_LENGTH, BlockId, BlockVerdict, FactError, PickOrder, Picker, PickerConfig, Verdict,
};

const ALICE: u64 = 1;
const BOB: u64 = 2;
const CAROL: u64 = 3;

/// A picker of two-block pieces, and seeds with these keys.
fn picker(piece_count: u32, config: PickerConfig, seeds: &[u64]) -> Picker {
    let length = 2 * BLOCK_LENGTH;
    let total = u64::from(piece_count) * u64::from(length);
    let mut picker = Picker::new(config, piece_count, length, total, [7; 32]).unwrap();
    for peer in seeds {
        picker.on_peer(*peer);
        picker.on_bitfield(*peer, &all(piece_count)).unwrap();
    }
    picker
}

fn all(piece_count: u32) -> Vec<u8> {
    let mut bytes = vec![0; piece_count.div_ceil(8) as usize];
    for piece in 0..piece_count {
        bytes[(piece / 8) as usize] |= 0x80 >> (piece % 8);
    }
    bytes
}

fn pick(picker: &mut Picker, peer: u64, count: usize) -> Vec<BlockId> {
    let mut blocks = Vec::new();
    picker.pick(peer, count, &mut blocks);
    blocks
}

fn give(picker: &mut Picker, peer: u64, blocks: &[BlockId]) {
    for block in blocks {
        assert!(picker.on_block(peer, *block).is_new());
    }
}

fn block(piece: u32, index: u32) -> BlockId {
    let begin = index * BLOCK_LENGTH;
    BlockId {
        piece,
        begin,
        length: BLOCK_LENGTH,
    }
}

#[test]
fn the_first_pieces_are_random_and_then_the_rarest_comes() {
    let mut firsts = std::collections::BTreeSet::new();
    for seed in 0..40 {
        let config = PickerConfig::default().random_first_pieces(1);
        let mut picker = Picker::new(config, 8, BLOCK_LENGTH, 8 * 16_384, [seed; 32]).unwrap();
        for peer in [ALICE, BOB] {
            picker.on_peer(peer);
        }
        picker.on_bitfield(ALICE, &[0xff]).unwrap();
        picker.on_bitfield(BOB, &[0xfe]).unwrap();
        let blocks = pick(&mut picker, ALICE, 2);
        firsts.insert(blocks[0].piece);
        assert!(blocks[0].piece == 7 || blocks[1].piece == 7);
    }
    assert_eq!(firsts.len(), 8);
}

#[test]
fn sequential_order_goes_from_the_start() {
    let config = PickerConfig::default().order(PickOrder::Sequential);
    let mut picker = picker(3, config, &[ALICE]);
    let expect: Vec<BlockId> = (0..6).map(|at| block(at / 2, at % 2)).collect();
    assert_eq!(pick(&mut picker, ALICE, 10), expect);
}

#[test]
fn a_begun_piece_is_shared_before_a_new_one_is_begun() {
    let mut picker = picker(10, PickerConfig::default(), &[ALICE, BOB]);
    let first = pick(&mut picker, ALICE, 1)[0];
    assert_eq!(pick(&mut picker, BOB, 1), [block(first.piece, 1)]);
}

#[test]
fn what_a_peer_loses_another_may_take() {
    let mut picker = picker(4, PickerConfig::default(), &[ALICE, BOB]);
    let blocks = pick(&mut picker, ALICE, 2);
    picker.on_lost(ALICE, &blocks);
    assert_eq!((picker.open_count(), picker.outstanding(ALICE)), (0, 0));
    let again = pick(&mut picker, ALICE, 8);
    picker.on_peer_gone(ALICE);
    assert_eq!((again.len(), picker.open_count()), (8, 0));
    assert_eq!(pick(&mut picker, BOB, 8).len(), 8);
}

#[test]
fn a_late_block_is_taken_and_the_second_asker_told_to_stop() {
    let mut picker = picker(1, PickerConfig::default(), &[ALICE, BOB]);
    let lost = pick(&mut picker, ALICE, 1);
    picker.on_lost(ALICE, &lost);
    assert_eq!(pick(&mut picker, BOB, 1), lost);
    let outcome = picker.on_block(ALICE, lost[0]);
    assert_eq!(outcome.verdict, BlockVerdict::New);
    assert_eq!(outcome.cancels, [(BOB, lost[0])]);
    let outcome = picker.on_block(BOB, lost[0]);
    assert_eq!(outcome.verdict, BlockVerdict::Duplicate);
    assert_eq!(picker.outstanding(BOB), 0);
}

#[test]
fn the_endgame_doubles_the_least_doubled_block_up_to_the_limit() {
    let config = PickerConfig::default().max_askers_per_block(2);
    let mut picker = picker(1, config, &[ALICE, BOB, CAROL]);
    assert_eq!(pick(&mut picker, ALICE, 1).len(), 1);
    assert!(!picker.endgame());
    assert_eq!(pick(&mut picker, ALICE, 5).len(), 1);
    assert!(picker.endgame());
    assert_eq!(
        pick(&mut picker, ALICE, 5),
        [],
        "never twice of the same peer"
    );
    let doubled = pick(&mut picker, BOB, 1)[0];
    let other = pick(&mut picker, CAROL, 1)[0];
    assert_ne!(doubled, other, "the one with fewer askers first");
    assert_eq!(pick(&mut picker, CAROL, 5), [], "one past the limit");
    let outcome = picker.on_block(ALICE, doubled);
    assert_eq!(outcome.cancels, [(BOB, doubled)]);
}

#[test]
fn with_one_asker_a_block_there_is_no_doubling() {
    let config = PickerConfig::default().max_askers_per_block(1);
    let mut picker = picker(1, config, &[ALICE, BOB]);
    assert_eq!(pick(&mut picker, ALICE, 2).len(), 2);
    assert_eq!(pick(&mut picker, BOB, 2), []);
}

#[test]
fn pieces_nobody_has_do_not_hold_up_the_endgame() {
    let mut picker = picker(8, PickerConfig::default(), &[]);
    for peer in [ALICE, BOB] {
        picker.on_peer(peer);
        picker.on_bitfield(peer, &[0x80]).unwrap();
    }
    assert_eq!(pick(&mut picker, ALICE, 9).len(), 2);
    assert_eq!(pick(&mut picker, BOB, 9).len(), 2);
}

#[test]
fn a_full_house_begins_no_piece_but_for_an_idle_peer() {
    let open_blocks = |limit| {
        let config = PickerConfig::default().max_open_blocks(limit);
        let mut picker = picker(10, config, &[ALICE, BOB]);
        let blocks = pick(&mut picker, ALICE, 20).len();
        (blocks, pick(&mut picker, BOB, 20).len())
    };
    assert_eq!(open_blocks(4), (4, 2));
    assert_eq!(open_blocks(5), (6, 2));
}

#[test]
fn who_spoils_a_piece_alone_is_convicted_and_asked_no_more() {
    let mut picker = picker(2, PickerConfig::default(), &[ALICE]);
    let blocks = pick(&mut picker, ALICE, 2);
    give(&mut picker, ALICE, &blocks);
    assert_eq!(picker.on_failed(blocks[0].piece), Verdict::Convicted(ALICE));
    assert!(!picker.is_interesting(ALICE));
    assert_eq!(pick(&mut picker, ALICE, 2), []);
}

#[test]
fn a_piece_spoiled_by_one_of_two_is_fetched_again_from_a_third_alone() {
    let mut picker = picker(1, PickerConfig::default(), &[ALICE, BOB, CAROL]);
    let suspects = spoil(&mut picker);
    assert_eq!(suspects, Verdict::Suspected(vec![ALICE, BOB]));
    let first = pick(&mut picker, CAROL, 1);
    assert_eq!(first.len(), 1);
    for suspect in [ALICE, BOB] {
        assert_eq!(pick(&mut picker, suspect, 2), []);
    }
    let second = pick(&mut picker, CAROL, 2);
    give(&mut picker, CAROL, &first);
    give(&mut picker, CAROL, &second);
    assert_eq!(picker.on_failed(0), Verdict::Convicted(CAROL));
}

#[test]
fn a_suspect_gets_the_spoiled_piece_only_when_nothing_else_is_left() {
    let config = PickerConfig::default().order(PickOrder::Sequential);
    let mut picker = picker(2, config, &[ALICE, BOB]);
    spoil(&mut picker);
    let blocks = pick(&mut picker, ALICE, 4);
    assert_eq!(blocks, [block(1, 0), block(1, 1), block(0, 0), block(0, 1)]);
}

#[test]
fn without_a_third_a_suspect_fetches_it_alone() {
    let mut picker = picker(1, PickerConfig::default(), &[ALICE, BOB]);
    spoil(&mut picker);
    let blocks = pick(&mut picker, BOB, 2);
    assert_eq!(blocks.len(), 2);
    assert_eq!(pick(&mut picker, ALICE, 2), []);
    give(&mut picker, BOB, &blocks);
    assert!(picker.is_suspected(ALICE) && picker.is_suspected(BOB));
    picker.on_verified(0);
    assert!(picker.is_suspected(ALICE) && !picker.is_suspected(BOB));
}

#[test]
fn a_sole_source_that_falls_silent_is_replaced() {
    let mut picker = picker(1, PickerConfig::default(), &[ALICE, BOB, CAROL]);
    spoil(&mut picker);
    let blocks = pick(&mut picker, CAROL, 2);
    give(&mut picker, CAROL, &blocks[..1]);
    picker.on_lost(CAROL, &blocks[1..]);
    assert_eq!(pick(&mut picker, ALICE, 2), blocks[1..]);
}

/// Alice and Bob each give a block of piece 0, which fails.
fn spoil(picker: &mut Picker) -> Verdict {
    for peer in [ALICE, BOB] {
        let blocks = pick(picker, peer, 1);
        give(picker, peer, &blocks);
    }
    picker.on_failed(0)
}

#[test]
fn a_failed_write_blames_nobody_and_starts_over() {
    let mut picker = picker(1, PickerConfig::default(), &[ALICE]);
    let blocks = pick(&mut picker, ALICE, 2);
    give(&mut picker, ALICE, &blocks);
    picker.on_write_failed(0);
    assert!(!picker.is_suspected(ALICE));
    assert_eq!(pick(&mut picker, ALICE, 2).len(), 2);
}

#[test]
fn a_seed_that_became_one_piece_by_piece_counts_like_one_that_came_so() {
    let mut picker = picker(9, PickerConfig::default(), &[ALICE]);
    picker.on_peer(BOB);
    for piece in 0..9 {
        picker.on_have(BOB, piece).unwrap();
    }
    assert_eq!(picker.availability(8), 2);
    picker.on_peer_gone(BOB);
    picker.on_peer_gone(ALICE);
    assert_eq!(picker.availability(8), 0);
}

/// seed fault 20: a `have` beyond the last piece ended the process.
#[test]
fn a_have_beyond_the_last_piece_is_an_error_and_changes_nothing() {
    let mut picker = picker(9, PickerConfig::default(), &[]);
    picker.on_peer(ALICE);
    assert_eq!(picker.on_have(ALICE, 8), Ok(()));
    for piece in [9, 63, 64, u32::MAX] {
        let piece_count = 9;
        let refused = Err(FactError::PieceOutOfRange { piece, piece_count });
        assert_eq!(picker.on_have(ALICE, piece), refused);
    }
    assert_eq!(picker.on_have(BOB, 0), Err(FactError::UnknownPeer(BOB)));
    picker.on_verified(9);
    assert_eq!((picker.have_count(), picker.availability(9)), (0, 0));
}

#[test]
fn an_empty_torrent_is_complete() {
    let mut picker = Picker::new(PickerConfig::default(), 0, 16, 0, [0; 32]).unwrap();
    picker.on_peer(ALICE);
    picker.on_bitfield(ALICE, &[]).unwrap();
    assert!(picker.is_complete() && !picker.endgame() && !picker.is_interesting(ALICE));
    assert_eq!(picker.on_failed(0), Verdict::Nobody);
}
