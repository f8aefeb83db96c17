//! A torrent's content as one row of bytes.

use std::ops::Range;

use crate::info::Info;

/// A part of the row that comes from one file, or is zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stretch {
    /// Where it begins in the row, in bytes.
    pub(crate) start: u64,
    /// Bytes, all of a file.
    pub(crate) length: u64,
    /// The file's index for whoever opens it; none for a pad file.
    pub(crate) file: Option<usize>,
}

impl Stretch {
    fn end(&self) -> u64 {
        self.start + self.length
    }
}

/// Stretches side by side, cut into pieces. Between two of them may be gaps that end with a piece, as version 2 leaves
/// them behind each file.
#[derive(Debug)]
pub(crate) struct Row {
    piece_length: u64,
    stretches: Vec<Stretch>,
}

impl Row {
    /// Takes stretches in the order of their beginnings, none reaching into the next; empty ones are left out.
    pub(crate) fn new(piece_length: u32, mut stretches: Vec<Stretch>) -> Self {
        stretches.retain(|stretch| stretch.length > 0);
        Self {
            piece_length: u64::from(piece_length.max(1)),
            stretches,
        }
    }

    /// The content of a torrent that is there.
    pub(crate) fn of(info: &Info) -> Self {
        let files = info.files().iter().enumerate();
        let stretches = files.map(|(index, file)| Stretch {
            start: file.offset,
            length: file.length,
            file: (!file.is_pad()).then_some(index),
        });
        Self::new(info.piece_length(), stretches.collect())
    }

    pub(crate) fn piece_length(&self) -> u64 {
        self.piece_length
    }

    /// Bytes up to the end of the last stretch.
    pub(crate) fn end(&self) -> u64 {
        self.stretches.last().map_or(0, Stretch::end)
    }

    /// Files with content.
    pub(crate) fn file_count(&self) -> u64 {
        let files = self.stretches.iter();
        files.filter(|stretch| stretch.file.is_some()).count() as u64
    }

    pub(crate) fn piece_count(&self) -> u32 {
        u32::try_from(self.end().div_ceil(self.piece_length)).unwrap_or(u32::MAX)
    }

    /// The stretches that have some of these bytes.
    pub(crate) fn stretches_in(&self, bytes: &Range<u64>) -> &[Stretch] {
        let first = self
            .stretches
            .partition_point(|stretch| stretch.end() <= bytes.start);
        let rest = &self.stretches[first..];
        let count = rest.partition_point(|stretch| stretch.start < bytes.end);
        &rest[..count]
    }

    /// The bytes of a piece, without a gap behind its last file.
    pub(crate) fn piece(&self, piece: u32) -> Range<u64> {
        let start = u64::from(piece) * self.piece_length;
        let end = start + self.piece_length;
        let last = self.stretches_in(&(start..end)).last();
        start..last.map_or(start, Stretch::end).min(end)
    }

    /// The stretch that begins the piece: in version 2, the only one that is no padding.
    pub(crate) fn first_of(&self, piece: u32) -> Option<&Stretch> {
        let start = u64::from(piece) * self.piece_length;
        self.stretches_in(&(start..start + 1)).first()
    }

    /// How many of these bytes are of files.
    pub(crate) fn file_bytes_in(&self, bytes: &Range<u64>) -> u64 {
        let files = self
            .stretches_in(bytes)
            .iter()
            .filter(|stretch| stretch.file.is_some());
        files
            .map(|stretch| stretch.end().min(bytes.end) - stretch.start.max(bytes.start))
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stretch(start: u64, length: u64, file: Option<usize>) -> Stretch {
        Stretch {
            start,
            length,
            file,
        }
    }

    #[test]
    fn pieces_cross_files_and_pads() {
        let row = Row::new(
            10,
            vec![
                stretch(0, 4, Some(0)),
                stretch(4, 0, Some(1)),
                stretch(4, 6, None),
                stretch(10, 13, Some(2)),
            ],
        );
        assert_eq!((row.end(), row.piece_count()), (23, 3));
        assert_eq!(
            [row.piece(0), row.piece(1), row.piece(2)],
            [0..10, 10..20, 20..23]
        );
        assert_eq!(row.stretches_in(&(0..10)).len(), 2);
        assert_eq!(row.stretches_in(&(10..20)), [stretch(10, 13, Some(2))]);
        assert_eq!(row.file_bytes_in(&(0..10)), 4);
        assert_eq!(row.file_bytes_in(&(3..12)), 3);
        assert_eq!(row.first_of(2), Some(&stretch(10, 13, Some(2))));
    }

    #[test]
    fn gaps_belong_to_no_piece() {
        let row = Row::new(10, vec![stretch(0, 14, Some(0)), stretch(20, 1, Some(1))]);
        assert_eq!(
            [row.piece(0), row.piece(1), row.piece(2)],
            [0..10, 10..14, 20..21]
        );
        assert_eq!(row.piece(9), 90..90);
        assert_eq!(row.first_of(2), Some(&stretch(20, 1, Some(1))));
    }

    #[test]
    fn nothing_has_no_piece() {
        let row = Row::new(10, vec![stretch(0, 0, Some(0))]);
        assert_eq!(
            (row.end(), row.piece_count(), row.first_of(0)),
            (0, 0, None)
        );
    }
}
