//! Whether the two halves of a hybrid torrent have the same content (BEP 52, "Upgrade Path").

use crate::entry::Entry;
use crate::error::MetainfoError;
use crate::file::File;
use crate::folders::{FolderId, Folders};

/// The entries of one half, and the folders they are in.
pub(crate) struct Half<'x, 'a> {
    pub(crate) entries: &'x [Entry<'a>],
    pub(crate) folders: &'x Folders<'a>,
}

/// Gives the laid-out `files` of version 1 the roots of version 2, if both have the same files at the same pieces: the
/// same paths and lengths in the same order, with pad files wherever a file would not begin with a piece. A pad file
/// behind the last file may be there or not. A torrent that has one file and calls it its own in one half and a
/// folder's in the other is the same content too.
pub(crate) fn join(
    files: &mut [File],
    v1: &Half<'_, '_>,
    v2: &Half<'_, '_>,
    piece_length: u32,
) -> Result<(), MetainfoError> {
    let piece_length = u64::from(piece_length);
    let mut others = v2.entries.iter();
    let mut same = SameFolder::default();
    let mut end = 0u64;
    for (index, (file, entry)) in files.iter_mut().zip(v1.entries).enumerate() {
        let differs = |reason| {
            Err(MetainfoError::InconsistentFiles {
                file: index,
                reason,
            })
        };
        if file.is_pad() {
            continue;
        }
        let Some(other) = others.next() else {
            return differs("is not in version 2");
        };
        if entry.name != other.name || !same.check(v1, entry.folder, v2, other.folder) {
            return differs("has another path in version 2");
        }
        if file.length != other.length || file.is_symlink() != other.attributes.contains(b'l') {
            return differs("has another length or kind in version 2");
        }
        if file.length > 0 {
            if end.checked_next_multiple_of(piece_length) != Some(file.offset) {
                return differs("begins at another piece in version 2");
            }
            end = file.offset + file.length;
        }
        file.pieces_root = other.pieces_root.copied().map(Box::new);
    }
    let file = files.len();
    if others.next().is_some() {
        let reason = "is only in version 2";
        return Err(MetainfoError::InconsistentFiles { file, reason });
    }
    let total = files.last().map_or(0, |last| last.offset + last.length);
    if total != end && end.checked_next_multiple_of(piece_length) != Some(total) {
        let (file, reason) = (
            file.saturating_sub(1),
            "is a pad file that does not fill the last piece",
        );
        return Err(MetainfoError::InconsistentFiles { file, reason });
    }
    Ok(())
}

/// The pair of folders that were the same last.
#[derive(Default)]
struct SameFolder {
    pair: (FolderId, FolderId),
}

impl SameFolder {
    fn check(
        &mut self,
        v1: &Half<'_, '_>,
        one: FolderId,
        v2: &Half<'_, '_>,
        other: FolderId,
    ) -> bool {
        if self.pair == (one, other) {
            return true;
        }
        let ours = v1
            .folders
            .upwards(one)
            .map(|folder| v1.folders.name(folder));
        let theirs = v2
            .folders
            .upwards(other)
            .map(|folder| v2.folders.name(folder));
        let is_same = ours.eq(theirs);
        if is_same {
            self.pair = (one, other);
        }
        is_same
    }
}
