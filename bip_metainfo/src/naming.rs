//! Gives every file of a torrent a safe path of its own.

use std::borrow::Cow;
use std::mem;

use crate::entry::Entry;
use crate::error::MetainfoError;
use crate::file::File;
use crate::folders::{FolderId, Folders, TOP};
use crate::load_options::LoadOptions;
use crate::path::{
    Folder, NOTHING_LEFT, NameTree, PathChange, PathChanges, PathPolicy, SharedPath,
    SharedPathWriter, is_plain, sanitize,
};
use crate::symlink::{Place, Places, Target};

/// What a component of a changed path costs beside its bytes.
const COMPONENT_OVERHEAD: usize = size_of::<Box<[u8]>>();

/// The torrent's name: the first component of every path, or the only one.
pub(crate) struct Name<'a> {
    pub(crate) raw: &'a [u8],
    pub(crate) safe: Cow<'a, str>,
    pub(crate) changes: PathChanges,
}

impl<'a> Name<'a> {
    /// `instead` is what stands for a name of which nothing is left.
    pub(crate) fn new(raw: &'a [u8], policy: PathPolicy, instead: impl FnOnce() -> String) -> Self {
        let mut changes = PathChanges::default();
        let safe = sanitize(raw, policy, &mut changes).unwrap_or_else(|| instead().into());
        Self { raw, safe, changes }
    }
}

/// The only file of a torrent that is no folder.
pub(crate) fn name_single(
    entry: &mut Entry<'_>,
    name: &Name<'_>,
    options: &LoadOptions,
) -> Result<File, MetainfoError> {
    let path = SharedPathWriter::alone(&name.safe).ok_or_else(|| too_long(options))?;
    let mut file = file_at(path, name.changes, entry);
    file.below_folder = false;
    if !name.changes.is_empty() {
        file.details_mut().raw_path = Some([name.raw.into()].into());
    }
    Ok(file)
}

/// The files of a torrent that is a folder.
pub(crate) fn name_many<'a>(
    entries: &mut [Entry<'a>],
    folders: &Folders<'a>,
    name: &Name<'_>,
    options: &LoadOptions,
) -> Result<Vec<File>, MetainfoError> {
    let mut tree = NameTree::new(options.paths, options.limits.max_duplicate_names);
    let safe_folders = SafeFolder::all(folders, options.paths, &mut tree);
    let mut writer = PathWriter {
        name,
        folders,
        safe_folders: &safe_folders,
        folder: TOP,
        prefix: format!("{}/", name.safe),
        bytes_left: options.limits.max_path_bytes,
        paths: SharedPathWriter::default(),
    };
    let too_long = || too_long(options);
    let mut files = Vec::with_capacity(entries.len());
    let (mut last, mut is_sorted) = (None, true);
    for entry in entries.iter_mut() {
        let folder = &safe_folders[entry.folder as usize];
        let is_unchanged = folder.changes.is_empty() && !entry.lacks_path;
        // Nearly every name is like this.
        if is_unchanged && is_plain(entry.name, options.paths) {
            files.push(writer.write_plain(entry).ok_or_else(too_long)?);
            is_sorted = is_sorted && tree.follows(&mut last, folder.same, entry.name);
        } else {
            let (file, name) = writer.write(entry, options.paths).ok_or_else(too_long)?;
            files.push(file);
            is_sorted = is_sorted && tree.follows_any(&mut last, folder.same, name);
        }
    }
    mem::take(&mut writer.paths).finish();
    let claim = |index: usize| {
        let folder: &SafeFolder<'_> = &safe_folders[entries[index].folder as usize];
        (folder.same, last_component(&files[index]))
    };
    if !tree.is_free_of_clashes(files.len(), is_sorted, claim) {
        for (index, (entry, file)) in entries.iter().zip(&mut files).enumerate() {
            let folder = safe_folders[entry.folder as usize].same;
            let claimed = if file.is_pad() {
                tree.claim_pad(folder, last_component(file), index)
            } else {
                tree.claim(folder, last_component(file))
            };
            let limit = options.limits.max_duplicate_names;
            let renamed = claimed.map_err(|_| MetainfoError::TooManyDuplicateNames { limit })?;
            if let Some(new) = renamed {
                writer.rename(entry, &new, file).ok_or_else(too_long)?;
            }
        }
    }
    // Links last: what they point to has its path now.
    writer
        .link(entries, options.paths, &mut files)
        .ok_or_else(too_long)?;
    Ok(files)
}

