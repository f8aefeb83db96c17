//! Whatever happens to the files of a torrent of any version, what is told of them is what comparing bytes tells.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod folder;

use std::fs;
use std::ops::Range;

use bip_metainfo::{HashOptions, Info, MetaVersion, Metainfo, PieceState, Verifier, merkle};
use folder::{Folder, content, torrent};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

const BLOCK: usize = 16_384;
const PIECE: usize = 32_768;

#[derive(Debug, Clone)]
enum Damage {
    Flip(Index),
    Cut(Index),
    Extend(usize),
    Remove,
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        3 => any::<Index>().prop_map(Damage::Flip),
        1 => any::<Index>().prop_map(Damage::Cut),
        1 => (1..40_000usize).prop_map(Damage::Extend),
        1 => Just(Damage::Remove),
    ]
}

fn lengths() -> impl Strategy<Value = Vec<usize>> {
    let length = prop_oneof![
        Just(0),
        1..100usize,
        1..3 * PIECE,
        Just(BLOCK),
        Just(PIECE),
        Just(2 * PIECE)
    ];
    // At least two: a single file of version 2 is in no folder.
    vec(length, 2..7).prop_filter("a torrent has content", |lengths| {
        lengths.iter().sum::<usize>() > 0
    })
}

/// What is in a torrent, and on disk.
struct Case {
    files: Vec<(String, Vec<u8>)>,
    found: Vec<Option<Vec<u8>>>,
}

impl Case {
    fn new(lengths: &[usize], damages: &[(Index, Damage)]) -> Self {
        let files = lengths.iter().enumerate();
        let files: Vec<_> = files
            .map(|(index, length)| (format!("f{index}"), content(*length, index as u8)))
            .collect();
        let mut found: Vec<_> = files.iter().map(|(_, bytes)| Some(bytes.clone())).collect();
        for (file, damage) in damages {
            let place = &mut found[file.index(files.len())];
            let Some(bytes) = place else { continue };
            match damage {
                Damage::Flip(at) if !bytes.is_empty() => {
                    let at = at.index(bytes.len());
                    bytes[at] ^= 0x20;
                }
                Damage::Cut(at) if !bytes.is_empty() => bytes.truncate(at.index(bytes.len())),
                Damage::Flip(_) | Damage::Cut(_) => {}
                Damage::Extend(by) => bytes.extend(content(*by, 99)),
                Damage::Remove => *place = None,
            }
        }
        Self { files, found }
    }

    /// The bytes that each piece has of each file.
    fn pieces(&self, version: MetaVersion) -> Vec<Vec<(usize, Range<usize>)>> {
        let mut pieces = Vec::new();
        let mut room = 0;
        for (file, (_, bytes)) in self.files.iter().enumerate() {
            if version != MetaVersion::V1 {
                room = 0;
            }
            let mut at = 0;
            while at < bytes.len() {
                if room == 0 {
                    pieces.push(Vec::new());
                    room = PIECE;
                }
                let to = bytes.len().min(at + room);
                pieces.last_mut().unwrap().push((file, at..to));
                room -= to - at;
                at = to;
            }
        }
        pieces
    }

    fn compare(&self, file: usize, range: Range<usize>) -> PieceState {
        let found = self.found[file].as_deref().unwrap_or_default();
        match found.get(range.clone()) {
            None => PieceState::Unproven,
            Some(bytes) if bytes == &self.files[file].1[range] => PieceState::Good,
            Some(_) => PieceState::Bad,
        }
    }

    fn piece_states(&self, version: MetaVersion, has_layers: bool) -> Vec<PieceState> {
        let pieces = self.pieces(version).into_iter();
        let states = pieces.map(|parts| {
            let parts = parts.into_iter().map(|(file, range)| {
                let is_whole = version == MetaVersion::V2 && !has_layers;
                let range = if is_whole {
                    0..self.files[file].1.len()
                } else {
                    range
                };
                self.compare(file, range)
            });
            // Nothing is known where a part is missing; else one that is bad spoils it.
            let worst = |one, other| match (one, other) {
                (PieceState::Unproven, _) | (_, PieceState::Unproven) => PieceState::Unproven,
                (PieceState::Bad, _) | (_, PieceState::Bad) => PieceState::Bad,
                _ => PieceState::Good,
            };
            parts.reduce(worst).unwrap()
        });
        states.collect()
    }

