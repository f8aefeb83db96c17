use std::ffi::OsStr;
use std::io::{IsTerminal as _, stdout};
use std::path::{Path, PathBuf};

use super::failure::Failure;
use crate::output::{Stdout, replace};

/// Where a new `.torrent` file goes: `-` is standard output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Destination {
    Stdout,
    File(PathBuf),
}

/// Whether a file that is there already may be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Existing {
    Keep,
    Replace,
}

impl From<&OsStr> for Destination {
    fn from(text: &OsStr) -> Self {
        if text == "-" {
            Destination::Stdout
        } else {
            Destination::File(text.into())
        }
    }
}

impl Destination {
    pub(super) fn path(&self) -> Option<&Path> {
        match self {
            Destination::Stdout => None,
            Destination::File(path) => Some(path),
        }
    }

    /// Tells before the work what would keep its result from being written.
    pub(super) fn check(&self, existing: Existing) -> Result<(), Failure> {
        match self {
            Destination::Stdout if stdout().is_terminal() => Err(Failure::Terminal),
            Destination::File(path) if existing == Existing::Keep && is_there(path) => {
                Err(Failure::Exists { path: path.clone() })
            }
            Destination::Stdout | Destination::File(_) => Ok(()),
        }
    }

    pub(super) fn write(&self, torrent: &[u8]) -> Result<(), Failure> {
        match self {
            Destination::Stdout => {
                let mut out = Stdout::lock();
                out.bytes(torrent)?;
                Ok(out.flush()?)
            }
            Destination::File(path) => replace(path, torrent).map_err(|source| Failure::Write {
                path: path.clone(),
                source,
            }),
        }
    }
}

/// A link that leads nowhere is there too. What is no file, as a device, is written to rather than replaced.
fn is_there(path: &Path) -> bool {
    match path.symlink_metadata() {
        Ok(metadata) => metadata.is_file() || metadata.is_dir() || metadata.is_symlink(),
        Err(_) => false,
    }
}
