//! What they can do beyond reading, found out by trying.

use std::path::{Path, PathBuf};
use std::{env, fs, io, process};

use bip_metainfo::{HashOptions, MetaVersion, Metainfo, Verifier};

use crate::reader::{Hashes, Reader};

/// What is tried, in the order of the table.
pub(crate) const ALL: [&str; 10] = [
    "magnet link, v1",
    "magnet link, v1 in base32",
    "magnet link, v2",
    "magnet link of both",
    "magnet link `MAGNET:?xt=urn:BTIH:…`",
    "creates v1",
    "creates v2",
    "creates hybrid",
    "edits a comment: info-hash",
    "edits a comment: unknown keys",
];

const HEX: &str = "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd";
const BASE32: &str = "ZXG43TONZXG43TONZXG43TONZXG43TON";

/// A torrent with keys that nobody knows.
const UNKNOWN: &[u8] = b"d8:announce9:udp://a:13:fooi7e4:infod6:lengthi1e4:name1:f12:piece lengthi16384e\
    6:pieces20:\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa3:zooli1eee3:zzz1:ze";

pub(crate) fn attempt(reader: &Reader, what: &str) -> io::Result<String> {
    let known = ALL.iter().position(|known| *known == what);
    let known = known.ok_or_else(|| io::Error::other("nothing of this name is tried"))?;
    let v2 = "ab".repeat(32);
    let btmh = format!("xt=urn:btmh:1220{v2}");
    Ok(match known {
        0 => magnet(reader, &format!("xt=urn:btih:{HEX}"), (Some(HEX), None)),
        1 => magnet(reader, &format!("xt=urn:btih:{BASE32}"), (Some(HEX), None)),
        2 => magnet(reader, &btmh, (None, Some(&v2))),
        3 => magnet(
            reader,
            &format!("xt=urn:btih:{HEX}&{btmh}"),
            (Some(HEX), Some(&v2)),
        ),
        4 => magnet_of(
            reader,
            &format!("MAGNET:?xt=urn:BTIH:{HEX}"),
            (Some(HEX), None),
        ),
        5 => create(reader, MetaVersion::V1)?,
        6 => create(reader, MetaVersion::V2)?,
        7 => create(reader, MetaVersion::Hybrid)?,
        8 => edit(reader, |old, new| old.info().raw() == new.info().raw()),
        _ => edit(reader, |_, new| {
            let raw = new.raw();
            [&b"3:fooi7e"[..], b"3:zooli1ee", b"3:zzz1:z"]
                .iter()
                .all(|entry| has(raw, entry))
        }),
    })
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn magnet(reader: &Reader, query: &str, expect: (Option<&str>, Option<&str>)) -> String {
    magnet_of(reader, &format!("magnet:?{query}"), expect)
}

fn magnet_of(reader: &Reader, link: &str, expect: (Option<&str>, Option<&str>)) -> String {
    let Some(magnet) = reader.magnet else {
        return "-".to_owned();
    };
    let is_right = |(v1, v2): &Hashes| (v1.as_deref(), v2.as_deref()) == expect;
    match magnet(link) {
        Ok(hashes) if is_right(&hashes) => "yes".to_owned(),
        Ok(hashes) if hashes.0.as_deref() == expect.0 => "v1 half".to_owned(),
        Ok(_) => "**other hash**".to_owned(),
        Err(_) => "no".to_owned(),
    }
}

/// Whether ours loads what was created without a word, and proves the folder by it.
fn create(reader: &Reader, version: MetaVersion) -> io::Result<String> {
    let Some(create) = reader.create else {
        return Ok("-".to_owned());
    };
    let scratch = Scratch::new()?;
    fs::write(scratch.0.join("a"), vec![1; 40_000])?;
    fs::write(scratch.0.join("b"), [2; 9])?;
    Ok(match create(&scratch.0, version) {
        None => "no".to_owned(),
        Some(bytes) if is_proven(&bytes, &scratch.0, version) => "yes".to_owned(),
        Some(_) => "**wrong**".to_owned(),
    })
}

fn is_proven(bytes: &[u8], folder: &Path, version: MetaVersion) -> bool {
    let Ok(torrent) = Metainfo::from_bytes(bytes) else {
        return false;
    };
    let found = Verifier::at(torrent.info(), folder).verify(&HashOptions::default());
    let is_whole = torrent.info().version() == version && torrent.info().has_piece_layers();
    is_whole && found.is_ok_and(|found| found.is_proven())
}

fn edit(reader: &Reader, is_kept: fn(&Metainfo, &Metainfo) -> bool) -> String {
    let Some(comment) = reader.comment else {
        return "-".to_owned();
    };
    let loaded = |bytes: &[u8]| Metainfo::from_bytes(bytes).ok();
    let edited = comment(UNKNOWN).ok().and_then(|bytes| loaded(&bytes));
    match (loaded(UNKNOWN), edited) {
        (_, None) => "error".to_owned(),
        (Some(old), Some(new)) if new.comment() == Some("another") && is_kept(&old, &new) => {
            "kept".to_owned()
        }
        _ => "**lost**".to_owned(),
    }
}

/// A folder that is gone with it.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> io::Result<Scratch> {
        let path = env::temp_dir().join(format!("bip-torrents-{}", process::id()));
        fs::create_dir_all(&path)?;
        Ok(Scratch(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader;

    #[test]
    fn ours_can_do_it_all() {
        let readers = reader::all();
        for what in ALL {
            let cell = attempt(&readers[0], what).unwrap();
            assert!(["yes", "kept"].contains(&&*cell), "{what}: {cell}");
        }
    }
}
