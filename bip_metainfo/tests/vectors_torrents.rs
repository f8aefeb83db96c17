//! What libtorrent's test torrents are, this crate sees in them too, but for what the crate's page lists.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod support;
mod vectors;

use bip_metainfo::{
    Info, InfoHash, InfoHashV2, Magnet, MetaVersion, Metainfo, MetainfoError, PathPolicy,
};
use serde_json::Value;
use vectors::{Deviations, hex, read_json, vectors};

/// Whether our error has the reason that libtorrent's name tells.
fn is_reason(error: &MetainfoError, name: &str) -> bool {
    use MetainfoError as Ours;
    let key_ends = |end: &str| match error {
        Ours::MissingKey { key, .. } | Ours::WrongType { key, .. } => key.ends_with(end),
        _ => false,
    };
    match name.trim_start_matches("errors::") {
        "torrent_invalid_length" => {
            matches!(error, Ours::InvalidLength { .. } | Ours::NoContent) || key_ends("].length")
        }
        "torrent_missing_piece_length" => {
            key_ends("info.piece length")
                || matches!(
                    error,
                    Ours::PieceLengthNotForV2 { .. } | Ours::InvalidPieceLength { .. }
                )
        }
        "torrent_missing_name" => key_ends("info.name") || key_ends("].path"),
        "torrent_invalid_name" => key_ends("].path[0]"),
        "no_files_in_torrent" => *error == Ours::NoFiles,
        "torrent_invalid_hashes" => matches!(error, Ours::PiecesLength { .. }),
        "too_many_duplicate_filenames" => matches!(error, Ours::TooManyDuplicateNames { .. }),
        "torrent_inconsistent_files" => matches!(error, Ours::InconsistentFiles { .. }),
        "torrent_file_parse_failed" => {
            matches!(error, Ours::FileTree { .. }) || key_ends("info.file tree.test64K.length")
        }
        "torrent_invalid_piece_layer" => matches!(error, Ours::PieceLayer { .. }),
        "too_many_pieces_in_torrent" => matches!(error, Ours::TooManyPieces { .. }),
        "torrent_missing_pieces_root" => matches!(error, Ours::PiecesRoot { .. }),
        "invalid_bencoding" => matches!(error, Ours::NotCanonical { .. }),
        _ => false,
    }
}

fn strings(list: &Value) -> Vec<&str> {
    let list = list.as_array().into_iter().flatten();
    list.map(|one| one.as_str().unwrap()).collect()
}

fn check_files(name: &str, info: &Info, measured: &Value, found: &mut Deviations) {
    let is_v2_only = info.version() == MetaVersion::V2;
    let theirs: Vec<_> = measured["files"].as_array().unwrap().iter().collect();
    let is_pad = |file: &Value| strings(&file["flags"]).contains(&"pad");
    let pads = |count: usize| format!("{count} pad files");
    let count = measured["num_files"].as_u64().unwrap() as usize;
    // Of very many, only the first are listed.
    if theirs.len() == count {
        found.compare(
            &format!("{name}, files"),
            &pads(theirs.iter().filter(|file| is_pad(file)).count()),
            &pads(info.files().iter().filter(|file| file.is_pad()).count()),
        );
    }
    let theirs: Vec<_> = theirs
        .into_iter()
        .filter(|file| !is_v2_only || !is_pad(file))
        .collect();
    if is_v2_only {
        assert_eq!(info.files().len(), theirs.len());
    } else {
        assert_eq!(info.files().len(), count);
        let total = measured["total_size"].as_u64().unwrap();
        assert_eq!(info.total_length(), total);
    }
    let renamed = &measured["renamed_files"];
    for (index, (ours, theirs)) in info.files().iter().zip(&theirs).enumerate() {
        let path = renamed[index.to_string()]
            .as_str()
            .or(theirs["path"].as_str());
        let input = format!("{name}, file {index}");
        found.compare(&input, path.unwrap(), ours.path().to_str().unwrap());
        if ours.path().to_str() != path && ours.is_pad() != is_pad(theirs) {
            // Another file: the order is not the same.
            continue;
        }
        assert_eq!(Some(ours.length()), theirs["size"].as_u64());
        assert_eq!(Some(ours.offset()), theirs["offset"].as_u64());
        assert_eq!(ours.is_pad(), is_pad(theirs));
        assert_eq!(
            ours.is_executable(),
            strings(&theirs["flags"]).contains(&"executable")
        );
        let root = theirs["pieces_root"].as_str().map(hex);
        assert_eq!(ours.pieces_root().map(|root| &root[..]), root.as_deref());
        let target = ours.symlink_path().map(|target| target.to_str().unwrap());
        assert_eq!(target, theirs["symlink"].as_str());
    }
}