fn last_component(file: &File) -> &str {
    // Names are short: looking at their bytes is faster than a search made for long texts.
    let before = file.path.bytes().rposition(|byte| byte == b'/');
    file.path
        .get(before.map_or(0, |at| at + 1)..)
        .unwrap_or_default()
}

#[inline]
fn file_at(path: SharedPath, changes: PathChanges, entry: &mut Entry<'_>) -> File {
    File {
        path,
        length: entry.length,
        offset: 0,
        details: entry.details.take(),
        pieces_root: entry.pieces_root.copied().map(Box::new),
        changes,
        attributes: entry.attributes,
        below_folder: true,
    }
}

#[cold]
fn too_long(options: &LoadOptions) -> MetainfoError {
    MetainfoError::PathsTooLong {
        limit: options.limits.max_path_bytes,
    }
}

/// A folder of [`Folders`] under its safe name.
struct SafeFolder<'a> {
    name: Cow<'a, str>,
    /// Of this name and of all above.
    changes: PathChanges,
    /// What this is together with all other spellings.
    same: Folder,
}

impl<'a> SafeFolder<'a> {
    /// In the order of `folders`, the torrent's own first.
    fn all(folders: &Folders<'a>, policy: PathPolicy, tree: &mut NameTree) -> Vec<Self> {
        let mut all = vec![Self {
            name: Cow::Borrowed(""),
            changes: PathChanges::default(),
            same: 0,
        }];
        for (parent, raw) in folders.iter() {
            let above = &all[parent as usize];
            let mut changes = above.changes;
            let name = sanitize(raw, policy, &mut changes).unwrap_or(NOTHING_LEFT.into());
            let same = tree.enter(above.same, &name);
            all.push(Self {
                name,
                changes,
                same,
            });
        }
        all
    }
}

/// Spells paths out, of which there are `bytes_left`.
struct PathWriter<'x, 'a> {
    name: &'x Name<'x>,
    folders: &'x Folders<'a>,
    safe_folders: &'x [SafeFolder<'a>],
    /// The folder that `prefix` leads into.
    folder: FolderId,
    prefix: String,
    bytes_left: usize,
    paths: SharedPathWriter,
}

