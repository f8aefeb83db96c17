//! What libtorrent's test torrents, paths and hash trees are, this crate must see in them too.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod support;

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Once;

use bip_metainfo::{Info, InfoHash, InfoHashV2, MetaVersion, Metainfo, MetainfoError, PathPolicy};
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

/// Files that are refused for another reason, since more than one thing is wrong with them.
const OTHER_REASON: &[(&str, &str)] = &[
    // The length alone is within 2^48; that it makes 4,194,304 pieces is what is too much.
    (
        "v2_large_file.torrent",
        "4194304 pieces are more than 2097152",
    ),
];

/// Paths that differ on purpose, even where both follow Linux: file, theirs, ours.
const OTHER_PATHS: &[(&str, &str, &str)] = &[
    // A backslash is a character like any other on Linux.
    ("backslash_path.torrent", "temp/_/_/bar", "temp/\\/\\/bar"),
    ("v2_invalid_filename2.torrent", "test/_.1", "test/\\"),
    // Theirs stands beside the torrent's folder.
    ("pad_file_no_path.torrent", ".pad/2124", "temp/.pad/2124"),
];

fn strings(list: &Value) -> Vec<&str> {
    let list = list.as_array().into_iter().flatten();
    list.map(|one| one.as_str().unwrap()).collect()
}

