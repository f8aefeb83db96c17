//! Torrent files as BEP 3, 5, 12, 17, 19, 27, 38 and 47 have them, and what is wrong with many.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod support;

use bip_metainfo::{Info, InfoHash, LoadLimits, Metainfo, MetainfoError, PathChange, Warning};
use support::{Draft, dict, entry, int, list, string};

fn load(bytes: &[u8]) -> Metainfo {
    Metainfo::from_bytes(bytes).unwrap_or_else(|error| panic!("{}: {error}", bytes.escape_ascii()))
}

fn refused(draft: &Draft) -> MetainfoError {
    let error = Metainfo::from_bytes(&draft.file([])).unwrap_err();
    assert_eq!(Info::from_bytes(&draft.info()).unwrap_err(), error);
    error
}

fn told(torrent: &Metainfo) -> Vec<String> {
    torrent.warnings().map(Warning::to_string).collect()
}

#[test]
fn every_optional_key_is_read() {
    let files = list([dict([
        ("attr", string("xh?")),
        ("length", int(425)),
        ("md5sum", string("0123456789abcdef0123456789ABCDEF")),
        ("path", list([string("d"), string("f")])),
        ("sha1", string([3; 20])),
    ])]);
    let draft = Draft::single()
        .without("length")
        .with("files", files)
        .with("source", string("S"))
        .with("similar", list([string([1; 20])]))
        .with("collections", list([string("in")]));
    let torrent = load(&draft.file([
        ("announce", string("http://a/")),
        (
            "announce-list",
            list([
                list([string("udp://b:1"), string("udp://c:2")]),
                list([string("http://d/")]),
            ]),
        ),
        ("collections", list([string("out")])),
        ("comment", string("c")),
        ("created by", string("p")),
        ("creation date", int(-1)),
        ("encoding", string("UTF-8")),
        ("httpseeds", list([string("http://h/")])),
        (
            "nodes",
            list([
                list([string("::1"), int(1)]),
                list([string("a.b"), int(65_535)]),
            ]),
        ),
        ("similar", list([string([2; 20])])),
        ("url-list", string("http://u/")),
    ]));
    assert_eq!(torrent.announce(), Some("http://a/"));
    assert_eq!(
        torrent.trackers(),
        [vec!["udp://b:1", "udp://c:2"], vec!["http://d/"]]
    );
    assert_eq!(
        (torrent.comment(), torrent.created_by(), torrent.encoding()),
        (Some("c"), Some("p"), Some("UTF-8"))
    );
    assert_eq!(torrent.creation_date(), Some(-1));
    assert_eq!(
        (torrent.url_list(), torrent.httpseeds()),
        (&["http://u/".to_owned()][..], &["http://h/".to_owned()][..])
    );
    assert_eq!(
        torrent.nodes(),
        [("::1".to_owned(), 1), ("a.b".to_owned(), 65_535)]
    );
    assert!(
        torrent
            .similar()
            .eq([InfoHash::from_bytes([1; 20]), InfoHash::from_bytes([2; 20])])
    );
    assert!(torrent.collections().eq(["in", "out"]));
    let info = torrent.info();
    assert_eq!(
        (info.source(), info.is_private(), info.is_single_file()),
        (Some("S"), false, false)
    );
    let file = &info.files()[0];
    assert!(file.is_executable() && file.is_hidden() && !file.is_pad() && !file.is_symlink());
    assert_eq!(
        (file.md5sum(), file.sha1()),
        (Some("0123456789abcdef0123456789ABCDEF"), Some(&[3; 20]))
    );
    assert_eq!(file.path().to_str(), Some("temp/d/f"));
    assert!(file.raw_path().eq([b"d", b"f"]));
    assert_eq!(torrent.warnings().count(), 0);
}

