//! The computer's own file system, below one folder.

use std::fs::{File, OpenOptions};
use std::io::{self, IoSlice, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::{Access, FileSystem};
use crate::layout::stays_inside;

/// A [`FileSystem`] below one folder of the computer. Nothing outside of the folder is opened.
///
/// Refused are absolute paths, `..`, and symbolic links that point out of the folder. (Links are looked at when a
/// file is opened: somebody who may change the folder at that very moment can still win. The folder itself may be
/// a link.) New bytes of a file are sparse where the file system can do that.
#[derive(Debug, Clone)]
pub struct NativeFileSystem {
    directory: PathBuf,
}

/// An open file of a [`NativeFileSystem`].
#[derive(Debug)]
pub struct NativeFile {
    file: File,
    /// The writer moves the file's one cursor: std has no stable vectored write at an offset, and a seek costs 0.1 %
    /// of what the write of a piece costs. Readers on unix have no part in the cursor.
    cursor: Mutex<()>,
}

impl NativeFileSystem {
    /// Files live below `directory`, which is created with the first file if it is missing.
    pub fn with_directory(directory: impl Into<PathBuf>) -> Self {
        Self {
            directory: directory.into(),
        }
    }

    /// The folder.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The path below the folder, if it stays there.
    fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        if !stays_inside(path) {
            return Err(outside(path));
        }
        let mut resolved = self.directory.clone();
        for name in path.components() {
            resolved.push(name);
            match resolved.symlink_metadata() {
                Ok(metadata) if metadata.is_symlink() => self.follow(&resolved, path)?,
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    // Nothing below exists either.
                    return Ok(self.directory.join(path));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(resolved)
    }

    /// Whether a link inside of the folder points inside of it, too. A dangling one cannot be told, and is refused.
    fn follow(&self, link: &Path, path: &Path) -> io::Result<()> {
        let target = link.canonicalize().map_err(|_| outside(path))?;
        if target.starts_with(self.directory.canonicalize()?) {
            Ok(())
        } else {
            Err(outside(path))
        }
    }
}

fn outside(path: &Path) -> io::Error {
    let message = format!("{} leads out of the folder", path.display());
    io::Error::new(io::ErrorKind::PermissionDenied, message)
}

impl FileSystem for NativeFileSystem {
    type File = NativeFile;

    fn open(&self, path: &Path, access: Access) -> io::Result<NativeFile> {
        let path = self.resolve(path)?;
        if path.metadata().is_ok_and(|m| !m.is_file()) {
            // Opening a pipe would wait for its other end.
            let message = "something that is no file lies there";
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
        }
        let file = match access {
            Access::Read => File::open(path)?,
            Access::Write => open_or_create(&path)?,
        };
        Ok(NativeFile {
            file,
            cursor: Mutex::new(()),
        })
    }

    fn length(&self, file: &NativeFile) -> io::Result<u64> {
        Ok(file.file.metadata()?.len())
    }

    fn set_length(&self, file: &NativeFile, length: u64) -> io::Result<()> {
        file.file.set_len(length)
    }

    #[cfg(unix)]
    fn read_at(&self, file: &NativeFile, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(&file.file, buffer, offset)
    }

    #[cfg(not(unix))]
    fn read_at(&self, file: &NativeFile, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let _cursor = file.cursor.lock().unwrap_or_else(PoisonError::into_inner);
        (&file.file).seek(SeekFrom::Start(offset))?;
        io::Read::read(&mut &file.file, buffer)
    }

    fn write_vectored_at(
        &self,
        file: &NativeFile,
        offset: u64,
        slices: &[IoSlice<'_>],
    ) -> io::Result<usize> {
        let _cursor = file.cursor.lock().unwrap_or_else(PoisonError::into_inner);
        (&file.file).seek(SeekFrom::Start(offset))?;
        (&file.file).write_vectored(slices)
    }

    fn sync(&self, file: &NativeFile) -> io::Result<()> {
        file.file.sync_all()
    }
}

fn open_or_create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    match options.open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            options.open(path)
        }
        other => other,
    }
}
