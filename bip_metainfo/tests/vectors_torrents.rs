//! What libtorrent's test torrents and paths are, this crate must see in them too (their version 1 part).

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod support;

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Once;

use bip_metainfo::{Info, Metainfo, MetainfoError};
use serde_json::Value;

/// The folder beside the checkout that has `what`, or `None` with a word about what is not read.
fn vectors(what: &str) -> Option<PathBuf> {
    static TOLD: Once = Once::new();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors");
    if folder.join(what).exists() {
        return Some(folder);
    }
    // Not a printing macro: what those say is kept from view where a test passes.
    let told = "\nnot read, since it is not there: shared/vectors beside the checkout\n";
    TOLD.call_once(|| std::io::stderr().write_all(told.as_bytes()).unwrap());
    None
}

fn read_json(what: &str) -> Option<(PathBuf, Value)> {
    let folder = vectors(what)?;
    let text = std::fs::read_to_string(folder.join(what)).unwrap();
    Some((folder, serde_json::from_str(&text).unwrap()))
}

/// Whether our error has the reason that libtorrent's name tells.
fn is_reason(error: &MetainfoError, name: &str) -> bool {
    use MetainfoError as Ours;
    let key_ends = |end: &str| match error {
        Ours::MissingKey { key, .. } | Ours::WrongType { key, .. } => key.ends_with(end),
        _ => false,
    };
    match name {
        "errors::torrent_invalid_length" => {
            matches!(error, Ours::InvalidLength { .. } | Ours::NoContent) || key_ends("].length")
        }
        "errors::torrent_missing_piece_length" => key_ends("info.piece length"),
        "errors::torrent_missing_name" => key_ends("info.name") || key_ends("].path"),
        "errors::torrent_invalid_name" => key_ends("].path[0]"),
        "errors::no_files_in_torrent" => *error == Ours::NoFiles,
        "errors::torrent_invalid_hashes" => matches!(error, Ours::PiecesLength { .. }),
        "errors::too_many_duplicate_filenames" => {
            matches!(error, Ours::TooManyDuplicateNames { .. })
        }
        _ => false,
    }
}

fn check_good(torrent: &Metainfo, bytes: &[u8], expect: &Value) {
    let info = torrent.info();
    let measured = &expect["measured"];
    let span = expect["info_span"][0].as_u64().unwrap() as usize
        ..expect["info_span"][1].as_u64().unwrap() as usize;
    assert_eq!(info.raw(), &bytes[span]);
    assert_eq!(
        info.info_hash().to_string(),
        expect["raw_info_sha1"].as_str().unwrap()
    );
    assert_eq!(
        info.total_length(),
        measured["total_size"].as_u64().unwrap()
    );
    assert_eq!(
        u64::from(info.piece_length()),
        measured["piece_length"].as_u64().unwrap()
    );
    assert_eq!(
        u64::from(info.piece_count()),
        measured["num_pieces"].as_u64().unwrap()
    );
    assert_eq!(info.is_private(), measured["private"].as_bool().unwrap());
    let files = measured["files"].as_array().unwrap();
    let theirs = files.iter().map(|file| {
        (
            file["offset"].as_u64().unwrap(),
            file["size"].as_u64().unwrap(),
        )
    });
    // Of many files only the first are listed.
    let ours = info
        .files()
        .iter()
        .map(|file| (file.offset(), file.length()))
        .take(files.len());
    // Of a hybrid they list the version 2 half, where empty files stand behind pads and not in front.
    let counts = |(_, length): &(u64, u64)| *length > 0 || measured["v2"] == false;
    assert_eq!(
        ours.filter(counts).collect::<Vec<_>>(),
        theirs.filter(counts).collect::<Vec<_>>()
    );
    assert_eq!(
        info.files().len() as u64,
        measured["num_files"].as_u64().unwrap()
    );
    let trackers = measured["trackers"].as_array().unwrap();
    assert!(
        torrent
            .trackers()
            .iter()
            .flatten()
            .map(String::as_str)
            .eq(trackers.iter().map(|url| url.as_str().unwrap()))
    );
    let nodes = measured["dht_nodes"].as_array().unwrap();
    let theirs = nodes
        .iter()
        .map(|node| (node[0].as_str().unwrap(), node[1].as_u64().unwrap()));
    assert!(
        torrent
            .nodes()
            .iter()
            .map(|(host, port)| (&**host, u64::from(*port)))
            .eq(theirs)
    );
    let mut collections: Vec<_> = torrent.collections().collect();
    collections.sort_unstable();
    assert!(
        collections.into_iter().eq(measured["collections"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one.as_str().unwrap()))
    );
    assert_eq!(
        torrent.similar().count(),
        measured["similar"].as_array().unwrap().len()
    );
    assert_eq!(
        torrent.comment().unwrap_or(""),
        measured["comment"].as_str().unwrap()
    );
    assert_eq!(
        torrent.created_by().unwrap_or(""),
        measured["created_by"].as_str().unwrap()
    );
    assert_eq!(
        torrent.creation_date().unwrap_or(0),
        measured["creation_date"].as_i64().unwrap_or(0)
    );
    assert_eq!(info.piece_hashes().len() as u32, info.piece_count());
    support::assert_safe(info);
    let bare = Info::from_bytes(info.raw()).unwrap();
    assert_eq!(
        (bare.info_hash(), bare.files()),
        (info.info_hash(), info.files())
    );
}

