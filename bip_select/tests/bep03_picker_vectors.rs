//! libtorrent's picker scenarios, those that our picker has words for.
//!
//! Left out: priorities, reverse order, ranges, suggested pieces, whole pieces at a time. They are in the README's list of what is not there yet.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::io::Write;

use bip_select::{BLOCK_LENGTH, BlockId, PickOrder, Picker, PickerConfig};
use serde_json::Value;

const BLOCKS_PER_PIECE: u32 = 4;
const FETCHING_PEER: u64 = 1_000;
const ASKING_PEER: u64 = 1_001;

#[test]
fn the_scenarios_of_libtorrent_that_fit_come_out_the_same() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../shared/vectors/piece_picker.json"
    );
    let Ok(text) = std::fs::read_to_string(path) else {
        // Not `eprintln!`, which the test harness would swallow.
        let told = writeln!(
            std::io::stderr(),
            "not read: {path} (the folder of vectors is absent)"
        );
        told.unwrap();
        return;
    };
    let vectors: Value = serde_json::from_str(&text).unwrap();
    let scenarios = vectors["scenarios"].as_array().unwrap();
    let mut fitting = 0;
    for scenario in scenarios.iter().filter(|scenario| fits(scenario)) {
        for seed in 0..20 {
            check(scenario, seed);
        }
        fitting += 1;
    }
    assert_eq!(fitting, 5, "of {} scenarios", scenarios.len());
}

fn fits(scenario: &Value) -> bool {
    let options: Vec<&str> = strings(&scenario["options"]);
    scenario["priority"].is_null()
        && scenario["before"].is_null()
        && scenario["suggested"].is_null()
        && scenario["prefer_contiguous"] == 0
        && !options.contains(&"reverse")
}

fn check(scenario: &Value, seed: u8) {
    let name = scenario["name"].as_str().unwrap();
    let sequential = strings(&scenario["options"]).contains(&"sequential");
    let order = if sequential {
        PickOrder::Sequential
    } else {
        PickOrder::RarestFirst
    };
    let peer_has = scenario["peer_has"].as_str().unwrap();
    let mut picker = prepare(scenario, order, seed);
    let peer_bits = bitfield(peer_has.bytes().map(|mark| mark == b'*'));
    picker.on_bitfield(ASKING_PEER, &peer_bits).unwrap();

    let wanted = scenario["blocks_wanted"].as_u64().unwrap() as usize;
    let mut blocks = Vec::new();
    picker.pick(ASKING_PEER, wanted, &mut blocks);
    let indices: Vec<[u64; 2]> = blocks.iter().copied().map(index).collect();

    let expect = &scenario["expect"];
    if let Some(piece) = expect["piece"].as_u64() {
        assert_eq!(indices[0][0], piece, "{name}");
    }
    if let Some(block) = expect["block"].as_array() {
        assert_eq!(indices[0][..], numbers(block)[..], "{name}");
    }
    if let Some(allowed) = expect["one_of"].as_array() {
        let mut allowed = allowed
            .iter()
            .map(|block| numbers(block.as_array().unwrap()));
        assert!(
            allowed.any(|block| indices[0][..] == block),
            "{name}: {indices:?}"
        );
    }
    if let Some(pieces) = expect["piece_order"].as_array() {
        let mut got: Vec<u64> = indices.iter().map(|block| block[0]).collect();
        got.dedup();
        assert_eq!(got, numbers(pieces), "{name}");
    }
    if expect["blocks_in_order"] == true {
        let one_piece = indices.chunk_by(|a, b| a[0] == b[0]);
        one_piece.for_each(|blocks| assert!(blocks.is_sorted(), "{name}"));
    }
}

/// The swarm as the scenario has it: availability from peers with a piece each, partial pieces asked of another peer.
fn prepare(scenario: &Value, order: PickOrder, seed: u8) -> Picker {
    let availability = scenario["availability"].as_str().unwrap().as_bytes();
    let have = scenario["have"].as_str().unwrap();
    let piece_count = availability.len() as u32;
    let piece_length = BLOCKS_PER_PIECE * BLOCK_LENGTH;
    let config = PickerConfig::default().order(order).random_first_pieces(0);
    let total = u64::from(piece_count) * u64::from(piece_length);
    let mut picker = Picker::new(config, piece_count, piece_length, total, [seed; 32]).unwrap();
    for peer in 0..9 {
        picker.on_peer(peer);
        let has = availability
            .iter()
            .map(|copies| u64::from(copies - b'0') > peer);
        picker.on_bitfield(peer, &bitfield(has)).unwrap();
    }
    picker.on_peer(FETCHING_PEER);
    picker.on_peer(ASKING_PEER);
    picker
        .set_have(&bitfield(have.bytes().map(|mark| mark == b'*')))
        .unwrap();
    let partial = scenario["partial_blocks_hex"].as_str().unwrap_or("");
    for (piece, blocks) in (0..).zip(partial.chars()) {
        let blocks = blocks.to_digit(16).unwrap();
        for block in (0..BLOCKS_PER_PIECE).filter(|block| blocks >> block & 1 == 1) {
            let begin = block * BLOCK_LENGTH;
            let outcome = picker.on_block(
                FETCHING_PEER,
                BlockId {
                    piece,
                    begin,
                    length: BLOCK_LENGTH,
                },
            );
            assert!(outcome.is_new());
        }
    }
    picker
}

fn bitfield(has: impl Iterator<Item = bool>) -> Vec<u8> {
    let has: Vec<bool> = has.collect();
    let mut bytes = vec![0; has.len().div_ceil(8)];
    for piece in (0..has.len()).filter(|piece| has[*piece]) {
        bytes[piece / 8] |= 0x80 >> (piece % 8);
    }
    bytes
}

fn index(block: BlockId) -> [u64; 2] {
    [
        u64::from(block.piece),
        u64::from(block.begin / BLOCK_LENGTH),
    ]
}

fn numbers(values: &[Value]) -> Vec<u64> {
    values.iter().map(|value| value.as_u64().unwrap()).collect()
}

fn strings(value: &Value) -> Vec<&str> {
    let values = value.as_array().unwrap().iter();
    values.map(|value| value.as_str().unwrap()).collect()
}
