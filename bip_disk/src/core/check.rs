//! Which pieces of a torrent are still to be looked at.

use std::ops::Range;

use crate::layout::Layout;
use crate::limits::{CHECK_PROGRESS_STEPS, CHECK_RUN};

/// The check of what lay in the files before the torrent was added.
#[derive(Debug)]
pub(crate) struct CheckState {
    /// For each file the length with which it was found.
    found: Vec<u64>,
    /// Pieces before this one are checked, being checked, or cannot be there.
    next: u32,
    /// Pieces of which the answer is known.
    checked: u32,
    /// How many were known when progress was told last.
    told: u32,
    in_flight: usize,
}

impl CheckState {
    pub(crate) fn new(found: Vec<u64>) -> Self {
        Self {
            found,
            next: 0,
            checked: 0,
            told: 0,
            in_flight: 0,
        }
    }

    /// The next pieces to be read by one operation: one, or as many small ones as make a long read.
    pub(crate) fn next_run(&mut self, layout: &Layout) -> Option<Range<u32>> {
        while self.next < layout.piece_count() && !self.lay_there(layout, self.next) {
            self.next += 1;
            self.checked += 1;
        }
        let start = self.next;
        let mut bytes = 0u64;
        while let Some(length) = layout.piece_length(self.next) {
            bytes += u64::from(length);
            let first = self.next == start;
            if !first && (bytes > u64::from(CHECK_RUN) || !self.lay_there(layout, self.next)) {
                break;
            }
            self.next += 1;
        }
        if start == self.next {
            return None;
        }
        self.in_flight += 1;
        Some(start..self.next)
    }

    /// The answer for a run came. Returns how many pieces are known, if that is worth telling.
    pub(crate) fn finished(&mut self, pieces: &Range<u32>, total: u32) -> Option<u32> {
        self.in_flight -= 1;
        self.checked += pieces.end - pieces.start;
        let step = (total / CHECK_PROGRESS_STEPS).max(1);
        if self.checked - self.told < step {
            return None;
        }
        self.told = self.checked;
        Some(self.checked)
    }

    pub(crate) fn is_finished(&self, layout: &Layout) -> bool {
        self.in_flight == 0 && self.next >= layout.piece_count()
    }

    /// Whether all bytes of a piece were there before its files were made or extended.
    fn lay_there(&self, layout: &Layout, piece: u32) -> bool {
        let length = u64::from(layout.piece_length(piece).unwrap_or(0));
        let mut extents = layout.extents_at(layout.piece_start(piece), length);
        extents.all(|e| e.offset + u64::from(e.length) <= self.found[e.file])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(piece_length: u32, files: &[(&str, u64, u64)]) -> Vec<Range<u32>> {
        let laid = files.iter().map(|f| (f.0.into(), f.1)).collect();
        let layout = Layout::new(piece_length, laid).unwrap();
        let mut state = CheckState::new(files.iter().map(|f| f.2).collect());
        let runs: Vec<_> = std::iter::from_fn(|| state.next_run(&layout)).collect();
        for run in &runs {
            assert!(!state.is_finished(&layout));
            state.finished(run, layout.piece_count());
        }
        assert!(state.is_finished(&layout));
        assert_eq!(state.checked, layout.piece_count());
        runs
    }

    #[test]
    fn pieces_of_missing_or_short_files_are_not_read() {
        let files = [
            ("a", 10, 10),
            ("missing", 6, 0),
            ("b", 9, 9),
            ("short", 7, 5),
        ];
        // Pieces: 0 1 in a; 2 in a and missing; 3 in missing; 4 5 in b; 6 in b and short; 7 in short.
        assert_eq!(runs(4, &files), [0..2, 4..7]);
    }

    #[test]
    fn a_run_of_small_pieces_is_as_long_as_one_read_and_not_longer() {
        let length = 3 * u64::from(CHECK_RUN);
        let small = runs(CHECK_RUN / 4, &[("a", length, length)]);
        assert_eq!(small, [0..4, 4..8, 8..12]);
        let large = runs(CHECK_RUN * 2, &[("a", length, length)]);
        assert_eq!(large, [0..1, 1..2]);
    }

    #[test]
    fn an_empty_torrent_needs_no_check() {
        assert!(runs(4, &[("empty", 0, 0)]).is_empty());
    }
}
