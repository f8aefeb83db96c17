//! A torrent as a table, as a tree and as JSON.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod naive;
mod support;

use std::collections::BTreeSet;

use bip_metainfo::Metainfo;
use naive::V2;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{Draft, dict, dict_of, int, list, load, string};

/// A hybrid torrent that has of everything.
fn full() -> Metainfo {
    let contents = [
        ("a/b", vec![1; 20_000]),
        ("c\u{202e}", vec![2; 5]),
        ("d", vec![]),
    ];
    let torrent = V2::new(16_384, &contents).with_v1(
        16_384,
        &[
            (20_000, "a/b", "x"),
            (12_768, ".pad/12768", "p"),
            (5, "c\u{202e}", ""),
            (0, "d", "h"),
        ],
    );
    let mut torrent = torrent;
    torrent.info.insert("private", int(1));
    torrent.info.insert("source", string("AB"));
    torrent.info.insert("update-url", string("http://u/"));
    torrent
        .info
        .insert("collections", list([string("org.one")]));
    let signature = dict([("certificate", string("DER")), ("signature", string("s"))]);
    let around = [
        (
            "announce-list",
            list([
                list(["http://a/", "udp://b:1"].map(string)),
                list([string("ws://c/")]),
            ]),
        ),
        ("comment", string("two\nlines \x1b[2J")),
        ("created by", string("us")),
        ("creation date", int(1_343_396_220)),
        ("encoding", string("UTF-8")),
        ("httpseeds", list([string("http://h/")])),
        ("info", torrent.info()),
        ("nodes", list([list([string("::1"), int(6881)])])),
        ("piece layers", dict_of(torrent.layers)),
        ("signatures", dict([("com.one\u{1b}", signature)])),
        ("similar", list([string([0xab; 20])])),
        ("url-list", list([string("http://w/")])),
        ("zoo", int(1)),
    ];
    load(&dict(around))
}

