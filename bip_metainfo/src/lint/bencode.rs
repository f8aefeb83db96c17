//! How a torrent is written, and with which keys.

use bip_bencode::{DictRef, Warning as Irregular};

use super::kind::LintKind;
use super::report::Report;
use crate::meta_version::MetaVersion;
use crate::metainfo::Metainfo;
use crate::warning::Warning;

/// Keys that clients have stopped using.
const DEPRECATED_IN_ROOT: [&[u8]; 6] = [
    b"azureus_properties",
    b"codepage",
    b"publisher",
    b"publisher-url",
    b"publisher-url.utf-8",
    b"publisher.utf-8",
];
const DEPRECATED_IN_INFO: [&[u8]; 9] = [
    b"ed2k",
    b"filehash",
    b"md5sum",
    b"publisher",
    b"publisher-url",
    b"publisher-url.utf-8",
    b"publisher.utf-8",
    b"root hash",
    b"sha1",
];
const DEPRECATED_IN_FILE: [&[u8]; 4] = [b"crc32", b"ed2k", b"filehash", b"md5sum"];

pub(super) fn check(torrent: &Metainfo, irregular: &[Irregular], report: &mut Report<'_>) {
    let irregular: Vec<_> = irregular
        .iter()
        .filter(|warning| warning.irregularity != bip_bencode::Irregularity::TrailingBytes)
        .collect();
    if let Some(first) = irregular.first() {
        let count = irregular.len();
        let message = || format!("the bencode is irregular at {count} places: {first}");
        report.add(LintKind::NonCanonicalBencode, "", message);
    }
    for warning in torrent.warnings() {
        match warning {
            Warning::TrailingSpace { .. } => {
                report.add(LintKind::TrailingSpace, "", || warning.to_string());
            }
            Warning::NotUtf8 { key } => {
                report.add(LintKind::NameNotUtf8, escape(key), || {
                    "the text is not UTF-8".to_owned()
                });
            }
            Warning::Ignored { key, expected } => {
                let kind = match key.as_str() {
                    "announce" | "announce-list" => LintKind::MalformedTracker,
                    _ => LintKind::IgnoredValue,
                };
                report.add(kind, escape(key), || format!("the value is not {expected}"));
            }
            Warning::LengthBesideFiles => {
                report.add(LintKind::IgnoredValue, "info.length", || {
                    warning.to_string()
                });
            }
            Warning::FlatAnnounceList => {
                report.add(LintKind::FlatAnnounceList, "announce-list", || {
                    warning.to_string()
                });
            }
            Warning::Irregular { .. }
            | Warning::MissingPieceLayers { .. }
            | Warning::PathsChanged { .. }
            | Warning::More { .. } => {}
        }
    }
    if torrent.info().version() == MetaVersion::V1 {
        let message = || "the torrent is of version 1 only".to_owned();
        report.add(LintKind::V1Only, "info.meta version", message);
    }
}

pub(super) fn check_keys(root: DictRef<'_, '_>, info: DictRef<'_, '_>, report: &mut Report<'_>) {
    check_dict(root, "", &DEPRECATED_IN_ROOT, report);
    check_dict(info, "info.", &DEPRECATED_IN_INFO, report);
    let files = info.get(b"files").and_then(|files| files.list());
    let files = files.into_iter().flat_map(|files| files.iter());
    for (index, file) in files.enumerate() {
        if let Some(file) = file.dict() {
            let place = || format!("info.files[{index}].");
            check_dict_at(file, place, &DEPRECATED_IN_FILE, report);
        }
    }
}

fn check_dict(dict: DictRef<'_, '_>, place: &str, keys: &[&[u8]], report: &mut Report<'_>) {
    check_dict_at(dict, || place.to_owned(), keys, report);
}

fn check_dict_at(
    dict: DictRef<'_, '_>,
    place: impl Fn() -> String,
    keys: &[&[u8]],
    report: &mut Report<'_>,
) {
    for (key, _) in dict {
        if keys.contains(&key) {
            let key = key.escape_ascii();
            let message = || format!("no client uses {key}");
            report.add(
                LintKind::DeprecatedKey,
                format!("{}{key}", place()),
                message,
            );
        }
    }
}

/// Keys of a file tree are names, and anything.
fn escape(key: &str) -> String {
    key.escape_debug().to_string()
}
