//! Where symbolic links point (BEP 47, "Symlinks").

use std::collections::BTreeMap;

use bip_bencode::BencodeRef;

use crate::entry::Entry;
use crate::error::MetainfoError;
use crate::folders::{FolderId, Folders, TOP};
use crate::load_options::LoadOptions;
use crate::section::{LIST, Section};

/// Names below the torrent's folder, as the torrent spells them, without `.` and `..`.
#[derive(Debug)]
pub(crate) struct Target<'a>(pub(crate) Vec<&'a [u8]>);

/// The target as it is asked for; `None` where the value is no path.
pub(crate) fn read<'a>(
    section: &mut Section<'_, '_, '_>,
    value: BencodeRef<'a, '_>,
    options: &LoadOptions,
) -> Result<Option<Target<'a>>, MetainfoError> {
    let raw: Option<Vec<&[u8]>> = value
        .list()
        .and_then(|list| list.iter().map(|component| component.bytes()).collect());
    let raw = match raw {
        Some(raw) if !raw.is_empty() && raw.len() <= options.limits.max_directory_depth => raw,
        _ => {
            section.ignored("symlink path", LIST);
            return Ok(None);
        }
    };
    if escapes(&raw) {
        return Err(MetainfoError::SymlinkEscapes {
            key: section.key("symlink path"),
        });
    }
    let mut target = Vec::with_capacity(raw.len());
    for component in raw {
        match component {
            b"." => {}
            // Never of the folder itself, or the link would have escaped.
            b".." => drop(target.pop()),
            _ => target.push(component),
        }
    }
    Ok(Some(Target(target)))
}

/// Whether a path that is relative to the torrent's folder leads out of it on any system, before it is made safe.
fn escapes(path: &[&[u8]]) -> bool {
    let is_separator = |byte: &u8| matches!(byte, b'/' | b'\\');
    // Joined, names behind an empty one lead from the top of the file system.
    if path
        .first()
        .is_some_and(|first| first.first().is_none_or(is_separator))
    {
        return true;
    }
    let mut depth = 0usize;
    for part in path
        .iter()
        .flat_map(|component| component.split(is_separator))
    {
        match part {
            b"" | b"." => {}
            b".." => match depth.checked_sub(1) {
                Some(above) => depth = above,
                None => return true,
            },
            _ => depth += 1,
        }
    }
    false
}

/// What a name in a folder stands for.
#[derive(Clone, Copy)]
pub(crate) enum Place {
    Folder(FolderId),
    File(usize),
}

/// All names as the torrent has them. Where a folder and a file bear one, it is the folder's, and the first file's where
/// two do.
pub(crate) struct Places<'a>(BTreeMap<(FolderId, &'a [u8]), Place>);

impl<'a> Places<'a> {
    pub(crate) fn of(entries: &[Entry<'a>], folders: &Folders<'a>) -> Self {
        let files = entries.iter().enumerate();
        let files = files
            .filter(|(_, entry)| !entry.lacks_path)
            .map(|(index, entry)| ((entry.folder, entry.name), Place::File(index)));
        let folders = (TOP + 1..)
            .zip(folders.iter())
            .map(|(id, (parent, name))| ((parent, name), Place::Folder(id)));
        // Of equal keys the last one stays.
        Self(files.rev().chain(folders).collect())
    }

    pub(crate) fn find(&self, folder: FolderId, name: &[u8]) -> Option<Place> {
        self.0.get(&(folder, name)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_out_of_the_folder_is_known() {
        let check = |path: &[&[u8]], expect| assert_eq!(escapes(path), expect, "{path:?}");
        check(&[b"a", b"b"], false);
        check(&[b"a", b".."], false);
        check(&[b"a", b"..", b"b"], false);
        check(&[b"..."], false);
        check(&[b"a", b"/", b"b"], false);
        check(&[b"a", b"", b"b"], false);
        check(&[b"", b"etc"], true);
        check(&[b".."], true);
        check(&[b"a", b"..", b".."], true);
        check(&[b"a", b"../.."], true);
        check(&[b"a/../../b"], true);
        check(&[b"a\\..\\..\\b"], true);
        check(&[b".", b".."], true);
        check(&[b"/etc", b"passwd"], true);
        check(&[b"\\\\host\\c$"], true);
    }
}
