//! The `file tree` of version 2 (BEP 52).

use bip_bencode::{BencodeRef, DictIter, DictRef};

use crate::entry::{Entry, Fields, plain_fields};
use crate::error::MetainfoError;
use crate::folders::{FolderId, Folders, TOP};
use crate::load_options::LoadOptions;
use crate::section::{DICT, Place, Section, key_in_info};
use crate::warning::Warnings;

/// What a file has in place of names.
const PROPERTIES: &[u8] = b"";

/// A tree that is being read, by an explicit stack: it may be as deep as bencode may nest.
pub(crate) struct FileTree<'a, 't, 'x> {
    pub(crate) options: &'x LoadOptions,
    pub(crate) folders: &'x mut Folders<'a>,
    pub(crate) warnings: &'x mut Warnings,
    pub(crate) open: Vec<(FolderId, DictIter<'a, 't>)>,
}

impl<'a, 't> FileTree<'a, 't, '_> {
    /// Every file, in the order of the tree.
    pub(crate) fn read(mut self, tree: DictRef<'a, 't>) -> Result<Vec<Entry<'a>>, MetainfoError> {
        let mut entries = Vec::new();
        self.open.push((TOP, tree.iter()));
        while let Some((folder, pairs)) = self.open.last_mut() {
            let folder = *folder;
            let Some((name, value)) = pairs.next() else {
                self.open.pop();
                continue;
            };
            let dict = self.check_node(name, value)?;
            match dict.iter().next() {
                Some((PROPERTIES, properties)) => {
                    if dict.len() > 1 {
                        return Err(malformed(value, "is a file and a folder"));
                    }
                    entries.push(self.read_file(folder, name, properties)?);
                }
                _ => {
                    let folder = self.folders.add(folder, name);
                    self.open.push((folder, dict.iter()));
                }
            }
        }
        if entries.is_empty() {
            return Err(MetainfoError::NoFiles);
        }
        Ok(entries)
    }

    fn check_node(
        &self,
        name: &[u8],
        value: BencodeRef<'a, 't>,
    ) -> Result<DictRef<'a, 't>, MetainfoError> {
        if name == PROPERTIES {
            return Err(malformed(value, "has no name"));
        }
        let (depth, limit) = (self.open.len(), self.options.limits.max_directory_depth);
        if depth > limit {
            return Err(MetainfoError::PathTooDeep {
                key: key_in_info(value),
                depth,
                limit,
            });
        }
        value.dict().ok_or_else(|| MetainfoError::WrongType {
            key: key_in_info(value),
            expected: DICT,
        })
    }

    fn read_file(
        &mut self,
        folder: FolderId,
        name: &'a [u8],
        value: BencodeRef<'a, 't>,
    ) -> Result<Entry<'a>, MetainfoError> {
        let dict = value.dict().ok_or_else(|| MetainfoError::WrongType {
            key: key_in_info(value),
            expected: DICT,
        })?;
        if let Some((length @ 1.., root)) = plain_fields(dict, b"pieces root")
            && let Some(root) = read_root(root)
        {
            return Ok(Entry {
                pieces_root: Some(root),
                ..Entry::plain(folder, name, length)
            });
        }
        let fields = Fields::of(dict);
        let mut section = Section::new(dict, Place::Tree(value), self.warnings);
        let mut entry = fields.entry(&mut section)?;
        entry.target = fields.target(&mut section, entry.attributes, self.options)?;
        if entry.attributes.contains(b'p') {
            return Err(malformed(
                value,
                "is a pad file, which version 2 has none of",
            ));
        }
        if entry.length > 0 {
            entry.pieces_root = fields.pieces_root.and_then(read_root);
            if entry.pieces_root.is_none() {
                return Err(MetainfoError::PiecesRoot {
                    key: section.key("pieces root"),
                });
            }
        }
        (entry.folder, entry.name) = (folder, name);
        Ok(entry)
    }
}

/// No content has a root of zeros.
fn read_root<'a>(value: BencodeRef<'a, '_>) -> Option<&'a [u8; 32]> {
    let root: &[u8; 32] = value.bytes()?.try_into().ok()?;
    (*root != [0; 32]).then_some(root)
}

/// The name of the only file of a tree that is no folder (BEP 52, "Interpreting paths").
pub(crate) fn single_file<'a>(tree: DictRef<'a, '_>) -> Option<&'a [u8]> {
    let (name, value) = tree.iter().next().filter(|_| tree.len() == 1)?;
    let (first, _) = value.dict()?.iter().next()?;
    (first == PROPERTIES).then_some(name)
}

fn malformed(value: BencodeRef<'_, '_>, reason: &'static str) -> MetainfoError {
    MetainfoError::FileTree {
        key: key_in_info(value),
        reason,
    }
}
