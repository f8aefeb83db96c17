//! Hostile paths become what libtorrent's tests list, but for what the crate's page lists.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod support;
mod vectors;

use bip_metainfo::{Info, LoadLimits, LoadOptions, MetainfoError, PathChange, PathPolicy};
use serde_json::Value;
use support::{Draft, dict, entry, int, list, string};
use vectors::{Deviations, bytes_of, read_json};

/// Systems of one kind, and what their kind is called.
const SYSTEMS: [(&str, [PathPolicy; 2]); 2] = [
    ("Unix", [PathPolicy::Linux, PathPolicy::MacOs]),
    ("Windows", [PathPolicy::Windows, PathPolicy::Portable]),
];

fn load(paths: &[Vec<Vec<u8>>], policy: PathPolicy) -> Info {
    let borrowed = paths
        .iter()
        .map(|path| path.iter().map(Vec::as_slice).collect::<Vec<_>>());
    Info::from_bytes_with(&Draft::many(borrowed).info(), policy).unwrap()
}

fn cases(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// Where the file belongs below the torrent's folder.
fn below(info: &Info, file: usize) -> &str {
    let path = info.files()[file].path().to_str().unwrap();
    path.strip_prefix("temp/").unwrap()
}

#[test]
fn listed_paths_become_what_is_listed() {
    let Some((_, listed)) = read_json("paths.json") else {
        return;
    };
    let mut found = Deviations::default();
    for case in cases(&listed["sanitize"]) {
        sanitize(case, &mut found);
    }
    for names in cases(&listed["duplicate_names"]) {
        number(names, &mut found);
    }
    for set in cases(&listed["symlinks"]) {
        link(set, &mut found);
    }
    found.assert_listed("paths.json");
}

fn sanitize(case: &Value, found: &mut Deviations) {
    let path: Vec<_> = cases(&case["elements_hex"]).map(bytes_of).collect();
    let unix = String::from_utf8(bytes_of(&case["unix_hex"])).unwrap();
    let windows = case["windows"].as_str().map(|path| path.replace('\\', "/"));
    let windows = windows.unwrap_or_else(|| unix.clone());
    // What is not forced is theirs for names, which may become nothing.
    let kind = if case["force"] == true {
        "path"
    } else {
        "name"
    };
    let input: Vec<_> = path
        .iter()
        .map(|one| one.escape_ascii().to_string())
        .collect();
    let input = format!("{kind} {}", input.join(" / "));
    let ours = SYSTEMS.map(|(_, policies)| {
        let of_system = policies.map(|policy| {
            let info = load(std::slice::from_ref(&path), policy);
            support::assert_safe_as(policy, &info);
            assert!(
                info.files()[0]
                    .raw_path()
                    .eq(path.iter().map(Vec::as_slice))
            );
            below(&info, 0).to_owned()
        });
        assert_eq!(of_system[0], of_system[1]);
        let [ours, _] = of_system;
        ours
    });
    if unix == windows && ours[0] == ours[1] {
        return found.compare(&input, &unix, &ours[0]);
    }
    for (((system, _), theirs), ours) in SYSTEMS.iter().zip([unix, windows]).zip(&ours) {
        found.compare(&format!("{input}, {system}"), &theirs, ours);
    }
}

/// Files of one name; theirs takes names for one where only the case differs, on every system.
fn number(names: &Value, found: &mut Deviations) {
    let split = |key: &'static str| {
        cases(names).map(move |name| name[key].as_str().unwrap().strip_prefix("test/").unwrap())
    };
    let entries = cases(names).zip(split("path")).map(|(name, path)| {
        let mut entries = vec![
            ("length", int(&name["size"])),
            ("path", list(path.split('/').map(string))),
        ];
        if name["pad"] == true {
            entries.insert(0, ("attr", string("p")));
        }
        dict(entries)
    });
    let total: u64 = cases(names)
        .map(|name| name["size"].as_u64().unwrap())
        .sum();
    let draft = Draft::single()
        .without("length")
        .with("files", list(entries))
        .with(
            "pieces",
            string(vec![7; 20 * total.div_ceil(16_384) as usize]),
        );
    let load = |policy| {
        let info = Info::from_bytes_with(&draft.info(), policy).unwrap();
        support::assert_safe_as(policy, &info);
        info
    };
    let [linux, portable, others @ ..] = [
        PathPolicy::Linux,
        PathPolicy::Portable,
        PathPolicy::MacOs,
        PathPolicy::Windows,
    ]
    .map(load);
    for other in others {
        assert_eq!(other.files(), portable.files());
    }
    let paths: Vec<_> = split("path").collect();
    for (index, theirs) in split("expected").enumerate() {
        let pad = if portable.files()[index].is_pad() {
            "pad file "
        } else {
            ""
        };
        let mut input = format!("{pad}{}", paths[index]);
        if index > 0 {
            input += &format!(" behind {}", paths[..index].join(", "));
        }
        let (everywhere, on_linux) = (below(&portable, index), below(&linux, index));
        found.compare(&input, theirs, everywhere);
        if on_linux != everywhere {
            found.compare(&format!("{input}, Linux"), theirs, on_linux);
        }
    }
}

