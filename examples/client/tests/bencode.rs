//! `bip bencode`: what it prints, where, and how it exits.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

/// What a run of the program came to; bytes that are no text are `\u{fffd}`.
#[derive(Debug, PartialEq)]
struct Run {
    code: i32,
    out: String,
    errors: String,
}

/// Runs `bip bencode` to its end, with `input` as standard input.
fn bencode(arguments: &[&str], input: &[u8]) -> Run {
    let mut child = Command::new(env!("CARGO_BIN_EXE_bip"))
        .arg("bencode")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may end without reading all.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    Run {
        code: output.status.code().unwrap(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        errors: String::from_utf8(output.stderr).unwrap(),
    }
}

#[track_caller]
fn check(arguments: &[&str], input: &[u8], code: i32, out: &str, errors: &str) {
    let run = bencode(arguments, input);
    let (out, errors) = (out.to_owned(), errors.to_owned());
    assert_eq!(run, Run { code, out, errors });
}

/// A file with this content, in a folder of its own.
fn file(content: &[u8]) -> (TempDir, PathBuf) {
    let home = TempDir::new().unwrap();
    let path = home.path().join("file");
    fs::write(&path, content).unwrap();
    (home, path)
}

const EMPTY: &str = "bip: standard input is no bencode: unexpected end of input at byte 0\n";

#[test]
fn print_shows_a_tree_and_cuts_long_strings_unless_told_otherwise() {
    let input = [&b"d4:name4:spam6:pieces40:"[..], &[0xff; 40], b"e"].concat();
    let cut = "ff".repeat(32) + "…";
    let tree = |pieces: &str| format!("{{\n  name: \"spam\"\n  pieces: 40 bytes, {pieces}\n}}\n");
    check(&["print", "-"], &input, 0, &tree(&cut), "");
    check(
        &["print", "--full", "-"],
        &input,
        0,
        &tree(&"ff".repeat(40)),
        "",
    );
    let (_home, path) = file(&input);
    check(&["print", path.to_str().unwrap()], b"", 0, &tree(&cut), "");
}

#[test]
fn print_shows_all_values_and_of_a_damaged_one_the_beginning() {
    check(&["print", "-"], b"i1e4:spamle", 0, "1\n\"spam\"\n[]\n", "");
    check(
        &["print", "-"],
        b"i1ed1:ai1e1:bl1:xi2xe",
        1,
        "1\n{\n  a: 1\n  b: [\"x\"]\n}\n",
        "bip: standard input is no bencode: expected the integer's end, found 'x' at byte 19 in b[1]\n",
    );
    check(
        &["print", "-"],
        b"x",
        1,
        "",
        "bip: standard input is no bencode: expected a value, found 'x' at byte 0\n",
    );
    check(&["print", "-"], b"", 1, "", EMPTY);
}

#[test]
fn what_is_irregular_is_told_on_stderr_with_its_place() {
    let input = b"d1:bi1e1:ai03ee";
    let warnings = "bip: warning: standard input: unsorted key at byte 7 in a\n\
        bip: warning: standard input: leading zero in an integer at byte 10 in a\n";
    check(
        &["print", "-"],
        input,
        0,
        "{\n  b: 1\n  a: 3\n}\n",
        warnings,
    );
    check(
        &["json", "--compact", "-"],
        input,
        0,
        "{\"b\":1,\"a\":3}\n",
        warnings,
    );
    // Offsets are those of the whole input, in a whole value and in a damaged one.
    let warning = "bip: warning: standard input: negative zero at byte 5 in [0]\n";
    check(&["print", "-"], b"2:abli-0ee", 0, "\"ab\"\n[0]\n", warning);
    let error = "bip: standard input is no bencode: unexpected end of input at byte 9\n";
    check(
        &["print", "-"],
        b"2:abli-0e",
        1,
        "\"ab\"\n[0]\n",
        &format!("{warning}{error}"),
    );
}

#[test]
fn more_than_a_hundred_warnings_are_not_all_told() {
    for (count, expect) in [(100, 100), (101, 101), (500, 101)] {
        let input = [b"l", "i-0e".repeat(count).as_bytes(), b"e"].concat();
        let run = bencode(&["print", "-"], &input);
        assert_eq!(run.errors.lines().count(), expect, "{count}");
        assert_eq!(run.errors.ends_with("and more\n"), count > 100);
        let run = bencode(&["check", "--lenient", "--json", "-"], &input);
        let report: Value = serde_json::from_str(&run.out).unwrap();
        assert_eq!(report["warnings"].as_array().unwrap().len(), 100);
    }
}

#[test]
fn json_is_indented_or_on_one_line_and_says_what_is_lost() {
    let input = b"d1:ali1e1:\xffe1:bi18446744073709551616ee";
    let indented =
        "{\n  \"a\": [\n    1,\n    \"hex:ff\"\n  ],\n  \"b\": \"int:18446744073709551616\"\n}\n";
    let compact = "{\"a\":[1,\"hex:ff\"],\"b\":\"int:18446744073709551616\"}\n";
    let warning = "bip: warning: standard input: integer beyond 64 bits at byte 15 in b\n";
    check(&["json", "-"], input, 0, indented, warning);
    check(&["json", "-", "--compact"], input, 0, compact, warning);
    let lost = "bip: warning: standard input: bytes after the end of the value at byte 3\n\
        bip: only the first value became JSON; `bip bencode print` shows all\n";
    check(&["json", "-"], b"i1ei2e", 0, "1\n", lost);
    check(&["json", "-"], b"", 1, "", EMPTY);
}

#[test]
fn json_and_back_is_the_same_file() {
    let torrent = [
        &b"d8:announce9:text:a:\"\n4:infod6:lengthi10e4:name4:spam6:pieces20:"[..],
        &[0xff; 20],
        b"e5:peers3:\xff\x00:e",
    ]
    .concat();
    let (home, path) = file(&torrent);
    let copy = home.path().join("copy");
    for options in [&["--compact"][..], &[]] {
        let json = bencode(&[&["json", path.to_str().unwrap()], options].concat(), b"");
        assert_eq!(json.code, 0);
        let made = ["from-json", "-", "-o", copy.to_str().unwrap()];
        check(&made, json.out.as_bytes(), 0, "", "");
        assert_eq!(fs::read(&copy).unwrap(), torrent);
    }
}

#[test]
fn from_json_writes_bencode_and_says_why_it_cannot() {
    let refuse = |input: &[u8], errors: &str| {
        let errors = format!("bip: standard input {errors}\n");
        check(&["from-json", "-"], input, 1, "", &errors);
    };
    check(
        &["from-json", "-"],
        br#"{"b":1,"a":"hex:00ff"}"#,
        0,
        "d1:a2:\0\u{fffd}1:bi1ee",
        "",
    );
    refuse(
        b"{\"a\":\n [null]}",
        "cannot become bencode: bencode has no null at line 2, column 6 in a[0]",
    );
    refuse(
        br#"{"a":1,"a":2}"#,
        "cannot become bencode: duplicate key at line 1, column 10 in a",
    );
    refuse(
        b"",
        "cannot become bencode: unexpected end of the JSON text at line 1, column 0",
    );
    refuse(b"\"a\xff\"", "is no JSON: not UTF-8 at byte 2");
}

#[test]
fn from_json_replaces_a_file_as_a_whole_or_not_at_all() {
    let (home, path) = file(b"old");
    let to = path.to_str().unwrap();
    check(
        &["from-json", "-", "-o", to],
        b"true",
        1,
        "",
        "bip: standard input cannot become bencode: bencode has no true and no false at line 1, column 4\n",
    );
    assert_eq!(fs::read(&path).unwrap(), b"old");
    check(&["from-json", "-", "--output", to], b"1", 0, "", "");
    assert_eq!(fs::read(&path).unwrap(), b"i1e");
    assert_eq!(
        fs::read_dir(home.path()).unwrap().count(),
        1,
        "nothing is left beside it"
    );
    let nowhere = home.path().join("no/file");
    let run = bencode(&["from-json", "-", "-o", nowhere.to_str().unwrap()], b"1");
    assert_eq!(run.code, 1);
    assert!(
        run.errors.contains("no/file cannot be written: "),
        "{}",
        run.errors
    );
}

#[test]
#[cfg(unix)]
fn from_json_keeps_links_permissions_and_devices() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let (home, path) = file(b"old");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let link = home.path().join("link");
    symlink(&path, &link).unwrap();
    check(
        &["from-json", "-", "-o", link.to_str().unwrap()],
        b"1",
        0,
        "",
        "",
    );
    assert!(link.is_symlink());
    assert_eq!(fs::read(&path).unwrap(), b"i1e");
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o640
    );
    check(&["from-json", "-", "-o", "/dev/stdout"], b"1", 0, "i1e", "");
}

