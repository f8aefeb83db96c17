//! From a draft and its content to the hashes.

use std::io::ErrorKind;
use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};

use super::accessor::Accessor;
use super::draft::{Draft, PieceTable};
use super::error::CreateError;
use super::hashing::{HashOptions, Hashes, ReadFault, Work, hash};
use super::known_pieces::KnownPieces;
use super::listing::Listing;

/// The hashes of all pieces: those that are known as they are, and all others of the content.
pub(super) fn hash_content(
    draft: &Draft<'_>,
    known: &KnownPieces<'_>,
    accessor: &impl Accessor,
    options: &HashOptions<'_>,
) -> Result<PieceTable, CreateError> {
    let result = Mutex::new(Ok(known_table(draft, known)));
    let work = Work {
        row: &draft.layout.row,
        open: &|file| accessor.open(file),
        wanted: &|piece| known.wanted(draft, piece),
        each: &|hashed| {
            let mut result = result.lock().unwrap_or_else(PoisonError::into_inner);
            match (&mut *result, hashed.outcome) {
                (Ok(table), Ok(hashes)) => {
                    table.set(hashed.piece, &hashes);
                    return ControlFlow::Continue(());
                }
                (Ok(_), Err(fault)) => *result = Err(fault),
                // Another piece was first.
                (Err(_), _) => {}
            }
            ControlFlow::Break(())
        },
    };
    let flow = hash(&work, options);
    let table = result.into_inner().unwrap_or_else(PoisonError::into_inner);
    let table = table.map_err(|fault| unreadable(draft.listing, fault))?;
    if flow.is_break() {
        return Err(CreateError::Cancelled);
    }
    check_unchanged(draft.listing, accessor)?;
    Ok(table)
}

fn known_table(draft: &Draft<'_>, known: &KnownPieces<'_>) -> PieceTable {
    let count = draft.layout.row.piece_count();
    let pieces = |is_there: bool| 0..if is_there { count } else { 0 };
    let sha1 = pieces(draft.has_v1()).map(|piece| known.get(piece).sha1.unwrap_or_default());
    let sha256 = pieces(draft.has_v2()).map(|piece| known.get(piece).sha256.unwrap_or_default());
    PieceTable {
        sha1: sha1.collect(),
        sha256: sha256.collect(),
    }
}

impl PieceTable {
    fn set(&mut self, piece: u32, hashes: &Hashes<'_>) {
        let piece = piece as usize;
        if let (Some(place), Some(hash)) = (self.sha1.get_mut(piece), hashes.sha1) {
            *place = hash;
        }
        if let (Some(place), Some(hash)) = (self.sha256.get_mut(piece), hashes.sha256) {
            *place = hash;
        }
    }
}

fn unreadable(listing: &Listing<'_>, fault: ReadFault) -> CreateError {
    let path = listing.shown(fault.file);
    match fault.error.kind() {
        // It was longer when it was listed.
        ErrorKind::UnexpectedEof => CreateError::Changed { path },
        _ => CreateError::Read {
            path,
            offset: fault.offset,
            source: fault.error,
        },
    }
}

fn check_unchanged(listing: &Listing<'_>, accessor: &impl Accessor) -> Result<(), CreateError> {
    for file in &listing.order {
        let path = || listing.shown(*file);
        match accessor.is_unchanged(*file) {
            Ok(true) => {}
            Ok(false) => return Err(CreateError::Changed { path: path() }),
            Err(source) => {
                return Err(CreateError::Read {
                    path: path(),
                    offset: 0,
                    source,
                });
            }
        }
    }
    Ok(())
}
