//! Whole downloads, replayed from a seed: random peers, losses, lies and departures.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::{BTreeMap, BTreeSet};

use bip_select::{BLOCK_LENGTH, BlockId, PeerKey, Picker, PickerConfig, Verdict};
use proptest::prelude::*;

const PIECES: u32 = 60;
const PIECE_LENGTH: u32 = 5 * BLOCK_LENGTH;
const TOTAL: u64 = PIECES as u64 * PIECE_LENGTH as u64 - 30_000;
const MAX_ASKERS: usize = 3;
const WINDOW: usize = 12;
const MAX_STEPS: usize = 200_000;

/// A peer that others see: what it has, and how it behaves.
#[derive(Clone)]
struct Remote {
    has: BTreeSet<u32>,
    /// Of a hundred blocks, how many it loses, and how many it spoils.
    loses: u32,
    spoils: u32,
    asked: BTreeSet<BlockId>,
}

struct Swarm {
    chance: Chance,
    picker: Picker,
    remotes: BTreeMap<PeerKey, Remote>,
    askers: BTreeMap<BlockId, BTreeSet<PeerKey>>,
    /// Who gave which block, and whether it is bad.
    blocks: BTreeMap<BlockId, (PeerKey, bool)>,
    convicted: Vec<PeerKey>,
    log: Vec<(PeerKey, BlockId)>,
}

/// A small generator of the tests' own (SplitMix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % u64::from(end)) as u32
    }
}

impl Swarm {
    fn new(seed: u64, honest: u32, spoilers: u32) -> Swarm {
        let config = PickerConfig::default().max_askers_per_block(MAX_ASKERS);
        let key = [seed as u8; 32];
        let mut swarm = Swarm {
            chance: Chance(seed),
            picker: Picker::new(config, PIECES, PIECE_LENGTH, TOTAL, key).unwrap(),
            remotes: BTreeMap::new(),
            askers: BTreeMap::new(),
            blocks: BTreeMap::new(),
            convicted: Vec::new(),
            log: Vec::new(),
        };
        for peer in 0..honest + spoilers {
            let spoils = if peer < honest { 0 } else { 50 };
            swarm.come(PeerKey::from(peer), spoils);
        }
        // Every piece is at one honest peer at least.
        for piece in 0..PIECES {
            let peer = PeerKey::from(swarm.chance.below(honest));
            swarm.remotes.get_mut(&peer).unwrap().has.insert(piece);
            swarm.picker.on_have(peer, piece).unwrap();
        }
        swarm
    }

    fn come(&mut self, peer: PeerKey, spoils: u32) {
        let share = [10, 50, 100][self.chance.below(3) as usize];
        let has: BTreeSet<u32> = (0..PIECES)
            .filter(|_| self.chance.below(100) < share)
            .collect();
        let mut bitfield = vec![0u8; PIECES.div_ceil(8) as usize];
        for piece in &has {
            bitfield[(piece / 8) as usize] |= 0x80 >> (piece % 8);
        }
        self.picker.on_peer(peer);
        self.picker.on_bitfield(peer, &bitfield).unwrap();
        let loses = self.chance.below(30);
        self.remotes.insert(
            peer,
            Remote {
                has,
                loses,
                spoils,
                asked: BTreeSet::new(),
            },
        );
    }

    fn run(&mut self) -> usize {
        for step in 0..MAX_STEPS {
            if self.picker.is_complete() {
                return step;
            }
            let at = self.chance.below(self.remotes.len() as u32) as usize;
            let peer = *self.remotes.keys().nth(at).unwrap();
            match self.chance.below(3) {
                0 => self.request(peer),
                _ => self.answer(peer),
            }
        }
        panic!(
            "{} pieces after {MAX_STEPS} steps",
            self.picker.have_count()
        );
    }

