//! What is told of torrents that load and are better made otherwise.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod naive;
mod support;

use std::collections::BTreeMap;

use bip_metainfo::{LintKind, LintOptions, Metainfo, PathPolicy, Severity};
use naive::V2;
use support::{Draft, dict, entry, int, list, load, string};

/// What is told of a torrent, apart from its being of version 1 only.
fn check(file: &[u8], expect: &[(&str, &str)]) {
    check_with(file, LintOptions::default(), expect);
}

fn check_with(file: &[u8], options: LintOptions, expect: &[(&str, &str)]) {
    let torrent = load(file);
    let lints = torrent.lint(&options.clone().allow(LintKind::V1Only));
    let told = lints.iter().map(|lint| (lint.kind().name(), lint.place()));
    assert_eq!(told.collect::<Vec<_>>(), expect, "{lints:#?}");
    let silent = lints
        .iter()
        .fold(options, |options, lint| options.allow(lint.kind()));
    assert_eq!(torrent.lint(&silent.allow(LintKind::V1Only)), []);
}

fn private() -> Draft {
    Draft::single()
        .with("private", int(1))
        .with("source", string("AB"))
}

fn sized(length: u64, piece_length: u64) -> Vec<u8> {
    let pieces = length.div_ceil(piece_length) as usize;
    Draft::single()
        .with("length", int(length))
        .with("piece length", int(piece_length))
        .with("pieces", string(vec![7; pieces * 20]))
        .file([])
}

fn named(name: impl AsRef<[u8]>) -> Vec<u8> {
    Draft::single().with("name", string(name)).file([])
}

fn trackers(tiers: &[&[&str]]) -> Vec<u8> {
    list(tiers.iter().map(|tier| list(tier.iter().map(string))))
}

#[test]
fn a_sound_torrent_has_nothing_to_tell_but_its_version() {
    check(
        &Draft::single().file([("announce", string("udp://a:1"))]),
        &[],
    );
    let lints = load(&Draft::single().file([])).lint(&LintOptions::default());
    assert_eq!(lints.len(), 1);
    assert_eq!(
        (lints[0].kind(), lints[0].severity()),
        (LintKind::V1Only, Severity::Note)
    );
    let v2 = V2::new(32_768, &[("temp", vec![1; 40_000])]);
    assert_eq!(load(&v2.file()).lint(&LintOptions::default()), []);
}

#[test]
fn private_torrents_need_a_tracker_and_a_source_and_no_nodes() {
    let announce = ("announce", string("udp://a:1"));
    let nodes = ("nodes", list([list([string("a"), int(1)])]));
    check(&private().file([announce.clone()]), &[]);
    check(
        &private().file([]),
        &[("private_without_tracker", "announce")],
    );
    check(
        &private().file([announce.clone(), nodes.clone()]),
        &[("private_with_nodes", "nodes")],
    );
    check(
        &private().without("source").file([announce.clone()]),
        &[("private_without_source", "info.source")],
    );
    check(&Draft::single().file([nodes]), &[]);
}

#[test]
fn trackers_are_compared_and_their_addresses_looked_at() {
    let of = |announce: &str, tiers: &[&[&str]]| {
        Draft::single().file([
            ("announce", string(announce)),
            ("announce-list", trackers(tiers)),
        ])
    };
    let sound = [
        &["udp://a:1/x", "https://b/"][..],
        &["wss://c", "HTTP://[::1]:80/"],
    ];
    check(&of("udp://a:1/x", &sound), &[]);
    check(
        &of("udp://z:1", &sound),
        &[("announce_not_in_list", "announce")],
    );
    check(&of("", &sound), &[]);
    check(
        &of("udp://a:1", &[&["udp://a:1"], &["udp://b:1", "udp://a:1"]]),
        &[("duplicate_tracker", "announce-list[1]")],
    );
    check(
        &Draft::single().file([(
            "announce-list",
            list([string("udp://a:1"), string("udp://b:1")]),
        )]),
        &[("flat_announce_list", "announce-list")],
    );
    check(
        &of("http://a/", &[&["http://a/"], &["http://b/"]]),
        &[("http_only_trackers", "announce-list")],
    );
    check(
        &Draft::single().file([("announce", string("Http://a/"))]),
        &[("http_only_trackers", "announce")],
    );
    for bad in [
        "a.test",
        "udp://a",
        "udp://a:0",
        "udp://a:x",
        "udp://a:65536",
        "udp://:1",
        "https:///x",
        "gopher://a:1",
        "dht://a",
    ] {
        check(
            &Draft::single().file([("announce", string(bad))]),
            &[("malformed_tracker", "announce")],
        );
    }
    check(
        &Draft::single().file([("announce", string("http://a b/"))]),
        &[("malformed_tracker", "announce")],
    );
}