#[test]
fn the_table_has_all_that_is_known_and_nothing_that_acts() {
    let torrent = full();
    let info = torrent.info();
    let (v1, v2) = (info.info_hash_v1().unwrap(), info.info_hash_v2().unwrap());
    let expect = format!(
        "
         name  temp
      version  1 and 2
    info-hash  {v1}
  info-hash 2  {v2}
         size  32 KiB (32773 bytes)
      padding  12.4 KiB (12768 bytes)
       pieces  3 of 16 KiB
      private  yes
       source  AB
      comment  two\\nlines \\u{{1b}}[2J
   created by  us
      created  2012-07-27 13:37:00 UTC
     encoding  UTF-8
   update url  http://u/
   collection  org.one
      similar  abababababababababababababababababababab
    signature  com.one\\u{{1b}} (not verified)
      warning  the paths of 1 files were changed to be safe
       tier 1  http://a/
               udp://b:1
       tier 2  ws://c/
     web seed  http://w/
    http seed  http://h/
         node  ::1 6881
        files    19.5 KiB  temp/a/b
                  5 bytes  temp/c
                  0 bytes  temp/d
"
    );
    assert_eq!(format!("\n{torrent}"), expect);
}

#[test]
fn json_has_the_same_fields_for_every_torrent() {
    let torrent = full();
    let info = torrent.info();
    let root = |index: usize| {
        let root = info.files()[index].pieces_root().unwrap();
        root.iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    let file = |path: &str, length: u64, attr: &str, root: Option<String>| {
        json!({
            "path": path, "length": length, "pad": attr == "p", "executable": attr == "x", "hidden": attr == "h",
            "symlink": null, "root": root,
        })
    };
    let expect = json!({
        "name": "temp", "version": "hybrid",
        "info_hash_v1": info.info_hash_v1().unwrap().to_string(),
        "info_hash_v2": info.info_hash_v2().unwrap().to_string(),
        "piece_length": 16_384, "piece_count": 3, "total_length": 32_773,
        "private": true, "single_file": false, "has_piece_layers": true,
        "source": "AB", "update_url": "http://u/", "comment": "two\nlines \u{1b}[2J", "created_by": "us",
        "creation_date": 1_343_396_220, "encoding": "UTF-8",
        "similar": ["ab".repeat(20)], "collections": ["org.one"],
        "signatures": [{"name": "com.one\u{1b}", "certificate": true}],
        "warnings": ["paths_changed: the paths of 1 files were changed to be safe"],
        "trackers": [["http://a/", "udp://b:1"], ["ws://c/"]],
        "web_seeds": ["http://w/"], "http_seeds": ["http://h/"], "nodes": [["::1", 6881]],
        "files": [
            file("temp/a/b", 20_000, "x", Some(root(0))),
            file("temp/.pad/12768", 12_768, "p", None),
            file("temp/c", 5, "", Some(root(2))),
            file("temp/d", 0, "h", None),
        ],
    });
    for text in [
        torrent.to_json().to_string(),
        format!("{:#}", torrent.to_json()),
    ] {
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), expect);
    }
    assert!(!torrent.to_json().to_string().contains('\n'));

    let plain = load(&Draft::single().file([]));
    let text: Value = serde_json::from_str(&plain.to_json().to_string()).unwrap();
    let keys = |value: &Value| {
        value
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(keys(&text), keys(&expect));
    for key in [
        "info_hash_v2",
        "source",
        "comment",
        "created_by",
        "creation_date",
        "encoding",
        "update_url",
    ] {
        assert_eq!(text[key], Value::Null, "{key}");
    }
    for key in [
        "trackers",
        "web_seeds",
        "http_seeds",
        "nodes",
        "similar",
        "collections",
        "signatures",
        "warnings",
    ] {
        assert_eq!(text[key], json!([]), "{key}");
    }
    assert_eq!(
        (&text["private"], &text["version"], &text["info_hash_v1"]),
        (
            &json!(false),
            &json!("1"),
            &json!(plain.info().info_hash().to_string())
        )
    );
}

#[test]
fn json_is_indented_like_everybody_does_it() {
    let torrent = full();
    let value: Value = serde_json::from_str(&torrent.to_json().to_string()).unwrap();
    let ours = format!("{:#}", torrent.to_json());
    // Ours keeps another order.
    let mut ours: Vec<_> = ours
        .lines()
        .map(|line| line.trim_end_matches(','))
        .collect();
    let theirs = serde_json::to_string_pretty(&value).unwrap();
    let mut theirs: Vec<_> = theirs
        .lines()
        .map(|line| line.trim_end_matches(','))
        .collect();
    ours.sort_unstable();
    theirs.sort_unstable();
    assert_eq!(ours, theirs);
}

#[test]
fn trees_have_a_line_for_each_folder_and_file() {
    let tree = full().info().to_tree().to_string();
    assert_eq!(
        tree,
        "\
temp
├── a
│   └── b  19.5 KiB
├── c  5 bytes
└── d  0 bytes
"
    );
    let single = load(&Draft::single().file([]));
    assert_eq!(single.info().to_tree().to_string(), "temp  425 bytes\n");
    let link = dict([
        ("attr", string("l")),
        ("path", list([string("b")])),
        ("symlink path", list(["a", "x"].map(string))),
    ]);
    let files = list([support::entry(1, &[b"a", b"x"]), link]);
    let linked = load(
        &Draft::single()
            .without("length")
            .with("files", files)
            .file([]),
    );
    assert_eq!(
        linked.info().to_tree().to_string(),
        "temp\n├── a\n│   └── x  1 byte\n└── b -> temp/a/x\n"
    );
    let json: Value = serde_json::from_str(&linked.to_json().to_string()).unwrap();
    assert_eq!(json["files"][1]["symlink"], "temp/a/x");
}

/// The tree by the definition: a branch goes on where a later path has the same folder, and something else in it.
fn naive_tree(paths: &BTreeSet<Vec<String>>) -> String {
    let mut nodes = BTreeSet::new();
    for path in paths {
        nodes.extend((1..=path.len()).map(|depth| path[..depth].to_vec()));
    }
    let has_later = |node: &[String]| {
        nodes.iter().any(|other| {
            other.len() == node.len()
                && other[..node.len() - 1] == node[..node.len() - 1]
                && other.last() > node.last()
        })
    };
    let line = |node: &Vec<String>| {
        let mut line = String::new();
        for depth in 2..=node.len() {
            line += match (has_later(&node[..depth]), depth == node.len()) {
                (true, true) => "├── ",
                (false, true) => "└── ",
                (true, false) => "│   ",
                (false, false) => "    ",
            };
        }
        let size = if paths.contains(node) { "  1 byte" } else { "" };
        format!("{line}{}{size}\n", node.last().unwrap())
    };
    nodes.iter().map(line).collect()
}

proptest! {
    #[test]
    fn trees_are_those_of_a_naive_reader(paths in vec(vec("[a-c]", 1..4), 1..12)) {
        // No file where a folder is, and in no order.
        let is_folder = |path: &Vec<String>| {
            paths.iter().any(|other| other.len() > path.len() && other[..path.len()] == path[..])
        };
        let mut files: Vec<_> = paths.iter().filter(|path| !is_folder(path)).cloned().collect();
        let mut seen = BTreeSet::new();
        files.retain(|path| seen.insert(path.clone()));
        let bytes = files.iter().map(|path| path.iter().map(String::as_bytes).collect::<Vec<_>>());
        let torrent = load(&Draft::many(bytes).file([]));
        let rooted = files.iter().map(|path| [vec!["temp".to_owned()], path.clone()].concat()).collect();
        prop_assert_eq!(torrent.info().to_tree().to_string(), naive_tree(&rooted));
    }

    #[test]
    fn no_view_acts_on_a_terminal(name in ".{1,9}", text in vec(any::<u8>(), 0..20), comment in any::<String>()) {
        let draft = Draft::many([[&b"a"[..], &text], [name.as_bytes(), b"b"]]).with("name", string(&name));
        let bytes = draft.file([("comment", string(&comment)), ("created by", string(&text))]);
        let torrent = load(&bytes);
        let lints = torrent.lint(&bip_metainfo::LintOptions::default());
        let lints = lints.iter().map(|lint| format!("{lint}\n"));
        let table = torrent.to_string();
        let tree = torrent.info().to_tree().to_string();
        let json = torrent.to_json().to_string();
        for view in [table, tree, format!("{:#}", torrent.to_json()), json.clone()].into_iter().chain(lints) {
            prop_assert!(!view.contains(|one: char| one != '\n' && one.is_control()), "{}", view);
            prop_assert!(!view.contains(['\u{202e}', '\u{200b}', '\u{feff}', '\u{2028}']), "{}", view);
        }
        let json: Value = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(json["comment"].as_str(), torrent.comment());
        prop_assert_eq!(json["name"].as_str(), Some(torrent.info().name()));
    }
}