#[test]
fn absent_keys_are_absent() {
    let torrent = load(&Draft::single().file([]));
    assert_eq!(
        (
            torrent.announce(),
            torrent.trackers().len(),
            torrent.comment()
        ),
        (None, 0, None)
    );
    let info = torrent.info();
    assert_eq!(
        (info.name(), info.raw_name(), info.is_single_file()),
        ("temp", &b"temp"[..], true)
    );
    assert_eq!(
        (info.piece_count(), info.piece_length(), info.total_length()),
        (1, 16_384, 425)
    );
    assert_eq!(
        (info.piece_hash(0), info.piece_hash(1)),
        (Some([7; 20]), None)
    );
    assert!(info.piece_hashes().eq([[7; 20]]));
    assert!(info.files()[0].raw_path().eq([b"temp"]));
    assert_eq!(torrent.warnings().count(), 0);
}

#[test]
fn optional_keys_of_the_wrong_type_count_as_absent_and_are_told() {
    for key in [
        "announce",
        "announce-list",
        "collections",
        "comment",
        "created by",
        "creation date",
        "encoding",
    ] {
        let torrent = load(&Draft::single().file([(key, dict([]))]));
        assert!(
            told(&torrent)[0].starts_with(key),
            "{key}: {:?}",
            told(&torrent)
        );
    }
    for key in ["httpseeds", "nodes", "similar", "url-list"] {
        assert!(
            told(&load(&Draft::single().file([(key, int(1))])))[0].starts_with(key),
            "{key}"
        );
    }
    for key in [
        "attr",
        "collections",
        "md5sum",
        "name.utf-8",
        "private",
        "sha1",
        "similar",
        "source",
    ] {
        let torrent = load(&Draft::single().with(key, dict([])).file([]));
        assert!(
            told(&torrent)[0].starts_with(&format!("info.{key}")),
            "{key}: {:?}",
            told(&torrent)
        );
    }
    let nodes = list([
        list([string("a"), int(0)]),
        list([string("b"), int(65_536)]),
        string("c"),
        list([]),
    ]);
    assert_eq!(
        told(&load(&Draft::single().file([("nodes", nodes)]))).len(),
        4
    );
    let torrent = load(&Draft::single().file([("creation date", int("99999999999999999999"))]));
    assert_eq!(torrent.creation_date(), None);
}

/// seed fault 3
#[test]
fn any_private_but_zero_is_private() {
    let is_private = |number: &str| {
        load(&Draft::single().with("private", int(number)).file([]))
            .info()
            .is_private()
    };
    assert!(
        is_private("1")
            && is_private("2")
            && is_private("-1")
            && is_private("99999999999999999999")
    );
    assert!(!is_private("0"));
    assert!(
        !load(&Draft::single().with("private", string("1")).file([]))
            .info()
            .is_private()
    );
}

/// seed fault 4
#[test]
fn the_info_dictionary_and_the_tiers_stay_as_they_are() {
    let info = b"d4:name4:temp6:sourcei1e6:lengthi425e3:zzzl1:xd1:b0:1:a0:ee12:piece lengthi16384e6:pieces20:aaaaaaaaaaaaaaaaaaaa5:otherdee";
    let tiers = list([
        list([string("http://b/"), string("http://a/")]),
        list([]),
        list([string("http://b/")]),
    ]);
    let torrent = load(&dict([("info", info.to_vec()), ("announce-list", tiers)]));
    assert_eq!(torrent.info().raw(), info);
    assert_eq!(torrent.info().info_hash(), InfoHash::digest(info));
    assert_eq!(
        Info::from_bytes(info).unwrap().info_hash(),
        InfoHash::digest(info)
    );
    assert_eq!(torrent.info().piece_hash(0), Some(*b"aaaaaaaaaaaaaaaaaaaa"));
    assert_eq!(
        torrent.trackers(),
        [vec!["http://b/", "http://a/"], vec!["http://b/"]]
    );
    assert!(
        torrent
            .warnings()
            .any(|warning| matches!(warning, Warning::Irregular { .. }))
    );
}

