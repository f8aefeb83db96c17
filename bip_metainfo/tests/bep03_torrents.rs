//! Torrent files as BEP 3, 5, 12, 17, 19, 27 and 38 have them.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod support;

use bip_metainfo::{Info, InfoHash, Metainfo, MetainfoError, Warning};
use support::{Draft, dict, int, list, load, string};

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
fn addresses_in_place_of_tiers_are_read_and_told_once() {
    let load = |tiers: Vec<u8>| load(&Draft::single().file([("announce-list", tiers)]));
    let told = |torrent: &Metainfo| {
        let warnings = torrent.warnings();
        let told: Vec<_> = warnings
            .map(|warning| (warning.name(), warning.to_string()))
            .collect();
        told
    };
    let words = "announce-list has addresses where tiers should be; each counts as a tier";
    let flat = ("flat_announce_list", words.to_owned());
    let torrent = load(list([string("udp://a:1"), string("udp://b:1")]));
    assert_eq!(torrent.trackers(), [["udp://a:1"], ["udp://b:1"]]);
    assert_eq!(told(&torrent), std::slice::from_ref(&flat));
    let torrent = load(list([list([string("udp://a:1")]), string("udp://b:1")]));
    assert_eq!(torrent.trackers(), [["udp://a:1"], ["udp://b:1"]]);
    assert_eq!(told(&torrent), [flat]);
    let torrent = load(list([list([string("udp://a:1")])]));
    assert_eq!(told(&torrent), []);
    // Nothing is taken for a tier here.
    assert_eq!(told(&load(list([string("")]))), []);
    assert_eq!(told(&load(list([int(1)])))[0].0, "ignored");
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
        (torrent.info().info_hash_v1(), Some("temp"))
    );
    assert_eq!(link.trackers(), ["udp://b:1", "udp://c:2", "http://d/"]);
}

/// The whole file is kept, so that what is unknown can be written back.
#[test]
fn unknown_keys_are_kept_at_every_level() {
    let entry = dict([
        ("length", int(425)),
        ("path", list([string("a")])),
        ("x-file", int(1)),
    ]);
    let draft = Draft::single()
        .without("length")
        .with("files", list([entry]));
    let file = draft.with("x-info", int(2)).file([("x-root", int(3))]);
    for bytes in [&file[..], &[&file[..], b"\n"].concat()] {
        let torrent = load(bytes);
        assert_eq!(torrent.raw(), bytes);
        assert_eq!(
            torrent.clone().into_info().info_hash(),
            torrent.info().info_hash()
        );
    }
}
