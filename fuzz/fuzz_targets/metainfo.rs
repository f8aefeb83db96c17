//! Whatever the bytes, a torrent that loads has safe paths and consistent numbers, and its info dictionary loads alone.

#![no_main]

use std::collections::HashSet;
use std::path::Component;

use bip_metainfo::{
    Info, InfoHash, InfoHashV2, LintOptions, MetaVersion, Metainfo, PathPolicy, merkle,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(info) = Info::from_bytes(data) {
        check(&info);
    }
    if let Ok(torrent) = Metainfo::from_bytes(data) {
        check(torrent.info());
        assert_eq!(torrent.raw(), data);
        let alone = Info::from_bytes(torrent.info().raw())
            .expect("an info dictionary that loads in a file loads alone");
        assert_eq!(alone.info_hash(), torrent.info().info_hash());
        assert_eq!(alone.files(), torrent.info().files());
        assert!(torrent.trackers().iter().all(|tier| !tier.is_empty()));
        torrent.signatures().for_each(|signature| {
            assert!(signature.info().is_none_or(|info| info.starts_with(b"d")));
        });
        // What is refused is refused whatever the paths, but for names that are one here and two there.
        let _ = Metainfo::from_bytes_with(data, PathPolicy::Linux)
            .expect("fewer names are one on Linux");
        check_shown(&torrent);
        // The link is written within its limit only where trackers are few.
        let link = torrent.magnet();
        let text = link.to_string();
        if text.len() <= bip_metainfo::Magnet::MAX_LENGTH {
            assert_eq!(text.parse(), Ok(link));
        }
    }
});

/// What is told of it has nothing in it that upsets a terminal.
fn check_shown(torrent: &Metainfo) {
    let lints = torrent.lint(&LintOptions::default());
    let lints = lints
        .iter()
        .map(|lint| format!("{}: {}", lint.place(), lint.message()));
    let shown = [
        torrent.to_string(),
        torrent.info().to_tree().to_string(),
        torrent.to_json().to_string(),
    ];
    for text in lints.chain(shown) {
        let is_safe = |one: char| one == '\n' || !one.is_control();
        assert!(text.chars().all(is_safe), "{text:?}");
    }
}

fn check(info: &Info) {
    let (v1, v2) = (InfoHash::digest(info.raw()), InfoHashV2::digest(info.raw()));
    let expect = match info.version() {
        MetaVersion::V2 => v2.truncated(),
        MetaVersion::V1 | MetaVersion::Hybrid => v1,
    };
    assert_eq!(info.info_hash(), expect);
    check_layout(info);
    check_hashes(info);
    let mut seen = HashSet::new();
    let mut folders = HashSet::new();
    for file in info.files() {
        assert!(
            file.path()
                .components()
                .all(|component| matches!(component, Component::Normal(_)))
        );
        assert_eq!(file.path().components().count(), file.components().count());
        file.components().for_each(check_component);
        let folded = file
            .path()
            .to_str()
            .expect("paths are UTF-8")
            .to_lowercase();
        folders.extend(
            folded
                .match_indices('/')
                .map(|(at, _)| folded[..at].to_owned()),
        );
        assert!(seen.insert(folded));
        let target = file
            .symlink_path()
            .into_iter()
            .flat_map(|path| path.components());
        assert!(
            target
                .into_iter()
                .all(|component| matches!(component, Component::Normal(_)))
        );
    }
    assert!(seen.is_disjoint(&folders));
}

fn check_layout(info: &Info) {
    let piece_length = u64::from(info.piece_length());
    let (mut end, mut total) = (0u64, 0);
    for file in info.files() {
        if info.version() == MetaVersion::V2 && file.length() > 0 {
            end = end.next_multiple_of(piece_length);
        }
        assert_eq!(file.offset(), end);
        end += file.length();
        total += file.length();
    }
    assert_eq!(total, info.total_length());
    assert_eq!(end.div_ceil(piece_length), u64::from(info.piece_count()));
}

fn check_hashes(info: &Info) {
    let has_v1 = info.version() != MetaVersion::V2;
    let expect = if has_v1 {
        info.piece_count() as usize
    } else {
        0
    };
    assert_eq!(info.piece_hashes().len(), expect);
    let piece_length = u64::from(info.piece_length());
    let mut is_complete = true;
    for (index, file) in info.files().iter().enumerate() {
        let Some(root) = file.pieces_root() else {
            assert!(file.length() == 0 || file.is_pad() || info.version() == MetaVersion::V1);
            continue;
        };
        match info.piece_layer(index) {
            None => is_complete = false,
            Some([hash]) => assert_eq!(hash, root),
            Some(layer) => {
                assert_eq!(layer.len() as u64, file.length().div_ceil(piece_length));
                let level =
                    merkle::piece_layer_of(info.piece_length()).expect("checked when loading");
                assert_eq!(&merkle::root(layer, level), root);
            }
        }
    }
    assert_eq!(info.has_piece_layers(), is_complete);
}

fn check_component(name: &str) {
    assert!(!name.is_empty() && name.len() <= 255 && name != "." && name != "..");
    assert!(!name.ends_with(['.', ' ']));
    assert!(
        !name.contains(['/', '\\', ':', '*', '?', '"', '<', '>', '|'])
            && !name.contains(char::is_control)
    );
    let stem = name
        .split('.')
        .next()
        .unwrap_or_default()
        .trim_end()
        .to_uppercase();
    assert!(!["CON", "PRN", "AUX", "NUL", "COM1", "LPT9"].contains(&&*stem));
}
