use std::fs;
use std::io;
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

    /// Puts `bytes` in place of what it held, all of them or none: who reads meanwhile sees the old or the new.
    pub(crate) fn write(&self, bytes: &[u8]) -> io::Result<()> {
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.part", std::process::id()));
        let part = self.path.with_file_name(name);
        fs::write(&part, bytes)
            .and_then(|()| fs::rename(&part, &self.path))
            .inspect_err(|_| {
                let _ = fs::remove_file(&part);
            })
    }
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
