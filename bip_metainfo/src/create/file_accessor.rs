use std::fs::{self, File};
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::access_error::AccessError;
use super::accessor::Accessor;
use super::file_options::FileOptions;
use super::hashing::Source;
use super::source_file::SourceFile;
use super::walk::{self, Skipped};

/// A file, or the files of a folder and of the folders in it, as they are on disk.
///
/// The folder is gone through once, when this is made; folders without files are not in a torrent. A file that is another
/// one when it is hashed, shorter, longer or written to since, ends the creation.
#[derive(Debug, Clone)]
pub struct FileAccessor {
    name: Vec<u8>,
    files: Vec<SourceFile>,
    places: Vec<FilePlace>,
    skipped: Vec<Skipped>,
}

/// A file on disk, and what tells whether it is still the same.
#[derive(Debug, Clone)]
pub(super) struct FilePlace {
    pub(super) path: PathBuf,
    pub(super) length: u64,
    pub(super) modified: Option<SystemTime>,
}

impl FilePlace {
    pub(super) fn new(path: PathBuf, metadata: &fs::Metadata) -> Self {
        Self {
            path,
            length: metadata.len(),
            modified: metadata.modified().ok(),
        }
    }
}

impl FileAccessor {
    /// Looks at a file or folder with the default [`FileOptions`].
    ///
    /// # Errors
    /// See [`AccessError`].
    pub fn new(path: impl AsRef<Path>) -> Result<Self, AccessError> {
        Self::with(path, &FileOptions::default())
    }

    /// Looks at a file, or at those of a folder that the options let in.
    ///
    /// # Errors
    /// See [`AccessError`].
    pub fn with(path: impl AsRef<Path>, options: &FileOptions) -> Result<Self, AccessError> {
        Self::watched(path, options, |_| ControlFlow::Continue(()))
    }

    /// As [`with`](Self::with), telling of each file and folder before it is looked at: large folders on slow disks take
    /// minutes. Breaking cancels.
    ///
    /// # Errors
    /// See [`AccessError`].
    pub fn watched(
        path: impl AsRef<Path>,
        options: &FileOptions,
        tell: impl FnMut(&Path) -> ControlFlow<()>,
    ) -> Result<Self, AccessError> {
        let mut found = walk::walk(path.as_ref(), options, tell)?;
        found
            .files
            .sort_by(|(one, _), (other, _)| one.path.cmp(&other.path));
        found.skipped.sort();
        let (files, places) = found.files.into_iter().unzip();
        Ok(Self {
            name: found.name,
            files,
            places,
            skipped: found.skipped,
        })
    }

    /// What was left out, sorted by path. Of a folder, nothing that is in it.
    #[must_use]
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }
}

impl Accessor for FileAccessor {
    fn name(&self) -> &[u8] {
        &self.name
    }

    fn files(&self) -> &[SourceFile] {
        &self.files
    }

    fn open(&self, file: usize) -> io::Result<Box<dyn Source + '_>> {
        let place = self.places.get(file).ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(File::open(&place.path)?))
    }

    fn is_unchanged(&self, file: usize) -> io::Result<bool> {
        let place = self.places.get(file).ok_or(io::ErrorKind::NotFound)?;
        if self
            .files
            .get(file)
            .is_some_and(|file| file.symlink.is_some())
        {
            return Ok(fs::symlink_metadata(&place.path)?.is_symlink());
        }
        let metadata = fs::metadata(&place.path)?;
        let is_same = metadata.is_file()
            && metadata.len() == place.length
            && metadata.modified().ok() == place.modified;
        Ok(is_same)
    }
}
