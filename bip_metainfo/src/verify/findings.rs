//! From hashes to verdicts.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::ops::Range;

use super::block_hashes::{BlockHashes, differing};
use super::fault::FileFault;
use crate::create::hashing::{Hashes, ReadFault, Row, Wanted};
use crate::info::Info;
use crate::merkle;
use crate::meta_version::MetaVersion;

/// What is known of a piece.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PieceState {
    /// Nothing: some of it could not be read, or nobody tried.
    #[default]
    Unproven,
    /// It is as the torrent says.
    Good,
    /// It is not.
    Bad,
    /// One half of a hybrid torrent says that it is good, the other that it is not: the torrent is at fault.
    Contradicted,
}

impl PieceState {
    pub(super) fn is_wrong(self) -> bool {
        matches!(self, Self::Bad | Self::Contradicted)
    }

    /// By what each half says.
    fn of(v1: Option<bool>, v2: Option<bool>) -> Self {
        match (v1, v2) {
            (None, None) => Self::Unproven,
            (Some(true), None | Some(true)) | (None, Some(true)) => Self::Good,
            (Some(false), None | Some(false)) | (None, Some(false)) => Self::Bad,
            (Some(true), Some(false)) | (Some(false), Some(true)) => Self::Contradicted,
        }
    }
}

/// What pieces are compared with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expected<'a> {
    pub(super) info: &'a Info,
    pub(super) row: &'a Row,
    pub(super) blocks: &'a BlockHashes,
}

/// Where a piece of version 2 is: in a file, from this offset on.
#[derive(Debug, Clone, Copy)]
struct FilePiece {
    file: usize,
    offset: u64,
    length: u64,
}

impl<'a> Expected<'a> {
    fn file_piece(&self, piece: u32) -> Option<FilePiece> {
        let stretch = self.row.first_of(piece)?;
        Some(FilePiece {
            file: stretch.file?,
            offset: self.row.piece(piece).start - stretch.start,
            length: stretch.length,
        })
    }

    /// The hash of version 2, where it is known.
    pub(super) fn sha256(&self, piece: u32) -> Option<&'a merkle::Hash> {
        let at = self.file_piece(piece)?;
        let index = at.offset / self.row.piece_length();
        self.info.piece_layer(at.file)?.get(index as usize)
    }

    /// Whether the file is known by its root alone, as a whole.
    fn is_whole(&self, file: usize) -> bool {
        let has_root = self.info.files().get(file);
        has_root.is_some_and(|file| file.pieces_root().is_some())
            && self.info.piece_layer(file).is_none()
            && self.blocks.from(file, 0).is_none()
    }
}

/// What has been found out, of all pieces and files.
#[derive(Debug)]
pub(super) struct Findings<'a> {
    expected: Expected<'a>,
    pub(super) pieces: Vec<PieceState>,
    pub(super) faults: BTreeMap<usize, FileFault>,
    /// Bytes of the files that begin the pieces, where blocks of bad pieces are known.
    pub(super) bad_blocks: BTreeMap<u32, Vec<Range<u64>>>,
    /// Files that are known as a whole, and can be read.
    wholes: BTreeMap<usize, Whole>,
}

/// A file without a piece layer.
#[derive(Debug)]
struct Whole {
    /// As many as it has pieces.
    layer: Vec<merkle::Hash>,
    pieces_left: usize,
}

/// What a piece turned out to be, before anybody else knows.
#[derive(Debug)]
pub(super) struct Verdict {
    state: PieceState,
    bad_blocks: Vec<Range<u64>>,
    /// The hash of a piece whose file is known as a whole.
    part: Option<(usize, usize, merkle::Hash)>,
}

impl<'a> Expected<'a> {
    /// Which hashes tell something, where the piece can be read.
    pub(super) fn wanted(&self, piece: u32, findings: &Wholes) -> Wanted {
        let version = self.info.version();
        let has_v2 = || {
            let at = self.file_piece(piece);
            at.is_some_and(|at| {
                !self.is_whole(at.file) || findings.0.binary_search(&at.file).is_ok()
            })
        };
        Wanted {
            sha1: version != MetaVersion::V2,
            sha256: version != MetaVersion::V1 && has_v2(),
        }
    }

    pub(super) fn judge(&self, piece: u32, hashes: &Hashes<'_>) -> Verdict {
        let v1 = hashes
            .sha1
            .map(|hash| self.info.piece_hash(piece) == Some(hash));
        let mut verdict = Verdict {
            state: PieceState::of(v1, None),
            bad_blocks: Vec::new(),
            part: None,
        };
        let (Some(hash), Some(at)) = (hashes.sha256, self.file_piece(piece)) else {
            return verdict;
        };
        if let Some(leaves) = self.blocks.from(at.file, at.offset) {
            let differing = differing(at.offset, at.length, hashes.blocks, leaves);
            verdict.state = PieceState::of(v1, Some(differing.is_empty()));
            if verdict.state == PieceState::Bad {
                verdict.bad_blocks = differing;
            }
        } else if let Some(expected) = self.sha256(piece) {
            verdict.state = PieceState::of(v1, Some(hash == *expected));
        } else {
            let index = (at.offset / self.row.piece_length()) as usize;
            verdict.part = Some((at.file, index, hash));
        }
        verdict
    }
}

/// The files that are known as a whole, sorted: what does not change while others are hashed.
#[derive(Debug)]
pub(super) struct Wholes(Vec<usize>);

