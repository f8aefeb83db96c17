//! From the `files` of an info dictionary to [`File`]s whose paths are safe.

use bip_bencode::{BencodeRef, IntRef, ListRef};

use crate::error::MetainfoError;
use crate::file::{Attributes, File};
use crate::limits::LoadLimits;
use crate::path::{NameTree, PathChange, PathChanges, sanitize};
use crate::section::{BYTES, DICT, LIST, Place, Section};
use crate::warning::Warnings;

/// What stands for a component of which nothing can be kept.
const NOTHING_LEFT: &str = "_";

/// Digits of a number shown in an error.
const NUMBER_SHOWN: usize = 24;

/// The torrent's name: the first component of every path, or the only one.
pub(crate) struct Name<'a> {
    pub(crate) raw: &'a [u8],
    pub(crate) safe: &'a str,
    pub(crate) changes: PathChanges,
}

/// The only file of a torrent without `files`; the info dictionary is its own entry.
pub(crate) fn read_single(
    section: &mut Section<'_, '_, '_>,
    name: &Name<'_>,
) -> Result<File, MetainfoError> {
    let mut file = read_entry(section)?;
    file.path = name.safe.into();
    file.changes = name.changes;
    file.below_folder = false;
    file.raw_path = (!name.changes.is_empty()).then(|| [name.raw.into()].into());
    // The only file cannot link to another one.
    file.symlink_path = None;
    Ok(file)
}

/// The entries of `files`.
pub(crate) fn read_many(
    list: ListRef<'_, '_>,
    name: &Name<'_>,
    limits: &LoadLimits,
    warnings: &mut Warnings,
) -> Result<Vec<File>, MetainfoError> {
    if list.is_empty() {
        return Err(MetainfoError::NoFiles);
    }
    let mut entries = Vec::with_capacity(list.len());
    for (index, value) in list.iter().enumerate() {
        let place = Place::File(index);
        let dict = value.dict().ok_or_else(|| MetainfoError::WrongType {
            key: format!("info.files[{index}]"),
            expected: DICT,
        })?;
        let mut section = Section::new(dict, place, warnings);
        let mut file = read_entry(&mut section)?;
        let path = read_path(&mut section, &mut file, limits)?;
        if file.attributes.contains(b'l') {
            file.symlink_path = read_symlink_path(&mut section, name, limits);
        }
        entries.push((file, path));
    }
    name_apart(entries, name, limits)
}

/// Everything of an entry but its path.
fn read_entry(section: &mut Section<'_, '_, '_>) -> Result<File, MetainfoError> {
    let attributes = section
        .bytes("attr")
        .map(Attributes::parse)
        .unwrap_or_default();
    let length = match (attributes.contains(b'l'), section.get("length")) {
        (true, None) => 0,
        (is_symlink, _) => {
            let number = section.required_int("length")?;
            match number.to_u64() {
                Ok(length) if !is_symlink || length == 0 => length,
                _ => {
                    return Err(MetainfoError::InvalidLength {
                        key: section.key("length"),
                        found: shown(number),
                    });
                }
            }
        }
    };
    Ok(File {
        length,
        offset: 0,
        path: Box::default(),
        raw_path: None,
        below_folder: true,
        changes: PathChanges::default(),
        attributes,
        symlink_path: None,
        md5sum: read_md5sum(section),
        sha1: read_sha1(section),
    })
}

fn read_md5sum(section: &mut Section<'_, '_, '_>) -> Option<Box<str>> {
    let bytes = section.bytes("md5sum")?;
    if bytes.len() == 32 && bytes.iter().all(u8::is_ascii_hexdigit) {
        return std::str::from_utf8(bytes).ok().map(Box::from);
    }
    section.ignored("md5sum", "32 hexadecimal digits");
    None
}

fn read_sha1(section: &mut Section<'_, '_, '_>) -> Option<Box<[u8; 20]>> {
    let bytes = section.bytes("sha1")?;
    let sha1 = <[u8; 20]>::try_from(bytes).ok().map(Box::new);
    if sha1.is_none() {
        section.ignored("sha1", "20 bytes");
    }
    sha1
}

pub(crate) fn shown(number: IntRef<'_>) -> String {
    number.digits().chars().take(NUMBER_SHOWN).collect()
}

