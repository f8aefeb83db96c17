//! What is known of the blocks of version 2 files.

use std::collections::BTreeMap;
use std::ops::Range;

use super::error::VerifyError;
use crate::info::Info;
use crate::merkle;

/// The leaves of some files' trees, all checked against their roots.
#[derive(Debug, Clone, Default)]
pub(super) struct BlockHashes(BTreeMap<usize, Vec<merkle::Hash>>);

impl BlockHashes {
    pub(super) fn insert(
        &mut self,
        info: &Info,
        file: usize,
        hashes: Vec<merkle::Hash>,
    ) -> Result<(), VerifyError> {
        let found = info.files().get(file);
        let found = found.ok_or(VerifyError::NoSuchFile { file })?;
        let expected = found.length().div_ceil(merkle::BLOCK_LENGTH as u64);
        let is_own = hashes.len() as u64 == expected
            && found.pieces_root() == Some(&merkle::root(&hashes, 0));
        if !is_own {
            return Err(VerifyError::BlockHashes { file });
        }
        self.0.insert(file, hashes);
        Ok(())
    }

    /// The leaves of a file from this offset on, which is a multiple of the length of a block.
    pub(super) fn from(&self, file: usize, offset: u64) -> Option<&[merkle::Hash]> {
        let blocks = usize::try_from(offset / merkle::BLOCK_LENGTH as u64).ok()?;
        self.0.get(&file)?.get(blocks..)
    }
}

/// Which bytes of a file differ, of those that begin at `offset` with these blocks.
pub(super) fn differing(
    offset: u64,
    length: u64,
    found: &[merkle::Hash],
    expected: &[merkle::Hash],
) -> Vec<Range<u64>> {
    let pairs = found.iter().zip(expected).enumerate();
    let mut ranges: Vec<Range<u64>> = Vec::new();
    for (index, _) in pairs.filter(|(_, (found, expected))| found != expected) {
        let start = offset + (index * merkle::BLOCK_LENGTH) as u64;
        let end = length.min(start + merkle::BLOCK_LENGTH as u64);
        push_merged(&mut ranges, start..end);
    }
    ranges
}

/// Adds a range behind all others, to the last one where it adjoins.
pub(super) fn push_merged(ranges: &mut Vec<Range<u64>>, range: Range<u64>) {
    match ranges.last_mut() {
        Some(last) if last.end == range.start => last.end = range.end,
        _ if range.is_empty() => {}
        _ => ranges.push(range),
    }
}
