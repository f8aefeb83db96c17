//! `bip verify`: what it finds, where it looks, and how it exits.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use support::{Run, bip};
use tempfile::TempDir;

/// Two files of three pieces each, an empty one, and the torrent of them.
struct Album {
    home: TempDir,
    version: &'static str,
}

impl Album {
    fn new(version: &'static str) -> Album {
        let home = TempDir::new().unwrap();
        fs::create_dir_all(home.path().join("data/album/dir")).unwrap();
        let album = Album { home, version };
        for (name, length) in [("a.bin", 40_000), ("dir/b.bin", 40_000), ("empty", 0)] {
            let seed = name.len();
            let content: Vec<u8> = (0..length).map(|at| ((at * 7 + seed) >> 3) as u8).collect();
            fs::write(album.file(name), content).unwrap();
        }
        let create = [
            "create",
            "data/album",
            version,
            "-l",
            "16K",
            "-o",
            "album.torrent",
        ];
        bip(album.home.path(), &create).text();
        album
    }

    fn file(&self, name: &str) -> PathBuf {
        self.home.path().join("data/album").join(name)
    }

    fn damage(&self, name: &str, at: usize) {
        let mut content = fs::read(self.file(name)).unwrap();
        content[at] ^= 1;
        fs::write(self.file(name), content).unwrap();
    }

    fn verify(&self, arguments: &[&str]) -> Run {
        let path = Path::new("album.torrent");
        bip(
            self.home.path(),
            &[&["verify", path.to_str().unwrap()], arguments].concat(),
        )
    }

    /// The JSON that is told, and the exit code.
    #[track_caller]
    fn found(&self, arguments: &[&str]) -> (i32, Value) {
        let run = self.verify(&[arguments, &["--json"]].concat());
        assert_eq!(run.errors, "");
        (run.code, serde_json::from_slice(&run.bytes).unwrap())
    }

    #[track_caller]
    fn check(
        &self,
        code: i32,
        good_pieces: u32,
        path: &str,
        fault: Value,
        bad: Value,
        unproven: Value,
    ) {
        let (found_code, found) = self.found(&["data"]);
        assert_eq!(
            (found_code, &found["good_pieces"]),
            (code, &json!(good_pieces)),
            "{found}"
        );
        let files = found["files"].as_array().unwrap();
        let file = files.iter().find(|file| file["path"] == path).unwrap();
        assert_eq!(
            [
                &file["fault"],
                &file["bad_ranges"],
                &file["unproven_ranges"]
            ],
            [&fault, &bad, &unproven],
            "{} {path}",
            self.version
        );
    }
}

#[test]
fn what_is_whole_is_proven_wherever_it_is_looked_for() {
    for version in ["--v1", "--v2", "--hybrid"] {
        let album = Album::new(version);
        for place in ["data", "data/album"] {
            let (code, found) = album.found(&[place, "--threads", "2"]);
            assert_eq!(
                (code, &found["proven"], &found["right"]),
                (0, &json!(true), &json!(true))
            );
            assert_eq!(found["files"].as_array().unwrap().len(), 3);
        }
        let whole = album.verify(&["data"]).text();
        let pieces = if version == "--v1" { 5 } else { 6 };
        assert_eq!(
            whole,
            format!("3 of 3 files and {pieces} of {pieces} pieces are right\n")
        );
        fs::rename(
            album.home.path().join("data/album"),
            album.home.path().join("renamed"),
        )
        .unwrap();
        album.verify(&["renamed"]).text();
        let (code, found) = album.found(&["data"]);
        assert_eq!((code, &found["good_pieces"]), (1, &json!(0)));
    }
}

#[test]
fn a_folder_in_a_folder_of_the_same_name_is_no_riddle() {
    let home = TempDir::new().unwrap();
    let outer = home.path().join("data/album");
    fs::create_dir_all(outer.join("album")).unwrap();
    for name in ["a", "b", "album/c"] {
        fs::write(outer.join(name), name).unwrap();
    }
    let create = ["create", "data/album", "--v1", "-o", "t"];
    bip(home.path(), &create).text();
    let check = |place, code| {
        assert_eq!(
            bip(home.path(), &["verify", "t", place]).code,
            code,
            "{place}"
        )
    };
    check("data", 0);
    check("data/album", 0);
    check("data/album/album", 1);
    // What is missing everywhere is missing below the folder, where nothing else is an extra.
    fs::remove_dir_all(&outer).unwrap();
    fs::write(home.path().join("data/other"), "x").unwrap();
    let run = bip(home.path(), &["verify", "t", "data", "--extra", "--json"]);
    let told: Value = serde_json::from_slice(&run.bytes).unwrap();
    assert_eq!((run.code, &told["extras"]), (1, &json!([])));
}