#[test]
fn trackers_fall_back_to_what_there_is() {
    let trackers = |around: Vec<(&'static str, Vec<u8>)>| {
        load(&Draft::single().file(around)).trackers().to_vec()
    };
    let main = ("announce", string(" http://a/\n"));
    assert_eq!(trackers(vec![main.clone()]), [["http://a/"]]);
    assert_eq!(
        trackers(vec![main.clone(), ("announce-list", list([list([])]))]),
        [["http://a/"]]
    );
    assert_eq!(
        trackers(vec![main, ("announce-list", list([string("udp://b:1")]))]),
        [["udp://b:1"]]
    );
    let bad = load(&Draft::single().file([("announce", string("http://a/\r\nX: y"))]));
    assert_eq!((bad.trackers().len(), told(&bad).len()), (0, 1));
}

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
        ("symlink path", list([string(".."), string("a")])),
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
        (0, Some("temp/_/a"))
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

/// seed fault 5
#[test]
fn hostile_numbers_are_refused() {
    let lengths = |lengths: &[&str]| {
        let files = lengths
            .iter()
            .map(|length| dict([("length", int(length)), ("path", list([string("a")]))]));
        refused(&Draft::single().without("length").with("files", list(files)))
    };
    for number in [
        "-1",
        "0",
        "536854529",
        "4294967296",
        "18446744073709551616",
        "-99999999999999999999",
    ] {
        let error = refused(&Draft::single().with("piece length", int(number)));
        assert!(
            matches!(&error, MetainfoError::InvalidPieceLength { found, .. } if found == number),
            "{error}"
        );
    }
    for number in ["-1", "18446744073709551616"] {
        let error = refused(&Draft::single().with("length", int(number)));
        assert!(
            matches!(&error, MetainfoError::InvalidLength { key, .. } if key == "info.length"),
            "{error}"
        );
        let error = lengths(&["1", number]);
        assert!(
            matches!(&error, MetainfoError::InvalidLength { key, .. } if key == "info.files[1].length"),
            "{error}"
        );
    }
    assert!(matches!(
        lengths(&["18446744073709551615", "1"]),
        MetainfoError::TotalTooLong { .. }
    ));
    assert!(matches!(
        lengths(&["1", "18446744073709551615"]),
        MetainfoError::TotalTooLong { .. }
    ));
    assert_eq!(lengths(&["0", "0"]), MetainfoError::NoContent);
    assert_eq!(
        refused(
            &Draft::single()
                .with("length", int(0))
                .with("pieces", string(""))
        ),
        MetainfoError::NoContent
    );
}

#[test]
fn hashes_that_do_not_match_the_length_are_refused() {
    for bytes in [1, 19, 21] {
        let error = refused(&Draft::single().with("pieces", string(vec![0; bytes])));
        assert!(matches!(error, MetainfoError::PiecesLength { length, .. } if length == bytes));
    }
    for (length, hashes) in [(425, 0), (425, 2), (16_384, 2), (16_385, 1)] {
        let error = refused(
            &Draft::single()
                .with("length", int(length))
                .with("pieces", string(vec![0; hashes * 20])),
        );
        assert!(matches!(error, MetainfoError::PieceCount { found, .. } if found == hashes as u64));
    }
    let two = Draft::single()
        .with("length", int(16_385))
        .with("pieces", string([[1; 20], [2; 20]].concat()));
    let info = Info::from_bytes(&two.info()).unwrap();
    assert_eq!(
        (info.piece_hash(1), info.piece_hash(2)),
        (Some([2; 20]), None)
    );
    assert!(info.piece_hashes().rev().eq([[2; 20], [1; 20]]));
}

