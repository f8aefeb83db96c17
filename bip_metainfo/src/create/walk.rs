//! Through a folder, once.

use std::fs::{self, DirEntry, Metadata};
use std::io;
use std::ops::ControlFlow;
use std::path::{Component, Path, PathBuf};

use super::access_error::AccessError;
use super::file_accessor::FilePlace;
use super::file_options::{FileAttributes, FileOptions, Hidden, Junk, Symlinks};
use super::source_file::SourceFile;
use super::system_name::{is_junk, name_bytes, root_name};

use crate::names::names;

/// Something of a folder that is not in the torrent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    path: PathBuf,
    reason: SkipReason,
}

impl Skipped {
    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Why it was left out.
    #[must_use]
    pub fn reason(&self) -> SkipReason {
        self.reason
    }
}

/// Why a file or folder was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum SkipReason {
    /// [`Junk::Skip`](crate::Junk::Skip).
    Junk,
    /// [`Hidden::Skip`](crate::Hidden::Skip).
    Hidden,
    /// [`Symlinks::Skip`](crate::Symlinks::Skip).
    Symlink,
    /// Neither file, folder nor link: a socket, a device.
    Special,
    /// A pattern keeps it out, or none lets it in.
    Pattern,
}

names! {
    SkipReason, "hidden":
    Junk "junk",
    Hidden "hidden",
    Symlink "symlink",
    Special "special",
    Pattern "pattern",
}

/// What is in a folder, in whatever order the system has it.
pub(super) struct Found {
    pub(super) name: Vec<u8>,
    pub(super) files: Vec<(SourceFile, FilePlace)>,
    pub(super) skipped: Vec<Skipped>,
}

/// Each file and folder is told before it is looked at; breaking ends it.
pub(super) fn walk(
    root: &Path,
    options: &FileOptions,
    mut tell: impl FnMut(&Path) -> ControlFlow<()>,
) -> Result<Found, AccessError> {
    let mut tell = |path: &Path| match tell(path) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(AccessError::Cancelled),
    };
    tell(root)?;
    let metadata = fs::metadata(root).map_err(|source| unseen(root, source))?;
    let mut found = Found {
        name: root_name(root)?,
        files: Vec::new(),
        skipped: Vec::new(),
    };
    if metadata.is_file() {
        let mut file = SourceFile::only(metadata.len());
        set_attributes(&mut file, &found.name, &metadata, options);
        let place = FilePlace::new(root.to_owned(), &metadata);
        found.files.push((file, place));
        return Ok(found);
    }
    if !metadata.is_dir() {
        let path = root.to_owned();
        return Err(AccessError::NotAFile { path });
    }
    let mut walk = Walk {
        root,
        options,
        found,
        folders: vec![(root.to_owned(), Vec::new())],
    };
    while let Some((folder, components)) = walk.folders.pop() {
        let unseen = |source| unseen(&folder, source);
        for entry in fs::read_dir(&folder).map_err(unseen)? {
            let entry = entry.map_err(unseen)?;
            tell(&entry.path())?;
            walk.visit(&entry, &components)?;
        }
    }
    Ok(walk.found)
}

struct Walk<'a> {
    root: &'a Path,
    options: &'a FileOptions,
    found: Found,
    /// Folders that are still to be gone through, and their components below the root.
    folders: Vec<(PathBuf, Vec<Vec<u8>>)>,
}