#[test]
fn a_single_file_is_found_in_its_folder_and_by_its_path() {
    let album = Album::new("--hybrid");
    let folder = album.home.path();
    bip(
        folder,
        &["create", "data/album/a.bin", "-l", "16K", "-o", "a.torrent"],
    )
    .text();
    let check = |place, code| {
        assert_eq!(
            bip(folder, &["verify", "a.torrent", place]).code,
            code,
            "{place}"
        )
    };
    check("data/album", 0);
    check("data/album/a.bin", 0);
    check("data/album/dir/b.bin", 1);
    check("data", 1);
    check("nowhere", 1);
}

#[test]
fn damage_is_told_as_exactly_as_the_hashes_can() {
    let none = || json!([]);
    let v1 = Album::new("--v1");
    v1.damage("a.bin", 39_999);
    // The last piece of one file is the first of the other.
    v1.check(
        1,
        4,
        "album/a.bin",
        json!(null),
        json!([[32_768, 40_000]]),
        none(),
    );
    v1.check(
        1,
        4,
        "album/dir/b.bin",
        json!(null),
        json!([[0, 9_152]]),
        none(),
    );
    for version in ["--v2", "--hybrid"] {
        let album = Album::new(version);
        album.damage("a.bin", 39_999);
        album.check(
            1,
            5,
            "album/a.bin",
            json!(null),
            json!([[32_768, 40_000]]),
            none(),
        );
        album.check(1, 5, "album/dir/b.bin", json!(null), none(), none());
    }
}

#[test]
fn files_that_are_missing_too_short_or_too_long_are_told() {
    let none = || json!([]);
    let album = Album::new("--hybrid");
    fs::remove_file(album.file("a.bin")).unwrap();
    fs::write(album.file("empty"), "x").unwrap();
    let short = fs::read(album.file("dir/b.bin")).unwrap();
    fs::write(album.file("dir/b.bin"), &short[..20_000]).unwrap();
    album.check(
        1,
        1,
        "album/a.bin",
        json!("missing"),
        none(),
        json!([[0, 40_000]]),
    );
    album.check(1, 1, "album/empty", json!("too_long"), none(), none());
    album.check(
        1,
        1,
        "album/dir/b.bin",
        json!("too_short"),
        none(),
        json!([[16_384, 40_000]]),
    );
    let run = album.verify(&["data"]);
    assert_eq!((run.code, &*run.errors), (1, ""));
    let words = String::from_utf8(run.bytes).unwrap();
    for line in [
        "album/a.bin: is missing\n",
        "album/dir/b.bin: is 20000 bytes too short; cannot be compared in bytes 16384-39999\n",
        "album/empty: is 1 bytes too long\n",
        "0 of 3 files and 1 of 6 pieces are right\n",
    ] {
        assert!(words.contains(line), "{words} lacks {line}");
    }
}

#[test]
fn many_bad_ranges_are_cut_short_for_people() {
    let home = TempDir::new().unwrap();
    let folder = home.path();
    fs::write(folder.join("x"), vec![0; 20 << 14]).unwrap();
    bip(folder, &["create", "x", "--v2", "-l", "16K"]).text();
    let mut content = vec![0; 20 << 14];
    (0..20)
        .step_by(2)
        .for_each(|piece| content[piece << 14] = 1);
    fs::write(folder.join("x"), content).unwrap();
    let words = String::from_utf8(bip(folder, &["verify", "x.torrent"]).bytes).unwrap();
    assert!(
        words.starts_with("x: is wrong in bytes 0-16383, 32768-49151, "),
        "{words}"
    );
    assert!(
        words.ends_with(" and 2 more ranges\n0 of 1 files and 10 of 20 pieces are right\n"),
        "{words}"
    );
}

