//! What to ask of one peer now.

use rand::RngExt;

use super::Picker;
use crate::block::{BlockId, PeerKey};
use crate::config::PickOrder;
use crate::queueing::{OpenPiece, Sharing};
use crate::selection::{choose_first, choose_random, choose_rarest};

/// Which exclusive pieces a peer may take from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scruples {
    /// Those that are its own, and those without an owner that it did not help to spoil.
    Keep,
    /// Also those it helped to spoil, and those of which nothing is asked: better a doubtful source than none.
    Drop,
}

impl Picker {
    /// Up to `count` blocks to ask of the peer now, appended to `out`; returns how many. They count as asked until
    /// [`on_block`](Self::on_block), [`on_lost`](Self::on_lost) or [`on_peer_gone`](Self::on_peer_gone).
    ///
    /// The order: blocks of pieces already begun, the piece nearest to completion first; then new pieces, the rarest
    /// first (or by the configured order). Only when there are no such blocks for anybody (endgame): blocks asked of others,
    /// those asked of the fewest first, never twice of the same peer. Blocks of one piece come out in ascending order.
    pub fn pick(&mut self, peer: PeerKey, count: usize, out: &mut Vec<BlockId>) -> usize {
        if !self.is_interesting(peer) {
            return 0;
        }
        let end = out.len().saturating_add(count);
        let start = out.len();
        self.pick_partial(peer, Scruples::Keep, end, out);
        self.pick_new(peer, end, out);
        if out.len() < end && self.blame.quarantined().next().is_some() {
            self.pick_partial(peer, Scruples::Drop, end, out);
            self.pick_quarantined(peer, end, out);
        }
        if out.len() < end && self.endgame() {
            self.pick_duplicates(peer, end, out);
        }
        out.len() - start
    }

    /// Blocks of pieces already begun.
    fn pick_partial(
        &mut self,
        peer: PeerKey,
        scruples: Scruples,
        end: usize,
        out: &mut Vec<BlockId>,
    ) {
        if out.len() >= end {
            return;
        }
        let mut candidates = std::mem::take(&mut self.candidates);
        candidates.clear();
        let takeable = self.open.partials().iter();
        let takeable = takeable.filter(|open| self.may_take(peer, open, scruples));
        candidates.extend(takeable.map(|open| (self.merit(open), open.piece())));
        candidates.sort_unstable();
        for (_, piece) in candidates.iter().copied() {
            if out.len() >= end {
                break;
            }
            self.ask(peer, piece, end, out);
        }
        self.candidates = candidates;
    }

    /// Blocks of pieces not begun yet.
    fn pick_new(&mut self, peer: PeerKey, end: usize, out: &mut Vec<BlockId>) {
        while out.len() < end && self.may_open(peer) {
            let Some(piece) = self.choose(peer) else {
                break;
            };
            self.begin(piece);
            self.ask(peer, piece, end, out);
        }
    }

    /// Blocks of pieces that the peer helped to spoil: it is the last one left to ask.
    fn pick_quarantined(&mut self, peer: PeerKey, end: usize, out: &mut Vec<BlockId>) {
        let Some(state) = self.peers.get(&peer) else {
            return;
        };
        let pieces: Vec<u32> = self
            .blame
            .quarantined()
            .filter(|piece| self.availability.listed().contains(*piece))
            .filter(|piece| state.holding.contains(*piece))
            .collect();
        for piece in pieces {
            if out.len() >= end || !self.may_open(peer) {
                break;
            }
            self.begin(piece);
            self.ask(peer, piece, end, out);
        }
    }

    /// Blocks that are asked of others.
    fn pick_duplicates(&mut self, peer: PeerKey, end: usize, out: &mut Vec<BlockId>) {
        let Some(state) = self.peers.get_mut(&peer) else {
            return;
        };
        let start = out.len();
        let open = self.open.all();
        if open.is_empty() {
            return;
        }
        // From a random piece on, so that not all peers double the same blocks.
        let (before, after) = open.split_at(self.rng.random_range(0..open.len()));
        let shared = |open: &&OpenPiece| {
            open.sharing() == Sharing::Anyone
                && open.asked_count() > 0
                && state.holding.contains(open.piece())
        };
        for asker_count in 1..self.config.max_askers_per_block {
            for open in after.iter().chain(before).filter(shared) {
                for (index, block) in (0u32..).zip(open.blocks()) {
                    if out.len() >= end {
                        break;
                    }
                    let askers = block.askers();
                    if askers.len() == asker_count && !askers.contains(&peer) {
                        out.push(self.geometry.block(open.piece(), index));
                    }
                }
            }
        }
        for block in &out[start..] {
            if let Some(index) = self.geometry.index_of(*block)
                && self.open.ask_again(block.piece, index, peer)
            {
                state.outstanding += 1;
            }
        }
    }

    /// Asks the peer for free blocks of an open piece.
    fn ask(&mut self, peer: PeerKey, piece: u32, end: usize, out: &mut Vec<BlockId>) {
        let geometry = self.geometry;
        let start = out.len();
        self.open.ask_free(piece, peer, end - start, |index| {
            out.push(geometry.block(piece, index));
        });
        if let Some(state) = self.peers.get_mut(&peer) {
            state.outstanding += (out.len() - start) as u32;
        }
    }

    /// The next piece to begin for the peer.
    fn choose(&mut self, peer: PeerKey) -> Option<u32> {
        let state = self.peers.get_mut(&peer)?;
        let blame = &self.blame;
        let skip = |piece| blame.is_suspected_of(piece, peer);
        let begun = self.have.len() as usize + self.open.all().len();
        match self.config.order {
            PickOrder::Sequential => choose_first(&self.availability, &state.holding, skip),
            PickOrder::RarestFirst if begun < self.config.random_first_pieces as usize => {
                choose_random(&self.availability, &state.holding, &mut self.rng, skip)
            }
            PickOrder::RarestFirst => choose_rarest(
                &self.availability,
                &state.holding,
                &mut state.shortlist,
                &mut self.rng,
                skip,
            ),
        }
    }

    /// A full house opens nothing more but for a peer that would stand idle.
    fn may_open(&self, peer: PeerKey) -> bool {
        self.open.block_count() < self.config.max_open_blocks || self.outstanding(peer) == 0
    }

    fn may_take(&self, peer: PeerKey, open: &OpenPiece, scruples: Scruples) -> bool {
        let state = self.peers.get(&peer);
        if !state.is_some_and(|state| state.holding.contains(open.piece())) {
            return false;
        }
        match open.sharing() {
            Sharing::Anyone => true,
            Sharing::Exclusive(Some(owner)) => {
                owner == peer || (scruples == Scruples::Drop && open.asked_count() == 0)
            }
            Sharing::Exclusive(None) => {
                scruples == Scruples::Drop || !self.blame.is_suspected_of(open.piece(), peer)
            }
        }
    }

    /// The smaller, the sooner a piece is finished: fewest free blocks, then rarest. In sequential order all are
    /// equal, and the index decides.
    fn merit(&self, open: &OpenPiece) -> u64 {
        match self.config.order {
            PickOrder::Sequential => 0,
            PickOrder::RarestFirst => {
                u64::from(open.free_count()) << 32 | u64::from(self.availability.rank(open.piece()))
            }
        }
    }
}
