//! Who vouches for a torrent, and where its next version is (BEP 35, BEP 39).

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod support;

use bip_metainfo::{Info, LoadLimits, Metainfo, MetainfoError};
use support::{Draft, dict, int, list, load, string};

#[test]
fn signatures_are_given_as_they_stand() {
    let own = dict([("update-url", string("http://u/"))]);
    let whole = dict([
        ("certificate", string("DER")),
        ("info", own.clone()),
        ("signature", string(b"\xff\x00")),
    ]);
    let signatures = dict([
        ("com.one", whole),
        ("org.two", dict([("signature", string("s"))])),
    ]);
    let file = Draft::single().file([("signatures", signatures)]);
    let torrent = load(&file);
    assert_eq!(torrent.warnings().count(), 0);
    let [one, two] = &torrent.signatures().collect::<Vec<_>>()[..] else {
        panic!("two signatures")
    };
    assert_eq!(
        (one.name(), one.signature()),
        (&b"com.one"[..], &b"\xff\x00"[..])
    );
    assert_eq!(
        (one.certificate(), one.info()),
        (Some(&b"DER"[..]), Some(&own[..]))
    );
    assert_eq!((two.name(), two.signature()), (&b"org.two"[..], &b"s"[..]));
    assert_eq!((two.certificate(), two.info()), (None, None));
    assert_eq!(load(&Draft::single().file([])).signatures().len(), 0);
}

#[test]
fn an_entry_without_a_signature_counts_as_absent_and_is_told() {
    for entry in [
        dict([("certificate", string("DER"))]),
        dict([("signature", int(1))]),
        int(1),
    ] {
        let torrent = load(&Draft::single().file([("signatures", dict([("com.one", entry)]))]));
        assert_eq!(
            (torrent.signatures().len(), torrent.warnings().count()),
            (0, 1)
        );
    }
    let torrent = load(&Draft::single().file([("signatures", list([]))]));
    assert_eq!(
        (torrent.signatures().len(), torrent.warnings().count()),
        (0, 1)
    );
}

#[test]
fn signatures_are_read_up_to_the_limit_and_not_one_past_it() {
    let file = |count: usize| {
        let names: Vec<_> = (0..count).map(|number| format!("{number:04}")).collect();
        let entry = || dict([("signature", string("s"))]);
        let signatures = dict(names.iter().map(|name| (name.as_str(), entry())));
        Draft::single().file([("signatures", signatures)])
    };
    assert_eq!(load(&file(100)).signatures().len(), 100);
    let error = Metainfo::from_bytes(&file(101)).unwrap_err();
    assert!(matches!(
        error,
        MetainfoError::TooManySignatures {
            count: 101,
            limit: 100,
            ..
        }
    ));
    let limits = LoadLimits::default().max_signatures(1);
    assert!(Metainfo::from_bytes_with(&file(1), limits).is_ok());
    assert!(Metainfo::from_bytes_with(&file(2), limits).is_err());
}

#[test]
fn where_the_next_version_is_and_who_may_sign_it() {
    let draft = Draft::single()
        .with("originator", string(b"\x30\x82"))
        .with("update-url", string("http://u/?a=b"));
    let torrent = load(&draft.file([]));
    assert_eq!(torrent.info().update_url(), Some("http://u/?a=b"));
    assert_eq!(torrent.info().originator(), Some(&b"\x30\x82"[..]));
    let bare = Info::from_bytes(&draft.info()).unwrap();
    assert_eq!(
        (bare.update_url(), bare.originator()),
        (Some("http://u/?a=b"), Some(&b"\x30\x82"[..]))
    );
    for (key, value) in [
        ("originator", int(1)),
        ("update-url", string("http://u/\r\nX: y")),
    ] {
        let torrent = load(&Draft::single().with(key, value).file([]));
        let info = torrent.info();
        assert_eq!((info.update_url(), info.originator()), (None, None));
        assert_eq!(torrent.warnings().count(), 1, "{key}");
    }
}