#[test]
fn a_quick_look_reads_no_content() {
    let album = Album::new("--hybrid");
    album.damage("a.bin", 5);
    assert_eq!(album.found(&["data"]).0, 1);
    let (code, found) = album.found(&["data", "--quick"]);
    assert_eq!(
        (code, &found["right"], &found["proven"]),
        (0, &json!(true), &json!(false))
    );
    assert_eq!(
        album.verify(&["data", "--quick"]).text(),
        "3 of 3 files are there and as long as they should be\n"
    );
    fs::write(album.file("a.bin"), "short").unwrap();
    let (code, found) = album.found(&["data", "--quick"]);
    assert_eq!(
        (code, &found["files"][0]["fault"]),
        (1, &json!("too_short"))
    );
}

#[test]
fn what_is_there_besides_is_told_and_no_fault() {
    let album = Album::new("--v2");
    fs::write(album.file("dir/ex\ntra"), "x").unwrap();
    let (code, found) = album.found(&["data", "--extra"]);
    assert_eq!(
        (code, &found["extras"]),
        (0, &json!(["data/album/dir/ex\ntra"]))
    );
    let words = album.verify(&["data", "--extra"]).text();
    assert!(
        words.starts_with("data/album/dir/ex\u{fffd}tra: is not in the torrent\n"),
        "{words}"
    );
    assert_eq!(album.found(&["data"]).1["extras"], json!([]));
}

#[cfg(unix)]
#[test]
fn links_are_followed_as_far_as_they_may() {
    use std::os::unix::fs::symlink;
    let album = Album::new("--hybrid");
    let check = |places: &[(&str, i32)]| {
        for (which, code) in places {
            let (found, told) = album.found(&["data", "--symlinks", which]);
            assert_eq!(found, *code, "{which}");
            let fault = &told["files"][0]["fault"];
            let expect = match code {
                0 => json!(null),
                _ => json!("behind_link"),
            };
            assert_eq!(fault, &expect, "{which}");
        }
        let by_default = places.iter().find(|(which, _)| *which == "inside");
        assert_eq!(album.found(&["data"]).0, by_default.unwrap().1);
    };
    check(&[("never", 0), ("inside", 0), ("anywhere", 0)]);
    fs::rename(album.file("a.bin"), album.file("dir/moved")).unwrap();
    symlink("dir/moved", album.file("a.bin")).unwrap();
    check(&[("never", 1), ("inside", 0), ("anywhere", 0)]);
    let outside = album.home.path().join("outside");
    fs::rename(album.file("dir/moved"), &outside).unwrap();
    fs::remove_file(album.file("a.bin")).unwrap();
    symlink(&outside, album.file("a.bin")).unwrap();
    check(&[("never", 1), ("inside", 1), ("anywhere", 0)]);
}

#[test]
fn a_torrent_that_cannot_be_read_is_a_failure() {
    let album = Album::new("--v1");
    fs::write(album.home.path().join("album.torrent"), "d4:infole").unwrap();
    let failed = album.verify(&["data", "--json"]).failure();
    assert_eq!(
        (&failed["kind"], &failed["place"]),
        (&json!("bencode"), &json!("byte 9"))
    );
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_with_130_and_tells_what_was_found() {
    use std::io::{BufRead as _, BufReader};
    use std::process::{Command, Stdio};
    let home = TempDir::new().unwrap();
    let (length, piece_length) = (1u64 << 37, 1u32 << 24);
    // Nothing of it is on disk, and its hashes are those of zeros.
    fs::File::create(home.path().join("huge"))
        .unwrap()
        .set_len(length)
        .unwrap();
    let hash: [u8; 20] = sha1::Digest::finalize(sha1::Digest::chain_update(
        <sha1::Sha1 as sha1::Digest>::new(),
        vec![0; piece_length as usize],
    ))
    .into();
    let pieces = hash.repeat((length >> 24) as usize);
    let head = format!(
        "d4:infod6:lengthi{length}e4:name4:huge12:piece lengthi{piece_length}e6:pieces{}:",
        pieces.len()
    );
    fs::write(
        home.path().join("t"),
        [head.as_bytes(), &pieces, b"ee"].concat(),
    )
    .unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_bip"))
        .current_dir(home.path())
        .args(["verify", "t", "--threads", "1"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stderr.as_mut().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert!(line.starts_with("hashed "), "{line}");
    let interrupt = ["-INT", &child.id().to_string()];
    assert!(
        Command::new("kill")
            .args(interrupt)
            .status()
            .unwrap()
            .success()
    );
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let words = String::from_utf8(output.stdout).unwrap();
    assert!(
        words.ends_with(" of 8192 pieces are right; the rest was not read\n"),
        "{words}"
    );
}
