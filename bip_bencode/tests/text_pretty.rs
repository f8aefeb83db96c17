//! Values as trees: readable, short, and harmless to a terminal.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use bip_bencode::{BDecodeOpt, BRefAccess, BencodeMut, ben_list, ben_map, decode};
use proptest::prelude::*;

/// Built or decoded, a value has the same tree.
#[track_caller]
fn check(value: &BencodeMut<'_>, expect: &str) {
    assert_eq!(value.pretty().to_string(), expect);
    let encoded = value.encode();
    let document = BDecodeOpt::lenient().decode(&encoded).unwrap();
    assert_eq!(document.root().pretty().to_string(), expect);
}

#[test]
fn a_torrent_reads_from_top_to_bottom() {
    let torrent = ben_map! {
        "announce" => "udp://t.org:1",
        "info" => ben_map! {
            "files" => ben_list![
                ben_map! { "length" => 10, "path" => ben_list!["a", "b.txt"] },
                ben_map! { "length" => -3, "path" => ben_list![] },
            ],
            "pieces" => vec![0xab; 4_000_000],
        },
        "nodes" => ben_map! {},
    };
    let pieces = "ab".repeat(32);
    check(
        &torrent,
        &format!(
            r#"{{
  announce: "udp://t.org:1"
  info: {{
    files: [
      {{
        length: 10
        path: ["a", "b.txt"]
      }}
      {{
        length: -3
        path: []
      }}
    ]
    pieces: 4,000,000 bytes, {pieces}…
  }}
  nodes: {{}}
}}"#
        ),
    );
}

