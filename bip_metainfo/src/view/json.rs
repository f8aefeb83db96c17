use std::fmt;

use super::json_writer::JsonWriter;
use crate::file::File;
use crate::hex::Hex;
use crate::info::Info;
use crate::meta_version::MetaVersion;
use crate::metainfo::Metainfo;

impl Metainfo {
    /// The torrent as JSON for programs; see [`JsonView`] for the fields.
    pub fn to_json(&self) -> JsonView<'_> {
        JsonView { torrent: self }
    }
}

/// A torrent as one JSON object, from [`Metainfo::to_json`]: `{}` writes it on one line, `{:#}` indented.
///
/// Every field is always there, `null` or empty where the torrent has nothing to say:
///
/// | field | value |
/// |---|---|
/// | `name` | text, safe as a file's name |
/// | `version` | `"1"`, `"2"` or `"hybrid"` |
/// | `info_hash_v1`, `info_hash_v2` | hexadecimal digits |
/// | `piece_length`, `piece_count`, `total_length` | bytes, pieces, bytes with padding |
/// | `private`, `single_file`, `has_piece_layers` | `true` or `false` |
/// | `source`, `comment`, `created_by`, `encoding`, `update_url` | text |
/// | `creation_date` | seconds since 1970 |
/// | `trackers` | tiers, each a list of addresses |
/// | `web_seeds`, `http_seeds` | addresses |
/// | `nodes` | pairs of host and port |
/// | `similar`, `collections` | hexadecimal digits; text |
/// | `signatures` | objects of `name`, and whether there is a `certificate`; none is verified |
/// | `warnings` | `name: text`, with the names of [`Warning::name`](crate::Warning::name) |
/// | `files` | objects of `path` (safe, with `/`), `length`, `pad`, `executable`, `hidden`, `symlink` (the target, for a symbolic link), `root` (of its hash tree, hexadecimal digits) |
///
/// Text that is not UTF-8 has U+FFFD in its place. What cannot be seen is escaped, so that it may go to a terminal.
#[derive(Debug, Clone, Copy)]
#[must_use = "it is written by `Display`"]
pub struct JsonView<'m> {
    torrent: &'m Metainfo,
}

impl fmt::Display for JsonView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        JsonWriter::new(f).object(|json| {
            write_info(json, self.torrent.info())?;
            write_about(json, self.torrent)?;
            write_sources(json, self.torrent)?;
            json.key("files")?;
            json.array(self.torrent.info().files(), write_file)
        })
    }
}

fn write_info(json: &mut JsonWriter<'_, '_>, info: &Info) -> fmt::Result {
    json.text("name", Some(info.name()))?;
    json.text(
        "version",
        Some(match info.version() {
            MetaVersion::V1 => "1",
            MetaVersion::V2 => "2",
            MetaVersion::Hybrid => "hybrid",
        }),
    )?;
    let hash = info.info_hash_v1().map(|hash| hash.to_string());
    json.text("info_hash_v1", hash.as_deref())?;
    let hash = info.info_hash_v2().map(|hash| hash.to_string());
    json.text("info_hash_v2", hash.as_deref())?;
    json.plain("piece_length", Some(info.piece_length()))?;
    json.plain("piece_count", Some(info.piece_count()))?;
    json.plain("total_length", Some(info.total_length()))?;
    json.plain("private", Some(info.is_private()))?;
    json.plain("single_file", Some(info.is_single_file()))?;
    json.plain("has_piece_layers", Some(info.has_piece_layers()))?;
    json.text("source", info.source())?;
    json.text("update_url", info.update_url())
}

fn write_about(json: &mut JsonWriter<'_, '_>, torrent: &Metainfo) -> fmt::Result {
    json.text("comment", torrent.comment())?;
    json.text("created_by", torrent.created_by())?;
    json.plain("creation_date", torrent.creation_date())?;
    json.text("encoding", torrent.encoding())?;
    json.key("similar")?;
    json.array(torrent.similar(), |json, hash| {
        json.string(&hash.to_string())
    })?;
    json.key("collections")?;
    json.array(torrent.collections(), JsonWriter::string)?;
    json.key("signatures")?;
    json.array(torrent.signatures(), |json, signature| {
        json.object(|json| {
            let name = String::from_utf8_lossy(signature.name());
            json.text("name", Some(&name))?;
            json.plain("certificate", Some(signature.certificate().is_some()))
        })
    })?;
    json.key("warnings")?;
    json.array(torrent.warnings(), |json, warning| {
        json.string(&format!("{}: {warning}", warning.name()))
    })
}

fn write_sources(json: &mut JsonWriter<'_, '_>, torrent: &Metainfo) -> fmt::Result {
    json.key("trackers")?;
    json.array(torrent.trackers(), |json, tier| {
        json.array(tier, |json, tracker| json.string(tracker))
    })?;
    json.key("web_seeds")?;
    json.array(torrent.url_list(), |json, url| json.string(url))?;
    json.key("http_seeds")?;
    json.array(torrent.httpseeds(), |json, url| json.string(url))?;
    json.key("nodes")?;
    json.array(torrent.nodes(), |json, (host, port)| {
        json.array([Ok(host), Err(port)], |json, part| match part {
            Ok(host) => json.string(host),
            Err(port) => json.number(port),
        })
    })
}

fn write_file(json: &mut JsonWriter<'_, '_>, file: &File) -> fmt::Result {
    json.object(|json| {
        json.text("path", Some(&file.path))?;
        json.plain("length", Some(file.length()))?;
        json.plain("pad", Some(file.is_pad()))?;
        json.plain("executable", Some(file.is_executable()))?;
        json.plain("hidden", Some(file.is_hidden()))?;
        json.text(
            "symlink",
            file.symlink_path().and_then(std::path::Path::to_str),
        )?;
        let root = file.pieces_root();
        let root = root.map(|root| Hex(root).to_string());
        json.text("root", root.as_deref())
    })
}
