//! What is to be said of a reading.

use std::collections::HashSet;

use bip_metainfo::{InfoHash, InfoHashV2, MetaVersion};

use crate::input::Input;
use crate::reader::Reading;

/// The cell of the first table.
pub(crate) fn judge(input: &Input, result: Result<Reading, String>) -> &'static str {
    let Ok(reading) = result else {
        return "error";
    };
    let v1 = InfoHash::digest(&input.info).to_string();
    let v2 = InfoHashV2::digest(&input.info).to_string();
    let is_wrong =
        |hash: &Option<String>, right: &str| hash.as_ref().is_some_and(|hash| hash != right);
    let has_v1 = input.version != MetaVersion::V2;
    let has_v2 = input.version != MetaVersion::V1;
    if (has_v1 && is_wrong(&reading.info_hash_v1, &v1))
        || (has_v2 && is_wrong(&reading.info_hash_v2, &v2))
    {
        return "**other info-hash**";
    }
    if reading.paths.iter().any(|path| escapes(path)) {
        return "**leaves the folder**";
    }
    let mut seen = HashSet::new();
    if !reading.paths.iter().all(|path| seen.insert(path)) {
        return "**one path twice**";
    }
    if input.length.is_some_and(|length| length != reading.length) {
        return "**other length**";
    }
    match (
        has_v1 && has_v2 && reading.info_hash_v2.is_none(),
        reading.is_warned,
    ) {
        (true, _) => "ok, v1 half",
        (false, true) => "ok, told",
        (false, false) => "ok",
    }
}

/// Whether a path, joined to a folder on this system, leads out of it, or to the folder itself.
pub(crate) fn escapes(path: &str) -> bool {
    let mut depth = 0i32;
    for part in path.split('/') {
        depth += match part {
            "" | "." => 0,
            ".." => -1,
            _ => 1,
        };
        if depth < 0 {
            return true;
        }
    }
    path.starts_with('/') || path.contains('\0') || depth == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input;

    #[test]
    fn paths_that_lead_out_are_known() {
        for path in ["a", "a/b", "a/../b", "a/..b"] {
            assert!(!escapes(path), "{path}");
        }
        for path in [
            "",
            "..",
            "a/../..",
            "a/../../b",
            "/etc/passwd",
            "a/..",
            ".",
            "a\0",
        ] {
            assert!(escapes(path), "{path}");
        }
    }

    #[test]
    fn a_reading_is_held_against_its_input() {
        let mut inputs = input::all();
        let at = inputs
            .iter()
            .position(|input| input.name == "hybrid")
            .unwrap();
        let input = &mut inputs[at];
        input.length = Some(40_009);
        let right = || Reading {
            info_hash_v1: Some(InfoHash::digest(&input.info).to_string()),
            info_hash_v2: Some(InfoHashV2::digest(&input.info).to_string()),
            length: input.length.unwrap(),
            paths: vec!["dir/a".to_owned(), "dir/b".to_owned()],
            is_warned: false,
        };
        let check = |change: fn(&mut Reading), expect| {
            let mut reading = right();
            change(&mut reading);
            assert_eq!(judge(input, Ok(reading)), expect);
        };
        check(|_| (), "ok");
        check(|reading| reading.is_warned = true, "ok, told");
        check(|reading| reading.info_hash_v2 = None, "ok, v1 half");
        check(
            |reading| reading.info_hash_v1 = Some("00".to_owned()),
            "**other info-hash**",
        );
        check(
            |reading| reading.info_hash_v2 = Some("00".to_owned()),
            "**other info-hash**",
        );
        check(
            |reading| reading.paths[0] = "../a".to_owned(),
            "**leaves the folder**",
        );
        check(
            |reading| reading.paths[0] = "dir/b".to_owned(),
            "**one path twice**",
        );
        check(|reading| reading.length += 1, "**other length**");
        assert_eq!(judge(input, Err("no".to_owned())), "error");
    }
}