#[test]
fn scalars_stand_alone() {
    check(&0.into(), "0");
    check(&"".into(), r#""""#);
    check(&b"\xff".into(), "1 byte, ff");
    check(&b"\xff\x00".into(), "2 bytes, ff00");
    check(&ben_list![], "[]");
    check(&ben_map! {}, "{}");
    let input = format!("i-{}e", "9".repeat(1000));
    let document = BDecodeOpt::lenient().decode(input.as_bytes()).unwrap();
    check(&document.root().into(), &format!("-{}", "9".repeat(1000)));
}

#[test]
fn a_list_of_short_scalars_is_a_line_and_one_past_that_is_a_column() {
    // Each takes its own byte and four for what stands around it: 12 make 60 of 64.
    let twelve: BencodeMut<'_> = (0..12).map(|_| BencodeMut::from("x")).collect();
    check(&twelve, &format!("[{}]", ["\"x\""; 12].join(", ")));
    let thirteen: BencodeMut<'_> = (0..13).map(|_| BencodeMut::from("x")).collect();
    check(&thirteen, &format!("[\n{}]", "  \"x\"\n".repeat(13)));
    check(
        &ben_list!["x".repeat(60)],
        &format!("[\"{}\"]", "x".repeat(60)),
    );
    check(
        &ben_list!["x".repeat(61)],
        &format!("[\n  \"{}\"\n]", "x".repeat(61)),
    );
    check(
        &ben_list![ben_list![1, 22], "a"],
        "[\n  [1, 22]\n  \"a\"\n]",
    );
}

#[test]
fn strings_are_shown_up_to_their_limit_and_one_past_it_are_cut() {
    check(&"x".repeat(200).into(), &format!("\"{}\"", "x".repeat(200)));
    let cut = format!("201 bytes, \"{}\"…", "x".repeat(200));
    check(&"x".repeat(201).into(), &cut);
    check(
        &vec![0xff; 32].into(),
        &format!("32 bytes, {}", "ff".repeat(32)),
    );
    check(
        &vec![0xff; 33].into(),
        &format!("33 bytes, {}…", "ff".repeat(32)),
    );
}

#[test]
fn limits_are_settable() {
    let text = BencodeMut::from("aéb");
    let shown = |bytes| text.pretty().max_text(bytes).to_string();
    assert_eq!(shown(0), r#"4 bytes, ""…"#);
    assert_eq!(shown(1), r#"4 bytes, "a"…"#);
    assert_eq!(shown(2), r#"4 bytes, "a"…"#, "no character is cut");
    assert_eq!(shown(3), r#"4 bytes, "aé"…"#);
    assert_eq!(shown(4), r#""aéb""#);
    let binary = BencodeMut::from(b"\xff\xfe\xfd");
    let shown = |bytes| binary.pretty().max_binary(bytes).to_string();
    assert_eq!(shown(0), "3 bytes, …");
    assert_eq!(shown(2), "3 bytes, fffe…");
    assert_eq!(shown(3), "3 bytes, fffefd");
    let long = ben_list!["x".repeat(5000), vec![0xff; 5000]];
    let whole = long.pretty().whole_strings().to_string();
    let expect = format!(
        "[\n  \"{}\"\n  5,000 bytes, {}\n]",
        "x".repeat(5000),
        "ff".repeat(5000)
    );
    assert_eq!(whole, expect);
}

#[test]
fn keys_that_are_no_words_are_quoted_and_cut_like_strings() {
    let tree = ben_map! {
        "" => 0,
        " a" => 1,
        "a: 1\n  b" => 2,
        "piece length" => 3,
        "ut_pex.v2/x-y" => 4,
        "ключ" => 5,
        b"\xff\x01" => 6,
        vec![0xff; 33] => 7,
        "x".repeat(201) => 8,
    };
    let expect = format!(
        r#"{{
  "": 0
  " a": 1
  "a: 1\n  b": 2
  piece length: 3
  ut_pex.v2/x-y: 4
  201 bytes, "{}"…: 8
  "ключ": 5
  <ff01>: 6
  <{}…>: 7
}}"#,
        "x".repeat(200),
        "ff".repeat(32)
    );
    check(&tree, &expect);
}

#[test]
fn what_acts_on_a_terminal_is_escaped() {
    check(&"\"\\\n\r\t\0".into(), r#""\"\\\n\r\t\u{0}""#);
    check(
        &"\u{1b}]0;title\u{7}\u{9b}31m\u{7f}".into(),
        r#""\u{1b}]0;title\u{7}\u{9b}31m\u{7f}""#,
    );
    check(
        &"exe.\u{202e}gpj\u{2066}\u{200b}\u{200d}\u{feff}\u{2028}\u{e0041}\u{ad}".into(),
        r#""exe.\u{202e}gpj\u{2066}\u{200b}\u{200d}\u{feff}\u{2028}\u{e0041}\u{ad}""#,
    );
    check(&ben_map! { "\u{1b}[2J" => 1 }, "{\n  \"\\u{1b}[2J\": 1\n}");
    check(&"日本 🌊 ä".into(), "\"日本 🌊 ä\"");
}

#[test]
fn what_a_leniently_decoded_value_repeats_is_shown() {
    let document = BDecodeOpt::lenient()
        .decode(b"d1:bi03e1:ai-0e1:b1:xe")
        .unwrap();
    assert_eq!(
        document.root().pretty().to_string(),
        "{\n  b: 3\n  a: 0\n  b: \"x\"\n}"
    );
}

#[test]
fn deep_values_are_written_without_recursion_and_without_square_growth() {
    let depth = 100_000;
    let encoded = [vec![b'l'; depth], vec![b'e'; depth]].concat();
    let options = BDecodeOpt::strict().max_depth(depth);
    let document = options.decode(&encoded).unwrap();
    let tree = document.root().pretty().to_string();
    assert_eq!(tree.matches('[').count(), depth);
    assert!(tree.len() < depth * 2 * 150, "{}", tree.len());
}

#[test]
fn indentation_stops_at_its_limit() {
    let deepest = |depth: usize| {
        let encoded = [vec![b'l'; depth], b"le".to_vec(), vec![b'e'; depth]].concat();
        let options = BDecodeOpt::strict().max_depth(depth + 1);
        let tree = options
            .decode(&encoded)
            .unwrap()
            .root()
            .pretty()
            .to_string();
        tree.lines()
            .map(|line| line.len() - line.trim_start().len())
            .max()
            .unwrap()
    };
    assert_eq!(deepest(64), 128);
    assert_eq!(deepest(65), 128);
}

proptest! {
    #[test]
    fn no_string_makes_a_line_of_its_own(key: Vec<u8>, text: String, binary: Vec<u8>) {
        let value = ben_map! { key => ben_list![text, ben_list![], binary] };
        let tree = value.pretty().whole_strings().to_string();
        prop_assert_eq!(tree.lines().count(), 7);
        prop_assert!(!tree.contains(|char: char| char.is_control() && char != '\n'));
        let encoded = value.encode();
        prop_assert_eq!(decode(&encoded).unwrap().root().pretty().whole_strings().to_string(), tree);
    }
}