    /// The bytes of a file that are in pieces of this state, or in bad blocks of them where blocks are known.
    fn ranges(
        &self,
        file: usize,
        (version, states): (MetaVersion, &[PieceState]),
        state: PieceState,
        has_blocks: bool,
    ) -> Vec<Range<u64>> {
        let mut is_in = vec![false; self.files[file].1.len() + 1];
        for (piece, parts) in self.pieces(version).into_iter().enumerate() {
            for (_, range) in parts
                .into_iter()
                .filter(|(of, _)| *of == file && states[piece] == state)
            {
                for at in range.clone().step_by(BLOCK) {
                    let block = at..range.end.min(at + BLOCK);
                    if !has_blocks
                        || state != PieceState::Bad
                        || self.compare(file, block.clone()) == state
                    {
                        is_in[block].fill(true);
                    }
                }
            }
        }
        let mut ranges = Vec::new();
        let mut start = None;
        for (at, is_in) in (0..).zip(is_in) {
            match (start, is_in) {
                (None, true) => start = Some(at),
                (Some(from), false) => {
                    ranges.push(from..at);
                    start = None;
                }
                _ => {}
            }
        }
        ranges
    }

    fn write(&self) -> Folder {
        let folder = Folder::new();
        fs::create_dir(folder.path("top")).unwrap();
        for ((name, _), found) in self.files.iter().zip(&self.found) {
            if let Some(bytes) = found {
                folder.write(&format!("top/{name}"), bytes);
            }
        }
        folder
    }

    fn check_fault(&self, file: usize, fault: Option<String>) {
        let expected = self.files[file].1.len();
        let expect = match self.found[file].as_ref().map(Vec::len) {
            None => Some("is missing".to_owned()),
            Some(found) if found < expected => {
                Some(format!("is {} bytes too short", expected - found))
            }
            Some(found) if found > expected => {
                Some(format!("is {} bytes too long", found - expected))
            }
            Some(_) => None,
        };
        assert_eq!(fault, expect, "file {file}");
    }
}

/// What the verifier is given besides the info dictionary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    Layers,
    Blocks,
    Nothing,
}

fn check(case: &Case, torrent: &Metainfo, known: Known, threads: usize) {
    let version = torrent.info().version();
    let bare = Info::from_bytes(torrent.info().raw()).unwrap();
    let info = match known {
        Known::Layers => torrent.info(),
        Known::Blocks | Known::Nothing => &bare,
    };
    let folder = case.write();
    let mut verifier = Verifier::in_folder(info, &folder);
    let has_blocks = known == Known::Blocks && version != MetaVersion::V1;
    let own: Vec<_> = (0..info.files().len())
        .filter(|index| !info.files()[*index].is_pad())
        .collect();
    for (index, (_, bytes)) in own.iter().zip(&case.files) {
        if has_blocks && !bytes.is_empty() {
            let leaves: Vec<_> = bytes.chunks(BLOCK).map(merkle::block_hash).collect();
            verifier = verifier.block_hashes(*index, leaves).unwrap();
        }
    }
    let options = HashOptions::default()
        .threads(threads)
        .max_memory(5 * PIECE);
    let found = verifier.verify(&options).unwrap();
    let states = case.piece_states(version, known != Known::Nothing);
    assert_eq!(found.pieces(), states);
    for (file, index) in own.into_iter().enumerate() {
        let told = found.file(index).unwrap();
        case.check_fault(file, told.fault().map(ToString::to_string));
        let ranges = |state| case.ranges(file, (version, &states), state, has_blocks);
        assert_eq!(told.bad_ranges(), ranges(PieceState::Bad));
        assert_eq!(told.unproven_ranges(), ranges(PieceState::Unproven));
        let is_clean = told.bad_ranges().is_empty() && told.unproven_ranges().is_empty();
        assert_eq!(told.is_proven(), told.fault().is_none() && is_clean);
    }
    let is_sound = case
        .files
        .iter()
        .zip(&case.found)
        .all(|((_, one), other)| Some(one) == other.as_ref());
    assert_eq!(found.is_proven(), is_sound);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_is_told_is_what_comparing_bytes_tells(
        lengths in lengths(),
        damages in vec((any::<Index>(), damage()), 0..5),
        threads in 1..5usize,
    ) {
        let case = Case::new(&lengths, &damages);
        for version in [MetaVersion::V1, MetaVersion::V2, MetaVersion::Hybrid] {
            let torrent = torrent(version, PIECE as u32, &case.files);
            for known in [Known::Layers, Known::Blocks, Known::Nothing] {
                check(&case, &torrent, known, threads);
            }
        }
    }
}
