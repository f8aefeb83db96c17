use std::collections::{BTreeMap, BTreeSet};

use super::kind::LintKind;
use super::report::Report;
use crate::error::MetainfoError;
use crate::file::File;
use crate::info::Info;
use crate::limits::LoadLimits;
use crate::load_options::LoadOptions;
use crate::meta_version::MetaVersion;
use crate::metainfo::Metainfo;
use crate::path::{Folder, NameTree, PathChange, PathChanges, PathPolicy, sanitize};
use crate::view::Shown;

/// By the rules of all systems together, whatever those are that the torrent was loaded with.
pub(super) fn check(torrent: &Metainfo, report: &mut Report<'_>) {
    let options = LoadOptions::default()
        .limits(LoadLimits::of_what_was_loaded())
        .paths(PathPolicy::Portable);
    let portable = match Metainfo::from_bytes_with(torrent.raw(), options) {
        Ok(portable) => portable,
        // Nothing else can be too much that was not before.
        Err(error) => {
            let kind = match error {
                MetainfoError::TooManyDuplicateNames { .. } => LintKind::NameCollision,
                _ => LintKind::HostileName,
            };
            report.add(kind, "info.files", || error.to_string());
            return;
        }
    };
    let info = portable.info();
    tell(
        changes_of([info.raw_name()]),
        || "info.name".to_owned(),
        info.raw_name(),
        report,
    );
    if info.is_single_file() {
        return;
    }
    for (index, file) in info.files().iter().enumerate() {
        if file.path_changes().is_empty() || file.is_pad() {
            continue;
        }
        let mut changes = changes_of(file.raw_path());
        if file.path_changes().contains(PathChange::Duplicate) {
            changes.insert(PathChange::Duplicate);
        }
        let raw = file.raw_path().collect::<Vec<_>>().join(&b'/');
        tell(changes, || place_of_file(info, index), &raw, report);
    }
    check_folders(info, report);
}

/// Two folders that are one by the rules of some system: what is in both lies in one there.
fn check_folders(info: &Info, report: &mut Report<'_>) {
    let mut tree = NameTree::new(PathPolicy::Portable, 0);
    let mut first: BTreeMap<Folder, &[u8]> = BTreeMap::new();
    let mut spelt: BTreeSet<(Folder, &[u8])> = BTreeSet::new();
    let mut last: Vec<&[u8]> = Vec::new();
    for (index, file) in info.files().iter().enumerate() {
        let mut folders: Vec<&[u8]> = file.raw_path().collect();
        folders.pop();
        if file.is_pad() || folders == last {
            continue;
        }
        let mut parent = 0;
        for (safe, raw) in file.components().skip(1).zip(&folders) {
            parent = tree.enter(parent, safe);
            let other = *first.entry(parent).or_insert(raw);
            if spelt.insert((parent, raw)) && other != *raw {
                report.add_at(
                    LintKind::NameCollision,
                    || place_of_file(info, index),
                    || {
                        let (one, other) = (Shown(raw), Shown(other));
                        format!("the folders \"{one}\" and \"{other}\" are one on some systems")
                    },
                );
            }
        }
        last = folders;
    }
}

fn changes_of<'a>(components: impl IntoIterator<Item = &'a [u8]>) -> PathChanges {
    let mut changes = PathChanges::default();
    for component in components {
        sanitize(component, PathPolicy::Portable, &mut changes);
    }
    changes
}

/// The key that names a file, shown safely.
pub(super) fn place_of_file(info: &Info, index: usize) -> String {
    let raw = info.files().get(index).into_iter().flat_map(File::raw_path);
    match info.version() {
        _ if info.is_single_file() => "info.name".to_owned(),
        MetaVersion::V1 | MetaVersion::Hybrid => format!("info.files[{index}].path"),
        MetaVersion::V2 => raw.fold("info.file tree".to_owned(), |place, name| {
            format!("{place}.{}", Shown(name))
        }),
    }
}

fn tell(changes: PathChanges, place: impl Fn() -> String, raw: &[u8], report: &mut Report<'_>) {
    let shown = Shown(raw);
    let mut hostile = PathChanges::default();
    for change in changes.iter() {
        match change {
            PathChange::NotUtf8 => report.add_at(LintKind::NameNotUtf8, &place, || {
                format!("\"{}\" is not UTF-8", shown)
            }),
            PathChange::TooLong => report.add_at(LintKind::NameTooLong, &place, || {
                format!("\"{}\" has a component of more than 240 bytes", shown)
            }),
            PathChange::Duplicate => report.add_at(LintKind::NameCollision, &place, || {
                format!("\"{}\" is the name of another file or folder too", shown)
            }),
            PathChange::MissingPadPath => {}
            change => hostile.insert(change),
        }
    }
    if !hostile.is_empty() {
        report.add_at(LintKind::HostileName, &place, || {
            format!("\"{}\": {hostile}", shown)
        });
    }
}
