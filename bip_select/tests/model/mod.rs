//! The picker beside a naive one: plain sets, recounted for every question. Driven by bytes, so that property tests
//! and the fuzzer run the same thing.

#![allow(
    clippy::unwrap_used,
    reason = "test code, also where it is no test target"
)]

mod naive;

use std::collections::{BTreeMap, BTreeSet};

use bip_select::{
    BLOCK_LENGTH, BlockId, BlockVerdict, FactError, PeerKey, PickOrder, Picker, PickerConfig,
    Verdict,
};

/// Runs the facts that the bytes spell, and checks every decision.
pub(crate) fn run(data: &[u8]) {
    let mut script = Script(data);
    let mut model = Model::new(&mut script);
    while !script.0.is_empty() {
        model.step(&mut script);
        model.check_counts();
    }
}

struct Script<'a>(&'a [u8]);

impl Script<'_> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        *first
    }

    fn below(&mut self, end: usize) -> usize {
        usize::from(self.byte()) % end
    }
}

struct Model {
    picker: Picker,
    order: PickOrder,
    random_first: usize,
    max_askers: usize,
    max_open: usize,
    lengths: Vec<u32>,
    peers: BTreeMap<PeerKey, BTreeSet<u32>>,
    asked: BTreeMap<BlockId, BTreeSet<PeerKey>>,
    received: BTreeMap<BlockId, PeerKey>,
    have: BTreeSet<u32>,
    quarantine: BTreeMap<u32, Vec<PeerKey>>,
    convicted: BTreeSet<PeerKey>,
    next_peer: PeerKey,
}

impl Model {
    fn new(script: &mut Script<'_>) -> Model {
        let piece_count = 1 + script.below(40) as u32;
        let piece_length = [BLOCK_LENGTH, 4 * BLOCK_LENGTH, 20_000, 100][script.below(4)];
        let last = 1 + u32::from(script.byte()) * 251 % piece_length;
        let total = u64::from(piece_length) * u64::from(piece_count - 1) + u64::from(last);
        let order = [PickOrder::RarestFirst, PickOrder::Sequential][script.below(2)];
        let (random_first, max_askers) = (script.below(5), 1 + script.below(4));
        let max_open = 1 + script.below(64);
        let config = PickerConfig::default()
            .order(order)
            .random_first_pieces(random_first as u32)
            .max_askers_per_block(max_askers)
            .max_open_blocks(max_open as u32);
        let seed = [script.byte(); 32];
        let mut lengths = vec![piece_length; piece_count as usize];
        lengths[piece_count as usize - 1] = last;
        Model {
            picker: Picker::new(config, piece_count, piece_length, total, seed).unwrap(),
            order,
            random_first,
            max_askers,
            max_open,
            lengths,
            peers: BTreeMap::new(),
            asked: BTreeMap::new(),
            received: BTreeMap::new(),
            have: BTreeSet::new(),
            quarantine: BTreeMap::new(),
            convicted: BTreeSet::new(),
            next_peer: 0,
        }
    }

    fn step(&mut self, script: &mut Script<'_>) {
        match script.below(16) {
            0 => self.come(),
            1 => self.tell_bitfield(script),
            2 | 3 => self.tell_have(script),
            4 => self.go(script),
            5..=8 => self.pick(script),
            9..=11 => self.deliver(script),
            12 => self.lose(script),
            13 => self.finish(script),
            14 => self.give_unasked(script),
            _ => self.find_on_disk(script),
        }
    }

    fn come(&mut self) {
        if self.peers.len() < 12 {
            self.peers.insert(self.next_peer, BTreeSet::new());
            self.picker.on_peer(self.next_peer);
            self.next_peer += 1;
        }
    }

    fn some_peer(&self, script: &mut Script<'_>) -> Option<PeerKey> {
        let at = script.below(self.peers.len().max(1));
        self.peers.keys().nth(at).copied()
    }

    fn tell_bitfield(&mut self, script: &mut Script<'_>) {
        let Some(peer) = self.some_peer(script) else {
            return;
        };
        let spread = script.byte();
        let mut bytes = vec![0u8; self.lengths.len().div_ceil(8)];
        let mut has = BTreeSet::new();
        for piece in 0..self.lengths.len() {
            if spread < 64 || script.byte() < spread {
                bytes[piece / 8] |= 0x80 >> (piece % 8);
                has.insert(piece as u32);
            }
        }
        self.picker.on_bitfield(peer, &bytes).unwrap();
        self.peers.insert(peer, has);
        let known = self.picker.availability(0);
        bytes.push(0);
        let refused = self.picker.on_bitfield(peer, &bytes);
        assert!(matches!(refused, Err(FactError::BitfieldLength { .. })));
        assert_eq!(self.picker.availability(0), known);
    }