#[test]
fn piece_lengths_fit_blocks_and_the_size() {
    let key = "info.piece length";
    check(&sized(16_384 * 20_000, 16_384), &[]);
    check(
        &sized(16_384 * 20_000 + 1, 16_384),
        &[("small_piece_length", key)],
    );
    check_with(
        &sized(16_384 * 3, 16_384),
        LintOptions::default().max_pieces(2),
        &[("small_piece_length", key)],
    );
    check(
        &sized(8_192, 8_192),
        &[("odd_piece_length", key), ("small_piece_length", key)],
    );
    check(&sized(1, 49_152), &[("uneven_piece_length", key)]);
    check(&sized(1, 20_000), &[("odd_piece_length", key)]);
    check(&sized(1 << 18, 1 << 18), &[]);
    check(
        &sized((1 << 21) * 15, 1 << 21),
        &[("large_piece_length", key)],
    );
    check(&sized((1 << 21) * 15 + 1, 1 << 21), &[]);
    check(&sized(1, 1 << 20), &[]);
    check(&sized(1 << 28, 1 << 24), &[]);
    check(&sized(1 << 29, 1 << 25), &[("large_piece_length", key)]);
}

#[test]
fn names_are_measured_by_the_rules_of_all_systems() {
    check(&named("a?b"), &[("hostile_name", "info.name")]);
    check(&named("con"), &[("hostile_name", "info.name")]);
    check(&named("a."), &[("hostile_name", "info.name")]);
    check(&named("a\u{202e}b"), &[("hostile_name", "info.name")]);
    check(&named(b"a\xff"), &[("name_not_utf8", "info.name")]);
    check(&named("a".repeat(240)), &[]);
    check(&named("a".repeat(241)), &[("name_too_long", "info.name")]);
    check(
        &Draft::many([
            [&b"a"[..], b"b"],
            [b"a", b"B"],
            [b"c", b"b"],
            [b"d:", b"\xff"],
        ])
        .file([]),
        &[
            ("name_collision", "info.files[1].path"),
            ("hostile_name", "info.files[3].path"),
            ("name_not_utf8", "info.files[3].path"),
        ],
    );
    // Whatever it was loaded for.
    let linux = Metainfo::from_bytes_with(&named("a?b"), PathPolicy::Linux).unwrap();
    assert_eq!(
        linux.lint(&LintOptions::default())[0].kind(),
        LintKind::HostileName
    );
    check(
        &V2::new(16_384, &[("d/a\n", vec![1]), ("d/b", vec![1])]).file(),
        &[("hostile_name", "info.file tree.d.a\\n")],
    );
}

#[test]
fn collisions_beyond_count_are_one() {
    let names: Vec<Vec<u8>> = (0..700u32)
        .map(|number| {
            let bits = (0..10).map(|bit| if number >> bit & 1 == 1 { b'A' } else { b'a' });
            bits.collect()
        })
        .collect();
    let file = Draft::many(names.iter().map(|name| [name.as_slice()])).file([]);
    let torrent = Metainfo::from_bytes_with(&file, PathPolicy::Linux).unwrap();
    let lints = torrent.lint(&LintOptions::default());
    assert_eq!(
        (lints[0].kind(), lints[0].place()),
        (LintKind::NameCollision, "info.files")
    );
}

