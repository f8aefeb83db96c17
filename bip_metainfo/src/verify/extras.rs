//! What is in the folder besides the torrent.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::error::VerifyError;
use super::place::{Folder, Lookout, Place, parent};
use crate::info::Info;

/// Whatever is in the torrent's folders and is no file or folder of it, sorted. Each folder is told before it is listed;
/// breaking ends it.
pub(super) fn list<'a>(
    info: &'a Info,
    place: &'a Place,
    lookout: &mut Lookout<'a>,
    extras: &mut Vec<PathBuf>,
    tell: impl Fn(&Path) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, VerifyError> {
    if info.is_single_file() {
        return Ok(ControlFlow::Continue(()));
    }
    // Not all have been looked at: those of pad files, which some programs write, of files that lie elsewhere, and of
    // all that comes after a first fault that is enough.
    for file in info.files() {
        if let Some(folder) = parent(place.relative(&file.path)) {
            lookout.folder(folder);
        }
    }
    let paths = info.files().iter().map(|file| place.relative(&file.path));
    let files: HashSet<&str> = paths.collect();
    let is_known = |path: &str| files.contains(path) || lookout.folders.contains_key(path);
    for (folder, state) in &lookout.folders {
        if *state != Folder::There || !place.is_of_torrent(folder) {
            continue;
        }
        let path = place.below(folder);
        if tell(&path).is_break() {
            extras.sort();
            return Ok(ControlFlow::Break(()));
        }
        list_folder(&path, folder, is_known, extras)
            .map_err(|source| VerifyError::Folder { path, source })?;
    }
    extras.sort();
    Ok(ControlFlow::Continue(()))
}

fn list_folder(
    path: &Path,
    folder: &str,
    is_known: impl Fn(&str) -> bool,
    extras: &mut Vec<PathBuf>,
) -> io::Result<()> {
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let name = entry.file_name();
        let relative = name.to_str().map(|name| match folder {
            "" => name.to_owned(),
            _ => format!("{folder}/{name}"),
        });
        if !relative.is_some_and(|relative| is_known(&relative)) {
            extras.push(entry.path());
        }
    }
    Ok(())
}