#[test]
fn check_says_in_a_line_what_is_wrong_and_where() {
    let at = "standard input: ";
    check(
        &["check", "-"],
        b"d1:ai1ee",
        0,
        &format!("{at}canonical bencode, 8 bytes\n"),
        "",
    );
    check(
        &["check", "--strict", "-"],
        b"le",
        0,
        &format!("{at}canonical bencode, 2 bytes\n"),
        "",
    );
    check(
        &["check", "--lenient", "-"],
        b"le",
        0,
        &format!("{at}canonical bencode, 2 bytes\n"),
        "",
    );
    let error = "unsorted key at byte 7 in a (--lenient lets it pass)\n";
    check(
        &["check", "-"],
        b"d1:bi1e1:ai2ee",
        1,
        &format!("{at}{error}"),
        "",
    );
    let passed =
        format!("{at}irregular bencode, 14 bytes\nwarning: {at}unsorted key at byte 7 in a\n");
    check(
        &["check", "--lenient", "-"],
        b"d1:bi1e1:ai2ee",
        0,
        &passed,
        "",
    );
    let error = format!("{at}expected a value, found 'x' at byte 4 in a\n");
    check(&["check", "-"], b"d1:axe", 1, &error, "");
    check(
        &["check", "-"],
        b"",
        1,
        &format!("{at}unexpected end of input at byte 0\n"),
        "",
    );
}

