//! What is known of a new torrent's pieces without reading them.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::draft::Draft;
use super::hashing::{Row, Stretch, Wanted};
use super::info_builder::KnownPiece;
use super::layout::Entry;
use crate::info::Info;

/// Told by the caller outright, or by an existing torrent.
pub(super) struct KnownPieces<'a>(Cow<'a, [KnownPiece]>);

impl<'a> KnownPieces<'a> {
    pub(super) fn new(draft: &Draft<'a>) -> Self {
        let builder = draft.builder;
        match &builder.existing {
            Some(existing) if builder.known.is_empty() => Self(reused(draft, existing).into()),
            _ => Self(builder.known.as_slice().into()),
        }
    }

    pub(super) fn get(&self, piece: u32) -> KnownPiece {
        self.0.get(piece as usize).copied().unwrap_or_default()
    }

    pub(super) fn wanted(&self, draft: &Draft<'_>, piece: u32) -> Wanted {
        let known = self.get(piece);
        Wanted {
            sha1: draft.has_v1() && known.sha1.is_none(),
            sha256: draft.has_v2() && known.sha256.is_none(),
        }
    }

    /// Bytes of files that need not be read.
    pub(super) fn length(&self, draft: &Draft<'_>) -> u64 {
        let row = &draft.layout.row;
        let pieces = (0..).take(self.0.len());
        let known = pieces.filter(|piece| self.wanted(draft, *piece).is_nothing());
        known
            .map(|piece| row.file_bytes_in(&row.piece(piece)))
            .sum()
    }
}

fn reused(draft: &Draft<'_>, existing: &Info) -> Vec<KnownPiece> {
    if existing.piece_length() != draft.layout.piece_length {
        return Vec::new();
    }
    let old = Old::new(draft, existing);
    let new_row = &draft.layout.row;
    let mut known: Vec<_> = (0..new_row.piece_count())
        .map(|piece| KnownPiece {
            sha1: old
                .piece_like(new_row, piece)
                .and_then(|like| existing.piece_hash(like)),
            sha256: None,
        })
        .collect();
    for entry in draft.layout.entries.iter().filter(|_| draft.has_v2()) {
        let Entry::File { file, start } = entry else {
            continue;
        };
        let same = old.same.get(file);
        let layer = same.and_then(|same| existing.piece_layer(*same));
        let first = (start / new_row.piece_length()) as usize;
        let pieces = known.iter_mut().skip(first);
        for (piece, hash) in pieces.zip(layer.unwrap_or_default()) {
            piece.sha256 = Some(*hash);
        }
    }
    known
}

/// An existing torrent beside a new one.
struct Old<'a> {
    info: &'a Info,
    row: Row,
    /// For each file of the new torrent that is in this one too, its index here.
    same: HashMap<usize, usize>,
}

/// What a part of a piece is: of which file of the existing torrent and where in it, or padding; and how long.
type Part = (Option<(usize, u64)>, u64);

impl<'a> Old<'a> {
    fn new(draft: &Draft<'_>, info: &'a Info) -> Self {
        let mut by_path: HashMap<Vec<&[u8]>, usize> = HashMap::new();
        let files = info.files().iter().enumerate();
        for (index, file) in files.filter(|(_, file)| !file.is_pad()) {
            let path = match info.is_single_file() {
                true => Vec::new(),
                false => file.raw_path().collect(),
            };
            by_path.insert(path, index);
        }
        let files = draft.listing.files.iter().enumerate();
        let same = files.filter_map(|(index, file)| {
            let path: Vec<_> = file.path().collect();
            let same = *by_path.get(&path)?;
            (info.files().get(same)?.length == file.length).then_some((index, same))
        });
        Self {
            info,
            row: Row::of(info),
            same: same.collect(),
        }
    }

    /// The piece of the existing torrent that is made of the same parts as this one of the new.
    fn piece_like(&self, new: &Row, piece: u32) -> Option<u32> {
        let bytes = new.piece(piece);
        let first = new
            .stretches_in(&bytes)
            .iter()
            .find(|stretch| stretch.file.is_some())?;
        let same = *self.same.get(&first.file?)?;
        // Where the piece would begin in the existing torrent.
        let start = (self.info.files().get(same)?.offset + bytes.start).checked_sub(first.start)?;
        if start % self.row.piece_length() != 0 {
            return None;
        }
        let like = u32::try_from(start / self.row.piece_length()).ok()?;
        let there = self.row.piece(like);
        let theirs = parts(&self.row, &there, Some);
        let ours = parts(new, &bytes, |file| self.same.get(&file).copied());
        (theirs.is_some() && theirs == ours).then_some(like)
    }
}

/// Nothing, where one of the files is unknown.
fn parts(
    row: &Row,
    bytes: &Range<u64>,
    known: impl Fn(usize) -> Option<usize>,
) -> Option<Vec<Part>> {
    let part = |stretch: &Stretch| {
        let start = stretch.start.max(bytes.start);
        let length = (stretch.start + stretch.length).min(bytes.end) - start;
        match stretch.file {
            None => Some((None, length)),
            Some(file) => Some((Some((known(file)?, start - stretch.start)), length)),
        }
    };
    row.stretches_in(bytes).iter().map(part).collect()
}
