//! Torrents written by hand, and an oracle of safe paths that shares no code with the crate.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test file uses a part of it"
)]

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};

use bip_metainfo::{File, Info, Metainfo, MetainfoError, PathPolicy};

/// `5:bytes`
pub fn string(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let bytes = bytes.as_ref();
    [format!("{}:", bytes.len()).as_bytes(), bytes].concat()
}

/// `i5e`
pub fn int(number: impl std::fmt::Display) -> Vec<u8> {
    format!("i{number}e").into_bytes()
}

/// `l…e`
pub fn list(items: impl IntoIterator<Item = Vec<u8>>) -> Vec<u8> {
    let items: Vec<Vec<u8>> = items.into_iter().collect();
    [b"l".to_vec(), items.concat(), b"e".to_vec()].concat()
}

/// `d…e`, the keys in the order given.
pub fn dict<'a>(entries: impl IntoIterator<Item = (&'a str, Vec<u8>)>) -> Vec<u8> {
    let entries: Vec<Vec<u8>> = entries
        .into_iter()
        .flat_map(|(key, value)| [string(key), value])
        .collect();
    [b"d".to_vec(), entries.concat(), b"e".to_vec()].concat()
}

/// `d…e` with any bytes for keys, in the order given.
pub fn dict_of(entries: impl IntoIterator<Item = (impl AsRef<[u8]>, Vec<u8>)>) -> Vec<u8> {
    let entries: Vec<Vec<u8>> = entries
        .into_iter()
        .flat_map(|(key, value)| [string(key), value])
        .collect();
    [b"d".to_vec(), entries.concat(), b"e".to_vec()].concat()
}

