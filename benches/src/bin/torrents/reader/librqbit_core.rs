use librqbit_core::magnet::Magnet;
use librqbit_core::torrent_metainfo::torrent_from_bytes;

use super::{Hashes, Package, Reader, Reading, joined, text};

pub(super) fn reader() -> Reader {
    Reader {
        name: "librqbit-core",
        package: Package::Crate("librqbit-core "),
        read,
        magnet: Some(magnet),
        create: None,
        comment: None,
    }
}

fn read(input: &[u8]) -> Result<Reading, String> {
    let torrent = torrent_from_bytes(input).map_err(text)?;
    let is_folder = torrent.info.data.files.is_some();
    let info = torrent.info.data.validate().map_err(text)?;
    let name = info.name_or_else(|| "torrent").into_owned();
    let files = || {
        info.iter_file_details()
            .filter(|file| !file.attrs().padding)
    };
    let path = |names: Vec<String>| {
        let folder = is_folder.then_some(&*name);
        joined(folder.into_iter().chain(names.iter().map(String::as_str)))
    };
    Ok(Reading {
        info_hash_v1: Some(torrent.info_hash.as_string()),
        info_hash_v2: None,
        length: files().map(|file| file.len).sum(),
        paths: files().map(|file| path(file.filename.to_vec())).collect(),
        is_warned: false,
    })
}

fn magnet(text: &str) -> Result<Hashes, String> {
    let link = Magnet::parse(text).map_err(super::text)?;
    let v1 = link.as_id20().map(|hash| hash.as_string());
    Ok((v1, link.as_id32().map(|hash| hash.as_string())))
}
