//! What the picker is told.

use super::outcome::{BlockOutcome, BlockVerdict};
use super::{Peer, Picker};
use crate::blame::Verdict;
use crate::block::{BlockId, PeerKey};
use crate::error::FactError;
use crate::piece_set::PieceSet;
use crate::queueing::{BlockState, OpenPiece, Sharing};
use crate::selection::{Holding, Shortlist};

impl Picker {
    /// A peer is connected; it has nothing until it says so. Told twice, it changes nothing.
    pub fn on_peer(&mut self, peer: PeerKey) {
        self.peers.entry(peer).or_insert_with(|| Peer {
            holding: Holding::Nothing,
            wanted: 0,
            outstanding: 0,
            shortlist: Shortlist::default(),
        });
    }

    /// The peer has exactly these pieces (BEP 3 bytes). A bitfield with all of them costs O(1) per later fact.
    ///
    /// # Errors
    /// Unknown peer, wrong length, or a spare bit set.
    pub fn on_bitfield(&mut self, peer: PeerKey, bitfield: &[u8]) -> Result<(), FactError> {
        let set = PieceSet::from_bitfield(bitfield, self.geometry.piece_count())?;
        let state = self.peers.get_mut(&peer);
        let state = state.ok_or(FactError::UnknownPeer(peer))?;
        state.shortlist = Shortlist::default();
        let before = std::mem::replace(&mut state.holding, Holding::Nothing);
        state.wanted = set.len() - set.count_common(&self.have);
        let after = Holding::from_set(set);
        match &after {
            Holding::All => self.availability.add_seed(),
            Holding::Some(set) => {
                for piece in set.iter() {
                    self.availability.gain_copy(piece, &mut self.rng);
                }
            }
            Holding::Nothing => {}
        }
        state.holding = after;
        self.forget_holding(before);
        Ok(())
    }

    /// The peer has one more piece.
    ///
    /// # Errors
    /// Unknown peer, or no such piece.
    pub fn on_have(&mut self, peer: PeerKey, piece: u32) -> Result<(), FactError> {
        self.geometry.check_piece(piece)?;
        let state = self.peers.get_mut(&peer);
        let state = state.ok_or(FactError::UnknownPeer(peer))?;
        if matches!(state.holding, Holding::Nothing) {
            state.holding = Holding::Some(PieceSet::empty(self.geometry.piece_count()));
        }
        let Holding::Some(set) = &mut state.holding else {
            return Ok(());
        };
        if !set.insert(piece) {
            return Ok(());
        }
        state.wanted += u32::from(!self.have.contains(piece));
        self.availability.gain_copy(piece, &mut self.rng);
        state.shortlist.on_have(self.availability.rank(piece));
        if set.is_full() {
            state.holding = Holding::All;
            self.availability.promote_to_seed();
        }
        Ok(())
    }

    /// The peer's connection ended: what was asked of it is free again.
    pub fn on_peer_gone(&mut self, peer: PeerKey) {
        let Some(state) = self.peers.remove(&peer) else {
            return;
        };
        self.forget_holding(state.holding);
        self.open.lose_all(peer);
        if state.outstanding > 0 {
            for piece in self.open.untouched() {
                self.open.close(piece);
                self.availability.list(piece, &mut self.rng);
            }
        }
        self.blame.on_peer_gone(peer);
    }

    /// These pieces lie verified on disk (BEP 3 bytes); what was known before stays.
    ///
    /// # Errors
    /// Wrong length, or a spare bit set.
    pub fn set_have(&mut self, bitfield: &[u8]) -> Result<(), FactError> {
        let set = PieceSet::from_bitfield(bitfield, self.geometry.piece_count())?;
        for piece in set.iter() {
            self.on_verified(piece);
        }
        Ok(())
    }

    /// The peer sent a block. Also one that was given up meanwhile is taken, so that a slow peer's work is not lost.
    pub fn on_block(&mut self, peer: PeerKey, block: BlockId) -> BlockOutcome {
        let piece = block.piece;
        let Some(index) = self.geometry.index_of(block) else {
            return BlockOutcome::dropped(BlockVerdict::Unwanted);
        };
        if self.have.contains(piece) {
            return BlockOutcome::dropped(BlockVerdict::Duplicate);
        }
        if !self.may_give(peer, piece, index) {
            return BlockOutcome::dropped(BlockVerdict::Unwanted);
        }
        if self.open.get(piece).is_none() {
            self.begin(piece);
        }
        let before = self.open.receive(piece, index, peer);
        let Some(before @ BlockState::Asked(_)) = before else {
            return BlockOutcome::dropped(BlockVerdict::Duplicate);
        };
        let mut cancels = Vec::new();
        for asked in before.askers().iter().copied() {
            self.forget_request(asked);
            if asked != peer {
                cancels.push((asked, block));
            }
        }
        let is_last = self.open.get(piece).is_some_and(OpenPiece::is_received);
        let verdict = if is_last {
            BlockVerdict::Completes
        } else {
            BlockVerdict::New
        };
        BlockOutcome { verdict, cancels }
    }

