use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::{env, io, process};

/// A file of 1 GiB in a folder of its own, which is gone with this.
pub(crate) struct Content {
    folder: PathBuf,
    path: PathBuf,
}

impl Content {
    pub(crate) const NAME: &str = "content.bin";
    pub(crate) const LENGTH: u64 = 1 << 30;
    pub(crate) const PIECE_LENGTH: u32 = 1 << 20;

    pub(crate) fn write() -> io::Result<Content> {
        let folder = env::temp_dir().join(format!("bip-benches-{}", process::id()));
        fs::create_dir_all(&folder)?;
        let content = Content {
            path: folder.join(Content::NAME),
            folder,
        };
        let mut file = File::create(&content.path)?;
        bip_benches::write_content(&mut file, Content::LENGTH)?;
        // What is written stays in the page cache; the disk's part is over before anything is measured.
        file.sync_all()?;
        io::copy(&mut File::open(&content.path)?, &mut io::sink())?;
        Ok(content)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Content {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            eprintln!("{} is left: {error}", self.folder.display());
        }
    }
}
