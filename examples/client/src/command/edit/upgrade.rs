//! From version 1 to both.

use std::path::Path;

use bip_metainfo::{
    File, FileAccessor, FileOptions, HashOptions, Hidden, Info, Junk, Metainfo, Symlinks,
};

use super::super::failure::Failure;
use super::super::found::Found;
use crate::output::{Hashing, Looking};
use crate::stop::StopFlag;

/// Gives a torrent the half of version 2, from content that is what it describes, under the names that it had before
/// other edits.
pub(super) fn upgrade(
    torrent: &Metainfo,
    before: &Info,
    content: &Path,
    is_json: bool,
    stop: &StopFlag,
) -> Result<Metainfo, Failure> {
    let (looking, hashing) = (Looking::new(is_json), Hashing::new(is_json));
    let options = HashOptions::default()
        .on_look(|_| {
            looking.tell();
            stop.flow()
        })
        .on_progress(|progress| {
            looking.clear();
            hashing.tell(progress.bytes_done, progress.bytes_total);
            stop.flow()
        });
    let upgraded = checked(torrent, before, content, &options, stop);
    looking.clear();
    hashing.clear();
    upgraded
}

fn checked(
    torrent: &Metainfo,
    before: &Info,
    content: &Path,
    options: &HashOptions<'_>,
    stop: &StopFlag,
) -> Result<Metainfo, Failure> {
    torrent.check_upgradable().map_err(Failure::Upgrade)?;
    let found = Found::look(before, content, stop);
    let verified = found.verifier.verify(options);
    let verified = verified.map_err(|source| Failure::verify(content, source))?;
    if verified.is_cancelled() {
        return Err(Failure::Interrupted);
    }
    if !verified.is_proven() {
        return Err(Failure::OtherContent {
            path: content.to_owned(),
        });
    }
    let walked = FileAccessor::watched(&found.path, &file_options(before), |_| stop.flow());
    let walked = walked.map_err(|error| Failure::Upgrade(error.into()))?;
    let change = torrent.upgrade(walked, options).map_err(Failure::Upgrade)?;
    Ok(change.torrent)
}

/// Whatever the torrent may have in it.
fn file_options(info: &Info) -> FileOptions {
    let options = FileOptions::default().hidden(Hidden::Take).junk(Junk::Take);
    match info.files().iter().any(File::is_symlink) {
        true => options.symlinks(Symlinks::Keep),
        false => options,
    }
}
