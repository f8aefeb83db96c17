//! What the core knows about one torrent.
//!
//! ```text
//!   Preparing --all files there--> Checking --all pieces known--> Ready
//!       |                             |                             |
//!       | a file failed               +---- remove or close --------+--> Leaving --nothing under way--> gone
//!       +--> gone
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::assembly::Assembly;
use super::check::CheckState;
use super::operation::{RequestId, TorrentFiles};
use crate::layout::Layout;
use crate::torrent::Check;

#[derive(Debug)]
pub(crate) struct Torrent {
    pub(crate) files: Arc<TorrentFiles>,
    pub(crate) phase: Phase,
    pub(crate) have: Have,
    /// Pieces of which a block came, until they are written.
    pub(crate) assemblies: BTreeMap<u32, Assembly>,
    /// Files that were written since they were last made durable.
    pub(crate) unsynced: BTreeSet<usize>,
    /// Operations that wait or are under way.
    pub(crate) operations: usize,
}

#[derive(Debug)]
pub(crate) enum Phase {
    Preparing {
        request: RequestId,
        check: Check,
        found: Vec<u64>,
    },
    Checking(CheckState),
    Ready,
    /// Answers the request, if there is one, once nothing is under way.
    Leaving(Option<RequestId>),
}

impl Torrent {
    pub(crate) fn new(files: Arc<TorrentFiles>, phase: Phase) -> Self {
        let have = Have::new(files.layout.piece_count());
        Self {
            files,
            phase,
            have,
            assemblies: BTreeMap::new(),
            unsynced: BTreeSet::new(),
            operations: 0,
        }
    }

    pub(crate) fn layout(&self) -> &Layout {
        &self.files.layout
    }

    pub(crate) fn is_leaving(&self) -> bool {
        matches!(self.phase, Phase::Leaving(_))
    }

    /// A piece was written, all of it or a part.
    pub(crate) fn note_written(&mut self, piece: u32) {
        let layout = &self.files.layout;
        let length = layout.piece_length(piece).unwrap_or(0);
        let extents = layout.extents_at(layout.piece_start(piece), u64::from(length));
        for extent in extents {
            self.unsynced.insert(extent.file);
        }
    }
}

/// The verified pieces, as a BEP 3 bitfield.
#[derive(Debug)]
pub(crate) struct Have {
    bits: Vec<u8>,
}

impl Have {
    fn new(piece_count: u32) -> Self {
        Self {
            bits: vec![0; piece_count.div_ceil(8) as usize],
        }
    }

    pub(crate) fn contains(&self, piece: u32) -> bool {
        let byte = self.bits.get((piece / 8) as usize);
        byte.is_some_and(|byte| byte & (0x80 >> (piece % 8)) != 0)
    }

    pub(crate) fn insert(&mut self, piece: u32) {
        if let Some(byte) = self.bits.get_mut((piece / 8) as usize) {
            *byte |= 0x80 >> (piece % 8);
        }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verified_pieces_are_a_bep_3_bitfield() {
        let mut have = Have::new(10);
        for piece in [0, 7, 9] {
            have.insert(piece);
        }
        assert_eq!(have.as_bytes(), [0b1000_0001, 0b0100_0000]);
        assert!(have.contains(9) && !have.contains(8) && !have.contains(1000));
    }
}