    /// These requests will not be answered: the peer choked us, rejected them, let them time out, or we cancelled
    /// them. Blocks that were not asked of the peer are ignored.
    pub fn on_lost(&mut self, peer: PeerKey, blocks: &[BlockId]) {
        for block in blocks {
            let Some(index) = self.geometry.index_of(*block) else {
                continue;
            };
            if !self.open.lose(block.piece, index, peer) {
                continue;
            }
            self.forget_request(peer);
            if self
                .open
                .get(block.piece)
                .is_some_and(OpenPiece::is_untouched)
            {
                self.open.close(block.piece);
                self.availability.list(block.piece, &mut self.rng);
            }
        }
    }

    /// The piece's hash is right and its bytes are written. Those who gave its blocks are suspects no more.
    /// A piece that the torrent does not have is ignored.
    pub fn on_verified(&mut self, piece: u32) {
        if self.geometry.check_piece(piece).is_err() || !self.have.insert(piece) {
            return;
        }
        self.have_bytes += u64::from(self.geometry.piece_length(piece));
        let contributors = self.close(piece);
        self.availability.unlist(piece);
        self.blame.on_verified(piece, &contributors);
        for state in self.peers.values_mut() {
            if let Holding::Some(set) = &state.holding {
                state.wanted -= u32::from(set.contains(piece));
            }
        }
    }

    /// The piece's hash is wrong: it is fetched again, and the verdict says who is to blame. A piece that is not
    /// open is ignored.
    pub fn on_failed(&mut self, piece: u32) -> Verdict {
        if !self.is_open(piece) {
            return Verdict::Nobody;
        }
        let contributors = self.close(piece);
        self.availability.list(piece, &mut self.rng);
        let peers = &self.peers;
        self.blame
            .on_failed(piece, contributors, |peer| peers.contains_key(&peer))
    }

    /// The piece could not be written: it is fetched again, and no peer is to blame. A piece that is not open is
    /// ignored.
    pub fn on_write_failed(&mut self, piece: u32) {
        if self.is_open(piece) {
            self.close(piece);
            self.availability.list(piece, &mut self.rng);
        }
    }

    fn is_open(&self, piece: u32) -> bool {
        piece < self.geometry.piece_count() && self.open.get(piece).is_some()
    }

    /// Whether a block of this peer is welcome.
    fn may_give(&self, peer: PeerKey, piece: u32, index: u32) -> bool {
        if !self.peers.contains_key(&peer) || self.blame.is_convicted(peer) {
            return false;
        }
        let Some(open) = self.open.get(piece) else {
            return self.open.block_count() < self.config.max_open_blocks
                && !self.blame.is_suspected_of(piece, peer);
        };
        let was_asked = open.blocks()[index as usize].askers().contains(&peer);
        match open.sharing() {
            Sharing::Anyone => true,
            Sharing::Exclusive(Some(owner)) => owner == peer || was_asked,
            Sharing::Exclusive(None) => was_asked || !self.blame.is_suspected_of(piece, peer),
        }
    }

    /// Opens a listed piece.
    pub(super) fn begin(&mut self, piece: u32) {
        let sharing = if self.blame.is_quarantined(piece) {
            Sharing::Exclusive(None)
        } else {
            Sharing::Anyone
        };
        self.availability.unlist(piece);
        self.open
            .open(piece, self.geometry.block_count(piece), sharing);
    }

    /// Closes a piece if it is open, forgets what is asked of it, and tells who gave its blocks.
    fn close(&mut self, piece: u32) -> Vec<PeerKey> {
        let Some(open) = self.open.close(piece) else {
            return Vec::new();
        };
        if open.asked_count() > 0 {
            for block in open.blocks() {
                for peer in block.askers() {
                    self.forget_request(*peer);
                }
            }
        }
        open.contributors()
    }

    fn forget_request(&mut self, peer: PeerKey) {
        if let Some(state) = self.peers.get_mut(&peer) {
            state.outstanding -= 1;
        }
    }

    fn forget_holding(&mut self, holding: Holding) {
        match holding {
            Holding::Nothing => {}
            Holding::All => self.availability.remove_seed(),
            Holding::Some(set) => {
                for piece in set.iter() {
                    self.availability.lose_copy(piece, &mut self.rng);
                }
            }
        }
    }
}
