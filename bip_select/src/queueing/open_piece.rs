//! An unfinished piece.

use super::BlockState;
use crate::block::PeerKey;

/// Who may be asked for blocks of a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sharing {
    /// Every peer that has it.
    Anyone,
    /// Only its owner, so that a bad piece convicts; nobody's yet (or no more) when `None`.
    Exclusive(Option<PeerKey>),
}

#[derive(Debug)]
pub(crate) struct OpenPiece {
    piece: u32,
    sharing: Sharing,
    blocks: Vec<BlockState>,
    free_count: u32,
    received_count: u32,
    /// No block before this one is free.
    first_free: u32,
}

impl OpenPiece {
    pub(super) fn new(piece: u32, block_count: u32, sharing: Sharing) -> OpenPiece {
        OpenPiece {
            piece,
            sharing,
            blocks: vec![BlockState::FREE; block_count as usize],
            free_count: block_count,
            received_count: 0,
            first_free: 0,
        }
    }

    pub(crate) fn piece(&self) -> u32 {
        self.piece
    }

    pub(crate) fn sharing(&self) -> Sharing {
        self.sharing
    }

    pub(crate) fn blocks(&self) -> &[BlockState] {
        &self.blocks
    }

    pub(crate) fn free_count(&self) -> u32 {
        self.free_count
    }

    /// Blocks that are asked of somebody and not received.
    pub(crate) fn asked_count(&self) -> u32 {
        self.blocks.len() as u32 - self.free_count - self.received_count
    }

    pub(crate) fn is_received(&self) -> bool {
        self.received_count as usize == self.blocks.len()
    }

    /// Nothing of it is received or asked: it may as well be closed.
    pub(crate) fn is_untouched(&self) -> bool {
        self.free_count as usize == self.blocks.len()
    }

    /// The peers that gave a block, each once, in order of their keys.
    pub(crate) fn contributors(&self) -> Vec<PeerKey> {
        let mut peers: Vec<PeerKey> = self
            .blocks
            .iter()
            .filter_map(|block| match block {
                BlockState::Received(peer) => Some(*peer),
                BlockState::Asked(_) => None,
            })
            .collect();
        peers.sort_unstable();
        peers.dedup();
        peers
    }

    pub(super) fn set_owner(&mut self, peer: PeerKey) {
        if let Sharing::Exclusive(owner) = &mut self.sharing {
            *owner = Some(peer);
        }
    }

    /// The first free block at or after `first_free`, which is moved up to it.
    pub(super) fn next_free(&mut self) -> Option<u32> {
        if self.free_count == 0 {
            return None;
        }
        let from = self.first_free as usize;
        let found = self.blocks[from..].iter().position(BlockState::is_free)?;
        self.first_free += found as u32;
        Some(self.first_free)
    }

    pub(super) fn ask(&mut self, index: u32, peer: PeerKey) -> bool {
        let block = &mut self.blocks[index as usize];
        let was_free = block.is_free();
        let asked = block.ask(peer);
        self.free_count -= u32::from(was_free && asked);
        asked
    }

    pub(super) fn lose(&mut self, index: u32, peer: PeerKey) -> bool {
        let block = &mut self.blocks[index as usize];
        if !block.lose(peer) {
            return false;
        }
        if block.is_free() {
            self.free_count += 1;
            self.first_free = self.first_free.min(index);
        }
        // An owner of which nothing more is asked may be choking us for good.
        if self.sharing == Sharing::Exclusive(Some(peer)) && self.asked_count() == 0 {
            self.sharing = Sharing::Exclusive(None);
        }
        true
    }

    /// Takes the peer out of every block; the count of those it was asked for.
    pub(super) fn lose_all(&mut self, peer: PeerKey) -> u32 {
        let block_count = self.blocks.len() as u32;
        let lost = (0..block_count)
            .map(|index| u32::from(self.lose(index, peer)))
            .sum();
        if self.sharing == Sharing::Exclusive(Some(peer)) {
            self.sharing = Sharing::Exclusive(None);
        }
        lost
    }

    /// The block came from this peer: what it was before.
    pub(super) fn receive(&mut self, index: u32, peer: PeerKey) -> BlockState {
        let block = &mut self.blocks[index as usize];
        let before = *block;
        if matches!(before, BlockState::Asked(_)) {
            self.free_count -= u32::from(before.is_free());
            self.received_count += 1;
            *block = BlockState::Received(peer);
        }
        before
    }
}