    fn tell_have(&mut self, script: &mut Script<'_>) {
        let Some(peer) = self.some_peer(script) else {
            return;
        };
        let piece = script.below(self.lengths.len() + 1) as u32;
        let told = self.picker.on_have(peer, piece);
        assert_eq!(told.is_ok(), (piece as usize) < self.lengths.len());
        if told.is_ok() {
            self.peers.get_mut(&peer).unwrap().insert(piece);
        }
    }

    fn go(&mut self, script: &mut Script<'_>) {
        if let Some(peer) = self.some_peer(script) {
            self.picker.on_peer_gone(peer);
            self.peers.remove(&peer);
            for askers in self.asked.values_mut() {
                askers.remove(&peer);
            }
            self.drop_unasked();
            let unknown = self.picker.on_have(peer, 0);
            assert_eq!(unknown, Err(FactError::UnknownPeer(peer)));
        }
    }

    fn pick(&mut self, script: &mut Script<'_>) {
        let Some(peer) = self.some_peer(script) else {
            return;
        };
        let count = script.below(20);
        let mut blocks = Vec::new();
        let told = self.picker.pick(peer, count, &mut blocks);
        assert_eq!(told, blocks.len());
        assert!(told <= count);
        for block in &blocks {
            self.check_pick(peer, *block);
            self.asked.entry(*block).or_default().insert(peer);
        }
        if told < count && self.is_interesting(peer) {
            self.check_exhausted(peer);
        }
    }

    fn check_pick(&self, peer: PeerKey, block: BlockId) {
        let piece = block.piece;
        assert!(self.blocks(piece).contains(&block), "{block:?} is no block");
        assert!(self.peers[&peer].contains(&piece), "{peer} lacks {block:?}");
        assert!(!self.have.contains(&piece) && !self.received.contains_key(&block));
        assert!(!self.convicted.contains(&peer));
        if let Some(askers) = self.asked.get(&block) {
            assert!(self.endgame(), "{block:?} twice before the endgame");
            assert!(!askers.contains(&peer) && askers.len() < self.max_askers);
            assert!(!self.quarantine.contains_key(&piece));
            return;
        }
        if self.quarantine.contains_key(&piece) {
            let others = self.asked.iter().filter(|(asked, _)| asked.piece == piece);
            assert!(others.into_iter().all(|(_, askers)| askers.contains(&peer)));
        } else if !self.is_begun(piece) {
            self.check_new_piece(peer, piece);
        }
    }

    fn check_new_piece(&self, peer: PeerKey, piece: u32) {
        let unsuspected = |piece: &u32| {
            let suspects = self.quarantine.get(piece);
            !suspects.is_some_and(|suspects| suspects.contains(&peer))
        };
        for begun in self.peers[&peer]
            .iter()
            .filter(|piece| self.is_begun(**piece))
        {
            assert!(
                self.quarantine.contains_key(begun) || self.free_blocks(*begun) == 0,
                "{piece} begun while {begun} has free blocks"
            );
        }
        let eligible = self.peers[&peer].iter().copied().filter(|piece| {
            !self.have.contains(piece) && !self.is_begun(*piece) && unsuspected(piece)
        });
        let copies = |piece: u32| self.copies(piece);
        match self.order {
            PickOrder::Sequential => assert_eq!(Some(piece), eligible.min()),
            _ if self.have.len() + self.begun().len() < self.random_first => {}
            _ => assert_eq!(
                Some(copies(piece)),
                eligible.map(copies).min(),
                "{piece} is not rarest"
            ),
        }
    }

    /// It got less than it could take: then nothing was left to give.
    fn check_exhausted(&self, peer: PeerKey) {
        let is_full = self.asked.len() + self.received.len() > 0
            && self
                .begun()
                .iter()
                .map(|piece| self.blocks(*piece).len())
                .sum::<usize>()
                >= self.max_open
            && self.outstanding(peer) > 0;
        for piece in self.peers[&peer]
            .iter()
            .filter(|piece| !self.have.contains(piece))
        {
            if self.free_blocks(*piece) == 0 || (is_full && !self.is_begun(*piece)) {
                continue;
            }
            let taken = self.asked.iter().any(|(block, _)| block.piece == *piece);
            assert!(
                taken && self.quarantine.contains_key(piece),
                "{peer} might have got {piece}"
            );
        }
    }

    fn deliver(&mut self, script: &mut Script<'_>) {
        let pending: Vec<(BlockId, PeerKey)> = self
            .asked
            .iter()
            .flat_map(|(block, askers)| askers.iter().map(|peer| (*block, *peer)))
            .collect();
        if !pending.is_empty() {
            let (block, peer) = pending[script.below(pending.len())];
            let is_new = self.give(peer, block);
            assert!(is_new || self.convicted.contains(&peer));
        }
    }