#[test]
fn what_no_torrent_can_do_without_is_named() {
    for key in ["length", "name", "piece length", "pieces"] {
        let path = format!("info.{key}");
        let error = refused(&Draft::single().without(key));
        assert!(
            matches!(&error, MetainfoError::MissingKey { key, .. } if *key == path),
            "{error}"
        );
        let error = refused(&Draft::single().with(key, list([])));
        assert!(
            matches!(&error, MetainfoError::WrongType { key, .. } if *key == path),
            "{error}"
        );
    }
    let files = |files| refused(&Draft::single().without("length").with("files", files));
    assert_eq!(files(list([])), MetainfoError::NoFiles);
    assert_eq!(files(int(1)).to_string(), "info.files is not a list");
    assert_eq!(
        files(list([int(1)])).to_string(),
        "info.files[0] is not a dictionary"
    );
    assert_eq!(
        files(list([dict([("length", int(1))])])).to_string(),
        "info.files[0].path is missing"
    );
    assert_eq!(
        files(list([dict([("path", list([string("a")]))])])).to_string(),
        "info.files[0].length is missing"
    );
    assert_eq!(
        files(list([entry(1, &[])])).to_string(),
        "info.files[0].path has no component"
    );
    let ill = dict([("length", int(1)), ("path", list([string("a"), int(1)]))]);
    assert_eq!(
        files(list([ill])).to_string(),
        "info.files[0].path[1] is not a byte string"
    );

    let error = |bytes: &[u8]| Metainfo::from_bytes(bytes).unwrap_err();
    assert!(matches!(error(b"de"), MetainfoError::MissingKey { key, .. } if key == "info"));
    assert!(matches!(error(b"d4:info0:e"), MetainfoError::WrongType { key, .. } if key == "info"));
    assert!(matches!(error(b"le"), MetainfoError::WrongType { .. }));
    assert!(matches!(
        error(b""),
        MetainfoError::Bencode { offset: 0, .. }
    ));
    assert!(matches!(
        error(b"d4:infod"),
        MetainfoError::Bencode { offset: 8, .. }
    ));
}

#[test]
fn a_torrent_of_version_2_only_is_refused_as_such_and_a_hybrid_read_by_its_first_half() {
    let v2 = Draft::single()
        .without("length")
        .without("pieces")
        .with("file tree", dict([]));
    assert_eq!(refused(&v2), MetainfoError::V2Only);
    assert_eq!(
        refused(&v2.clone().with("meta version", int(2))),
        MetainfoError::V2Only
    );
    let hybrid = Draft::single()
        .with("file tree", dict([]))
        .with("meta version", int(2));
    let torrent = load(&hybrid.file([("piece layers", dict([]))]));
    assert!(torrent.warnings().eq(&[Warning::V2HalfIgnored]));
    assert_eq!(
        load(&Draft::single().with("meta version", int(1)).file([]))
            .warnings()
            .count(),
        0
    );
}

#[test]
fn white_space_may_follow_a_file_but_nothing_may_follow_an_info_dictionary() {
    let file = Draft::single().file([]);
    let torrent = load(&[&file[..], b"\r\n"].concat());
    assert!(
        torrent
            .warnings()
            .eq(&[Warning::TrailingSpace { offset: file.len() }])
    );
    let error = Metainfo::from_bytes(&[&file[..], b"\0"].concat()).unwrap_err();
    assert!(matches!(error, MetainfoError::TrailingBytes { offset, .. } if offset == file.len()));
    let info = Draft::single().info();
    let error = Info::from_bytes(&[&info[..], b"\n"].concat()).unwrap_err();
    assert!(matches!(error, MetainfoError::TrailingBytes { offset, .. } if offset == info.len()));
}

#[test]
fn a_length_beside_files_does_not_count() {
    let torrent = load(&Draft::many([[&b"a"[..]]]).with("length", int(9)).file([]));
    assert_eq!(torrent.info().total_length(), 1);
    assert!(torrent.warnings().eq(&[Warning::LengthBesideFiles]));
}

#[test]
fn a_torrent_gives_a_link_that_finds_it() {
    let tiers = list([
        list([string("udp://b:1"), string("udp://c:2")]),
        list([string("http://d/")]),
    ]);
    let torrent = load(&Draft::single().file([("announce-list", tiers)]));
    let link = torrent.magnet();
    assert_eq!(
        (link.info_hash(), link.name()),
        (torrent.info().info_hash(), Some("temp"))
    );
    assert_eq!(link.trackers(), ["udp://b:1", "udp://c:2", "http://d/"]);
}

