use std::ops::Range;

use super::block_hashes::push_merged;
use super::fault::FileFault;
use super::findings::PieceState;
use super::verification::Verification;
use crate::file::File;

/// What was found out of one file.
#[derive(Debug, Clone, Copy)]
pub struct VerifiedFile<'v> {
    found: &'v Verification<'v>,
    index: usize,
}

impl<'v> VerifiedFile<'v> {
    pub(super) fn new(found: &'v Verification<'_>, index: usize) -> Self {
        Self { found, index }
    }

    /// Its index in [`Info::files`](crate::Info::files).
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// What the torrent says of it.
    #[must_use]
    pub fn file(&self) -> &'v File {
        &self.found.info.files()[self.index]
    }

    /// What is wrong with it as a whole. Its content may be wrong besides.
    #[must_use]
    pub fn fault(&self) -> Option<&'v FileFault> {
        self.found.faults.get(&self.index)
    }

    /// Whether anybody looked for it: not where the verification was cancelled before, or had found enough.
    #[must_use]
    pub fn is_looked_at(&self) -> bool {
        self.index < self.found.looked_at
    }

    /// Whether it is there, of the right length, and all of its pieces are good.
    #[must_use]
    pub fn is_proven(&self) -> bool {
        let is_whole = self.is_looked_at() && self.fault().is_none();
        is_whole && self.pieces().all(|(_, state)| state == PieceState::Good)
    }

    /// Whether anything wrong was found, in itself or a piece that it is in.
    #[must_use]
    pub fn is_faulty(&self) -> bool {
        self.fault().is_some() || self.pieces().any(|(_, state)| state.is_wrong())
    }

    /// Which of its bytes are in pieces that are wrong, or where block hashes are known, in blocks that are: as exact as
    /// they can be told, in order, none adjoining the next.
    #[must_use]
    pub fn bad_ranges(&self) -> Vec<Range<u64>> {
        let mut ranges = Vec::new();
        for (piece, _) in self.pieces().filter(|(_, state)| state.is_wrong()) {
            match self.found.bad_blocks.get(&piece) {
                Some(blocks) => {
                    for range in blocks {
                        push_merged(&mut ranges, range.clone());
                    }
                }
                None => push_merged(&mut ranges, self.cut(piece)),
            }
        }
        ranges
    }

    /// Which of its bytes are in pieces of which nothing is known, in order, none adjoining the next: those that are not
    /// there included.
    #[must_use]
    pub fn unproven_ranges(&self) -> Vec<Range<u64>> {
        let mut ranges = Vec::new();
        let unproven = |(_, state): &(u32, PieceState)| *state == PieceState::Unproven;
        for (piece, _) in self.pieces().filter(unproven) {
            push_merged(&mut ranges, self.cut(piece));
        }
        ranges
    }

    /// The pieces it has bytes in; none for pad files, which nobody looks at.
    fn pieces(&self) -> impl Iterator<Item = (u32, PieceState)> {
        let file = self.file();
        let piece_length = u64::from(self.found.info.piece_length());
        let (start, end) = match file.length == 0 || file.is_pad() {
            true => (0, 0),
            false => (
                file.offset / piece_length,
                (file.offset + file.length).div_ceil(piece_length),
            ),
        };
        let pieces = self.found.pieces.get(start as usize..end as usize);
        (start as u32..).zip(pieces.unwrap_or_default().iter().copied())
    }

    /// Its bytes in a piece.
    fn cut(&self, piece: u32) -> Range<u64> {
        let file = self.file();
        let piece_length = u64::from(self.found.info.piece_length());
        let start = u64::from(piece) * piece_length;
        let end = start + piece_length;
        start.max(file.offset) - file.offset..end.min(file.offset + file.length) - file.offset
    }
}
