//! Hostile paths become what libtorrent's tests list, but for what is listed here.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod support;
mod vectors;

use bip_metainfo::{Info, PathPolicy};
use serde_json::Value;
use vectors::{bytes_of, read_json};

fn load(paths: &[Vec<Vec<u8>>], policy: PathPolicy) -> Info {
    let borrowed = paths
        .iter()
        .map(|path| path.iter().map(Vec::as_slice).collect::<Vec<_>>());
    Info::from_bytes_with(&support::Draft::many(borrowed).info(), policy).unwrap()
}

/// Where ours differ from theirs for Unix on purpose.
fn differs_on_unix(path: &[Vec<u8>]) -> bool {
    // A backslash stays; what is cut is cut elsewhere, since an extension is kept only up to 16 bytes.
    path.iter()
        .any(|one| one.contains(&b'\\') || one.len() > 240)
}

#[test]
fn listed_hostile_paths_become_what_is_listed() {
    let Some((_, listed)) = read_json("paths.json") else {
        return;
    };
    let mut compared = 0;
    for case in listed["sanitize"].as_array().unwrap() {
        let path: Vec<_> = case["elements_hex"]
            .as_array()
            .unwrap()
            .iter()
            .map(bytes_of)
            .collect();
        // What is not `force` is theirs for names, which drops `.` and `..` that ours replaces.
        let is_listed = case["force"] == true;
        let unix = String::from_utf8(bytes_of(&case["unix_hex"])).unwrap();
        let windows = case["windows"].as_str().map(|path| path.replace('\\', "/"));
        let windows = windows.unwrap_or_else(|| unix.clone());
        for (policy, theirs, differs) in [
            (PathPolicy::Linux, &unix, differs_on_unix(&path)),
            (PathPolicy::MacOs, &unix, differs_on_unix(&path)),
            (
                PathPolicy::Windows,
                &windows,
                path.iter().any(|one| one.len() > 240),
            ),
            (
                PathPolicy::Portable,
                &windows,
                path.iter().any(|one| one.len() > 240),
            ),
        ] {
            let info = load(std::slice::from_ref(&path), policy);
            support::assert_safe_as(policy, &info);
            let file = &info.files()[0];
            assert!(file.raw_path().eq(path.iter().map(Vec::as_slice)));
            if is_listed && !differs {
                assert_eq!(
                    file.path().to_str().unwrap(),
                    format!("temp/{theirs}"),
                    "{policy:?}"
                );
                compared += 1;
            }
        }
    }
    assert!(compared > 60, "{compared}");
    for names in listed["duplicate_names"].as_array().unwrap() {
        check_duplicates(names.as_array().unwrap());
    }
}

fn check_duplicates(names: &[Value]) {
    let split = |key: &'static str| {
        names
            .iter()
            .map(move |name| name[key].as_str().unwrap().split_once('/').unwrap().1)
    };
    let paths: Vec<_> = split("path")
        .map(|path| path.split('/').map(|one| one.into()).collect())
        .collect();
    for policy in [PathPolicy::Portable, PathPolicy::Windows, PathPolicy::MacOs] {
        let info = load(&paths, policy);
        support::assert_safe_as(policy, &info);
        // Theirs lets pad files of one length be one file.
        if names.iter().all(|name| name["pad"] == false) {
            let ours: Vec<_> = info
                .files()
                .iter()
                .map(|file| &file.path().to_str().unwrap()[5..])
                .collect();
            assert_eq!(ours, split("expected").collect::<Vec<_>>());
        }
    }
    support::assert_safe_as(PathPolicy::Linux, &load(&paths, PathPolicy::Linux));
}