impl Walk<'_> {
    fn visit(&mut self, entry: &DirEntry, parents: &[Vec<u8>]) -> Result<(), AccessError> {
        let path = entry.path();
        let name = name_bytes(&entry.file_name(), &path)?;
        let reason = match name.as_slice() {
            name if self.options.junk == Junk::Skip && is_junk(name) => Some(SkipReason::Junk),
            name if self.options.hidden == Hidden::Skip && name.starts_with(b".") => {
                Some(SkipReason::Hidden)
            }
            _ => None,
        };
        if let Some(reason) = reason {
            return self.skip(path, reason);
        }
        let mut components = parents.to_vec();
        components.push(name);
        let file_type = entry.file_type().map_err(|source| unseen(&path, source))?;
        if file_type.is_symlink() {
            return self.visit_link(path, components);
        }
        let metadata = entry.metadata().map_err(|source| unseen(&path, source))?;
        self.add(path, components, &metadata)
    }

    fn visit_link(&mut self, path: PathBuf, components: Vec<Vec<u8>>) -> Result<(), AccessError> {
        match self.options.symlinks {
            Symlinks::Skip => self.skip(path, SkipReason::Symlink),
            Symlinks::Follow => {
                let metadata = fs::metadata(&path).map_err(|source| unseen(&path, source))?;
                if metadata.is_dir() && self.is_loop(&path)? {
                    return Err(AccessError::SymlinkLoop { path });
                }
                self.add(path, components, &metadata)
            }
            Symlinks::Keep => {
                if self.is_kept_out(&components, false) {
                    return self.skip(path, SkipReason::Pattern);
                }
                let target = self.target(&path, &components)?;
                let metadata = path.symlink_metadata();
                let metadata = metadata.map_err(|source| unseen(&path, source))?;
                let place = FilePlace::new(path, &metadata);
                self.push(SourceFile::symlink(components, target), place)
            }
        }
    }

    fn add(
        &mut self,
        path: PathBuf,
        components: Vec<Vec<u8>>,
        metadata: &Metadata,
    ) -> Result<(), AccessError> {
        if !metadata.is_dir() && !metadata.is_file() {
            return self.skip(path, SkipReason::Special);
        }
        if self.is_kept_out(&components, metadata.is_dir()) {
            return self.skip(path, SkipReason::Pattern);
        }
        if metadata.is_dir() {
            self.folders.push((path, components));
            return Ok(());
        }
        let mut file = SourceFile::new(components, metadata.len());
        let name = file.path.last().cloned().unwrap_or_default();
        set_attributes(&mut file, &name, metadata, self.options);
        self.push(file, FilePlace::new(path, metadata))
    }

    fn push(&mut self, file: SourceFile, place: FilePlace) -> Result<(), AccessError> {
        let limit = self.options.max_files;
        if self.found.files.len() >= limit {
            return Err(AccessError::TooManyFiles { limit });
        }
        self.found.files.push((file, place));
        Ok(())
    }

    fn skip(&mut self, path: PathBuf, reason: SkipReason) -> Result<(), AccessError> {
        self.found.skipped.push(Skipped { path, reason });
        Ok(())
    }

    #[cfg(feature = "glob")]
    fn is_kept_out(&self, components: &[Vec<u8>], is_folder: bool) -> bool {
        self.options.globs.is_kept_out(components, is_folder)
    }

    #[cfg(not(feature = "glob"))]
    #[expect(clippy::unused_self, reason = "the feature needs it")]
    fn is_kept_out(&self, _: &[Vec<u8>], _: bool) -> bool {
        false
    }

    /// Whether a link leads to a folder that the way here goes through, itself by links maybe.
    fn is_loop(&self, link: &Path) -> Result<bool, AccessError> {
        let real = |path: &Path| path.canonicalize().map_err(|source| unseen(path, source));
        let target = real(link)?;
        for above in link.ancestors().skip(1) {
            if real(above)? == target {
                return Ok(true);
            }
            if above == self.root {
                break;
            }
        }
        Ok(false)
    }

    /// What a link points to, from the root on.
    fn target(&self, link: &Path, components: &[Vec<u8>]) -> Result<Vec<Vec<u8>>, AccessError> {
        let escapes = || AccessError::SymlinkEscapes {
            path: link.to_owned(),
        };
        let unseen = |source| unseen(link, source);
        let points_to = fs::read_link(link).map_err(unseen)?;
        let mut target = components[..components.len() - 1].to_vec();
        let mut rest = points_to.as_path();
        let root;
        if points_to.is_absolute() {
            root = self.root.canonicalize().map_err(unseen)?;
            target.clear();
            rest = points_to.strip_prefix(&root).map_err(|_| escapes())?;
        }
        for component in rest.components() {
            match component {
                Component::Normal(name) => target.push(name_bytes(name, link)?),
                Component::ParentDir => {
                    target.pop().ok_or_else(escapes)?;
                }
                Component::CurDir => {}
                Component::RootDir | Component::Prefix(_) => return Err(escapes()),
            }
        }
        if target.is_empty() {
            return Err(escapes());
        }
        Ok(target)
    }
}

fn set_attributes(file: &mut SourceFile, name: &[u8], metadata: &Metadata, options: &FileOptions) {
    if options.attributes == FileAttributes::Record {
        file.is_hidden = name.starts_with(b".");
        file.is_executable = is_executable(metadata);
    }
}

#[cfg(unix)]
fn is_executable(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o100 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &Metadata) -> bool {
    false
}

pub(super) fn unseen(path: &Path, source: io::Error) -> AccessError {
    let path = path.to_owned();
    AccessError::Io { path, source }
}