impl<'a> PathWriter<'_, 'a> {
    /// The file of an entry whose own name is plain, in a folder whose name is as the torrent has it. `None` where it would
    /// be too much.
    #[inline]
    fn write_plain(&mut self, entry: &mut Entry<'_>) -> Option<File> {
        self.enter(entry.folder);
        self.spend(self.prefix.len() + entry.name.len())?;
        let path = self.paths.write_plain(&self.prefix, entry.name)?;
        Some(file_at(path, self.name.changes, entry))
    }

    /// The file, and its own name. `None` where it would be too much.
    fn write(&mut self, entry: &mut Entry<'a>, policy: PathPolicy) -> Option<(File, Cow<'a, str>)> {
        self.enter(entry.folder);
        let mut changes = PathChanges::default();
        let name = match entry.lacks_path {
            // Digits are safe.
            true => entry.length.to_string().into(),
            false => sanitize(entry.name, policy, &mut changes).unwrap_or(NOTHING_LEFT.into()),
        };
        changes.extend(self.safe_folders[entry.folder as usize].changes);
        self.spend(self.prefix.len() + name.len())?;
        let mut file = file_at(self.paths.write(&self.prefix, &name)?, changes, entry);
        if entry.lacks_path {
            file.changes.insert(PathChange::MissingPadPath);
            file.details_mut().raw_path = Some(Box::default());
        } else if !changes.is_empty() {
            file.details_mut().raw_path = Some(self.raw_path(entry)?);
        }
        file.changes.extend(self.name.changes);
        Some((file, name))
    }

    /// `None` where it would be too much.
    fn rename(&mut self, entry: &Entry<'_>, name: &str, file: &mut File) -> Option<()> {
        file.changes.insert(PathChange::Duplicate);
        if file.details_mut().raw_path.is_none() {
            file.details_mut().raw_path = Some(self.raw_path(entry)?);
        }
        let old = last_component(file).len();
        self.spend(name.len().saturating_sub(old))?;
        let folder = &file.path[..file.path.len() - old];
        file.path = SharedPathWriter::alone(&format!("{folder}{name}"))?;
        Some(())
    }

    /// Lets links point to what their targets are called now. `None` where it would be too much.
    fn link(
        &mut self,
        entries: &[Entry<'_>],
        policy: PathPolicy,
        files: &mut [File],
    ) -> Option<()> {
        if entries.iter().all(|entry| entry.target.is_none()) {
            return Some(());
        }
        let places = Places::of(entries, self.folders);
        for (index, entry) in entries.iter().enumerate() {
            let Some(target) = entry.target.as_deref() else {
                continue;
            };
            let path = self.target_path(target, &places, policy, files);
            self.spend(path.len())?;
            let safe = path.split('/').skip(1).map(str::as_bytes);
            let details = files[index].details_mut();
            if !safe.eq(target.0.iter().copied()) {
                self.spend(raw_size(&target.0))?;
                details.raw_symlink_path = Some(target.0.iter().copied().map(Box::from).collect());
            }
            details.symlink_path = Some(path.into());
        }
        Some(())
    }

    /// The path of what the torrent has of that name, and what follows a name that it has not made safe.
    fn target_path(
        &self,
        target: &Target<'_>,
        places: &Places<'_>,
        policy: PathPolicy,
        files: &[File],
    ) -> String {
        let mut path = self.name.safe.to_string();
        let mut folder = Some(TOP);
        for raw in &target.0 {
            let place = folder.and_then(|folder| places.find(folder, raw));
            let name = match place {
                Some(Place::Folder(id)) => Cow::Borrowed(&*self.safe_folders[id as usize].name),
                Some(Place::File(index)) => Cow::Borrowed(last_component(&files[index])),
                None => sanitize(raw, policy, &mut PathChanges::default())
                    .unwrap_or(NOTHING_LEFT.into()),
            };
            path.push('/');
            path.push_str(&name);
            folder = match place {
                Some(Place::Folder(id)) => Some(id),
                _ => None,
            };
        }
        path
    }

    fn enter(&mut self, folder: FolderId) {
        if folder == self.folder {
            return;
        }
        let mut above: Vec<_> = self.folders.upwards(folder).collect();
        above.reverse();
        self.prefix.clear();
        self.prefix.push_str(&self.name.safe);
        self.prefix.push('/');
        for folder in above {
            self.prefix
                .push_str(&self.safe_folders[folder as usize].name);
            self.prefix.push('/');
        }
        self.folder = folder;
    }

    fn raw_path(&mut self, entry: &Entry<'_>) -> Option<Box<[Box<[u8]>]>> {
        let folders = self.folders;
        let mut raw: Vec<&[u8]> = vec![entry.name];
        raw.extend(
            folders
                .upwards(entry.folder)
                .map(|folder| folders.name(folder)),
        );
        self.spend(raw_size(&raw))?;
        Some(raw.into_iter().rev().map(Box::from).collect())
    }

    fn spend(&mut self, bytes: usize) -> Option<()> {
        self.bytes_left = self.bytes_left.checked_sub(bytes)?;
        Some(())
    }
}

/// What components cost that are kept as the torrent has them.
fn raw_size(raw: &[&[u8]]) -> usize {
    let bytes: usize = raw.iter().map(|component| component.len()).sum();
    bytes + raw.len() * COMPONENT_OVERHEAD
}
