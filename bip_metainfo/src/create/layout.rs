//! Where each file stands among the pieces.

use super::hashing::{Row, Stretch};
use super::listing::Listing;
use super::piece_length::Fit;
use crate::meta_version::MetaVersion;

/// Whether the files of a version 1 torrent begin with pieces. Those of the other versions always do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is no third way")]
pub enum Alignment {
    /// One behind the other.
    #[default]
    Packed,
    /// Each at a piece of its own, with pad files between them (BEP 47).
    Pieces,
}

/// What stands in `files`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry {
    /// The file with this index in the listing, and where it begins.
    File {
        file: usize,
        start: u64,
    },
    Pad {
        length: u64,
    },
}

#[derive(Debug)]
pub(super) struct Layout {
    pub(super) piece_length: u32,
    pub(super) entries: Vec<Entry>,
    pub(super) row: Row,
}

impl Layout {
    /// Pad files stand before the file that they are for, and none behind the last. Where there is no version 1 half,
    /// nothing stands there.
    pub(super) fn new(
        listing: &Listing<'_>,
        piece_length: u32,
        version: MetaVersion,
        alignment: Alignment,
    ) -> Self {
        let is_aligned = version != MetaVersion::V1 || alignment == Alignment::Pieces;
        let mut entries = Vec::with_capacity(listing.order.len());
        let mut stretches = Vec::with_capacity(listing.order.len());
        let mut end = 0u64;
        for file in &listing.order {
            let length = listing.files[*file].length;
            let gap = end.next_multiple_of(u64::from(piece_length)) - end;
            if is_aligned && length > 0 && gap > 0 {
                if version != MetaVersion::V2 {
                    entries.push(Entry::Pad { length: gap });
                    stretches.push(Stretch {
                        start: end,
                        length: gap,
                        file: None,
                    });
                }
                end += gap;
            }
            entries.push(Entry::File {
                file: *file,
                start: end,
            });
            stretches.push(Stretch {
                start: end,
                length,
                file: Some(*file),
            });
            end += length;
        }
        Self {
            piece_length,
            entries,
            row: Row::new(piece_length, stretches),
        }
    }

    /// Of all pad files.
    pub(super) fn pads(&self) -> impl Iterator<Item = u64> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Pad { length } => Some(*length),
            Entry::File { .. } => None,
        })
    }

    pub(super) fn fit(&self) -> Fit {
        Fit {
            pad_length: self.pads().sum(),
            piece_count: self.piece_count(),
            file_count: self.row.file_count(),
        }
    }

    /// How many pieces there are. May be more than any torrent has.
    pub(super) fn piece_count(&self) -> u64 {
        self.row.end().div_ceil(u64::from(self.piece_length))
    }
}

#[cfg(test)]
mod tests {
    use super::super::source_file::SourceFile;
    use super::*;
    use crate::limits::LoadLimits;

    #[test]
    fn pads_stand_between_files_with_content() {
        let lengths = [5, 0, 10, 3, 0, 0, 1, 0];
        let files: Vec<_> = lengths
            .iter()
            .enumerate()
            .map(|(index, length)| SourceFile::new([vec![b'a' + index as u8]], *length))
            .collect();
        let listing = Listing::new(b"top", &files, &LoadLimits::default()).unwrap();
        let check = |version, alignment, pads: &[u64], starts: [u64; 8]| {
            let layout = Layout::new(&listing, 10, version, alignment);
            assert!(
                layout.pads().eq(pads.iter().copied()),
                "{version:?} {alignment:?}"
            );
            let found = layout.entries.iter().filter_map(|entry| match entry {
                Entry::File { start, .. } => Some(*start),
                Entry::Pad { .. } => None,
            });
            assert!(found.eq(starts), "{version:?} {alignment:?}");
            layout.piece_count()
        };
        let (packed, pieces) = (Alignment::Packed, Alignment::Pieces);
        let starts = [0, 5, 10, 20, 23, 23, 30, 31];
        assert_eq!(
            check(MetaVersion::V1, packed, &[], [0, 5, 5, 15, 18, 18, 18, 19]),
            2
        );
        assert_eq!(check(MetaVersion::V1, pieces, &[5, 7], starts), 4);
        assert_eq!(check(MetaVersion::Hybrid, packed, &[5, 7], starts), 4);
        assert_eq!(check(MetaVersion::V2, packed, &[], starts), 4);
    }
}