#[test]
fn torrents_are_read_or_refused_for_the_reason_listed() {
    let Some((folder, listed)) = read_json("torrents.json") else {
        return;
    };
    let (mut good, mut bad, mut v2_only, mut hybrids) = (0, 0, 0, 0);
    for (name, expect) in listed["torrents"].as_object().unwrap() {
        println!("{name}");
        let bytes = std::fs::read(folder.join("torrents").join(name)).unwrap();
        let found = Metainfo::from_bytes(&bytes);
        let text = |key: &[u8]| bytes.windows(key.len()).any(|window| window == key);
        let (has_v1, has_v2) = (text(b"6:pieces"), text(b"12:meta versioni2e"));
        match (has_v1, has_v2, &found) {
            (false, true, found) => {
                v2_only += 1;
                assert_eq!(found.as_ref().err(), Some(&MetainfoError::V2Only));
            }
            (true, true, Ok(torrent)) => {
                hybrids += 1;
                support::assert_safe(torrent.info());
                if expect["expect"] == "ok" {
                    check_good(torrent, &bytes, expect);
                }
            }
            // Where the halves of a hybrid contradict each other, the first one may be sound.
            (true, true, Err(_)) if expect["expect"] != "ok" => hybrids += 1,
            (_, false, Ok(torrent)) if expect["expect"] == "ok" => {
                good += 1;
                check_good(torrent, &bytes, expect);
            }
            (_, false, Err(error)) if expect["expect"] != "ok" => {
                bad += 1;
                let reason = expect["expect"]["error"].as_str().unwrap();
                assert!(is_reason(error, reason), "{name}: {error} is not {reason}");
            }
            (_, _, found) => panic!("{name}: {found:?}"),
        }
    }
    assert!(
        good >= 20 && bad >= 10 && v2_only >= 10 && hybrids >= 5,
        "{good} {bad} {v2_only} {hybrids}"
    );
}

#[test]
fn limits_have_the_values_listed() {
    use bip_metainfo::LoadLimits;
    let Some((_, listed)) = read_json("torrents.json") else {
        return;
    };
    let number = |key: &str| listed["limits"][key].as_u64().unwrap();
    let theirs = LoadLimits::default()
        .max_input_length(number("max_buffer_size") as usize)
        .max_pieces(number("max_pieces") as u32)
        .max_depth(number("max_decode_depth") as usize)
        .max_tokens(number("max_decode_tokens") as usize)
        .max_duplicate_names(number("max_duplicate_filenames") as usize)
        .max_directory_depth(number("max_directory_depth") as usize)
        .max_piece_length(number("max_piece_size") as u32);
    assert_eq!(theirs, LoadLimits::default());
}

fn bytes_of(hex: &Value) -> Vec<u8> {
    let hex = hex.as_str().unwrap();
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect()
}

fn load(paths: &[Vec<Vec<u8>>]) -> Info {
    let borrowed = paths
        .iter()
        .map(|path| path.iter().map(Vec::as_slice).collect::<Vec<_>>());
    Info::from_bytes(&support::Draft::many(borrowed).info()).unwrap()
}

#[test]
fn listed_hostile_paths_become_safe_as_on_windows() {
    let Some((_, listed)) = read_json("paths.json") else {
        return;
    };
    for case in listed["sanitize"].as_array().unwrap() {
        let path: Vec<_> = case["elements_hex"]
            .as_array()
            .unwrap()
            .iter()
            .map(bytes_of)
            .collect();
        let info = load(std::slice::from_ref(&path));
        support::assert_safe(&info);
        assert!(
            info.files()[0]
                .raw_path()
                .eq(path.iter().map(Vec::as_slice))
        );
        // The policy is theirs for Windows, in files; "unix" says the same where both agree.
        if case["force"] == true && !path.iter().any(|one| one.len() > 240) {
            let unix = String::from_utf8(bytes_of(&case["unix_hex"])).unwrap();
            let theirs = case["windows"]
                .as_str()
                .map_or(unix, |windows| windows.replace('\\', "/"));
            assert_eq!(
                info.files()[0].path().to_str().unwrap(),
                format!("temp/{theirs}")
            );
        }
    }
    for names in listed["duplicate_names"].as_array().unwrap() {
        let names = names.as_array().unwrap();
        let split = |key: &'static str| {
            names
                .iter()
                .map(move |name| name[key].as_str().unwrap().split_once('/').unwrap().1)
        };
        let paths: Vec<_> = split("path")
            .map(|path| path.split('/').map(|one| one.into()).collect())
            .collect();
        let info = load(&paths);
        support::assert_safe(&info);
        if names.iter().all(|name| name["pad"] == false) {
            let ours: Vec<_> = info
                .files()
                .iter()
                .map(|file| &file.path().to_str().unwrap()[5..])
                .collect();
            assert_eq!(ours, split("expected").collect::<Vec<_>>());
        }
    }
}