/// Loads within the limit `at`, and not within the next smaller one.
fn check_limit(
    draft: &Draft,
    at: LoadLimits,
    below: LoadLimits,
    is_right: impl Fn(&MetainfoError) -> bool,
) {
    let file = draft.file([]);
    Metainfo::from_bytes_with(&file, at).unwrap();
    Info::from_bytes_with(&draft.info(), at).unwrap();
    let error = Metainfo::from_bytes_with(&file, below).unwrap_err();
    assert!(is_right(&error), "{error:?}");
}

#[test]
fn each_limit_holds_at_its_value_and_not_one_past_it() {
    use MetainfoError as E;
    let limits = LoadLimits::default;
    let draft = Draft::single();
    let length = draft.file([]).len();
    let is_bencode = |error: &E| matches!(error, E::Bencode { .. });
    let (at, below) = (
        limits().max_input_length(length),
        limits().max_input_length(length - 1),
    );
    check_limit(&draft, at, below, |error| {
        matches!(error, E::TooLarge { .. })
    });
    check_limit(
        &draft,
        limits().max_depth(2),
        limits().max_depth(1),
        is_bencode,
    );
    // The file and its dictionary begin and end, and have one key and four keys with values.
    check_limit(
        &draft,
        limits().max_tokens(13),
        limits().max_tokens(12),
        is_bencode,
    );
    let (at, below) = (
        limits().max_piece_length(16_384),
        limits().max_piece_length(16_383),
    );
    check_limit(&draft, at, below, |error| {
        matches!(error, E::InvalidPieceLength { limit: 16_383, .. })
    });
    let (at, below) = (
        limits().max_total_length(425),
        limits().max_total_length(424),
    );
    check_limit(&draft, at, below, |error| {
        matches!(error, E::TotalTooLong { limit: 424, .. })
    });

    let two = draft
        .with("length", int(16_385))
        .with("pieces", string([0; 40]));
    let (at, below) = (limits().max_pieces(2), limits().max_pieces(1));
    check_limit(&two, at, below, |error| {
        matches!(
            error,
            E::TooManyPieces {
                count: 2,
                limit: 1,
                ..
            }
        )
    });

    let deep = Draft::many([[&b"a"[..]; 5]]);
    let (at, below) = (
        limits().max_directory_depth(5),
        limits().max_directory_depth(4),
    );
    check_limit(&deep, at, below, |error| {
        matches!(
            error,
            E::PathTooDeep {
                depth: 5,
                limit: 4,
                ..
            }
        )
    });

    let same = Draft::many([[&b"a"[..]]; 4]);
    let (at, below) = (
        limits().max_duplicate_names(6),
        limits().max_duplicate_names(5),
    );
    check_limit(&same, at, below, |error| {
        matches!(error, E::TooManyDuplicateNames { limit: 5, .. })
    });
}

#[test]
fn defaults_hold_at_their_values_and_not_one_past_them() {
    let total = |length: u64, piece_length: u32| {
        let pieces = vec![0; length.div_ceil(u64::from(piece_length)).min(1 << 21) as usize * 20];
        // 40 MiB of hashes are beyond the default input.
        let draft = Draft::single()
            .with("length", int(length))
            .with("piece length", int(piece_length));
        let limits = LoadLimits::default().max_input_length(usize::MAX);
        Info::from_bytes_with(&draft.with("pieces", string(pieces)).info(), limits)
    };
    assert_eq!(total(1 << 21, 1).unwrap().piece_count(), 1 << 21);
    assert!(matches!(
        total((1 << 21) + 1, 1),
        Err(MetainfoError::TooManyPieces { .. })
    ));
    assert_eq!(
        total((1 << 48) - 1, 536_854_528).unwrap().total_length(),
        (1 << 48) - 1
    );
    assert!(matches!(
        total(1 << 48, 536_854_528),
        Err(MetainfoError::TotalTooLong { .. })
    ));
    let deep = |depth| Info::from_bytes(&Draft::many([vec![&b"a"[..]; depth]]).info());
    assert!(deep(100).is_ok());
    assert!(matches!(deep(101), Err(MetainfoError::PathTooDeep { .. })));
}
