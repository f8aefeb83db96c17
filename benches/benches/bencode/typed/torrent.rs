use serde::Deserialize;

use super::Sum;

/// A `.torrent` of version 1 (BEP 3 and 12), over text and bytes that are borrowed or owned.
#[derive(Deserialize)]
pub(super) struct Torrent<T, B> {
    announce: T,
    #[serde(rename = "announce-list")]
    tiers: Vec<Vec<T>>,
    #[serde(rename = "creation date")]
    creation_date: u64,
    info: Info<T, B>,
}

#[derive(Deserialize)]
struct Info<T, B> {
    files: Vec<File<T>>,
    name: T,
    #[serde(rename = "piece length")]
    piece_length: u64,
    pieces: B,
}

#[derive(Deserialize)]
struct File<T> {
    length: u64,
    path: Vec<T>,
}

impl<T: AsRef<str>, B: AsRef<[u8]>> Sum for Torrent<T, B> {
    fn sum(&self) -> u64 {
        let Info {
            files,
            name,
            piece_length,
            pieces,
        } = &self.info;
        let texts = self.tiers.iter().chain(files.iter().map(|file| &file.path));
        let texts = texts.flatten().chain([&self.announce, name]);
        texts.map(|text| text.as_ref().len() as u64).sum::<u64>()
            + files.iter().map(|file| file.length).sum::<u64>()
            + pieces.as_ref().len() as u64
            + self.creation_date
            + piece_length
    }
}
