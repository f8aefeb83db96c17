use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::front::limits::{CACHE_AGAIN_AFTER, MAX_CACHE_LENGTH};

/// A file that holds what a node knew when it last ran.
#[derive(Clone, Debug)]
pub(crate) struct CacheFile {
    path: PathBuf,
}

/// When to write the file.
#[derive(Debug)]
pub(crate) struct Cache {
    file: Option<CacheFile>,
    due: Option<Instant>,
}

impl CacheFile {
    pub(crate) fn new(path: &Path) -> CacheFile {
        CacheFile {
            path: path.to_owned(),
        }
    }

    /// What it holds; nothing if it does not exist yet.
    pub(crate) fn read(&self) -> io::Result<Option<Vec<u8>>> {
        match fs::metadata(&self.path) {
            Ok(metadata) if metadata.len() > MAX_CACHE_LENGTH => Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "the file is too long to be a cache",
            )),
            Ok(_) => fs::read(&self.path).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Puts `bytes` in place of what it held, all of them or none: who reads meanwhile sees the old or the new, and so does
    /// who reads after the power has failed.
    pub(crate) fn write(&self, bytes: &[u8]) -> io::Result<()> {
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.part", std::process::id()));
        let part = self.path.with_file_name(name);
        write_through(&part, bytes)
            .and_then(|()| fs::rename(&part, &self.path))
            .inspect_err(|_| {
                let _ = fs::remove_file(&part);
            })
    }
}

/// Writes a file and waits until the disk has it.
fn write_through(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

impl Cache {
    pub(crate) fn new(now: Instant, file: Option<CacheFile>) -> Cache {
        Cache {
            due: file.as_ref().map(|_| now + CACHE_AGAIN_AFTER),
            file,
        }
    }

    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        self.due
    }

    /// The file, if it is time to write it.
    pub(crate) fn poll(&mut self, now: Instant) -> Option<CacheFile> {
        self.due.filter(|due| *due <= now)?;
        self.due = Some(now + CACHE_AGAIN_AFTER);
        self.file.clone()
    }

    /// The file, to be written for the last time.
    pub(crate) fn into_file(self) -> Option<CacheFile> {
        self.file
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of its own for a test, which is gone behind it.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Folder {
            let name = format!("bip_dht-{name}-{}", std::process::id());
            let path = std::env::temp_dir().join(name);
            fs::create_dir_all(&path).unwrap();
            Folder(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn what_is_written_is_read_and_nothing_else_is_left_beside_it() {
        let folder = Folder::new("cache");
        let file = CacheFile::new(&folder.0.join("nodes"));
        assert_eq!(file.read().unwrap(), None);
        for bytes in [&b"old and long"[..], b"new"] {
            file.write(bytes).unwrap();
            assert_eq!(file.read().unwrap().as_deref(), Some(bytes));
        }
        assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 1);
        let nowhere = CacheFile::new(&folder.0.join("none").join("nodes"));
        nowhere.write(b"x").unwrap_err();
    }

    #[test]
    fn a_file_past_the_limit_is_no_cache() {
        let folder = Folder::new("long-cache");
        let file = CacheFile::new(&folder.0.join("nodes"));
        let longest = vec![0; MAX_CACHE_LENGTH as usize];
        file.write(&longest).unwrap();
        assert_eq!(
            file.read().unwrap().map(|bytes| bytes.len()),
            Some(longest.len())
        );
        file.write(&[&longest[..], b"x"].concat()).unwrap();
        assert_eq!(file.read().unwrap_err().kind(), io::ErrorKind::InvalidData);
    }
}