/// An info dictionary in the making: the entries of a sound single-file torrent of 425 bytes, replaced or removed.
#[derive(Clone)]
pub struct Draft(Vec<(&'static str, Vec<u8>)>);

impl Draft {
    pub fn single() -> Self {
        let pieces = string([7; 20]);
        Self(vec![
            ("length", int(425)),
            ("name", string("temp")),
            ("piece length", int(16_384)),
            ("pieces", pieces),
        ])
    }

    /// One file of one byte at each path.
    pub fn many<'a, P: AsRef<[&'a [u8]]>>(paths: impl IntoIterator<Item = P>) -> Self {
        Self::single().without("length").with(
            "files",
            list(paths.into_iter().map(|path| entry(1, path.as_ref()))),
        )
    }

    pub fn with(mut self, key: &'static str, value: Vec<u8>) -> Self {
        self = self.without(key);
        self.0.push((key, value));
        self.0.sort_by_key(|(key, _)| *key);
        self
    }

    pub fn without(mut self, key: &str) -> Self {
        self.0.retain(|(other, _)| *other != key);
        self
    }

    pub fn info(&self) -> Vec<u8> {
        dict(self.0.clone())
    }

    /// The info dictionary in a file, with these entries around it.
    pub fn file(&self, around: impl IntoIterator<Item = (&'static str, Vec<u8>)>) -> Vec<u8> {
        let mut entries: Vec<_> = around.into_iter().chain([("info", self.info())]).collect();
        entries.sort_by_key(|(key, _)| *key);
        dict(entries)
    }
}

/// Loads what must load.
pub fn load(bytes: &[u8]) -> Metainfo {
    Metainfo::from_bytes(bytes).unwrap_or_else(|error| panic!("{}: {error}", bytes.escape_ascii()))
}

/// The error with which this is refused, in a file as alone.
pub fn refused(draft: &Draft) -> MetainfoError {
    let error = Metainfo::from_bytes(&draft.file([])).unwrap_err();
    assert_eq!(Info::from_bytes(&draft.info()).unwrap_err(), error);
    error
}

/// An entry of `files`.
pub fn entry(length: u64, path: &[&[u8]]) -> Vec<u8> {
    dict([
        ("length", int(length)),
        ("path", list(path.iter().map(string))),
    ])
}

/// Panics unless the path of every file is safe below any folder, on Linux, macOS and Windows.
pub fn assert_safe(info: &Info) {
    assert_safe_as(PathPolicy::Portable, info);
}

/// Panics unless the path of every file is safe below any folder by the rules of this system.
pub fn assert_safe_as(policy: PathPolicy, info: &Info) {
    let check = match policy {
        PathPolicy::Linux | PathPolicy::MacOs => assert_safe_component_on_unix,
        _ => assert_safe_component,
    };
    check(info.name());
    let mut files = HashSet::new();
    let mut folders = HashSet::new();
    for file in info.files() {
        assert_safe_path(file, check);
        assert_eq!(file.components().next(), Some(info.name()));
        let fold = |name: &str| match policy {
            PathPolicy::Linux => name.to_owned(),
            _ => name.to_lowercase(),
        };
        let folded: Vec<String> = file.components().map(fold).collect();
        folders.extend((1..folded.len()).map(|depth| folded[..depth].to_vec()));
        assert!(files.insert(folded), "two files at {:?}", file.path());
    }
    assert!(files.is_disjoint(&folders), "a file where a folder is");
}

fn assert_safe_path(file: &File, check: impl Fn(&str)) {
    let base = PathBuf::from("base");
    assert!(base.join(file.path()).starts_with(&base) && file.path().is_relative());
    assert!(
        file.path()
            .components()
            .all(|component| matches!(component, Component::Normal(_))),
        "{file:?}"
    );
    assert!(
        file.components().map(Path::new).eq(file
            .path()
            .components()
            .map(|one| Path::new(one.as_os_str())))
    );
    file.components().for_each(&check);
    let target = file.symlink_path().map(|target| target.to_str().unwrap());
    target
        .into_iter()
        .flat_map(|target| target.split('/'))
        .for_each(check);
}

/// Bytes but NUL and `/`, up to 255; and nothing that a terminal or a reader takes for something else.
pub fn assert_safe_component_on_unix(name: &str) {
    assert!(!name.is_empty() && name.len() <= 255, "length of {name:?}");
    assert!(
        name != "." && name != ".." && !name.contains('/'),
        "{name:?}"
    );
    assert!(!name.contains(char::is_control), "control in {name:?}");
    assert!(
        !name.contains(['\u{200b}', '\u{202e}', '\u{feff}']),
        "{name:?}"
    );
}

/// What Linux (bytes but NUL and `/`, up to 255), macOS (`:` besides, and what HFS+ ignores) and Windows ("Naming Files,
/// Paths, and Namespaces") take for a plain name.
pub fn assert_safe_component(name: &str) {
    assert!(
        !name.is_empty() && name.len() <= 255 && name.encode_utf16().count() <= 255,
        "length of {name:?}"
    );
    assert!(name != "." && name != "..", "{name:?}");
    assert!(
        !name.ends_with('.') && !name.ends_with(' '),
        "end of {name:?}"
    );
    assert!(
        !name.contains(['/', '\\', ':', '*', '?', '"', '<', '>', '|', '\u{7f}']),
        "{name:?}"
    );
    assert!(
        !name
            .chars()
            .any(|one| one < ' ' || ('\u{80}'..'\u{a0}').contains(&one)),
        "control in {name:?}"
    );
    let ignored = [
        '\u{200b}'..='\u{200f}',
        '\u{202a}'..='\u{202e}',
        '\u{2060}'..='\u{206f}',
        '\u{feff}'..='\u{feff}',
    ];
    assert!(
        !name
            .chars()
            .any(|one| ignored.iter().any(|range| range.contains(&one))),
        "invisible in {name:?}"
    );
    let stem = name.split('.').next().unwrap().trim_end().to_uppercase();
    let ports = ["COM", "LPT"].iter().flat_map(|port| {
        "123456789¹²³"
            .chars()
            .map(move |digit| format!("{port}{digit}"))
    });
    let devices = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"].map(String::from);
    assert!(
        !devices
            .into_iter()
            .chain(ports)
            .any(|device| device == stem),
        "device {name:?}"
    );
}
