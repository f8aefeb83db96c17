//! `bip create`: what it makes of files and folders, what it tells of it, and how it fails.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use sha1::{Digest as _, Sha1};
use support::bip;
use tempfile::TempDir;

/// Some files in a folder `album`, in a folder of their own.
fn album() -> TempDir {
    let home = TempDir::new().unwrap();
    let folder = home.path().join("album");
    fs::create_dir_all(folder.join("süß")).unwrap();
    for (name, length) in [
        ("a.bin", 100_000),
        ("empty", 0),
        ("süß/b.bin", 16_384),
        (".hidden", 3),
        ("Thumbs.db", 3),
    ] {
        let content: Vec<u8> = (0..length).map(|at: u32| ((at * 7) >> 3) as u8).collect();
        fs::write(folder.join(name), content).unwrap();
    }
    home
}

fn shown(folder: &Path, torrent: &str) -> Value {
    bip(folder, &["show", "--json", torrent]).json()
}

#[track_caller]
fn check_failure(arguments: &[&str], kind: &str, place: &str) {
    let home = album();
    fs::write(home.path().join("there.torrent"), "mine").unwrap();
    let failed = bip(home.path(), &[&["create", "--json"], arguments].concat()).failure();
    assert_eq!(
        (&failed["kind"], &failed["place"]),
        (&json!(kind), &json!(place)),
        "{failed}"
    );
    let mut left: Vec<_> = fs::read_dir(home.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    left.sort();
    assert_eq!(left, ["album", "there.torrent"]);
    assert_eq!(
        fs::read(home.path().join("there.torrent")).unwrap(),
        b"mine"
    );
}

#[test]
fn a_folder_becomes_a_hybrid_torrent_with_all_that_was_said() {
    let home = album();
    let made = bip(
        home.path(),
        &[
            "create",
            "album",
            "--json",
            "-a",
            "udp://a.test:1,http://b.test/x?y=1,2",
            "-a",
            "https://c.test/",
            "--web-seed",
            "http://w.test/",
            "--http-seed",
            "http://h.test/",
            "--node",
            "[::1]:5",
            "--private",
            "--source",
            "SRC",
            "--comment",
            "a comment",
            "--date",
            "1700000000",
            "--piece-length",
            "16KiB",
        ],
    )
    .json();
    assert_eq!(made["torrent"], "album.torrent");
    assert_eq!(made["pad_length"], 7 * 16_384 - 100_000);
    let skipped = json!([
        {"path": "album/.hidden", "reason": "hidden"},
        {"path": "album/Thumbs.db", "reason": "junk"},
    ]);
    assert_eq!(made["skipped"], skipped);
    let bytes = fs::read(home.path().join("album.torrent")).unwrap();
    assert_eq!(made["torrent_length"], bytes.len());
    let shown = shown(home.path(), "album.torrent");
    for (key, value) in [
        ("name", json!("album")),
        ("info_hash_v1", made["info_hash_v1"].clone()),
        ("info_hash_v2", made["info_hash_v2"].clone()),
        ("piece_length", json!(16_384)),
        ("piece_count", json!(8)),
        ("private", json!(true)),
        (
            "trackers",
            json!([
                ["udp://a.test:1", "http://b.test/x?y=1,2"],
                ["https://c.test/"]
            ]),
        ),
        ("web_seeds", json!(["http://w.test/"])),
        ("nodes", json!([["::1", 5]])),
        ("comment", json!("a comment")),
        (
            "created_by",
            json!(concat!("bip ", env!("CARGO_PKG_VERSION"))),
        ),
        ("creation_date", json!(1_700_000_000)),
    ] {
        assert_eq!(shown[key], value, "{key}");
    }
    let paths: Vec<_> = shown["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| &file["path"])
        .collect();
    assert_eq!(paths[0], "album/a.bin");
    assert_eq!(paths.last().unwrap(), &"album/süß/b.bin");
}

#[test]
fn what_its_maker_may_regret_is_told() {
    let home = album();
    let warnings = |more: &[&str]| {
        let plain = ["create", "album", "--force", "--json"];
        let made = bip(home.path(), &[&plain[..], more].concat()).json();
        let told = made["warnings"].as_array().unwrap().clone();
        let kinds = told
            .iter()
            .map(|one| one.as_str().unwrap().split(':').next().unwrap().to_owned());
        kinds.collect::<Vec<_>>()
    };
    let none: [&str; 0] = [];
    assert_eq!(warnings(&["--v1"]), none);
    assert_eq!(warnings(&["-l", "file-size", "--v1"]), none);
    assert_eq!(warnings(&["-l", "2M", "--v1"]), ["large_piece_length"]);
    assert_eq!(warnings(&["-l", "48K", "--v1"]), ["uneven_piece_length"]);
    assert_eq!(
        warnings(&["--v1", "--private"]),
        ["private_without_tracker"]
    );
}

#[test]
fn versions_have_the_hashes_they_should() {
    let home = album();
    for (version, v1, v2) in [
        ("--v1", true, false),
        ("--v2", false, true),
        ("--hybrid", true, true),
    ] {
        let made = bip(
            home.path(),
            &["create", "album", "--force", "--json", version],
        )
        .json();
        assert_eq!(
            (
                made["info_hash_v1"].is_string(),
                made["info_hash_v2"].is_string()
            ),
            (v1, v2),
            "{version}"
        );
    }
}

#[test]
fn the_info_hash_is_that_of_the_dictionary_written_by_hand() {
    let home = album();
    let content = fs::read(home.path().join("album/a.bin")).unwrap();
    let pieces: Vec<u8> = content.chunks(1 << 15).flat_map(Sha1::digest).collect();
    let info = b"d6:lengthi100000e4:name5:a.bin12:piece lengthi32768e6:pieces80:";
    let info = [&info[..], &pieces, b"e"].concat();
    let plain = [
        "create",
        "album/a.bin",
        "--v1",
        "-l",
        "32K",
        "--no-date",
        "--no-created-by",
        "-o",
        "-",
    ];
    let run = bip(home.path(), &plain);
    assert_eq!((run.code, &*run.errors), (0, ""));
    assert_eq!(run.bytes, [b"d4:info", &info[..], b"e"].concat());
}

#[test]
fn the_same_folder_makes_the_same_info_hash_on_any_number_of_threads() {
    let home = album();
    let link = |threads| {
        let arguments = [
            "create",
            "album",
            "--force",
            "--magnet",
            "--threads",
            threads,
            "-l",
            "16384",
        ];
        bip(home.path(), &arguments).text()
    };
    let one = link("1");
    assert!(one.starts_with("magnet:?xt=urn:btih:") && one.lines().count() == 1);
    assert_eq!(link("3"), one);
    assert_eq!(link("0"), one);
}

#[test]
fn files_are_chosen_by_patterns_and_kinds() {
    let home = album();
    let files = |more: &[&str]| {
        let arguments = [&["create", "album", "--force", "--v1"], more].concat();
        bip(home.path(), &arguments).text();
        let shown = shown(home.path(), "album.torrent");
        let files = shown["files"].as_array().unwrap();
        files
            .iter()
            .map(|file| file["path"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        files(&["--include", "*.bin"]),
        ["album/a.bin", "album/süß/b.bin"]
    );
    assert_eq!(
        files(&["--exclude", "süß", "--exclude", "empty"]),
        ["album/a.bin"]
    );
    assert_eq!(
        files(&["--hidden", "--junk", "--exclude", "*.bin"]),
        ["album/.hidden", "album/Thumbs.db", "album/empty"]
    );
}

#[cfg(unix)]
#[test]
fn links_are_followed_kept_or_left_out() {
    let home = album();
    std::os::unix::fs::symlink("a.bin", home.path().join("album/link")).unwrap();
    let link = |choice| {
        bip(
            home.path(),
            &["create", "album", "--force", "--symlinks", choice],
        )
        .text();
        let shown = shown(home.path(), "album.torrent");
        let files = shown["files"].as_array().unwrap().clone();
        files
            .into_iter()
            .find(|file| file["path"] == "album/link")
            .map(|file| (file["length"].clone(), file["symlink"].clone()))
    };
    assert_eq!(link("follow"), Some((json!(100_000), json!(null))));
    assert_eq!(link("keep"), Some((json!(0), json!("album/a.bin"))));
    assert_eq!(link("skip"), None);
}

#[test]
fn a_dry_run_tells_the_plan_and_writes_nothing() {
    let home = album();
    let arguments = [
        "create",
        "album",
        "--dry-run",
        "--json",
        "--piece-length",
        "16K",
        "--no-date",
    ];
    let plan = bip(home.path(), &arguments).json();
    assert_eq!(plan["torrent"], json!(null));
    assert!(!home.path().join("album.torrent").exists());
    let made = bip(
        home.path(),
        &[
            "create",
            "album",
            "--json",
            "--piece-length",
            "16K",
            "--no-date",
        ],
    )
    .json();
    for key in [
        "piece_length",
        "piece_count",
        "content_length",
        "pad_length",
        "torrent_length",
        "skipped",
    ] {
        assert_eq!(plan[key], made[key], "{key}");
    }
    let words = bip(
        home.path(),
        &["create", "album", "--dry-run", "--piece-length", "16K"],
    )
    .text();
    for part in [
        "8 of 16.00 KiB",
        "116384 bytes",
        "1 hidden, 1 junk",
        "14688 bytes",
    ] {
        assert!(words.contains(part), "{words} lacks {part}");
    }
}

#[test]
fn pieces_are_as_long_as_the_torrent_may_have_bytes() {
    let home = album();
    let plan = |target: &str| {
        let arguments = [
            "create",
            "album/a.bin",
            "--v1",
            "--dry-run",
            "--json",
            "--target-size",
            target,
        ];
        bip(home.path(), &arguments).json()
    };
    let length = plan("1M")["torrent_length"].as_u64().unwrap();
    assert_eq!(plan("1M")["piece_length"], 16_384);
    assert_eq!(plan(&length.to_string())["piece_length"], 16_384);
    assert_eq!(plan(&(length - 1).to_string())["piece_length"], 32_768);
}

#[test]
fn hashes_of_an_existing_torrent_are_reused_for_files_of_the_same_length() {
    let home = album();
    let create = |more: &[&str]| {
        let plain = ["create", "album", "--force", "--json", "--no-date"];
        bip(home.path(), &[&plain[..], more].concat()).json()
    };
    let reuse = ["--reuse", "old.torrent", "--source", "NEW"];
    for version in ["--v1", "--v2", "--hybrid"] {
        let old = create(&[version, "-l", "32K", "-o", "old.torrent"]);
        assert_eq!(old["reused_length"], 0);
        let new = create(&reuse);
        assert_eq!(new["reused_length"], 116_384, "{version}");
        let anew = create(&[version, "-l", "32K", "--source", "NEW"]);
        for key in [
            "info_hash_v1",
            "info_hash_v2",
            "piece_length",
            "torrent_length",
        ] {
            assert_eq!(new[key], anew[key], "{version} {key}");
        }
    }
    // The last of them is a hybrid, and serves for the others.
    let new = create(&[&reuse[..], &["--v2"]].concat());
    assert_eq!(
        (&new["reused_length"], &new["info_hash_v1"]),
        (&json!(116_384), &json!(null))
    );
    fs::write(home.path().join("album/c.bin"), [7; 40_000]).unwrap();
    fs::write(home.path().join("album/a.bin"), [7; 50_000]).unwrap();
    let new = create(&reuse);
    assert_eq!(
        (&new["reused_length"], &new["content_length"]),
        (&json!(16_384), &json!(106_384))
    );
    assert_eq!(
        create(&["-l", "32K", "--source", "NEW"])["info_hash_v1"],
        new["info_hash_v1"]
    );
    let words = bip(
        home.path(),
        &["create", "album", "--dry-run", "--reuse", "old.torrent"],
    )
    .text();
    assert!(
        words.contains("reused  16.00 KiB (16384 bytes), not read\n"),
        "{words}"
    );
}

#[test]
fn failures_have_a_kind_and_a_place_and_leave_nothing_behind() {
    check_failure(&["nowhere"], "io", "nowhere");
    check_failure(&["album", "-o", "there.torrent"], "exists", "there.torrent");
    check_failure(
        &["album", "-o", "album/x.torrent"],
        "inside_content",
        "album/x.torrent",
    );
    check_failure(
        &["album", "-o", "none/x.torrent"],
        "write",
        "none/x.torrent",
    );
    check_failure(
        &["album", "-l", "16385", "--v1"],
        "piece_length_uneven",
        "album",
    );
    check_failure(&["album", "-l", "48K"], "piece_length_not_for_v2", "album");
    check_failure(
        &["album", "--target-size", "10"],
        "target_too_small",
        "album",
    );
    check_failure(&["album", "-a", "http://a b"], "invalid_text", "announce");
    check_failure(&["album", "--exclude", "*"], "no_content", "album");
    check_failure(&["album", "--reuse", "none"], "unreadable", "none");
    check_failure(&["album", "--reuse", "there.torrent"], "bencode", "byte 0");
    let home = album();
    let run = bip(home.path(), &["create", "nowhere"]);
    assert_eq!(run.code, 1);
    assert!(
        run.errors
            .starts_with("bip: nowhere cannot become a torrent: "),
        "{}",
        run.errors
    );
    for arguments in [
        &["--v1", "--v2"][..],
        &["-l", "huge"],
        &["--node", "x"],
        &["--target-size", "9", "-l", "1M"],
        &["--reuse", "there.torrent", "-l", "1M"],
    ] {
        assert_eq!(
            bip(home.path(), &[&["create", "album"], arguments].concat()).code,
            2,
            "{arguments:?}"
        );
    }
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_with_130_and_leaves_nothing_behind() {
    use std::io::{BufRead as _, BufReader};
    use std::process::{Command, Stdio};
    let home = TempDir::new().unwrap();
    // As much as nobody hashes in the time of a test, and nothing of it on disk.
    let file = fs::File::create(home.path().join("huge")).unwrap();
    file.set_len(1 << 37).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_bip"))
        .current_dir(home.path())
        .args(["create", "huge", "--v1", "-t", "1"])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stderr.as_mut().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert!(
        line.starts_with("hashed ") && line.ends_with("of 128.00 GiB\n"),
        "{line}"
    );
    let interrupt = ["-INT", &child.id().to_string()];
    assert!(
        Command::new("kill")
            .args(interrupt)
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn the_first_interrupt_ends_the_walk_through_a_folder() {
    use std::io::{BufRead as _, BufReader};
    use std::process::{Command, Stdio};
    let home = TempDir::new().unwrap();
    // Four links in each of 30 folders lead to the next one: 4^30 folders to look at, and not one file.
    for depth in 0..30 {
        let folder = home.path().join(depth.to_string());
        fs::create_dir(&folder).unwrap();
        for link in ["a", "b", "c", "d"] {
            let next = format!("../{}", depth + 1);
            std::os::unix::fs::symlink(next, folder.join(link)).unwrap();
        }
    }
    fs::create_dir(home.path().join("30")).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_bip"))
        .current_dir(home.path())
        .args(["create", "0"])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut errors = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    errors.read_line(&mut line).unwrap();
    assert!(
        line.starts_with("looked at ") && line.ends_with(" files and folders\n"),
        "{line}"
    );
    let interrupt = ["-INT", &child.id().to_string()];
    assert!(
        Command::new("kill")
            .args(interrupt)
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(!home.path().join("0.torrent").exists());
}