#[track_caller]
fn check_report(arguments: &[&str], input: &[u8], code: i32, expect: Value) {
    let run = bencode(&[&["check", "--json"], arguments].concat(), input);
    assert_eq!((run.code, run.errors.as_str()), (code, ""));
    assert_eq!(run.out.lines().count(), 1);
    let report: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(report, expect);
}

#[test]
fn check_reports_one_json_object() {
    check_report(
        &["-"],
        b"i1e",
        0,
        json!({"ok": true, "error": null, "warnings": []}),
    );
    let error = json!({
        "kind": "unsorted_key",
        "offset": 14,
        "path": "info.a",
        "message": "unsorted key at byte 14 in info.a",
    });
    let unsorted = b"d4:infod1:bi1e1:ai-0eee";
    check_report(
        &["-"],
        unsorted,
        1,
        json!({"ok": false, "error": error, "warnings": []}),
    );
    let warnings = json!([
        {"kind": "unsorted_key", "offset": 14, "path": "info.a"},
        {"kind": "negative_zero", "offset": 17, "path": "info.a"},
    ]);
    check_report(
        &["--lenient", "-"],
        unsorted,
        0,
        json!({"ok": true, "error": null, "warnings": warnings}),
    );
    // What was irregular in front of an error is told too.
    let error = json!({
        "kind": "unexpected_end",
        "offset": 5,
        "path": "",
        "message": "unexpected end of input at byte 5",
    });
    let warnings = json!([{"kind": "negative_zero", "offset": 1, "path": "[0]"}]);
    check_report(
        &["--lenient", "-"],
        b"li-0e",
        1,
        json!({"ok": false, "error": error, "warnings": warnings}),
    );
}

#[test]
fn check_reports_what_cannot_be_read_too() {
    let run = bencode(&["check", "--json", "/nowhere/at/all"], b"");
    assert_eq!(run.code, 1);
    let report: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(report["ok"], false);
    assert_eq!(report["error"]["kind"], "unreadable");
    assert_eq!(report["error"]["offset"], Value::Null);
    assert!(
        report["error"]["message"]
            .as_str()
            .unwrap()
            .contains("/nowhere/at/all")
    );
}

#[test]
fn what_cannot_be_read_is_named() {
    let home = TempDir::new().unwrap();
    let folder = home.path().to_str().unwrap();
    for action in ["print", "json", "from-json", "check"] {
        for path in ["/nowhere/at/all", folder] {
            let run = bencode(&[action, path], b"");
            assert_eq!((run.code, run.out.as_str()), (1, ""), "{action} {path}");
            let start = format!("bip: {path} cannot be read: ");
            assert!(run.errors.starts_with(&start), "{}", run.errors);
        }
    }
}

#[test]
#[cfg(unix)]
fn a_name_with_controls_is_escaped() {
    check(
        &["check", "/no\u{1b}[2J\nwhere"],
        b"",
        1,
        "",
        "bip: /no\\u{1b}[2J\\nwhere cannot be read: No such file or directory (os error 2)\n",
    );
}

#[test]
fn a_command_line_that_makes_no_sense_exits_with_2() {
    for arguments in [
        &["print"][..],
        &["check", "--strict", "--lenient", "-"],
        &["nonsense"],
    ] {
        let run = bencode(arguments, b"");
        assert_eq!(run.code, 2, "{arguments:?}");
        assert!(run.errors.contains("Usage: bip bencode"), "{}", run.errors);
    }
}

#[test]
fn help_teaches_by_examples() {
    for arguments in [
        &["--help"][..],
        &["print", "--help"],
        &["json", "--help"],
        &["from-json", "--help"],
        &["check", "--help"],
    ] {
        let run = bencode(arguments, b"");
        assert_eq!(run.code, 0);
        assert!(run.out.contains("Examples:\n  bip bencode "), "{}", run.out);
    }
}

#[test]
fn a_reader_that_leaves_early_ends_it_quietly() {
    let (_home, path) = file(&b"4:spam".repeat(300_000));
    for arguments in [
        &["print"][..],
        &["json"],
        &["json", "--compact"],
        &["check", "--lenient"],
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_bip"))
            .arg("bencode")
            .args(arguments)
            .arg(&path)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut beginning = [0; 1];
        let mut out = child.stdout.take().unwrap();
        let _ = out.read(&mut beginning);
        drop(out);
        let output = child.wait_with_output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?} {errors}");
        assert!(
            !errors.contains("pipe") && !errors.contains("panic"),
            "{errors}"
        );
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_told() {
    for arguments in [
        &["print", "-"][..],
        &["json", "-"],
        &["check", "-"],
        &["check", "--json", "-"],
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_bip"))
            .arg("bencode")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(
                fs::OpenOptions::new()
                    .write(true)
                    .open("/dev/full")
                    .unwrap(),
            )
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(b"i1e").unwrap();
        let output = child.wait_with_output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(
            errors.starts_with("bip: standard output cannot be written: "),
            "{errors}"
        );
    }
}
