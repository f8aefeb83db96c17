//! Whatever the bytes, a torrent that loads has safe paths and consistent numbers, and its info dictionary loads alone.

#![no_main]

use std::collections::HashSet;
use std::path::Component;

use bip_metainfo::{Info, InfoHash, Metainfo};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(info) = Info::from_bytes(data) {
        check(&info);
    }
    if let Ok(torrent) = Metainfo::from_bytes(data) {
        check(torrent.info());
        let alone = Info::from_bytes(torrent.info().raw()).expect("an info dictionary that loads in a file loads alone");
        assert_eq!(alone.info_hash(), torrent.info().info_hash());
        assert_eq!(alone.files(), torrent.info().files());
        assert!(torrent.trackers().iter().all(|tier| !tier.is_empty()));
        // The link is written within its limit only where trackers are few.
        let link = torrent.magnet();
        let text = link.to_string();
        if text.len() <= bip_metainfo::Magnet::MAX_LENGTH {
            assert_eq!(text.parse(), Ok(link));
        }
    }
});

fn check(info: &Info) {
    assert_eq!(info.info_hash(), InfoHash::digest(info.raw()));
    let pieces = info.total_length().div_ceil(u64::from(info.piece_length()));
    assert_eq!((u64::from(info.piece_count()), info.piece_hashes().len() as u64), (pieces, pieces));
    let mut end = 0;
    let mut seen = HashSet::new();
    let mut folders = HashSet::new();
    for file in info.files() {
        assert_eq!(file.offset(), end);
        end += file.length();
        assert!(file.path().components().all(|component| matches!(component, Component::Normal(_))));
        assert_eq!(file.path().components().count(), file.components().count());
        file.components().for_each(check_component);
        let folded = file.path().to_str().expect("paths are UTF-8").to_lowercase();
        folders.extend(folded.match_indices('/').map(|(at, _)| folded[..at].to_owned()));
        assert!(seen.insert(folded));
    }
    assert_eq!(end, info.total_length());
    assert!(seen.is_disjoint(&folders));
}

fn check_component(name: &str) {
    assert!(!name.is_empty() && name.len() <= 255 && name != "." && name != "..");
    assert!(!name.ends_with(['.', ' ']));
    assert!(!name.contains(['/', '\\', ':', '*', '?', '"', '<', '>', '|']) && !name.contains(char::is_control));
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_uppercase();
    assert!(!["CON", "PRN", "AUX", "NUL", "COM1", "LPT9"].contains(&&*stem));
}
