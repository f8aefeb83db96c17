//! All unfinished pieces.

use super::{BlockState, OpenPiece, Sharing};
use crate::block::PeerKey;

const CLOSED: u32 = u32::MAX;

/// The unfinished pieces: first those with free blocks, then those without, so that a pick looks only at the first.
#[derive(Debug)]
pub(crate) struct OpenPieces {
    slots: Vec<OpenPiece>,
    partial_count: usize,
    /// The slot of each piece.
    slot_of: Vec<u32>,
    block_count: u32,
}

impl OpenPieces {
    pub(crate) fn new(piece_count: u32) -> OpenPieces {
        OpenPieces {
            slots: Vec::new(),
            partial_count: 0,
            slot_of: vec![CLOSED; piece_count as usize],
            block_count: 0,
        }
    }

    pub(crate) fn all(&self) -> &[OpenPiece] {
        &self.slots
    }

    /// Those that have free blocks.
    pub(crate) fn partials(&self) -> &[OpenPiece] {
        &self.slots[..self.partial_count]
    }

    /// Blocks of all unfinished pieces, whatever their state.
    pub(crate) fn block_count(&self) -> u32 {
        self.block_count
    }

    pub(crate) fn get(&self, piece: u32) -> Option<&OpenPiece> {
        self.slots.get(self.slot_of[piece as usize] as usize)
    }

    pub(crate) fn open(&mut self, piece: u32, block_count: u32, sharing: Sharing) {
        debug_assert!(self.get(piece).is_none());
        self.slot_of[piece as usize] = self.slots.len() as u32;
        self.slots.push(OpenPiece::new(piece, block_count, sharing));
        self.block_count += block_count;
        self.settle(piece);
    }

    pub(crate) fn close(&mut self, piece: u32) -> Option<OpenPiece> {
        self.get(piece)?;
        let mut slot = self.slot_of[piece as usize] as usize;
        if slot < self.partial_count {
            self.partial_count -= 1;
            self.swap(slot, self.partial_count);
            slot = self.partial_count;
        }
        self.swap(slot, self.slots.len() - 1);
        self.slot_of[piece as usize] = CLOSED;
        let closed = self.slots.pop()?;
        self.block_count -= closed.blocks().len() as u32;
        Some(closed)
    }

    /// Gives the peer up to `count` free blocks of the piece, which becomes its own if it is exclusive.
    pub(crate) fn ask_free(
        &mut self,
        piece: u32,
        peer: PeerKey,
        count: usize,
        mut each: impl FnMut(u32),
    ) {
        let Some(open) = self.get_mut(piece) else {
            return;
        };
        open.set_owner(peer);
        for _ in 0..count {
            let Some(index) = open.next_free() else { break };
            open.ask(index, peer);
            each(index);
        }
        self.settle(piece);
    }

    /// Asks one more peer for a block. False when the block has no room for it.
    pub(crate) fn ask_again(&mut self, piece: u32, index: u32, peer: PeerKey) -> bool {
        self.get_mut(piece)
            .is_some_and(|open| open.ask(index, peer))
    }

    /// False when the peer was not asked for the block.
    pub(crate) fn lose(&mut self, piece: u32, index: u32, peer: PeerKey) -> bool {
        let was_asked = self
            .get_mut(piece)
            .is_some_and(|open| open.lose(index, peer));
        self.settle(piece);
        was_asked
    }

    /// Takes the peer out of every block.
    pub(crate) fn lose_all(&mut self, peer: PeerKey) {
        let pieces: Vec<u32> = self.slots.iter().map(OpenPiece::piece).collect();
        for piece in pieces {
            if let Some(open) = self.get_mut(piece)
                && open.lose_all(peer) > 0
            {
                self.settle(piece);
            }
        }
    }

    /// The block came: what it was before.
    pub(crate) fn receive(&mut self, piece: u32, index: u32, peer: PeerKey) -> Option<BlockState> {
        let open = self.get_mut(piece)?;
        if open.sharing() == Sharing::Exclusive(None) {
            open.set_owner(peer);
        }
        let before = open.receive(index, peer);
        self.settle(piece);
        Some(before)
    }

    /// Pieces of which nothing is received or asked any more.
    pub(crate) fn untouched(&self) -> Vec<u32> {
        let untouched = self.partials().iter().filter(|open| open.is_untouched());
        untouched.map(OpenPiece::piece).collect()
    }

    fn get_mut(&mut self, piece: u32) -> Option<&mut OpenPiece> {
        self.slots.get_mut(self.slot_of[piece as usize] as usize)
    }

    /// Puts a piece on the right side after its free blocks changed.
    fn settle(&mut self, piece: u32) {
        let Some(open) = self.get(piece) else { return };
        let slot = self.slot_of[piece as usize] as usize;
        let is_partial = slot < self.partial_count;
        if open.free_count() > 0 && !is_partial {
            self.swap(slot, self.partial_count);
            self.partial_count += 1;
        } else if open.free_count() == 0 && is_partial {
            self.partial_count -= 1;
            self.swap(slot, self.partial_count);
        }
    }

    fn swap(&mut self, a: usize, b: usize) {
        self.slots.swap(a, b);
        self.slot_of[self.slots[a].piece() as usize] = a as u32;
        self.slot_of[self.slots[b].piece() as usize] = b as u32;
    }
}
