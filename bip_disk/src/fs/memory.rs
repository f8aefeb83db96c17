//! Files in memory, for tests, demonstrations and small things that need no disk.

use std::collections::HashMap;
use std::io::{self, IoSlice};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Access, FileSystem};

/// A [`FileSystem`] in memory. Clones share the same files.
#[derive(Debug, Clone)]
pub struct MemoryFileSystem {
    files: Arc<Mutex<HashMap<PathBuf, MemoryFile>>>,
    used: Arc<Mutex<u64>>,
    capacity: u64,
}

/// An open file of a [`MemoryFileSystem`].
#[derive(Debug, Clone)]
pub struct MemoryFile {
    bytes: Arc<Mutex<Vec<u8>>>,
}

impl Default for MemoryFileSystem {
    fn default() -> Self {
        Self::new()
    }
}

impl MemoryFileSystem {
    /// What a file system in memory holds unless told otherwise: 1 GiB, all files together.
    pub const DEFAULT_CAPACITY: u64 = 1 << 30;

    /// An empty file system.
    #[must_use]
    pub fn new() -> Self {
        Self::with_capacity(Self::DEFAULT_CAPACITY)
    }

    /// An empty file system whose files together take at most so many bytes. Beyond that it says
    /// [`io::ErrorKind::StorageFull`].
    #[must_use]
    pub fn with_capacity(bytes: u64) -> Self {
        Self {
            files: Arc::default(),
            used: Arc::default(),
            capacity: bytes,
        }
    }

    /// A copy of what a file holds, `None` if there is no such file.
    #[must_use]
    pub fn contents(&self, path: &Path) -> Option<Vec<u8>> {
        let file = lock(&self.files).get(path).cloned()?;
        let bytes = lock(&file.bytes).clone();
        Some(bytes)
    }

    /// Puts a file there, or replaces what it holds.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::StorageFull`] if it does not fit.
    pub fn insert(&self, path: &Path, contents: Vec<u8>) -> io::Result<()> {
        let file = self.open(path, Access::Write)?;
        let mut bytes = lock(&file.bytes);
        self.account(bytes.len(), contents.len())?;
        *bytes = contents;
        Ok(())
    }

    fn account(&self, before: usize, after: usize) -> io::Result<()> {
        let mut used = lock(&self.used);
        let next = *used - before as u64 + after as u64;
        if after > before && next > self.capacity {
            return Err(io::ErrorKind::StorageFull.into());
        }
        *used = next;
        Ok(())
    }

    fn resize(&self, bytes: &mut Vec<u8>, length: usize) -> io::Result<()> {
        self.account(bytes.len(), length)?;
        bytes.resize(length, 0);
        Ok(())
    }
}

impl FileSystem for MemoryFileSystem {
    type File = MemoryFile;

    fn open(&self, path: &Path, access: Access) -> io::Result<MemoryFile> {
        let mut files = lock(&self.files);
        if let Some(file) = files.get(path) {
            return Ok(file.clone());
        }
        if access == Access::Read {
            return Err(io::ErrorKind::NotFound.into());
        }
        let file = MemoryFile {
            bytes: Arc::default(),
        };
        files.insert(path.to_owned(), file.clone());
        Ok(file)
    }

    fn length(&self, file: &MemoryFile) -> io::Result<u64> {
        Ok(lock(&file.bytes).len() as u64)
    }

    fn set_length(&self, file: &MemoryFile, length: u64) -> io::Result<()> {
        let length = usize::try_from(length).map_err(|_| io::ErrorKind::StorageFull)?;
        self.resize(&mut lock(&file.bytes), length)
    }

    fn read_at(&self, file: &MemoryFile, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = lock(&file.bytes);
        let start = usize::try_from(offset)
            .unwrap_or(usize::MAX)
            .min(bytes.len());
        let length = buffer.len().min(bytes.len() - start);
        buffer[..length].copy_from_slice(&bytes[start..start + length]);
        Ok(length)
    }

    fn write_vectored_at(
        &self,
        file: &MemoryFile,
        offset: u64,
        slices: &[IoSlice<'_>],
    ) -> io::Result<usize> {
        let mut bytes = lock(&file.bytes);
        let start = usize::try_from(offset).map_err(|_| io::ErrorKind::StorageFull)?;
        let length: usize = slices.iter().map(|s| s.len()).sum();
        let end = start
            .checked_add(length)
            .ok_or(io::ErrorKind::StorageFull)?;
        if end > bytes.len() {
            self.resize(&mut bytes, end)?;
        }
        let mut at = start;
        for slice in slices {
            bytes[at..at + slice.len()].copy_from_slice(slice);
            at += slice.len();
        }
        Ok(length)
    }

    fn sync(&self, _file: &MemoryFile) -> io::Result<()> {
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing under these locks panics half way.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_its_capacity_and_not_a_byte_more() {
        let files = MemoryFileSystem::with_capacity(10);
        let file = files.open(Path::new("a"), Access::Write).unwrap();
        files.set_length(&file, 10).unwrap();
        let full = files.set_length(&file, 11).unwrap_err();
        assert_eq!(full.kind(), io::ErrorKind::StorageFull);
        let full = files.write_vectored_at(&file, 9, &[IoSlice::new(b"ab")]);
        assert_eq!(full.unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert_eq!(
            files
                .write_vectored_at(&file, 9, &[IoSlice::new(b"a")])
                .unwrap(),
            1
        );
        assert_eq!(files.length(&file).unwrap(), 10);
    }

    #[test]
    fn reads_nothing_behind_the_end() {
        let files = MemoryFileSystem::new();
        files.insert(Path::new("a"), b"abc".to_vec()).unwrap();
        let file = files.open(Path::new("a"), Access::Read).unwrap();
        let mut buffer = [0; 4];
        assert_eq!(files.read_at(&file, 2, &mut buffer).unwrap(), 1);
        assert_eq!(files.read_at(&file, 3, &mut buffer).unwrap(), 0);
        assert_eq!(files.read_at(&file, u64::MAX, &mut buffer).unwrap(), 0);
    }
}
