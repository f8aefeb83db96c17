use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use thiserror::Error;

use crate::file::File;

use super::warning::shown;

/// Files of a torrent by their indices, as a magnet link's `so` has them (BEP 53): `0,2,4,6-8`.
///
/// The first file has index 0; pad files have none and are not counted, so that the same index is the same file in
/// both halves of a hybrid. Ranges stay ranges: what a selection takes depends on the length of its text, not on the
/// numbers in it.
///
/// ```
/// use bip_metainfo::FileSelection;
///
/// let selection: FileSelection = "7,0,2-4,3-6,4000000000-4294967295".parse()?;
/// assert_eq!(selection.to_string(), "0,2-7,4000000000-4294967295");
/// assert!(selection.contains(5) && !selection.contains(1));
/// assert!(selection.indices(4).eq([0, 2, 3])); // of a torrent of four files
/// # Ok::<(), bip_metainfo::ParseSelectionError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct FileSelection {
    /// First and last, in order, with gaps between them.
    ranges: Box<[(u32, u32)]>,
}

impl FileSelection {
    /// Any ranges, in any order, the first of each not above its last.
    pub(super) fn merged(mut ranges: Vec<(u32, u32)>) -> Self {
        ranges.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::new();
        for (first, last) in ranges {
            match merged.last_mut() {
                Some((_, end)) if first <= end.saturating_add(1) => *end = last.max(*end),
                _ => merged.push((first, last)),
            }
        }
        Self {
            ranges: merged.into(),
        }
    }

    /// The fewest ranges that make up the selection, in order.
    pub fn ranges(&self) -> impl ExactSizeIterator<Item = RangeInclusive<u32>> {
        self.ranges.iter().map(|&(first, last)| first..=last)
    }

    /// Whether no file is selected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// Whether the file of this index is selected.
    #[must_use]
    pub fn contains(&self, index: u32) -> bool {
        let after = self.ranges.partition_point(|&(_, last)| last < index);
        self.ranges
            .get(after)
            .is_some_and(|&(first, _)| first <= index)
    }

    /// The selected indices below `file_count`, in order.
    pub fn indices(&self, file_count: u32) -> impl Iterator<Item = u32> {
        self.ranges
            .iter()
            .flat_map(|&(first, last)| first..=last)
            .take_while(move |index| *index < file_count)
    }

    /// Where the selected files stand in `files`, which are all files of a torrent: their positions there, pad files
    /// counted, in order.
    pub fn positions(&self, files: &[File]) -> impl Iterator<Item = usize> {
        files
            .iter()
            .enumerate()
            .filter(|(_, file)| !file.is_pad())
            .zip(0..=u32::MAX)
            .filter(|(_, index)| self.contains(*index))
            .map(|((position, _), _)| position)
    }
}

/// An empty range selects nothing.
impl FromIterator<RangeInclusive<u32>> for FileSelection {
    fn from_iter<I: IntoIterator<Item = RangeInclusive<u32>>>(ranges: I) -> Self {
        let ranges = ranges.into_iter().filter(|range| !range.is_empty());
        Self::merged(ranges.map(RangeInclusive::into_inner).collect())
    }
}

impl FromIterator<u32> for FileSelection {
    fn from_iter<I: IntoIterator<Item = u32>>(indices: I) -> Self {
        indices.into_iter().map(|index| index..=index).collect()
    }
}

/// The shortest text, as in `0,2,4,6-8`; nothing where no file is selected.
impl fmt::Display for FileSelection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, (first, last)) in self.ranges.iter().enumerate() {
            let separator = if number == 0 { "" } else { "," };
            write!(f, "{separator}{first}")?;
            if first != last {
                write!(f, "-{last}")?;
            }
        }
        Ok(())
    }
}

/// Reads indices and ranges of them, first to last, in any order, between commas; at least one.
impl FromStr for FileSelection {
    type Err = ParseSelectionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut ranges = Vec::new();
        let mut offset = 0;
        for entry in text.split(',') {
            ranges.push(parse_entry(entry).ok_or_else(|| ParseSelectionError {
                offset,
                entry: shown(entry).to_owned(),
            })?);
            offset += entry.len() + 1;
        }
        Ok(Self::merged(ranges))
    }
}

/// First and last of one entry; nothing where the first is above the last.
pub(super) fn parse_entry(entry: &str) -> Option<(u32, u32)> {
    let index = |digits: &str| {
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse::<u32>().ok().filter(|_| is_number)
    };
    let (first, last) = entry.split_once('-').unwrap_or((entry, entry));
    let (first, last) = (index(first)?, index(last)?);
    (first <= last).then_some((first, last))
}

/// Why a text is no [`FileSelection`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{entry:?} at byte {offset} is neither a file's index nor a range of them, first to last")]
#[non_exhaustive]
pub struct ParseSelectionError {
    /// The byte at which the faulty entry begins.
    pub offset: usize,
    /// The entry, cut after 120 characters.
    pub entry: String,
}