#[test]
fn folders_that_are_one_on_some_systems_are_told_once_for_each_spelling() {
    let check_paths = |paths: &[&[&[u8]]], expect: &[(&str, &str)]| {
        check(&Draft::many(paths.iter().copied()).file([]), expect);
    };
    check_paths(&[&[b"a", b"1"], &[b"b", b"1"], &[b"a", b"2"]], &[]);
    check_paths(&[&[b"x", b"a", b"1"], &[b"y", b"A", b"1"]], &[]);
    check_paths(
        &[
            &[b"a", b"1"],
            &[b"A", b"2"],
            &[b"a", b"3"],
            &[b"A", b"4"],
            &[b"A", b"5"],
        ],
        &[("name_collision", "info.files[1].path")],
    );
    // Composed and decomposed, and deeper down.
    check_paths(
        &[
            &["x\u{e9}".as_bytes(), b"b", b"1"],
            &["xe\u{301}".as_bytes(), b"B", b"2"],
        ],
        &[
            ("name_collision", "info.files[1].path"),
            ("name_collision", "info.files[1].path"),
        ],
    );
    // The file is told of as well.
    check_paths(
        &[&[b"a", b"1"], &[b"A", b"1"]],
        &[
            ("name_collision", "info.files[1].path"),
            ("name_collision", "info.files[1].path"),
        ],
    );
    let torrent = load(&Draft::many([[&b"a"[..], b"1"], [b"A", b"2"]]).file([]));
    let lints = torrent.lint(&LintOptions::default());
    assert_eq!(
        lints[0].message(),
        "the folders \"A\" and \"a\" are one on some systems"
    );
}

#[test]
fn padding_empty_files_and_size_are_measured() {
    let pad = |length: u64| {
        dict([
            ("attr", string("p")),
            ("length", int(length)),
            ("path", list([string(".pad"), string("1")])),
        ])
    };
    let padded = |content: u64, padding: u64| {
        let files = list([entry(content, &[b"a"]), pad(padding)]);
        Draft::single()
            .without("length")
            .with("files", files)
            .file([])
    };
    check(&padded(900, 100), &[]);
    check(&padded(899, 101), &[("pad_overhead", "info.files")]);
    check_with(
        &padded(899, 101),
        LintOptions::default().max_pad_percent(11),
        &[],
    );
    let files = list([entry(0, &[b"a"]), entry(1, &[b"b"])]);
    check(
        &Draft::single()
            .without("length")
            .with("files", files)
            .file([]),
        &[("empty_file", "info.files[0].path")],
    );
    let file = Draft::single().file([]);
    check_with(
        &file,
        LintOptions::default().max_torrent_length(file.len()),
        &[],
    );
    check_with(
        &file,
        LintOptions::default().max_torrent_length(file.len() - 1),
        &[("large_torrent", "")],
    );
}

#[test]
fn bencode_keys_and_values_are_looked_at() {
    let info = Draft::single().info();
    let unsorted = [&b"d3:zoo0:4:info"[..], &info, b"e"].concat();
    check(&unsorted, &[("non_canonical_bencode", "")]);
    let big = Draft::single().file([("announce", string("udp://a:1"))]);
    check(&[&big[..], b"\n"].concat(), &[("trailing_space", "")]);
    check(
        &Draft::single().file([("comment", int(1)), ("nodes", list([int(1)]))]),
        &[("ignored_value", "comment"), ("ignored_value", "nodes")],
    );
    check(
        &Draft::single().file([("comment", string(b"\xff"))]),
        &[("name_not_utf8", "comment")],
    );
    check(
        &Draft::single()
            .with("md5sum", string("0".repeat(32)))
            .file([("publisher", string("x"))]),
        &[
            ("deprecated_key", "publisher"),
            ("deprecated_key", "info.md5sum"),
        ],
    );
    let file = dict([
        ("length", int(1)),
        ("md5sum", string("0".repeat(32))),
        ("path", list([string("a")])),
    ]);
    check(
        &Draft::single()
            .without("length")
            .with("files", list([file]))
            .file([]),
        &[("deprecated_key", "info.files[0].md5sum")],
    );
}

