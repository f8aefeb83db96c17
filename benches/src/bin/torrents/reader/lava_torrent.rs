use std::path::Path;

use bip_metainfo::MetaVersion;
use lava_torrent::bencode::BencodeElem;
use lava_torrent::torrent::v1::{Torrent, TorrentBuilder};

use super::{Package, Reader, Reading, joined, text};

pub(super) fn reader() -> Reader {
    Reader {
        name: "lava_torrent",
        package: Package::Crate("lava_torrent "),
        read,
        magnet: None,
        create: Some(create),
        comment: Some(comment),
    }
}

fn read(input: &[u8]) -> Result<Reading, String> {
    let torrent = Torrent::read_from_bytes(input).map_err(text)?;
    let paths = match &torrent.files {
        None => vec![torrent.name.clone()],
        Some(files) => files
            .iter()
            .map(|file| joined([&*torrent.name, &*file.path.to_string_lossy()]))
            .collect(),
    };
    Ok(Reading {
        info_hash_v1: Some(torrent.info_hash()),
        info_hash_v2: None,
        length: u64::try_from(torrent.length).map_err(text)?,
        paths,
        is_warned: false,
    })
}

fn create(folder: &Path, version: MetaVersion) -> Option<Vec<u8>> {
    if version != MetaVersion::V1 {
        return None;
    }
    TorrentBuilder::new(folder, 1 << 14)
        .build()
        .ok()?
        .encode()
        .ok()
}

fn comment(input: &[u8]) -> Result<Vec<u8>, String> {
    let mut torrent = Torrent::read_from_bytes(input).map_err(text)?;
    let comment = BencodeElem::String("another".to_owned());
    torrent
        .extra_fields
        .get_or_insert_default()
        .insert("comment".to_owned(), comment);
    torrent.encode().map_err(text)
}
