//! A file system that keeps its most recently used files open.

use std::collections::HashMap;
use std::io::{self, IoSlice};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Access, FileSystem};

/// Keeps the most recently used files of another [`FileSystem`] open, up to a fixed number.
///
/// A file open for writing serves readers too. A file that somebody else replaces by another of the same name is
/// noticed only after [`forget`](Self::forget) or after it was pushed out.
#[derive(Debug)]
pub struct FileHandleCache<F: FileSystem> {
    inner: F,
    capacity: usize,
    open: Mutex<OpenFiles<F::File>>,
}

#[derive(Debug)]
struct OpenFiles<T> {
    by_path: HashMap<PathBuf, OpenFile<T>>,
    clock: u64,
}

#[derive(Debug)]
struct OpenFile<T> {
    file: Arc<T>,
    access: Access,
    used: u64,
}

impl<F: FileSystem> FileHandleCache<F> {
    /// Keeps up to `capacity` files open (at least 1), beside those in use at the moment.
    #[must_use]
    pub fn new(inner: F, capacity: usize) -> Self {
        Self {
            inner,
            capacity: capacity.max(1),
            open: Mutex::new(OpenFiles {
                by_path: HashMap::new(),
                clock: 0,
            }),
        }
    }

    /// Closes a file as soon as nobody uses it.
    pub fn forget(&self, path: &Path) {
        let forgotten = self.lock().by_path.remove(path);
        // Closing may take long (network drives): not under the lock.
        drop(forgotten);
    }

    /// Number of files kept open.
    #[must_use]
    pub fn open_count(&self) -> usize {
        self.lock().by_path.len()
    }

    fn lock(&self) -> MutexGuard<'_, OpenFiles<F::File>> {
        // Nothing under the lock leaves it half done.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, path: &Path, access: Access) -> Option<Arc<F::File>> {
        let mut open = self.lock();
        open.clock += 1;
        let now = open.clock;
        let found = open.by_path.get_mut(path)?;
        if access == Access::Write && found.access == Access::Read {
            return None;
        }
        found.used = now;
        Some(Arc::clone(&found.file))
    }

    fn keep(&self, path: &Path, file: &Arc<F::File>, access: Access) {
        let mut pushed_out = Vec::new();
        let mut open = self.lock();
        open.clock += 1;
        let entry = OpenFile {
            file: Arc::clone(file),
            access,
            used: open.clock,
        };
        pushed_out.extend(open.by_path.insert(path.to_owned(), entry));
        while open.by_path.len() > self.capacity {
            let oldest = open.by_path.iter().min_by_key(|(_, f)| f.used);
            let Some(oldest) = oldest.map(|(path, _)| path.clone()) else {
                break;
            };
            pushed_out.extend(open.by_path.remove(&oldest));
        }
        drop(open);
    }
}

impl<F: FileSystem> FileSystem for FileHandleCache<F> {
    type File = Arc<F::File>;

    fn open(&self, path: &Path, access: Access) -> io::Result<Self::File> {
        if let Some(file) = self.find(path, access) {
            return Ok(file);
        }
        let file = Arc::new(self.inner.open(path, access)?);
        self.keep(path, &file, access);
        Ok(file)
    }

    fn length(&self, file: &Self::File) -> io::Result<u64> {
        self.inner.length(file)
    }

    fn set_length(&self, file: &Self::File, length: u64) -> io::Result<()> {
        self.inner.set_length(file, length)
    }

    fn read_at(&self, file: &Self::File, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner.read_at(file, offset, buffer)
    }

    fn write_vectored_at(
        &self,
        file: &Self::File,
        offset: u64,
        slices: &[IoSlice<'_>],
    ) -> io::Result<usize> {
        self.inner.write_vectored_at(file, offset, slices)
    }

    fn sync(&self, file: &Self::File) -> io::Result<()> {
        self.inner.sync(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fs::MemoryFileSystem;

    fn cache(capacity: usize) -> FileHandleCache<MemoryFileSystem> {
        FileHandleCache::new(MemoryFileSystem::new(), capacity)
    }

    #[test]
    fn keeps_as_many_files_open_as_told_and_not_one_more() {
        let files = cache(2);
        for (name, open) in [("a", 1), ("b", 2), ("a", 2), ("c", 2)] {
            files.open(Path::new(name), Access::Write).unwrap();
            assert_eq!(files.open_count(), open);
        }
        // "b" was the least recently used.
        assert!(files.find(Path::new("b"), Access::Read).is_none());
        assert!(files.find(Path::new("a"), Access::Read).is_some());
    }

    #[test]
    fn a_file_open_for_reading_is_opened_again_for_writing() {
        let files = cache(2);
        let missing = files.open(Path::new("a"), Access::Read).unwrap_err();
        assert_eq!(missing.kind(), io::ErrorKind::NotFound);
        files.inner.open(Path::new("a"), Access::Write).unwrap();
        files.open(Path::new("a"), Access::Read).unwrap();
        assert!(files.find(Path::new("a"), Access::Write).is_none());
        files.open(Path::new("a"), Access::Write).unwrap();
        assert!(files.find(Path::new("a"), Access::Read).is_some());
        assert_eq!(files.open_count(), 1);
    }

    #[test]
    fn a_forgotten_file_is_closed() {
        let files = cache(2);
        files.open(Path::new("a"), Access::Write).unwrap();
        files.forget(Path::new("a"));
        assert_eq!(files.open_count(), 0);
    }
}