fn check_files(name: &str, info: &Info, measured: &Value) {
    let is_v2_only = info.version() == MetaVersion::V2;
    let theirs: Vec<_> = measured["files"].as_array().unwrap().iter().collect();
    let is_pad = |file: &Value| strings(&file["flags"]).contains(&"pad");
    // They lay pad files into the gaps of version 2, which we leave empty.
    let theirs: Vec<_> = theirs
        .into_iter()
        .filter(|file| !is_v2_only || !is_pad(file))
        .collect();
    if is_v2_only {
        assert_eq!(info.files().len(), theirs.len());
    } else {
        let total = measured["total_size"].as_u64().unwrap();
        assert_eq!(info.total_length(), total);
        let count = measured["num_files"].as_u64().unwrap();
        assert_eq!(info.files().len() as u64, count);
    }
    let renamed = &measured["renamed_files"];
    for (index, (ours, theirs)) in info.files().iter().zip(&theirs).enumerate() {
        // Of a hybrid they list the version 2 half, where an empty file stands behind a pad and not in front.
        if info.version() == MetaVersion::Hybrid && (ours.length() == 0 || ours.is_pad()) {
            continue;
        }
        let path = renamed[index.to_string()]
            .as_str()
            .or(theirs["path"].as_str());
        let other = OTHER_PATHS
            .iter()
            .find(|(file, path_there, _)| *file == name && Some(*path_there) == path);
        let expect = other.map(|(_, _, ours)| *ours).or(path);
        // They count the extension on top of 240 bytes.
        assert!(
            ours.path().to_str() == expect || name == "long_name.torrent",
            "{ours:?} {expect:?}"
        );
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

fn check_good(name: &str, torrent: &Metainfo, bytes: &[u8], expect: &Value) {
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
    // They count the extension on top of 240 bytes.
    assert!(name == "long_name.torrent" || measured["name"] == info.name());
    assert_eq!(
        u64::from(info.piece_length()),
        measured["piece_length"].as_u64().unwrap()
    );
    assert_eq!(
        u64::from(info.piece_count()),
        measured["num_pieces"].as_u64().unwrap()
    );
    assert_eq!(info.is_private(), measured["private"].as_bool().unwrap());
    check_files(name, info, measured);
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
                check_good(name, &torrent, &bytes, expect);
                format!("{:?}", torrent.info().version())
            }
            (Some(reason), Err(error)) => {
                let other = OTHER_REASON.iter().find(|(file, _)| file == name);
                let is_right = match other {
                    Some((_, ours)) => error.to_string() == *ours,
                    None => is_reason(&error, reason),
                };
                assert!(is_right, "{name}: {error} is not {reason}");
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

fn hex(digits: &str) -> Vec<u8> {
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
        .collect()
}

fn bytes_of(digits: &Value) -> Vec<u8> {
    hex(digits.as_str().unwrap())
}

#[test]
fn listed_info_hashes_are_as_listed_but_for_which_is_best() {
    let Some((_, listed)) = read_json("info_hash.json") else {
        return;
    };
    for case in listed["cases"].as_array().unwrap() {
        let v1 = case["v1"]
            .as_str()
            .map(|hash| hash.parse::<InfoHash>().unwrap());
        let v2 = case["v2"]
            .as_str()
            .map(|hash| hash.parse::<InfoHashV2>().unwrap());
        // Ours prefers version 1, whose swarm a hybrid has been in for longer; see `Info::info_hash`.
        let best = match (v1, v2) {
            (_, Some(v2)) => v2.truncated().to_string(),
            (Some(v1), None) => v1.to_string(),
            (None, None) => continue,
        };
        assert_eq!(best, case["best"]);
        assert_eq!(
            v1.map(|hash| hash.to_string()).as_deref(),
            case["v1"].as_str()
        );
        assert_eq!(
            v2.map(|hash| hash.to_string()).as_deref(),
            case["v2"].as_str()
        );
    }
}

#[test]
fn listed_hash_trees_have_the_nodes_listed() {
    use bip_metainfo::merkle::{self, Hash};
    let Some((_, listed)) = read_json("merkle.json") else {
        return;
    };
    let hash = |digits: &Value| Hash::try_from(bytes_of(digits)).unwrap();
    let symbol = |name: &Value| hash(&listed["symbols"][name.as_str().unwrap()]);
    for case in listed["validate_node"].as_array().unwrap() {
        let parent = merkle::parent(&symbol(&case["left"]), &symbol(&case["right"]));
        assert_eq!(parent == symbol(&case["parent"]), case["ok"] == 1);
    }
    for (level, pad) in listed["pad_hash_by_levels_above_blocks"]
        .as_array()
        .unwrap()
        .iter()
        .enumerate()
    {
        assert_eq!(merkle::pad_hash(level as u32), hash(pad));
    }
    for case in listed["merkle_pad"].as_array().unwrap() {
        let levels = case["levels"].as_u64().unwrap() as u32;
        assert_eq!(merkle::pad_hash(levels), hash(&case["hash"]));
        let blocks_per_piece = case["blocks"].as_u64().unwrap() / case["pieces"].as_u64().unwrap();
        let piece_length = blocks_per_piece as usize * merkle::BLOCK_LENGTH;
        assert_eq!(merkle::piece_layer_of(piece_length as u32), Some(levels));
    }
    for case in listed["root"].as_array().unwrap() {
        let leaves: Vec<_> = case["leaves"]
            .as_array()
            .unwrap()
            .iter()
            .map(symbol)
            .collect();
        let count = case["num_leaves"]
            .as_u64()
            .unwrap_or(leaves.len() as u64)
            .next_power_of_two();
        let root = merkle::subtree_root(&leaves, 0, count.ilog2());
        assert_eq!(root, hash(&case["root"]));
        assert!(case["num_leaves"].is_u64() || merkle::root(&leaves, 0) == root);
    }
    for case in listed["validate_and_insert_proofs"].as_array().unwrap() {
        // Whether what is known already agrees is for whoever keeps a tree.
        if !case["name"].as_str().unwrap().starts_with("existing_") {
            check_proof(case, symbol);
        }
    }
}

/// Their trees are rows of all nodes; a proof is right where it leads to the next node that is known.
fn check_proof(case: &Value, symbol: impl Fn(&Value) -> bip_metainfo::merkle::Hash) {
    let tree: Vec<_> = case["tree"]
        .as_array()
        .unwrap()
        .iter()
        .map(&symbol)
        .collect();
    let uncles: Vec<_> = case["uncles"]
        .as_array()
        .unwrap()
        .iter()
        .map(&symbol)
        .collect();
    let target = case["target_node"].as_u64().unwrap();
    let layer_start =
        (target + 1).next_power_of_two() / if (target + 1).is_power_of_two() { 1 } else { 2 } - 1;
    let known = (0..=uncles.len()).find_map(|height| {
        let node = tree.get(((target + 1) >> height).checked_sub(1)? as usize)?;
        let reached = bip_metainfo::merkle::climb(
            symbol(&case["hash"]),
            target - layer_start,
            &uncles[..height],
        );
        (*node != [0; 32]).then_some(*node == reached)
    });
    assert_eq!(known.unwrap_or(false), case["ok"], "{case}");
}

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
