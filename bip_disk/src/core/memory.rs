//! The memory budget: how much is held, whose turn it is to leave, and when to say that there is room again.

use std::collections::BTreeMap;

use crate::torrent::TorrentKey;

/// A piece of a torrent.
pub(crate) type PieceKey = (TorrentKey, u32);

#[derive(Debug)]
pub(crate) struct Memory {
    budget: usize,
    max_slices: usize,
    /// Held by pieces that are not complete.
    open: usize,
    /// The part of `open` that is slices of larger buffers.
    slices: usize,
    /// Held by operations.
    leaving: usize,
    /// Pieces that could be spilled, the one that waited longest first.
    by_use: BTreeMap<u64, PieceKey>,
    /// Those of them that hold slices.
    sliced: BTreeMap<u64, PieceKey>,
    clock: u64,
    scarce: bool,
}

impl Memory {
    pub(crate) fn new(budget: usize, max_slices: usize) -> Self {
        Self {
            budget,
            max_slices,
            open: 0,
            slices: 0,
            leaving: 0,
            by_use: BTreeMap::new(),
            sliced: BTreeMap::new(),
            clock: 0,
            scarce: false,
        }
    }

    /// Bytes that still fit.
    pub(crate) fn room(&self) -> usize {
        self.budget.saturating_sub(self.held())
    }

    /// Whether a block fits. One always does.
    pub(crate) fn takes(&self, length: usize) -> bool {
        self.held() == 0 || length <= self.room()
    }

    /// A block was refused or would soon be: tell when there is room.
    pub(crate) fn note_scarcity(&mut self) {
        if self.room() < self.budget / 8 || self.room() == 0 {
            self.scarce = true;
        }
    }

    /// Whether it is time to tell that there is room again.
    pub(crate) fn has_recovered(&mut self) -> bool {
        let recovered = self.scarce && (self.room() >= self.budget / 4 || self.held() == 0);
        if recovered {
            self.scarce = false;
        }
        recovered
    }

    /// A piece got bytes. Returns its new place in the order of use, given its old one.
    pub(crate) fn touch(&mut self, piece: PieceKey, touched: Option<u64>) -> u64 {
        if touched == Some(self.clock) {
            self.sliced.insert(self.clock, piece);
            return self.clock;
        }
        self.forget(touched);
        self.clock += 1;
        self.by_use.insert(self.clock, piece);
        self.sliced.insert(self.clock, piece);
        self.clock
    }

    /// A piece is no longer to be spilled.
    pub(crate) fn forget(&mut self, touched: Option<u64>) {
        if let Some(place) = touched {
            self.by_use.remove(&place);
            self.sliced.remove(&place);
        }
    }

    pub(crate) fn added(&mut self, bytes: usize) {
        self.open += bytes;
        self.slices += bytes;
    }

    /// Held bytes of a piece went over to an operation.
    pub(crate) fn left(&mut self, total: usize, slices: usize) {
        self.dropped(total, slices);
        self.leaving += total;
    }

    /// Held bytes of a piece were given up.
    pub(crate) fn dropped(&mut self, total: usize, slices: usize) {
        self.open -= total;
        self.slices -= slices;
    }

    /// An operation is done with bytes.
    pub(crate) fn released(&mut self, bytes: usize) {
        self.leaving -= bytes;
    }

    /// The piece whose blocks are to be written before it is complete, if memory is short: above three quarters, so
    /// that there is room while it is written, or where so many more bytes would not fit.
    pub(crate) fn next_to_spill(&self, wanted: usize) -> Option<PieceKey> {
        let limit = (self.budget / 4 * 3).min(self.budget.saturating_sub(wanted));
        if self.open <= limit {
            return None;
        }
        self.by_use.first_key_value().map(|(_, piece)| *piece)
    }

    /// The piece whose slices are to be copied, if there are too many slices.
    pub(crate) fn next_to_copy(&mut self) -> Option<PieceKey> {
        if self.slices <= self.max_slices {
            return None;
        }
        self.sliced.pop_first().map(|(_, piece)| piece)
    }

    pub(crate) fn copied(&mut self, slices: usize) {
        self.slices -= slices;
    }

    fn held(&self) -> usize {
        self.open + self.leaving
    }
}
