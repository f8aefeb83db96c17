use std::io;
use std::path::{Path, PathBuf};

use super::access_error::AccessError;
use super::file_accessor::FileAccessor;
use super::hashing::Source;
use super::source_file::SourceFile;

/// Where the content of a new torrent comes from: [`FileAccessor`], [`DirectAccessor`](crate::DirectAccessor), or
/// whatever has files that can be read at any offset.
pub trait Accessor: Sync {
    /// What the torrent is called, unless the builder says otherwise: the name of its only file, or of its folder.
    fn name(&self) -> &[u8];

    /// All files, in any order, the same at every call: the torrent has them in the order of their paths.
    fn files(&self) -> &[SourceFile];

    /// Opens the file with this index in [`files`](Self::files), which has content. Several threads may have it open at
    /// once.
    ///
    /// # Errors
    /// Whatever keeps it from being read, which ends the creation.
    fn open(&self, file: usize) -> io::Result<Box<dyn Source + '_>>;

    /// Whether the file still is what [`files`](Self::files) tells, asked when all is hashed. Unless this is overridden,
    /// it is.
    ///
    /// # Errors
    /// Whatever keeps it from being known, which ends the creation.
    fn is_unchanged(&self, file: usize) -> io::Result<bool> {
        let _ = file;
        Ok(true)
    }
}

impl<A: Accessor + ?Sized> Accessor for &A {
    fn name(&self) -> &[u8] {
        (**self).name()
    }

    fn files(&self) -> &[SourceFile] {
        (**self).files()
    }

    fn open(&self, file: usize) -> io::Result<Box<dyn Source + '_>> {
        (**self).open(file)
    }

    fn is_unchanged(&self, file: usize) -> io::Result<bool> {
        (**self).is_unchanged(file)
    }
}

/// What an [`Accessor`] can be made of: one itself, or the path of a file or folder.
pub trait IntoAccessor {
    /// What it becomes.
    type Accessor: Accessor;

    /// Looks at what there is.
    ///
    /// # Errors
    /// Whatever keeps its files from being known.
    fn into_accessor(self) -> Result<Self::Accessor, AccessError>;
}

impl<A: Accessor> IntoAccessor for A {
    type Accessor = A;

    fn into_accessor(self) -> Result<Self::Accessor, AccessError> {
        Ok(self)
    }
}

macro_rules! by_path {
    ($($path:ty),*) => {$(
        impl IntoAccessor for $path {
            type Accessor = FileAccessor;

            fn into_accessor(self) -> Result<Self::Accessor, AccessError> {
                FileAccessor::new(self)
            }
        }
    )*};
}

by_path!(&str, &Path, &PathBuf, String, PathBuf);
