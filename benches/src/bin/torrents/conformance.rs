//! The torrents of libtorrent's own tests, where they lie beside the checkout.

use std::path::PathBuf;
use std::{fs, io};

use serde_json::Value;

use crate::judge::escapes;
use crate::reader::Reader;

/// A torrent by its name, and whether it is to be read.
pub(crate) struct Listed {
    pub(crate) name: String,
    pub(crate) is_good: bool,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors")
}

fn facts() -> Option<Value> {
    let text = fs::read_to_string(folder().join("torrents.json")).ok()?;
    serde_json::from_str(&text).ok()
}

/// Nothing where they are not there.
pub(crate) fn all() -> Vec<Listed> {
    let facts = facts().unwrap_or_default();
    let torrents = facts["torrents"].as_object().into_iter().flatten();
    torrents
        .map(|(name, facts)| Listed {
            name: name.clone(),
            is_good: facts["expect"]["error"].is_null(),
        })
        .collect()
}

/// What a reader makes of one of them.
pub(crate) fn read(reader: &Reader, name: &str) -> io::Result<String> {
    let bytes = fs::read(folder().join("torrents").join(name))?;
    let facts = facts().unwrap_or_default();
    let measured = &facts["torrents"][name]["measured"];
    let Ok(reading) = (reader.read)(&bytes) else {
        return Ok("error".to_owned());
    };
    let is_other = |hash: Option<&str>, key: &str| {
        let known = measured[key].as_str();
        hash.is_some() && known.is_some() && hash != known
    };
    let v1 = reading.info_hash_v1.as_deref();
    // A torrent of version 2 alone has no such hash; who gives one has not understood it.
    let lacks_v1 = measured["info_hash_v1"].is_null() && v1.is_some() && measured.is_object();
    let is_other = lacks_v1
        || is_other(v1, "info_hash_v1")
        || is_other(reading.info_hash_v2.as_deref(), "info_hash_v2");
    Ok(match () {
        () if is_other => "other hash",
        () if reading.paths.iter().any(|path| escapes(path)) => "escapes",
        () => "ok",
    }
    .to_owned())
}
