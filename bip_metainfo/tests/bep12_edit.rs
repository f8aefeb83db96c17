//! Changing what stands around an info dictionary (BEP 3, 5, 12, 17, 19, 38), and nothing else.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod support;

use bip_bencode::{BencodeMut, ben_map};
use bip_metainfo::{EditError, InfoHash, Metainfo, MetainfoEditor};
use support::{Draft, dict, int, list, load, string};

type Entries = Vec<(&'static str, Vec<u8>)>;
type Edit = fn(MetainfoEditor<'_>) -> MetainfoEditor<'_>;

/// A torrent with these entries around its info dictionary becomes, byte for byte, one with those.
fn check(before: Entries, edit: Edit, after: Entries) {
    let draft = Draft::single();
    let torrent = load(&draft.file(before));
    let edited = edit(torrent.edit()).apply().unwrap();
    let expect = draft.file(after);
    assert_eq!(
        edited.raw().escape_ascii().to_string(),
        expect.escape_ascii().to_string()
    );
    assert_eq!(edited.info().info_hash(), torrent.info().info_hash());
}

fn refused(edit: Edit) -> EditError {
    let torrent = load(&Draft::single().file([("announce", string("http://a/"))]));
    edit(torrent.edit()).apply().unwrap_err()
}

fn tiers(tiers: &[&[&str]]) -> Vec<u8> {
    list(tiers.iter().map(|tier| list(tier.iter().map(string))))
}

fn two_tiers() -> Entries {
    vec![
        ("announce", string("http://a/")),
        (
            "announce-list",
            tiers(&[&["http://a/", "udp://b:1"], &["http://c/"]]),
        ),
    ]
}

fn with_trackers(first: &str, all: &[&[&str]]) -> Entries {
    vec![("announce", string(first)), ("announce-list", tiers(all))]
}

#[test]
fn trackers_are_edited_in_both_keys() {
    check(
        two_tiers(),
        |edit| edit.append_tier(["ws://d/"]),
        with_trackers(
            "http://a/",
            &[&["http://a/", "udp://b:1"], &["http://c/"], &["ws://d/"]],
        ),
    );
    check(
        two_tiers(),
        |edit| edit.prepend_tier(["ws://d/", "ws://e/"]),
        with_trackers(
            "ws://d/",
            &[
                &["ws://d/", "ws://e/"],
                &["http://a/", "udp://b:1"],
                &["http://c/"],
            ],
        ),
    );
    check(
        two_tiers(),
        |edit| edit.replace_tier(1, ["ws://d/"]).add_tracker(1, "ws://e/"),
        with_trackers(
            "http://a/",
            &[&["http://a/", "udp://b:1"], &["ws://d/", "ws://e/"]],
        ),
    );
    check(
        two_tiers(),
        |edit| edit.remove_tier(0),
        with_trackers("http://c/", &[&["http://c/"]]),
    );
    check(
        two_tiers(),
        |edit| edit.remove_tracker("http://c/").remove_tracker("http://a/"),
        with_trackers("udp://b:1", &[&["udp://b:1"]]),
    );
    check(
        two_tiers(),
        |edit| edit.replace_tracker("http://a/", "http://z/"),
        with_trackers("http://z/", &[&["http://z/", "udp://b:1"], &["http://c/"]]),
    );
    check(
        two_tiers(),
        |edit| edit.trackers([["udp://x:1"], ["udp://y:1"]]),
        with_trackers("udp://x:1", &[&["udp://x:1"], &["udp://y:1"]]),
    );
    check(two_tiers(), |edit| edit.trackers([[""; 0]; 0]), vec![]);
}

#[test]
fn one_tracker_needs_no_list_and_the_second_makes_one() {
    check(
        vec![],
        |edit| edit.append_tier(["http://a/"]),
        vec![("announce", string("http://a/"))],
    );
    check(
        vec![("announce", string("http://a/"))],
        |edit| edit.append_tier(["http://b/"]),
        with_trackers("http://a/", &[&["http://a/"], &["http://b/"]]),
    );
    check(
        vec![("announce", string("http://a/"))],
        |edit| edit.append_tier(["http://b/"]).remove_tier(0),
        vec![("announce", string("http://b/"))],
    );
    check(
        two_tiers(),
        |edit| edit.announce("udp://z:1"),
        with_trackers("udp://z:1", &[&["http://a/", "udp://b:1"], &["http://c/"]]),
    );
}

#[test]
fn every_other_key_is_set_and_removed() {
    let urls = |urls: &[&str]| list(urls.iter().map(string));
    check(
        vec![("url-list", string("http://a/"))],
        |edit| edit.add_web_seed("ftp://b/").add_web_seed("http://a/"),
        vec![("url-list", urls(&["http://a/", "ftp://b/"]))],
    );
    check(
        vec![("url-list", string("http://a b/"))],
        |edit| edit.add_web_seed("http://c/"),
        vec![("url-list", urls(&["http://a b/", "http://c/"]))],
    );
    check(
        vec![("url-list", string("http://a/"))],
        |edit| edit.remove_web_seed("http://a/"),
        vec![],
    );
    check(
        vec![],
        |edit| edit.web_seeds(["http://a/"]),
        vec![("url-list", urls(&["http://a/"]))],
    );
    check(
        vec![],
        |edit| {
            edit.http_seeds(["http://a/", "http://b/"])
                .remove_http_seed("http://a/")
                .add_http_seed("http://c/")
        },
        vec![("httpseeds", urls(&["http://b/", "http://c/"]))],
    );
    let node = |host: &str, port: u16| list([string(host), int(port)]);
    check(
        vec![("nodes", list([node("a", 1), node("b", 2)]))],
        |edit| {
            edit.add_node("::1", 3)
                .remove_node("a", 1)
                .remove_node("b", 3)
        },
        vec![("nodes", list([node("b", 2), node("::1", 3)]))],
    );
    check(
        vec![("nodes", list([node("a", 1)]))],
        |edit| edit.nodes([("", 0); 0]),
        vec![],
    );
    check(
        vec![("comment", string("x")), ("comment.utf-8", string("y"))],
        |edit| {
            edit.comment("é")
                .created_by("us")
                .creation_date(-1)
                .encoding("UTF-8")
        },
        vec![
            ("comment", string("é")),
            ("created by", string("us")),
            ("creation date", int(-1)),
            ("encoding", string("UTF-8")),
        ],
    );
    check(
        vec![
            ("comment", string("x")),
            ("created by", string("x")),
            ("created by.utf-8", string("x")),
            ("creation date", int(1)),
            ("encoding", string("x")),
        ],
        |edit| {
            edit.comment(None)
                .created_by(None)
                .creation_date(None)
                .encoding(None)
        },
        vec![],
    );
    check(
        vec![("collections", list([string("old")]))],
        |edit| {
            edit.similar([InfoHash::from([9; 20])])
                .collections(["org.one", "org.two"])
        },
        vec![
            ("collections", list(["org.one", "org.two"].map(string))),
            ("similar", list([string([9; 20])])),
        ],
    );
    check(
        vec![("collections", list([])), ("similar", list([]))],
        |edit| edit.similar([]).collections([""; 0]),
        vec![],
    );
    check(
        vec![("foo", int(1))],
        |edit| {
            edit.set("zoo", &ben_map! {"a" => 1})
                .remove("foo")
                .remove("bar")
        },
        vec![("zoo", dict([("a", int(1))]))],
    );
}

#[test]
fn what_is_not_edited_stays_byte_for_byte() {
    let info = b"d6:zz-top3:old4:name1:a12:piece lengthi016384e6:lengthi1e6:pieces20:aaaaaaaaaaaaaaaaaaaae";
    let file = [
        &b"d1:zi-0e04:infod"[..],
        &info[1..],
        b"7:comment3:one1:bd1:ci1e1:ai2ee7:comment3:twoe\r\n",
    ]
    .concat();
    let torrent = load(&file);
    assert_eq!(torrent.edit().apply().unwrap().raw(), file);
    let edited = torrent
        .edit()
        .comment("new")
        .created_by("us")
        .apply()
        .unwrap();
    let expect = [
        // Before the first key that sorts behind it.
        &b"d10:created by2:us1:zi-0e04:infod"[..],
        &info[1..],
        b"7:comment3:new1:bd1:ci1e1:ai2eee\r\n",
    ]
    .concat();
    assert_eq!(
        edited.raw().escape_ascii().to_string(),
        expect.escape_ascii().to_string()
    );
    let without = torrent.edit().comment(None).apply().unwrap();
    let expect = [
        &b"d1:zi-0e04:infod"[..],
        &info[1..],
        b"1:bd1:ci1e1:ai2eee\r\n",
    ]
    .concat();
    assert_eq!(without.raw(), expect);
}

#[test]
fn what_cannot_be_edited_is_refused() {
    let invalid = |error: EditError, wanted: &str| {
        assert!(
            matches!(&error, EditError::InvalidValue { key, .. } if key == wanted),
            "{error}"
        );
    };
    invalid(
        refused(|edit| edit.append_tier(["http://a /"])),
        "announce-list",
    );
    invalid(
        refused(|edit| edit.append_tier([" http://a/"])),
        "announce-list",
    );
    invalid(
        refused(|edit| edit.replace_tracker("http://a/", "")),
        "announce-list",
    );
    invalid(
        refused(|edit| edit.add_tracker(0, "http://a/\r\nX: y")),
        "announce-list",
    );
    invalid(refused(|edit| edit.announce("")), "announce");
    invalid(refused(|edit| edit.web_seeds(["http://a/\nb"])), "url-list");
    invalid(refused(|edit| edit.add_http_seed("")), "httpseeds");
    invalid(refused(|edit| edit.add_node("a", 0)), "nodes");
    invalid(refused(|edit| edit.add_node("[::1]", 1)), "nodes");
    let no_tier = |error| {
        assert!(
            matches!(
                error,
                EditError::NoSuchTier {
                    index: 1,
                    count: 1,
                    ..
                }
            ),
            "{error}"
        );
    };
    no_tier(refused(|edit| edit.replace_tier(1, ["http://b/"])));
    no_tier(refused(|edit| edit.remove_tier(1)));
    no_tier(refused(|edit| edit.add_tracker(1, "http://b/")));
    assert_eq!(
        refused(|edit| edit.set("info", &BencodeMut::new_int(1))),
        EditError::InfoKey
    );
    assert_eq!(refused(|edit| edit.remove("info")), EditError::InfoKey);
    // The first fault is the one that is told.
    invalid(refused(|edit| edit.announce("").remove("info")), "announce");
}

#[test]
fn a_result_that_cannot_be_loaded_is_kept_back() {
    let file = Draft::single().file([]);
    let limits = bip_metainfo::LoadLimits::default().max_input_length(file.len());
    let torrent = Metainfo::from_bytes_with(&file, limits).unwrap();
    assert!(torrent.edit().apply_with(limits).is_ok());
    let error = torrent.edit().comment("").apply_with(limits).unwrap_err();
    assert!(matches!(error, EditError::Unreadable(_)), "{error}");
}
