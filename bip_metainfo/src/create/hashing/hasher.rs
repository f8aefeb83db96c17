//! From buffers to hashes.

use std::ops::ControlFlow;

use super::engine::{Wanted, Work};
use super::options::Sha1Fn;
use super::reader::{Load, ReadFault};
use super::row::Row;
use crate::merkle;
use crate::side_by_side;

/// A piece that was hashed, or could not be.
#[derive(Debug)]
pub(crate) struct Hashed<'a> {
    pub(crate) piece: u32,
    pub(crate) outcome: Result<Hashes<'a>, ReadFault>,
}

/// What was wanted of a piece.
#[derive(Debug)]
pub(crate) struct Hashes<'a> {
    pub(crate) sha1: Option<[u8; 20]>,
    /// The piece's node in the tree of the file that begins it: that in the layer of the pieces, or the root where the
    /// file is not longer than a piece.
    pub(crate) sha256: Option<merkle::Hash>,
    /// The leaves below that node, without padding.
    pub(crate) blocks: &'a [merkle::Hash],
}

/// Hashes what one thread has in hand, with room that is used again.
pub(super) struct Hasher<'a> {
    row: &'a Row,
    sha1: &'a Sha1Fn<'a>,
    blocks: Vec<merkle::Hash>,
    sha1_hashes: Vec<[u8; 20]>,
}

impl<'a> Hasher<'a> {
    pub(super) fn new(row: &'a Row, sha1: &'a Sha1Fn<'a>) -> Self {
        Self {
            row,
            sha1,
            blocks: Vec::new(),
            sha1_hashes: Vec::new(),
        }
    }

    /// Hands every piece to `work`, until it has had enough.
    pub(super) fn hash(&mut self, load: &mut Load, work: &Work<'_>) -> ControlFlow<()> {
        self.take_sha1(load, work);
        let mut faults = std::mem::take(&mut load.faults).into_iter().peekable();
        let mut sha1_hashes = self.sha1_hashes.iter();
        for piece in load.pieces.clone() {
            if let Some(fault) = faults.next_if(|fault| fault.piece == piece) {
                let outcome = Err(fault);
                (work.each)(Hashed { piece, outcome })?;
                continue;
            }
            let Wanted { sha1, sha256 } = (work.wanted)(piece);
            let sha1 = sha1.then(|| sha1_hashes.next().copied()).flatten();
            self.blocks.clear();
            let sha256 = sha256
                .then(|| take_sha256(self.row, load, piece, &mut self.blocks))
                .flatten();
            let outcome = Ok(Hashes {
                sha1,
                sha256,
                blocks: &self.blocks,
            });
            (work.each)(Hashed { piece, outcome })?;
        }
        ControlFlow::Continue(())
    }

    /// All SHA-1 hashes at once.
    fn take_sha1(&mut self, load: &Load, work: &Work<'_>) {
        let pieces = load.pieces.clone();
        let pieces = pieces.filter(|piece| (work.wanted)(*piece).sha1);
        let whole = pieces.filter(|piece| is_whole(load, *piece));
        let contents: Vec<_> = whole.map(|piece| content(self.row, load, piece)).collect();
        self.sha1_hashes.clear();
        self.sha1_hashes.resize(contents.len(), [0; 20]);
        if !contents.is_empty() {
            (self.sha1)(&contents, &mut self.sha1_hashes);
        }
    }
}

fn is_whole(load: &Load, piece: u32) -> bool {
    load.faults
        .binary_search_by_key(&piece, |fault| fault.piece)
        .is_err()
}

/// The bytes of a piece.
fn content<'l>(row: &Row, load: &'l Load, piece: u32) -> &'l [u8] {
    let first = row.piece(load.pieces.start).start;
    let bytes = row.piece(piece);
    &load.bytes[(bytes.start - first) as usize..(bytes.end - first) as usize]
}

fn take_sha256(
    row: &Row,
    load: &Load,
    piece: u32,
    blocks: &mut Vec<merkle::Hash>,
) -> Option<merkle::Hash> {
    let stretch = row.first_of(piece)?;
    let bytes = content(row, load, piece);
    let left = stretch.start + stretch.length - row.piece(piece).start;
    let bytes = &bytes[..bytes.len().min(usize::try_from(left).unwrap_or(usize::MAX))];
    side_by_side::sha256(bytes.chunks(merkle::BLOCK_LENGTH), blocks);
    if stretch.length <= row.piece_length() {
        return Some(merkle::root(blocks, 0));
    }
    let layer = merkle::piece_layer_of(row.piece_length() as u32)?;
    Some(merkle::subtree_root(blocks, 0, layer))
}
