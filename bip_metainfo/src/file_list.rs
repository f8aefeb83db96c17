//! The `files` of version 1 (BEP 3, BEP 47).

use bip_bencode::{BencodeRef, ListRef};

use crate::entry::{Entry, Fields, plain_fields};
use crate::error::MetainfoError;
use crate::folders::{FolderId, Folders};
use crate::load_options::LoadOptions;
use crate::section::{BYTES, DICT, LIST, Place, Section};
use crate::warning::Warnings;

/// The only file of a torrent without `files`; the info dictionary is its own entry. It cannot link to another one.
pub(crate) fn read_single<'a>(
    section: &mut Section<'a, '_, '_>,
    name: &'a [u8],
) -> Result<Entry<'a>, MetainfoError> {
    let mut entry = Fields::of(section.dict).entry(section)?;
    entry.name = name;
    Ok(entry)
}

/// The entries of `files`.
pub(crate) fn read_many<'a>(
    list: ListRef<'a, '_>,
    options: &LoadOptions,
    folders: &mut Folders<'a>,
    warnings: &mut Warnings,
) -> Result<Vec<Entry<'a>>, MetainfoError> {
    if list.is_empty() {
        return Err(MetainfoError::NoFiles);
    }
    let mut entries = Vec::with_capacity(list.len());
    for (index, value) in list.iter().enumerate() {
        let dict = value.dict().ok_or_else(|| MetainfoError::WrongType {
            key: format!("info.files[{index}]"),
            expected: DICT,
        })?;
        if let Some((length, path)) = plain_fields(dict, b"path")
            && let Some((folder, name)) = place(path, options, folders)
        {
            entries.push(Entry::plain(folder, name, length));
            continue;
        }
        let mut section = Section::new(dict, Place::File(index), warnings);
        let fields = Fields::of(dict);
        let mut entry = fields.entry(&mut section)?;
        entry.target = fields.target(&mut section, entry.attributes, options)?;
        read_path(&mut section, &fields, &mut entry, options, folders)?;
        entries.push(entry);
    }
    Ok(entries)
}

fn read_path<'a>(
    section: &mut Section<'_, '_, '_>,
    fields: &Fields<'a, '_>,
    entry: &mut Entry<'a>,
    options: &LoadOptions,
    folders: &mut Folders<'a>,
) -> Result<(), MetainfoError> {
    let (key, value) = match fields.path_utf8 {
        Some(value) if is_utf8_path(value) => ("path.utf-8", Some(value)),
        unusable => {
            if unusable.is_some() {
                section.ignored("path.utf-8", "a list of text in UTF-8");
            }
            ("path", fields.path)
        }
    };
    let Some(value) = value else {
        if !entry.attributes.contains(b'p') {
            return Err(section.missing(key));
        }
        entry.lacks_path = true;
        entry.folder = folders.enter([&b".pad"[..]].into_iter());
        return Ok(());
    };
    let found = place(value, options, folders);
    (entry.folder, entry.name) = found.ok_or_else(|| path_fault(section, key, value, options))?;
    Ok(())
}

/// The folder that a path leads to, and the name in it. `None` where it is no path, or has more components than allowed.
#[inline]
fn place<'a>(
    path: BencodeRef<'a, '_>,
    options: &LoadOptions,
    folders: &mut Folders<'a>,
) -> Option<(FolderId, &'a [u8])> {
    let list = path.list()?;
    let depth = list.len();
    if depth == 0 || depth > options.limits.max_directory_depth {
        return None;
    }
    // Fused: what stands behind a component of the wrong type is not to be taken for the name.
    let mut components = list.iter().map_while(|component| component.bytes()).fuse();
    let folder = folders.enter(components.by_ref().take(depth - 1));
    Some((folder, components.next()?))
}

/// Why there is no [`place`] for this path.
#[cold]
fn path_fault(
    section: &Section<'_, '_, '_>,
    key: &str,
    path: BencodeRef<'_, '_>,
    options: &LoadOptions,
) -> MetainfoError {
    let Some(list) = path.list() else {
        return section.wrong_type(key, LIST);
    };
    let (depth, limit) = (list.len(), options.limits.max_directory_depth);
    if depth == 0 {
        return MetainfoError::EmptyPath {
            key: section.key(key),
        };
    }
    if depth > limit {
        return MetainfoError::PathTooDeep {
            key: section.key(key),
            depth,
            limit,
        };
    }
    let ill = list
        .iter()
        .position(|component| component.bytes().is_none());
    let key = format!("{key}[{}]", ill.unwrap_or_default());
    section.wrong_type(&key, BYTES)
}

fn is_utf8_path(value: BencodeRef<'_, '_>) -> bool {
    let list = value.list();
    list.is_some_and(|list| {
        !list.is_empty() && list.iter().all(|component| component.str().is_some())
    })
}