fn link(set: &Value, found: &mut Deviations) {
    let name = set["name"].as_str().unwrap();
    let path_of = |file: &Value, key: &str| -> Vec<Vec<u8>> {
        let path = file[key].as_str().unwrap();
        path.split('/').map(|one| one.as_bytes().to_vec()).collect()
    };
    // Each link alone, among the files: one that is refused ends a torrent.
    for link in cases(&set["files"]).filter(|file| file["symlink"].is_string()) {
        let others = cases(&set["files"]).filter(|file| *file != link);
        let others = others.map(|file| {
            let path = path_of(file, "path");
            let path: Vec<_> = path[1..].iter().map(Vec::as_slice).collect();
            match file["symlink"].is_string() {
                true => dict([
                    ("attr", string("l")),
                    ("path", list(path.iter().map(string))),
                    ("symlink path", list([string("any")])),
                ]),
                false => entry(1, &path),
            }
        });
        let path = path_of(link, "path");
        let own = dict([
            ("attr", string("l")),
            ("path", list(path[1..].iter().map(string))),
            (
                "symlink path",
                list(path_of(link, "symlink").iter().map(string)),
            ),
        ]);
        let files = list([own].into_iter().chain(others));
        let draft = Draft::single()
            .with("name", string("test"))
            .without("length")
            .with("files", files);
        for policy in [PathPolicy::Linux, PathPolicy::Portable] {
            let loaded = Info::from_bytes_with(&draft.info(), policy);
            let ours = match &loaded {
                Ok(info) => info.files()[0].symlink_path().unwrap().to_str().unwrap(),
                Err(MetainfoError::SymlinkEscapes { .. }) => "refused",
                Err(error) => panic!("{error}"),
            };
            let target = link["symlink"].as_str().unwrap();
            let input = format!(
                "{name}: link {} to {target}",
                link["path"].as_str().unwrap()
            );
            found.compare(&input, link["expected"].as_str().unwrap(), ours);
        }
    }
}

#[test]
fn what_is_no_utf_8_is_told_and_replaced_as_listed() {
    let Some((_, listed)) = read_json("paths.json") else {
        return;
    };
    for case in cases(&listed["verify_encoding"]) {
        let name = bytes_of(&case["in_hex"]);
        let expect = String::from_utf8(bytes_of(&case["out_hex"])).unwrap();
        let info = load(&[vec![name]], PathPolicy::Linux);
        let changes = info.files()[0].path_changes();
        assert_eq!(
            !changes.contains(PathChange::NotUtf8),
            case["valid"] == true,
            "{case}"
        );
        // Theirs looks at controls later.
        assert_eq!(below(&info, 0), expect.replace('\u{8}', "_"));
    }
}

#[test]
fn names_in_utf_8_go_first_and_become_what_is_listed() {
    let Some((_, listed)) = read_json("paths.json") else {
        return;
    };
    for case in cases(&listed["torrent_name"]) {
        let name = case["name"].as_str().unwrap_or("other");
        let draft = Draft::single()
            .with("name", string(name))
            .with("name.utf-8", string(case["name.utf-8"].as_str().unwrap()));
        for policy in [PathPolicy::Linux, PathPolicy::Portable] {
            let info = Info::from_bytes_with(&draft.info(), policy).unwrap();
            assert_eq!(case["out"], info.name());
        }
    }
}

#[test]
fn folders_may_be_as_deep_as_listed() {
    let Some((_, listed)) = read_json("paths.json") else {
        return;
    };
    for case in cases(&listed["directory_depth"]) {
        let number = |key: &str| case[key].as_u64().unwrap() as usize;
        let draft = Draft::many([vec![&b"x"[..]; number("depth")]]);
        let limits = LoadLimits::default().max_directory_depth(number("limit"));
        let loaded = Info::from_bytes_with(&draft.info(), LoadOptions::default().limits(limits));
        match loaded {
            Ok(_) => assert_eq!(case["ok"], true),
            Err(error) => {
                assert_eq!(case["error"], "torrent_directory_too_deep");
                assert!(matches!(error, MetainfoError::PathTooDeep { .. }));
            }
        }
    }
}
