use std::path::{Path, PathBuf};

use bip_metainfo::{File, Info, Verifier};

use crate::stop::StopFlag;

/// Where a torrent's content is: its file or folder itself, or the folder that it is in.
#[derive(Debug)]
pub(super) struct Found<'i> {
    pub(super) verifier: Verifier<'i>,
    /// The torrent's file or folder.
    pub(super) path: PathBuf,
}

impl<'i> Found<'i> {
    /// Looks for as few files as tell which it is.
    pub(super) fn look(info: &'i Info, path: &Path, stop: &StopFlag) -> Found<'i> {
        let first = info.files().first();
        let name = first.and_then(|file| file.components().next());
        let below = path.join(name.unwrap_or_default());
        if is_itself(info, path, &below, stop) {
            return Found {
                verifier: Verifier::at(info, path),
                path: path.to_owned(),
            };
        }
        Found {
            verifier: Verifier::in_folder(info, path),
            path: below,
        }
    }
}

fn is_itself(info: &Info, path: &Path, below: &Path, stop: &StopFlag) -> bool {
    if info.is_single_file() || path.is_file() {
        return path.is_file();
    }
    let there = |folder: &Path| {
        let folder = folder.to_owned();
        let files = info.files().iter().filter(|file| !file.is_pad());
        let files = files.take_while(|_| stop.flow().is_continue());
        files.filter(move |file| is_there(&folder.join(below_name(file))))
    };
    let has_namesake = info
        .files()
        .iter()
        .any(|file| file.components().nth(1) == file.components().next());
    match below.symlink_metadata() {
        Err(_) => there(path).next().is_some(),
        Ok(_) if !has_namesake => false,
        // Below a folder may be one of the same name: whichever has more of the files.
        Ok(_) => there(path).count() > there(below).count(),
    }
}

fn below_name(file: &File) -> PathBuf {
    file.components().skip(1).collect()
}

fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}