impl<'a> Findings<'a> {
    pub(super) fn new(expected: Expected<'a>, faults: BTreeMap<usize, FileFault>) -> Self {
        let count = expected.info.piece_count() as usize;
        Self {
            expected,
            pieces: vec![PieceState::Unproven; count],
            faults,
            bad_blocks: BTreeMap::new(),
            wholes: BTreeMap::new(),
        }
    }

    /// Makes room for the layers of files that are there, but known as a whole only.
    pub(super) fn expect_wholes(&mut self) -> Wholes {
        for (index, file) in self.expected.info.files().iter().enumerate() {
            let fault = self.faults.get(&index);
            let is_there = fault.is_none_or(|fault| fault.readable(file.length) == file.length);
            if is_there && self.expected.is_whole(index) {
                let pieces = file.length.div_ceil(self.expected.row.piece_length()) as usize;
                let whole = Whole {
                    layer: vec![[0; 32]; pieces],
                    pieces_left: pieces,
                };
                self.wholes.insert(index, whole);
            }
        }
        Wholes(self.wholes.keys().copied().collect())
    }

    /// Whether it is wrong.
    pub(super) fn set(&mut self, piece: u32, verdict: Verdict) -> bool {
        if let Some(state) = self.pieces.get_mut(piece as usize) {
            *state = verdict.state;
        }
        if !verdict.bad_blocks.is_empty() {
            self.bad_blocks.insert(piece, verdict.bad_blocks);
        }
        if let Some((file, index, hash)) = verdict.part
            && let Some(whole) = self.wholes.get_mut(&file)
            && let Some(place) = whole.layer.get_mut(index)
        {
            *place = hash;
            whole.pieces_left -= 1;
        }
        verdict.state.is_wrong()
    }

    /// Notes that a file could not be read there, unless that was known of an earlier place.
    /// True, for that is wrong.
    pub(super) fn set_fault(&mut self, fault: ReadFault) -> bool {
        let ReadFault { file, offset, .. } = fault;
        let Some(length) = self.expected.info.files().get(file).map(|file| file.length) else {
            return true;
        };
        let known = match self.faults.get(&file) {
            Some(FileFault::TooShort { missing }) => length.saturating_sub(*missing),
            Some(FileFault::Unreadable { offset, .. }) => *offset,
            _ => u64::MAX,
        };
        if offset >= known {
            return true;
        }
        let fault = match fault.error.kind() {
            // It was longer when it was looked at.
            ErrorKind::UnexpectedEof => FileFault::TooShort {
                missing: length.saturating_sub(offset),
            },
            _ => FileFault::Unreadable {
                offset,
                source: fault.error,
            },
        };
        self.faults.insert(file, fault);
        true
    }

    /// Judges the files that are known as a whole.
    pub(super) fn finish(&mut self) {
        let row = self.expected.row;
        let layer = merkle::piece_layer_of(self.expected.info.piece_length()).unwrap_or(0);
        for (file, whole) in std::mem::take(&mut self.wholes) {
            let Some(file) = self.expected.info.files().get(file) else {
                continue;
            };
            let first = (file.offset / row.piece_length()) as usize;
            let states = self.pieces.get_mut(first..first + whole.layer.len());
            let (0, Some(states)) = (whole.pieces_left, states) else {
                continue;
            };
            let is_good = file.pieces_root() == Some(&merkle::root(&whole.layer, layer));
            let is_found_bad = states.iter().any(|state| state.is_wrong());
            for state in states {
                *state = match (*state, is_good) {
                    (PieceState::Unproven, _) => PieceState::of(None, Some(is_good)),
                    (PieceState::Bad, true) => PieceState::Contradicted,
                    (PieceState::Good, false) if !is_found_bad => PieceState::Contradicted,
                    (state, _) => state,
                };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;
    use crate::create::{DirectAccessor, HashOptions, InfoBuilder};

    /// What is told of a file of 100 bytes of which these places could not be read, in whatever order.
    fn check(known: Option<FileFault>, faults: &[(u64, ErrorKind)], expect: &str) {
        let content = DirectAccessor::new("file", vec![1; 100]);
        let info = InfoBuilder::new().build(content, &HashOptions::default());
        let info = info.unwrap();
        let row = Row::new(info.piece_length(), Vec::new());
        let expected = Expected {
            info: &info,
            row: &row,
            blocks: &BlockHashes::default(),
        };
        let known = known.map(|fault| (0, fault)).into_iter();
        let mut findings = Findings::new(expected, known.collect());
        for (offset, kind) in faults {
            let fault = ReadFault {
                piece: 0,
                file: 0,
                offset: *offset,
                error: io::Error::from(*kind),
            };
            assert!(findings.set_fault(fault));
        }
        assert_eq!(findings.faults[&0].to_string(), expect);
    }

    #[test]
    fn the_first_place_that_cannot_be_read_is_told() {
        let (other, end) = (ErrorKind::Other, ErrorKind::UnexpectedEof);
        let at_40 = "cannot be read at byte 40: other error";
        check(None, &[(40, other), (60, other)], at_40);
        check(None, &[(60, other), (40, other)], at_40);
        check(None, &[(60, end), (40, other)], at_40);
        check(None, &[(60, end), (40, end)], "is 60 bytes too short");
        check(None, &[(40, end), (60, other)], "is 60 bytes too short");
        let short = || Some(FileFault::TooShort { missing: 50 });
        check(short(), &[(50, other)], "is 50 bytes too short");
        check(short(), &[(40, other)], at_40);
        check(
            Some(FileFault::TooLong { surplus: 1 }),
            &[(40, other)],
            at_40,
        );
    }
}
