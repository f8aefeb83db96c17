use std::path::Path;

use bip_metainfo::{
    FileAccessor, HashOptions, InfoBuilder, Magnet, MetaVersion, Metainfo, MetainfoBuilder,
    PieceLength,
};

use super::{Hashes, Package, Reader, Reading, text};

pub(super) fn reader() -> Reader {
    Reader {
        name: "bip_metainfo",
        package: Package::Crate("bip_metainfo "),
        read,
        magnet: Some(magnet),
        create: Some(create),
        comment: Some(comment),
    }
}

fn read(input: &[u8]) -> Result<Reading, String> {
    let torrent = Metainfo::from_bytes(input).map_err(text)?;
    let info = torrent.info();
    let files = || info.files().iter().filter(|file| !file.is_pad());
    Ok(Reading {
        info_hash_v1: info.info_hash_v1().map(|hash| hash.to_string()),
        info_hash_v2: info.info_hash_v2().map(|hash| hash.to_string()),
        length: files().map(|file| file.length()).sum(),
        paths: files()
            .map(|file| file.path().to_string_lossy().into_owned())
            .collect(),
        is_warned: torrent.warnings().next().is_some(),
    })
}

fn magnet(text: &str) -> Result<Hashes, String> {
    let link = Magnet::parse(text).map_err(super::text)?;
    let v1 = link.info_hash_v1().map(|hash| hash.to_string());
    Ok((v1, link.info_hash_v2().map(|hash| hash.to_string())))
}

fn create(folder: &Path, version: MetaVersion) -> Option<Vec<u8>> {
    let info = InfoBuilder::new()
        .version(version)
        .piece_length(PieceLength::Custom(1 << 14));
    let content = FileAccessor::new(folder).ok()?;
    let torrent = MetainfoBuilder::from(info)
        .build(content, &HashOptions::default())
        .ok()?;
    Some(torrent.raw().to_vec())
}

fn comment(input: &[u8]) -> Result<Vec<u8>, String> {
    let torrent = Metainfo::from_bytes(input).map_err(text)?;
    let edited = torrent.edit().comment("another").apply().map_err(text)?;
    Ok(edited.raw().to_vec())
}
