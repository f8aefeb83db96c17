//! Names and paths of files, and what is wrong with many (BEP 3, BEP 47).

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod support;

use bip_metainfo::{Info, MetainfoError, PathChange, Warning};
use support::{Draft, dict, entry, int, list, load, refused, string};

/// seed fault 5
#[test]
fn hostile_paths_are_made_safe_and_told() {
    let check = |path: &[&[u8]], expect: &str, change: PathChange| {
        let torrent = load(&Draft::many([path]).file([]));
        let file = &torrent.info().files()[0];
        assert_eq!(file.path().to_str(), Some(expect));
        assert!(
            file.path_changes().contains(change),
            "{expect}: {}",
            file.path_changes()
        );
        assert!(file.raw_path().eq(path.iter().copied()), "{expect}");
        assert!(
            torrent
                .warnings()
                .any(|warning| *warning == Warning::PathsChanged { files: 1 })
        );
        support::assert_safe(torrent.info());
    };
    check(
        &[b"..", b"..", b"etc", b"passwd"],
        "temp/_/_/etc/passwd",
        PathChange::DotComponent,
    );
    check(&[b"/etc/shadow"], "temp/etcshadow", PathChange::Separator);
    check(
        &[b"C:\\Windows\\x"],
        "temp/C_Windowsx",
        PathChange::Forbidden,
    );
    check(&[b"", b"x"], "temp/_/x", PathChange::Empty);
    check(
        &[b"\xc0\xae\xc0\xae", b"x"],
        "temp/_/x",
        PathChange::NotUtf8,
    );
    check(&[b"NUL.txt"], "temp/_NUL.txt", PathChange::ReservedName);

    let name =
        |raw: &[u8]| Info::from_bytes(&Draft::single().with("name", string(raw)).info()).unwrap();
    let info = name(b"../../abc");
    assert_eq!(
        (info.name(), info.raw_name()),
        ("....abc", &b"../../abc"[..])
    );
    assert!(info.files()[0].raw_path().eq([b"../../abc"]));
    let info = name(b"..");
    assert_eq!(info.name(), info.info_hash().to_string());
    support::assert_safe(&info);
}

#[test]
fn names_in_other_encodings_stay_raw_and_give_way_to_utf8() {
    let latin = Draft::single().with("name", string(b"caf\xe9"));
    let info = Info::from_bytes(&latin.info()).unwrap();
    assert_eq!((info.name(), info.raw_name()), ("caf_", &b"caf\xe9"[..]));
    let info = Info::from_bytes(&latin.with("name.utf-8", string("café")).info()).unwrap();
    assert_eq!((info.name(), info.raw_name()), ("café", "café".as_bytes()));

    let file = dict([
        ("length", int(1)),
        ("path", list([string(b"\xe9")])),
        ("path.utf-8", list([string("é")])),
    ]);
    let info = Info::from_bytes(
        &Draft::single()
            .without("length")
            .with("files", list([file]))
            .info(),
    )
    .unwrap();
    assert_eq!(info.files()[0].path().to_str(), Some("temp/é"));
    let file = dict([
        ("length", int(1)),
        ("path", list([string("a")])),
        ("path.utf-8", list([string(b"\xe9")])),
    ]);
    let info = Info::from_bytes(
        &Draft::single()
            .without("length")
            .with("files", list([file]))
            .info(),
    )
    .unwrap();
    assert_eq!(
        (info.files()[0].path().to_str(), info.warnings().len()),
        (Some("temp/a"), 1)
    );
    let torrent =
        load(&Draft::single().file([("comment", string(b"\xff")), ("comment.utf-8", string("ÿ"))]));
    assert_eq!(torrent.comment(), Some("ÿ"));
    let torrent = load(&Draft::single().file([("comment", string(b"a\xff"))]));
    assert_eq!(
        (torrent.comment(), torrent.warnings().count()),
        (Some("a\u{fffd}"), 1)
    );
}

#[test]
fn files_that_would_meet_are_kept_apart() {
    let paths: [&[&[u8]]; 7] = [
        &[b"a"],
        &[b"A"],
        &[b"a", b"b"],
        &[b"x.y"],
        &[b"X.Y"],
        &[b"a."],
        &[b"A", b"B"],
    ];
    let info = Info::from_bytes(&Draft::many(paths).info()).unwrap();
    let got: Vec<_> = info
        .files()
        .iter()
        .map(|file| file.path().to_str().unwrap())
        .collect();
    assert_eq!(
        got,
        [
            "temp/a.1",
            "temp/A.2",
            "temp/a/b",
            "temp/x.y",
            "temp/X.1.Y",
            "temp/a.3",
            "temp/A/B.1"
        ]
    );
    let changes = |index: usize| info.files()[index].path_changes();
    assert!(changes(0).contains(PathChange::Duplicate) && changes(2).is_empty());
    assert!(info.files()[1].raw_path().eq([b"A"]));
    support::assert_safe(&info);
}

#[test]
fn pad_files_and_links_are_known_and_need_no_path_or_length() {
    let pad = dict([("attr", string("p")), ("length", int(16_383))]);
    let link = dict([
        ("attr", string("l")),
        ("path", list([string("to")])),
        (
            "symlink path",
            list([string("d"), string(".."), string("a:")]),
        ),
    ]);
    let files = list([entry(1, &[b"a"]), pad.clone(), link, entry(1, &[b"b"]), pad]);
    let draft = Draft::single()
        .without("length")
        .with("files", files)
        .with("pieces", string([0; 40]));
    let info = Info::from_bytes(&draft.info()).unwrap();
    let [a, pad, link, b, last] = info.files() else {
        panic!("five files")
    };
    assert!(!a.is_pad() && pad.is_pad() && link.is_symlink() && !b.is_pad() && last.is_pad());
    assert_eq!(
        (pad.path().to_str(), last.path().to_str()),
        (Some("temp/.pad/16383"), Some("temp/.pad/16383.4"))
    );
    assert!(
        pad.path_changes().contains(PathChange::MissingPadPath) && pad.raw_path().next().is_none()
    );
    assert_eq!(
        (
            link.length(),
            link.symlink_path().and_then(|path| path.to_str())
        ),
        (0, Some("temp/a_"))
    );
    assert_eq!((b.offset(), info.total_length()), (16_384, 32_768));
    support::assert_safe(&info);

    let link = dict([
        ("attr", string("l")),
        ("length", int(1)),
        ("path", list([string("to")])),
    ]);
    let draft = Draft::single()
        .without("length")
        .with("files", list([entry(1, &[b"a"]), link]));
    assert!(
        matches!(refused(&draft), MetainfoError::InvalidLength { key, .. } if key == "info.files[1].length")
    );
}
