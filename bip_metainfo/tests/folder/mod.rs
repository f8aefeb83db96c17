//! Files on disk for the length of a test, and what is found out of them as text.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test file uses a part of it"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use bip_metainfo::{
    DirectAccessor, HashOptions, InfoBuilder, MetaVersion, Metainfo, MetainfoBuilder, PieceLength,
    Verification,
};

/// A folder that is gone with it.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("bip-metainfo-{}-{count}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn path(&self, relative: &str) -> PathBuf {
        self.0.join(relative)
    }

    pub fn write(&self, relative: &str, content: &[u8]) {
        let path = self.path(relative);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub fn write_all(&self, files: &[(&str, Vec<u8>)]) {
        for (path, content) in files {
            self.write(&format!("top/{path}"), content);
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl AsRef<Path> for Folder {
    fn as_ref(&self) -> &Path {
        &self.0
    }
}

pub fn content(length: usize, seed: u8) -> Vec<u8> {
    (0..length)
        .map(|at| (at / 251) as u8 ^ at as u8 ^ seed)
        .collect()
}

/// A torrent of the folder `top` with these files.
pub fn torrent(
    version: MetaVersion,
    piece_length: u32,
    files: &[(impl AsRef<str>, Vec<u8>)],
) -> Metainfo {
    let folder = DirectAccessor::folder("top");
    let folder = files.iter().fold(folder, |folder, (path, content)| {
        folder.file(path.as_ref().split('/'), content)
    });
    let info = InfoBuilder::new()
        .version(version)
        .piece_length(PieceLength::Custom(piece_length));
    let builder = MetainfoBuilder::from(info);
    builder.build(folder, &HashOptions::default()).unwrap()
}

/// A line for each file that is not proven.
pub fn summary(found: &Verification<'_>) -> Vec<String> {
    let files = found.files().filter(|file| !file.is_proven());
    files
        .map(|file| {
            let mut line = file.file().path().to_str().unwrap().replace("top/", "");
            if let Some(fault) = file.fault() {
                line += &format!(" {fault}");
            }
            for (word, ranges) in [
                ("bad", file.bad_ranges()),
                ("unproven", file.unproven_ranges()),
            ] {
                for range in ranges {
                    line += &format!(", {word} {range:?}");
                }
            }
            line
        })
        .collect()
}
