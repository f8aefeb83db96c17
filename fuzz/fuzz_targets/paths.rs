//! Whatever the names, under every policy each file has a safe path of its own, and what it was is kept.
//!
//! Input: names, separated by zero bytes that are part of no name (a 1 stands for them) and folders by a newline.

#![no_main]

use std::collections::HashSet;

use bip_metainfo::{Info, LoadLimits, LoadOptions, PathPolicy};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let paths: Vec<Vec<Vec<u8>>> = data
        .split(|byte| *byte == 0)
        .take(40)
        .map(|path| {
            path.split(|byte| *byte == b'\n')
                .take(8)
                .map(unescape)
                .collect()
        })
        .collect();
    let info = info(&paths);
    let limits = LoadLimits::default().max_duplicate_names(2000);
    for policy in [
        PathPolicy::Portable,
        PathPolicy::Linux,
        PathPolicy::MacOs,
        PathPolicy::Windows,
    ] {
        let options = LoadOptions::default().limits(limits).paths(policy);
        let info = Info::from_bytes_with(&info, options).expect("no name is refused");
        check(&info, policy, &paths);
    }
});

fn unescape(name: &[u8]) -> Vec<u8> {
    name.iter()
        .map(|byte| if *byte == 1 { 0 } else { *byte })
        .collect()
}

fn check(info: &Info, policy: PathPolicy, paths: &[Vec<Vec<u8>>]) {
    let (mut files, mut folders) = (HashSet::new(), HashSet::new());
    for (file, raw) in info.files().iter().zip(paths) {
        assert!(file.raw_path().eq(raw.iter().map(Vec::as_slice)));
        let components: Vec<_> = file.components().skip(1).collect();
        assert_eq!(components.len(), raw.len());
        let is_same = components
            .iter()
            .map(|name| name.as_bytes())
            .eq(raw.iter().map(Vec::as_slice));
        assert_eq!(file.path_changes().is_empty(), is_same);
        for name in &components {
            assert!(!name.is_empty() && name.len() <= 255 && *name != "." && *name != "..");
            assert!(!name.contains('/') && !name.contains(char::is_control));
            let is_windows = matches!(policy, PathPolicy::Portable | PathPolicy::Windows);
            assert!(
                !is_windows || !(name.contains(['\\', ':', '?']) || name.ends_with(['.', ' ']))
            );
        }
        let path = components.join("/");
        let path = if policy == PathPolicy::Linux {
            path
        } else {
            path.to_lowercase()
        };
        folders.extend(path.match_indices('/').map(|(at, _)| path[..at].to_owned()));
        assert!(files.insert(path));
    }
    assert!(files.is_disjoint(&folders));
}

fn info(paths: &[Vec<Vec<u8>>]) -> Vec<u8> {
    let mut info = b"d5:filesl".to_vec();
    for path in paths {
        info.extend(b"d6:lengthi1e4:pathl");
        for name in path {
            info.extend(format!("{}:", name.len()).bytes());
            info.extend(name);
        }
        info.extend(b"ee");
    }
    info.extend(b"e4:name1:t12:piece lengthi16384e6:pieces20:aaaaaaaaaaaaaaaaaaaae");
    info
}
