//! How the picker picks.

use crate::limits::{
    DEFAULT_ASKERS_PER_BLOCK, DEFAULT_OPEN_BLOCKS, DEFAULT_RANDOM_FIRST_PIECES,
    MAX_ASKERS_PER_BLOCK,
};

/// In which order new pieces are begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum PickOrder {
    /// The piece that the fewest peers have; among equals, a random one.
    #[default]
    RarestFirst,
    /// The piece with the lowest index.
    Sequential,
}

/// Configuration of a [`Picker`](crate::Picker).
#[derive(Debug, Clone)]
pub struct PickerConfig {
    pub(crate) order: PickOrder,
    pub(crate) random_first_pieces: u32,
    pub(crate) max_askers_per_block: usize,
    pub(crate) max_open_blocks: u32,
}

impl Default for PickerConfig {
    fn default() -> Self {
        PickerConfig {
            order: PickOrder::RarestFirst,
            random_first_pieces: DEFAULT_RANDOM_FIRST_PIECES,
            max_askers_per_block: DEFAULT_ASKERS_PER_BLOCK,
            max_open_blocks: DEFAULT_OPEN_BLOCKS,
        }
    }
}

impl PickerConfig {
    /// The order in which new pieces are begun. Default: rarest first.
    #[must_use]
    pub fn order(mut self, order: PickOrder) -> Self {
        self.order = order;
        self
    }

    /// How many pieces are taken at random before rarest first begins. Default 4. Sequential order ignores it.
    #[must_use]
    pub fn random_first_pieces(mut self, count: u32) -> Self {
        self.random_first_pieces = count;
        self
    }

    /// How many peers at most are asked for the same block at a time in the endgame: 1 (no duplicates) to
    /// [`MAX_ASKERS_PER_BLOCK`]; other numbers become the nearest of these. Default 3.
    #[must_use]
    pub fn max_askers_per_block(mut self, count: usize) -> Self {
        self.max_askers_per_block = count.clamp(1, MAX_ASKERS_PER_BLOCK);
        self
    }

    /// Blocks of unfinished pieces at which no further piece is opened, except for a peer of which nothing is
    /// asked at all (otherwise pieces begun with peers that left could stop the download). Default 16 384.
    #[must_use]
    pub fn max_open_blocks(mut self, count: u32) -> Self {
        self.max_open_blocks = count;
        self
    }
}