fn check_good(
    name: &str,
    torrent: &Metainfo,
    bytes: &[u8],
    expect: &Value,
    found: &mut Deviations,
) {
    let info = torrent.info();
    let measured = &expect["measured"];
    let span = expect["info_span"][0].as_u64().unwrap() as usize
        ..expect["info_span"][1].as_u64().unwrap() as usize;
    assert_eq!(info.raw(), &bytes[span]);
    assert_eq!(torrent.raw(), bytes);
    let text = |hash: Option<String>| hash.map_or(Value::Null, Value::String);
    assert_eq!(
        text(info.info_hash_v1().map(|hash| hash.to_string())),
        measured["info_hash_v1"]
    );
    assert_eq!(
        text(info.info_hash_v2().map(|hash| hash.to_string())),
        measured["info_hash_v2"]
    );
    for (hash, key) in [
        (
            info.info_hash_v1().map(|hash| hash.to_string()),
            "raw_info_sha1",
        ),
        (
            info.info_hash_v2().map(|hash| hash.to_string()),
            "raw_info_sha256",
        ),
    ] {
        assert!(hash.is_none_or(|hash| expect[key] == hash), "{key}");
    }
    found.compare(
        &format!("{name}, name"),
        measured["name"].as_str().unwrap(),
        info.name(),
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
    check_files(name, info, measured, found);
    let trackers = torrent.trackers().iter().flatten();
    assert!(trackers.eq(strings(&measured["trackers"])));
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
    assert_eq!(collections, strings(&measured["collections"]));
    assert_eq!(
        torrent.similar().count(),
        measured["similar"].as_array().unwrap().len()
    );
    let text = |key: &str| measured[key].as_str().unwrap();
    assert_eq!(torrent.comment().unwrap_or(""), text("comment"));
    assert_eq!(torrent.created_by().unwrap_or(""), text("created_by"));
    assert_eq!(
        torrent.creation_date().unwrap_or(0),
        measured["creation_date"].as_i64().unwrap_or(0)
    );
    if info.version() == MetaVersion::V2 {
        assert_eq!(info.piece_hashes().len(), 0);
    } else {
        assert_eq!(info.piece_hashes().len() as u32, info.piece_count());
    }
    let bare = Info::from_bytes_with(info.raw(), PathPolicy::Linux).unwrap();
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
    let mut counts = std::collections::BTreeMap::new();
    let mut deviations = Deviations::default();
    for (name, expect) in listed["torrents"].as_object().unwrap() {
        println!("{name}");
        let bytes = std::fs::read(folder.join("torrents").join(name)).unwrap();
        let found = Metainfo::from_bytes_with(&bytes, PathPolicy::Linux);
        // Whatever the names, they are safe where names mean most.
        if let Ok(torrent) = Metainfo::from_bytes(&bytes) {
            support::assert_safe(torrent.info());
        }
        let kind = match (expect["expect"]["error"].as_str(), found) {
            (None, Ok(torrent)) => {
                check_good(name, &torrent, &bytes, expect, &mut deviations);
                format!("{:?}", torrent.info().version())
            }
            (Some(reason), Err(error)) => {
                if !is_reason(&error, reason) {
                    deviations.compare(name, reason, &error.to_string());
                }
                "refused".to_owned()
            }
            (_, found) => panic!("{name}: {found:?}"),
        };
        *counts.entry(kind).or_insert(0) += 1;
    }
    // As many as there are: what is not read is not tested.
    let counts: Vec<_> = counts
        .iter()
        .map(|(kind, count)| (&**kind, *count))
        .collect();
    assert_eq!(
        counts,
        [("Hybrid", 5), ("V1", 21), ("V2", 3), ("refused", 26)]
    );
    deviations.assert_listed("torrents.json");
}

/// v2_incomplete_piece_layer.torrent lacks the layer of the first of its three files.
#[test]
fn a_torrent_that_lacks_layers_is_read_and_marked() {
    let Some(folder) = vectors("torrents") else {
        return;
    };
    let load = |name: &str| Metainfo::from_bytes(&std::fs::read(folder.join(name)).unwrap());
    let torrent = load("torrents/v2_incomplete_piece_layer.torrent").unwrap();
    let info = torrent.info();
    assert!(!info.has_piece_layers());
    let layers: Vec<_> = (0..4)
        .map(|file| info.piece_layer(file).map(<[_]>::len))
        .collect();
    assert_eq!(
        layers.iter().filter(|layer| layer.is_none()).count(),
        2,
        "{layers:?}"
    );
    let told: Vec<_> = torrent.warnings().map(ToString::to_string).collect();
    assert_eq!(told, ["the piece layers of 1 files are missing"]);
    let torrent = load("torrents/v2_multipiece_file.torrent").unwrap();
    assert!(torrent.info().has_piece_layers());
    assert_eq!(torrent.info().piece_layer(0).map(<[_]>::len), Some(16));
    assert!(
        !Info::from_bytes(torrent.info().raw())
            .unwrap()
            .has_piece_layers()
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

#[test]
fn listed_info_hashes_are_as_listed() {
    let Some((_, listed)) = read_json("info_hash.json") else {
        return;
    };
    let mut found = Deviations::default();
    for case in listed["cases"].as_array().unwrap() {
        let v1 = case["v1"]
            .as_str()
            .map(|hash| hash.parse::<InfoHash>().unwrap());
        let v2 = case["v2"]
            .as_str()
            .map(|hash| hash.parse::<InfoHashV2>().unwrap());
        assert_eq!(
            v1.map(|hash| hash.to_string()).as_deref(),
            case["v1"].as_str()
        );
        assert_eq!(
            v2.map(|hash| hash.to_string()).as_deref(),
            case["v2"].as_str()
        );
        // A link and a torrent choose alike.
        let link = match (v1, v2) {
            (Some(v1), Some(v2)) => Magnet::new(v1).with_info_hash_v2(v2),
            (Some(v1), None) => Magnet::new(v1),
            (None, Some(v2)) => Magnet::new_v2(v2),
            (None, None) => continue,
        };
        let input = match (v1, v2) {
            (Some(v1), Some(v2)) => format!("{v1} and {v2}"),
            _ => "one hash".to_owned(),
        };
        let ours = link.info_hash().unwrap().to_string();
        found.compare(&input, case["best"].as_str().unwrap(), &ours);
    }
    found.assert_listed("info_hash.json");
}
