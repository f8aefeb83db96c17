//! Where the halves of a hybrid torrent agree on the content and differ all the same.

use bip_bencode::{BencodeRef, DictIter, DictRef};

use super::kind::LintKind;
use super::report::Report;
use crate::file::Attributes;
use crate::meta_version::MetaVersion;
use crate::metainfo::Metainfo;

pub(super) fn check(torrent: &Metainfo, info: DictRef<'_, '_>, report: &mut Report<'_>) {
    let Some(tree) = info
        .get(b"file tree")
        .filter(|_| torrent.info().version() == MetaVersion::Hybrid)
    else {
        return;
    };
    let files = info.get(b"files").and_then(|files| files.list());
    if files.is_none() != is_single(info, tree) {
        let message = || "only one of the halves has the file in a folder".to_owned();
        report.add(LintKind::HybridHalvesDiffer, "info.file tree", message);
    }
    let v2 = tree_attributes(tree);
    let v1 = files.into_iter().flat_map(|files| files.iter());
    let v1 = v1
        .enumerate()
        .map(|(index, file)| (index, attributes(file)))
        .filter(|(_, attributes)| !attributes.contains(b'p'));
    for ((index, one), other) in v1.zip(v2) {
        if one != other {
            let message = || "the attributes are others than in the file tree".to_owned();
            let place = format!("info.files[{index}].attr");
            report.add(LintKind::HybridHalvesDiffer, place, message);
        }
    }
}

/// A folder of one file looks like a single file in version 2, but for its name.
fn is_single(info: DictRef<'_, '_>, tree: BencodeRef<'_, '_>) -> bool {
    let tree = tree.dict().filter(|tree| tree.len() == 1);
    let Some((name, file)) = tree.and_then(|tree| tree.iter().next()) else {
        return false;
    };
    let is_file = file.dict().is_some_and(|file| file.get(b"").is_some());
    is_file && info.get(b"name").and_then(|name| name.bytes()) == Some(name)
}

fn attributes(properties: BencodeRef<'_, '_>) -> Attributes {
    let attr = properties.dict().and_then(|dict| dict.get(b"attr"));
    let letters = attr.and_then(|attr| attr.bytes()).unwrap_or_default();
    Attributes::parse(letters)
}

/// Of the files in the order of the tree. A file is what stands under an empty key.
fn tree_attributes(tree: BencodeRef<'_, '_>) -> Vec<Attributes> {
    let mut found = Vec::new();
    let mut folders: Vec<DictIter<'_, '_>> = tree.dict().iter().map(DictRef::iter).collect();
    while let Some(folder) = folders.last_mut() {
        match folder.next() {
            None => drop(folders.pop()),
            Some((b"", properties)) => found.push(attributes(properties)),
            Some((_, below)) => folders.extend(below.dict().iter().map(DictRef::iter)),
        }
    }
    found
}