#[test]
fn dates_and_texts_are_looked_at() {
    let dated = |date: i64| Draft::single().file([("creation date", int(date))]);
    check(&dated(i64::MAX), &[]);
    check(&dated(-1), &[("creation_date_negative", "creation date")]);
    let now = LintOptions::default().now(1_000);
    check_with(&dated(1_000), now.clone(), &[]);
    check_with(
        &dated(1_001),
        now,
        &[("creation_date_in_future", "creation date")],
    );
    check(
        &Draft::single().file([("comment", string("two\r\n\tlines"))]),
        &[],
    );
    check(
        &Draft::single().file([
            ("comment", string("\u{1b}[2J")),
            ("created by", string("\u{85}")),
        ]),
        &[
            ("control_characters", "comment"),
            ("control_characters", "created by"),
        ],
    );
}

#[test]
fn halves_and_layers_of_version_2_are_looked_at() {
    let mut v2 = V2::new(16_384, &[("a", vec![1; 20_000]), ("b", vec![2; 1])]);
    v2.layers.clear();
    check(&v2.file(), &[("missing_piece_layers", "piece layers")]);

    let mut v2 = V2::new(16_384, &[("a", vec![1; 1])]);
    let properties = BTreeMap::from([
        ("attr", string("x")),
        ("length", int(1)),
        ("pieces root", string(naive::root(&[1]))),
    ]);
    v2.insert("a", properties);
    let hybrid = |attr| v2.clone().with_v1(16_384, &[(1, "a", attr)]).file();
    check(&hybrid("x"), &[]);
    check(
        &hybrid("h"),
        &[("hybrid_halves_differ", "info.files[0].attr")],
    );
    let mut renamed = v2.clone().with_v1(16_384, &[(1, "a", "x")]);
    renamed.info.insert("name", string("a"));
    check(
        &renamed.file(),
        &[("hybrid_halves_differ", "info.file tree")],
    );
    let mut nested = V2::new(16_384, &[("a/b", vec![1; 1])]).with_v1(16_384, &[(1, "a/b", "")]);
    nested.info.insert("name", string("a"));
    check(&nested.file(), &[]);
}

#[test]
fn of_one_kind_no_more_than_twenty_are_told() {
    let many = |count: usize| {
        let names: Vec<_> = (0..count)
            .map(|number| format!("{number}?").into_bytes())
            .collect();
        load(&Draft::many(names.iter().map(|name| [name.as_slice()])).file([]))
    };
    let count = |files, kind| {
        let lints = many(files).lint(&LintOptions::default());
        lints.iter().filter(|lint| lint.kind() == kind).count()
    };
    assert_eq!(
        (count(20, LintKind::HostileName), count(20, LintKind::More)),
        (20, 0)
    );
    assert_eq!(
        (count(21, LintKind::HostileName), count(21, LintKind::More)),
        (20, 1)
    );
    let lints = many(1000).lint(&LintOptions::default());
    let more = lints
        .iter()
        .find(|lint| lint.kind() == LintKind::More)
        .unwrap();
    assert_eq!(more.message(), "980 more of hostile_name");
}

#[test]
fn lints_have_names_of_their_own_and_are_written_on_one_line() {
    for kind in LintKind::ALL {
        assert_eq!(kind.name().parse(), Ok(*kind));
        assert!(
            kind.name()
                .bytes()
                .all(|byte| byte == b'_' || byte.is_ascii_lowercase() || byte.is_ascii_digit())
        );
        assert!(kind.advice().ends_with('.'));
    }
    assert!("no_such".parse::<LintKind>().is_err());
    let torrent = load(&named("a\u{1b}\n?\u{202e}"));
    let text = torrent.lint(&LintOptions::default())[0].to_string();
    assert_eq!(
        text,
        "warning[hostile_name] info.name: \"a\\u{1b}\\n?\\u{202e}\": control character, invisible or \
         direction-turning character, character forbidden on Windows. Rename the file: clients will each rename it in a \
         way of their own."
    );
}