/// The safe components, joined; notes in `file` what was changed and what it was before.
fn read_path(
    section: &mut Section<'_, '_, '_>,
    file: &mut File,
    limits: &LoadLimits,
) -> Result<String, MetainfoError> {
    let key = if utf8_components(section.get("path.utf-8")) {
        "path.utf-8"
    } else {
        "path"
    };
    if key == "path" && section.get("path.utf-8").is_some() {
        section.ignored("path.utf-8", "a list of text in UTF-8");
    }
    if section.get(key).is_none() && file.attributes.contains(b'p') {
        file.changes.insert(PathChange::MissingPadPath);
        file.raw_path = Some(Box::default());
        return Ok(format!(".pad/{}", file.length));
    }
    let list = section.required_list(key)?;
    if list.is_empty() {
        return Err(MetainfoError::EmptyPath {
            key: section.key(key),
        });
    }
    if list.len() > limits.max_directory_depth {
        let (depth, limit) = (list.len(), limits.max_directory_depth);
        return Err(MetainfoError::PathTooDeep {
            key: section.key(key),
            depth,
            limit,
        });
    }
    let mut raw = Vec::with_capacity(list.len());
    for (index, component) in list.iter().enumerate() {
        raw.push(component.bytes().ok_or_else(|| MetainfoError::WrongType {
            key: format!("{}[{index}]", section.key(key)),
            expected: BYTES,
        })?);
    }
    let path = join(&raw, &mut file.changes);
    if !file.changes.is_empty() {
        file.raw_path = Some(raw.into_iter().map(Box::from).collect());
    }
    Ok(path)
}

fn utf8_components(value: Option<BencodeRef<'_, '_>>) -> bool {
    let list = value.and_then(|value| value.list());
    list.is_some_and(|list| {
        !list.is_empty() && list.iter().all(|component| component.str().is_some())
    })
}

fn join(raw: &[&[u8]], changes: &mut PathChanges) -> String {
    let mut path = String::with_capacity(raw.iter().map(|component| component.len() + 1).sum());
    for component in raw {
        if !path.is_empty() {
            path.push('/');
        }
        path.push_str(
            sanitize(component, changes)
                .as_deref()
                .unwrap_or(NOTHING_LEFT),
        );
    }
    path
}

fn read_symlink_path(
    section: &mut Section<'_, '_, '_>,
    name: &Name<'_>,
    limits: &LoadLimits,
) -> Option<Box<str>> {
    let list = section.list("symlink path")?;
    let raw: Option<Vec<&[u8]>> = list.iter().map(|component| component.bytes()).collect();
    match raw {
        Some(raw) if !raw.is_empty() && raw.len() <= limits.max_directory_depth => {
            Some(format!("{}/{}", name.safe, join(&raw, &mut PathChanges::default())).into())
        }
        _ => {
            section.ignored("symlink path", LIST);
            None
        }
    }
}

/// Puts the name in front of every path, and gives each file one of its own.
fn name_apart(
    entries: Vec<(File, String)>,
    name: &Name<'_>,
    limits: &LoadLimits,
) -> Result<Vec<File>, MetainfoError> {
    let mut tree = NameTree::new(limits.max_duplicate_names);
    let mut folders = Vec::with_capacity(entries.len());
    for (_, path) in &entries {
        folders.push(match path.rsplit_once('/') {
            Some((parent, _)) => tree.enter(parent.split('/')),
            None => tree.enter([]),
        });
    }
    let mut files = Vec::with_capacity(entries.len());
    for (index, ((mut file, path), folder)) in entries.into_iter().zip(folders).enumerate() {
        let (parent, last) = path
            .rsplit_once('/')
            .map_or(("", &*path), |(parent, last)| (parent, last));
        let claimed = if file.is_pad() {
            tree.claim_pad(folder, last, index)
        } else {
            tree.claim(folder, last)
        };
        let renamed = claimed.map_err(|_| MetainfoError::TooManyDuplicateNames {
            limit: limits.max_duplicate_names,
        })?;
        if renamed.is_some() {
            file.changes.insert(PathChange::Duplicate);
            file.raw_path.get_or_insert_with(|| {
                path.split('/')
                    .map(|component| component.as_bytes().into())
                    .collect()
            });
        }
        let last = renamed.as_deref().unwrap_or(last);
        let slash = if parent.is_empty() { "" } else { "/" };
        file.path = format!("{}/{parent}{slash}{last}", name.safe).into();
        file.changes.extend(name.changes);
        files.push(file);
    }
    Ok(files)
}