    fn request(&mut self, peer: PeerKey) {
        let remote = self.remotes.get_mut(&peer).unwrap();
        let mut blocks = Vec::new();
        self.picker
            .pick(peer, WINDOW - remote.asked.len(), &mut blocks);
        for block in blocks {
            assert!(remote.has.contains(&block.piece), "{peer} lacks {block:?}");
            assert!(
                remote.asked.insert(block),
                "{block:?} asked twice of {peer}"
            );
            let askers = self.askers.entry(block).or_default();
            askers.insert(peer);
            assert!(askers.len() <= MAX_ASKERS, "{block:?} asked of {askers:?}");
            self.log.push((peer, block));
        }
        assert!(remote.asked.len() <= WINDOW);
    }

    fn answer(&mut self, peer: PeerKey) {
        let (lot, spoiled) = (self.chance.below(100), self.chance.below(100));
        let remote = self.remotes.get_mut(&peer).unwrap();
        if lot == 0 {
            // It chokes us.
            let lost: Vec<BlockId> = std::mem::take(&mut remote.asked).into_iter().collect();
            for block in &lost {
                self.askers.get_mut(block).unwrap().remove(&peer);
            }
            self.picker.on_lost(peer, &lost);
            return;
        }
        let Some(block) = remote.asked.pop_first() else {
            return;
        };
        self.askers.get_mut(&block).unwrap().remove(&peer);
        if lot < remote.loses {
            self.picker.on_lost(peer, &[block]);
            return;
        }
        let is_bad = spoiled < remote.spoils;
        let outcome = self.picker.on_block(peer, block);
        assert!(outcome.is_new());
        self.blocks.insert(block, (peer, is_bad));
        for (other, cancelled) in outcome.cancels {
            assert_eq!(cancelled, block);
            assert!(self.remotes.get_mut(&other).unwrap().asked.remove(&block));
            assert!(self.askers.get_mut(&block).unwrap().remove(&other));
        }
        if outcome.verdict == bip_select::BlockVerdict::Completes {
            self.verify(block.piece);
        }
    }

    fn verify(&mut self, piece: u32) {
        let of_piece = self.blocks.iter().filter(|(block, _)| block.piece == piece);
        let givers: Vec<(PeerKey, bool)> = of_piece.map(|(_, giver)| *giver).collect();
        self.blocks.retain(|block, _| block.piece != piece);
        if self.chance.below(50) == 0 {
            self.picker.on_write_failed(piece);
            return;
        }
        if givers.iter().all(|(_, is_bad)| !is_bad) {
            self.picker.on_verified(piece);
            return;
        }
        if let Verdict::Convicted(peer) = self.picker.on_failed(piece) {
            self.convicted.push(peer);
            self.leave(peer);
        }
    }

    fn leave(&mut self, peer: PeerKey) {
        if let Some(remote) = self.remotes.remove(&peer) {
            for block in remote.asked {
                self.askers.get_mut(&block).unwrap().remove(&peer);
            }
            self.picker.on_peer_gone(peer);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_lossy_swarm_always_completes(seed: u64, honest in 1u32..15) {
        Swarm::new(seed, honest, 0).run();
    }

    #[test]
    fn spoilers_are_convicted_and_nobody_else(seed: u64, honest in 1u32..10, spoilers in 1u32..5) {
        let mut swarm = Swarm::new(seed, honest, spoilers);
        swarm.run();
        for peer in swarm.convicted {
            prop_assert!(peer >= PeerKey::from(honest), "{} is honest", peer);
        }
    }
}

#[test]
fn the_same_seed_asks_the_same_blocks_in_the_same_order() {
    let log = |seed| {
        let mut swarm = Swarm::new(seed, 8, 2);
        swarm.run();
        swarm.log
    };
    assert_eq!(log(7), log(7));
    assert_ne!(log(7), log(8));
}

#[test]
fn peers_that_come_and_leave_do_not_stop_it() {
    for seed in 0..20 {
        let mut swarm = Swarm::new(seed, 6, 0);
        for newcomer in 100..140 {
            swarm.come(newcomer, 0);
            for _ in 0..30 {
                swarm.request(newcomer);
                swarm.answer(newcomer);
            }
            swarm.leave(newcomer);
        }
        swarm.run();
    }
}
