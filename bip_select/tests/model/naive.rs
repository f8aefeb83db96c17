//! The naive answers, recounted from plain sets each time.

use std::collections::BTreeSet;

use bip_select::{BLOCK_LENGTH, BlockId, PeerKey};

use super::Model;

impl Model {
    pub(super) fn check_counts(&self) {
        let picker = &self.picker;
        for piece in 0..self.lengths.len() as u32 {
            assert_eq!(picker.availability(piece) as usize, self.copies(piece));
            assert_eq!(picker.has(piece), self.have.contains(&piece));
        }
        for peer in self.peers.keys() {
            assert_eq!(picker.outstanding(*peer) as usize, self.outstanding(*peer));
            assert_eq!(picker.is_interesting(*peer), self.is_interesting(*peer));
        }
        let missing = (0..self.lengths.len() as u32).filter(|piece| !self.have.contains(piece));
        let left: u64 = missing
            .map(|piece| u64::from(self.lengths[piece as usize]))
            .sum();
        assert_eq!(picker.left(), left);
        assert_eq!(picker.is_complete(), left == 0);
        assert_eq!(picker.open_count(), self.begun().len());
        assert_eq!(picker.endgame(), self.endgame());
    }

    pub(super) fn blocks(&self, piece: u32) -> Vec<BlockId> {
        let end = self.lengths[piece as usize];
        let begins = (0..end).step_by(BLOCK_LENGTH as usize);
        begins
            .map(|begin| BlockId {
                piece,
                begin,
                length: BLOCK_LENGTH.min(end - begin),
            })
            .collect()
    }

    pub(super) fn free_blocks(&self, piece: u32) -> usize {
        let taken =
            |block: &BlockId| self.asked.contains_key(block) || self.received.contains_key(block);
        self.blocks(piece)
            .iter()
            .filter(|block| !taken(block))
            .count()
    }

    pub(super) fn begun(&self) -> BTreeSet<u32> {
        self.asked
            .keys()
            .chain(self.received.keys())
            .map(|block| block.piece)
            .collect()
    }

    pub(super) fn is_begun(&self, piece: u32) -> bool {
        self.begun().contains(&piece)
    }

    pub(super) fn is_full(&self, piece: u32) -> bool {
        self.blocks(piece)
            .iter()
            .all(|block| self.received.contains_key(block))
    }

    pub(super) fn copies(&self, piece: u32) -> usize {
        self.peers
            .values()
            .filter(|has| has.contains(&piece))
            .count()
    }

    pub(super) fn outstanding(&self, peer: PeerKey) -> usize {
        self.asked
            .values()
            .filter(|askers| askers.contains(&peer))
            .count()
    }

    pub(super) fn is_interesting(&self, peer: PeerKey) -> bool {
        !self.convicted.contains(&peer) && !self.peers[&peer].is_subset(&self.have)
    }

    pub(super) fn endgame(&self) -> bool {
        let missing = (0..self.lengths.len() as u32).filter(|piece| !self.have.contains(piece));
        let mut missing = missing.peekable();
        missing.peek().is_some()
            && missing.all(|piece| {
                let is_exclusive = self.quarantine.contains_key(&piece) && self.is_begun(piece);
                self.copies(piece) == 0 || is_exclusive || self.free_blocks(piece) == 0
            })
    }
}
