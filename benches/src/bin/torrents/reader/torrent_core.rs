use std::fs;
use std::path::Path;

use bip_metainfo::MetaVersion;
use torrent_core::magnet::MagnetUri;
use torrent_core::metainfo::{FileInfo, MetainfoBuilder, Mode, from_bytes};

use super::{Hashes, Package, Reader, Reading, hex, joined, text};

pub(super) fn reader() -> Reader {
    Reader {
        name: "torrent-core",
        package: Package::Crate("torrent-core "),
        read,
        magnet: Some(magnet),
        create: Some(create),
        comment: Some(comment),
    }
}

fn read(input: &[u8]) -> Result<Reading, String> {
    let torrent = from_bytes(input).map_err(text)?;
    let paths = match &torrent.info.mode {
        Mode::Single { name, .. } => vec![name.clone()],
        Mode::Multiple { name, files } => {
            let path = |file: &FileInfo| {
                joined(
                    [&**name]
                        .into_iter()
                        .chain(file.path.iter().map(String::as_str)),
                )
            };
            files.iter().map(path).collect()
        }
    };
    Ok(Reading {
        info_hash_v1: Some(hex(&torrent.info_hash())),
        info_hash_v2: None,
        length: torrent.info.total_size(),
        paths,
        is_warned: false,
    })
}

fn magnet(text: &str) -> Result<Hashes, String> {
    let link: MagnetUri = text.parse().map_err(super::text)?;
    Ok((Some(hex(link.primary_info_hash())), None))
}

/// It hashes what it is given; which files there are is the caller's to find out.
fn create(folder: &Path, version: MetaVersion) -> Option<Vec<u8>> {
    if version != MetaVersion::V1 {
        return None;
    }
    let mut builder = MetainfoBuilder::new(1 << 14);
    let mut files = Vec::new();
    let mut names: Vec<_> = fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.file_name()))
        .collect();
    names.sort();
    for name in names {
        let content = fs::read(folder.join(&name)).ok()?;
        builder.add_data(&content);
        files.push(FileInfo {
            length: content.len() as u64,
            path: vec![name.into_string().ok()?],
        });
    }
    let name = folder.file_name()?.to_str()?.to_owned();
    let mode = Mode::Multiple { name, files };
    builder
        .finish("udp://a:1".to_owned(), mode, Vec::new(), Vec::new())
        .to_bytes()
}

fn comment(input: &[u8]) -> Result<Vec<u8>, String> {
    let mut torrent = from_bytes(input).map_err(text)?;
    torrent.comment = Some("another".to_owned());
    torrent
        .to_bytes()
        .ok_or_else(|| "nothing to write".to_owned())
}