    fn give_unasked(&mut self, script: &mut Script<'_>) {
        let peer = script.below(self.next_peer as usize + 1) as PeerKey;
        let piece = script.below(self.lengths.len() + 1) as u32;
        let begin = script.below(5) as u32 * BLOCK_LENGTH + u32::from(script.byte() == 0);
        let length = self.lengths.get(piece as usize).map_or(1, |length| {
            length.saturating_sub(begin).min(BLOCK_LENGTH) + u32::from(script.byte() == 0)
        });
        self.give(
            peer,
            BlockId {
                piece,
                begin,
                length,
            },
        );
    }

    fn give(&mut self, peer: PeerKey, block: BlockId) -> bool {
        let exists = (block.piece as usize) < self.lengths.len()
            && self.blocks(block.piece).contains(&block);
        let outcome = self.picker.on_block(peer, block);
        if !outcome.is_new() {
            assert!(outcome.cancels.is_empty());
            if outcome.verdict == BlockVerdict::Duplicate {
                assert!(exists);
                assert!(self.have.contains(&block.piece) || self.received.contains_key(&block));
            }
            return false;
        }
        assert!(exists && self.peers.contains_key(&peer) && !self.have.contains(&block.piece));
        assert_eq!(self.received.insert(block, peer), None);
        let askers = self.asked.remove(&block).unwrap_or_default();
        let cancelled: BTreeSet<PeerKey> = outcome.cancels.iter().map(|(peer, _)| *peer).collect();
        assert_eq!(cancelled.len(), outcome.cancels.len());
        assert!(
            outcome
                .cancels
                .iter()
                .all(|(_, cancelled)| *cancelled == block)
        );
        assert!(
            cancelled
                .iter()
                .eq(askers.iter().filter(|asker| **asker != peer))
        );
        let is_full = self.is_full(block.piece);
        assert_eq!(outcome.verdict == BlockVerdict::Completes, is_full);
        true
    }

    fn lose(&mut self, script: &mut Script<'_>) {
        let Some(peer) = self.some_peer(script) else {
            return;
        };
        let mut lost = Vec::new();
        for (block, askers) in &mut self.asked {
            if script.byte() < 128 {
                askers.remove(&peer);
                lost.push(*block);
            }
        }
        lost.push(BlockId {
            piece: u32::MAX,
            begin: 1,
            length: 1,
        });
        self.picker.on_lost(peer, &lost);
        self.drop_unasked();
    }

    fn finish(&mut self, script: &mut Script<'_>) {
        let full: Vec<u32> = self
            .begun()
            .into_iter()
            .filter(|piece| self.is_full(*piece))
            .collect();
        if full.is_empty() {
            return;
        }
        let piece = full[script.below(full.len())];
        match script.below(4) {
            0 | 1 => {
                self.picker.on_verified(piece);
                self.have.insert(piece);
                self.quarantine.remove(&piece);
            }
            2 => self.fail(piece),
            _ => self.picker.on_write_failed(piece),
        }
        self.forget(piece);
    }

    fn fail(&mut self, piece: u32) {
        let of_piece = self
            .received
            .iter()
            .filter(|(block, _)| block.piece == piece);
        let contributors: BTreeSet<PeerKey> = of_piece.map(|(_, peer)| *peer).collect();
        match self.picker.on_failed(piece) {
            Verdict::Convicted(peer) => {
                assert!(contributors.contains(&peer));
                assert!(contributors.len() == 1 || self.convicted.contains(&peer));
                self.convicted.insert(peer);
            }
            Verdict::Suspected(peers) => {
                assert!(contributors.len() > 1 && peers.iter().eq(&contributors));
                assert!(contributors.is_disjoint(&self.convicted));
                self.quarantine.insert(piece, peers);
            }
            verdict => assert!(contributors.is_empty(), "{verdict:?}"),
        }
    }

    fn find_on_disk(&mut self, script: &mut Script<'_>) {
        if script.byte() > 10 {
            return;
        }
        let mut bytes = vec![0u8; self.lengths.len().div_ceil(8)];
        let piece = script.below(self.lengths.len());
        bytes[piece / 8] |= 0x80 >> (piece % 8);
        self.picker.set_have(&bytes).unwrap();
        self.have.insert(piece as u32);
        self.quarantine.remove(&(piece as u32));
        self.forget(piece as u32);
    }

    fn forget(&mut self, piece: u32) {
        self.asked.retain(|block, _| block.piece != piece);
        self.received.retain(|block, _| block.piece != piece);
    }

    fn drop_unasked(&mut self) {
        self.asked.retain(|_, askers| !askers.is_empty());
    }
}
