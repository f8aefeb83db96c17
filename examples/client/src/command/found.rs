use std::path::{Path, PathBuf};

use bip_metainfo::{FileFault, HashOptions, Info, VerifiedFile, Verifier};

use super::failure::Failure;

/// Where a torrent's content is: its file or folder itself, or the folder that it is in.
#[derive(Debug)]
pub(super) struct Found<'i> {
    pub(super) verifier: Verifier<'i>,
    /// The torrent's file or folder.
    pub(super) path: PathBuf,
}

impl<'i> Found<'i> {
    /// Whichever way more of the files are where they should be. Tells whom the options name of each look.
    pub(super) fn look(
        info: &'i Info,
        path: &Path,
        options: &HashOptions<'_>,
    ) -> Result<Found<'i>, Failure> {
        let itself = Found {
            verifier: Verifier::at(info, path),
            path: path.to_owned(),
        };
        if path.is_file() {
            return Ok(itself);
        }
        let name = info
            .files()
            .first()
            .and_then(|file| file.components().next());
        let below = Found {
            verifier: Verifier::in_folder(info, path),
            path: path.join(name.unwrap_or_default()),
        };
        Ok(
            match itself.count(path, options)? > below.count(path, options)? {
                true => itself,
                false => below,
            },
        )
    }

    fn count(&self, path: &Path, options: &HashOptions<'_>) -> Result<usize, Failure> {
        let found = self.verifier.clone().quick().verify(options);
        let found = found.map_err(|source| Failure::verify(path, source))?;
        let is_there = |file: &VerifiedFile<'_>| {
            !matches!(file.fault(), Some(FileFault::Missing | FileFault::NotAFile))
        };
        Ok(found.files().filter(is_there).count())
    }
}
