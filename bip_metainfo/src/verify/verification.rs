use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

use super::block_hashes::BlockHashes;
use super::fault::FileFault;
use super::findings::{Expected, PieceState};
use super::verified_file::VerifiedFile;
use crate::create::KnownPiece;
use crate::create::hashing::Row;
use crate::info::Info;

/// What [`Verifier::verify`](crate::Verifier::verify) found out.
#[derive(Debug)]
pub struct Verification<'i> {
    pub(super) info: &'i Info,
    pub(super) pieces: Vec<PieceState>,
    pub(super) faults: BTreeMap<usize, FileFault>,
    pub(super) bad_blocks: BTreeMap<u32, Vec<Range<u64>>>,
    pub(super) extras: Vec<PathBuf>,
    /// Files, from the first on.
    pub(super) looked_at: usize,
    pub(super) is_cancelled: bool,
    pub(super) row: Row,
}

impl Verification<'_> {
    /// Whether every file is there, of the right length, and every piece is good. Extras are no matter.
    #[must_use]
    pub fn is_proven(&self) -> bool {
        self.faults.is_empty() && self.good_count() == self.info.piece_count()
    }

    /// Whether anything wrong was found, in a file or a piece. What was not read is not wrong.
    #[must_use]
    pub fn is_faulty(&self) -> bool {
        !self.faults.is_empty() || self.pieces.iter().any(|state| state.is_wrong())
    }

    /// Whether the caller ended it before all was read. What was found until then is told.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.is_cancelled
    }

    /// What is known of each piece, as many as [`Info::piece_count`].
    #[must_use]
    pub fn pieces(&self) -> &[PieceState] {
        &self.pieces
    }

    /// How many pieces are good.
    #[must_use]
    pub fn good_count(&self) -> u32 {
        let good = self
            .pieces
            .iter()
            .filter(|state| **state == PieceState::Good);
        u32::try_from(good.count()).unwrap_or(u32::MAX)
    }

    /// Which pieces are good, as peers tell one another (BEP 3, "bitfield"): the highest bit of the first byte is the
    /// first piece; bits behind the last one are zero.
    #[must_use]
    pub fn bitfield(&self) -> Vec<u8> {
        let bytes = self.pieces.chunks(8);
        bytes
            .map(|states| {
                let bits = states.iter().enumerate();
                bits.filter(|(_, state)| **state == PieceState::Good)
                    .fold(0, |byte, (bit, _)| byte | 0x80 >> bit)
            })
            .collect()
    }

    /// The hashes of good pieces, and nothing of all others: what
    /// [`InfoBuilder::known_pieces`](crate::InfoBuilder::known_pieces) needs to make another torrent of the same files,
    /// laid out the same, without reading them again.
    pub fn known_pieces(&self) -> impl Iterator<Item = KnownPiece> {
        let blocks = BlockHashes::default();
        (0..).zip(&self.pieces).map(move |(piece, state)| {
            if *state != PieceState::Good {
                return KnownPiece::default();
            }
            let expected = Expected {
                info: self.info,
                row: &self.row,
                blocks: &blocks,
            };
            KnownPiece {
                sha1: self.info.piece_hash(piece),
                sha256: expected.sha256(piece).copied(),
            }
        })
    }

    /// Every file of the torrent, in its order, pad files included.
    pub fn files(&self) -> impl ExactSizeIterator<Item = VerifiedFile<'_>> {
        (0..self.info.files().len()).map(|index| VerifiedFile::new(self, index))
    }

    /// The file with this index.
    #[must_use]
    pub fn file(&self, index: usize) -> Option<VerifiedFile<'_>> {
        (index < self.info.files().len()).then(|| VerifiedFile::new(self, index))
    }

    /// Where [`list_extras`](crate::Verifier::list_extras) was asked for, the paths of all that is in the torrent's
    /// folders and not in the torrent, sorted; of a folder, only itself. Nothing where the torrent is no folder.
    #[must_use]
    pub fn extras(&self) -> &[PathBuf] {
        &self.extras
    }
}
