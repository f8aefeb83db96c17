//! Changing an info dictionary, and with it the info-hash, only when asked outright.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod naive;
mod support;

use bip_bencode::BencodeMut;
use bip_metainfo::{EditError, InfoChange, InfoEditor, InfoHash, InfoHashV2, Metainfo};
use naive::V2;
use support::{Draft, dict, int, list, load, string};

type Edit = fn(InfoEditor<'_>) -> InfoEditor<'_>;

/// The info dictionary of one draft becomes, byte for byte, that of another.
fn check(before: Draft, edit: Edit, after: &Draft) -> InfoChange {
    let torrent = load(&before.file([("comment", string("x")), ("zoo", int(1))]));
    let change = edit(torrent.edit_info()).apply().unwrap();
    let expect = after.file([("comment", string("x")), ("zoo", int(1))]);
    assert_eq!(
        change.torrent.raw().escape_ascii().to_string(),
        expect.escape_ascii().to_string()
    );
    assert_eq!(change.old.v1, Some(InfoHash::digest(&before.info())));
    assert_eq!(change.new.v1, Some(InfoHash::digest(&after.info())));
    assert_eq!((change.old.v2, change.new.v2), (None, None));
    change
}

#[test]
fn keys_of_the_info_dictionary_change_and_both_hashes_are_told() {
    let draft = Draft::single().with("unknown", list([int(1)]));
    let private = draft.clone().with("private", int(1));
    check(draft.clone(), |edit| edit.make_private(), &private);
    check(private.clone(), |edit| edit.make_public(), &draft);
    check(
        draft.clone(),
        |edit| edit.source("AB"),
        &draft.clone().with("source", string("AB")),
    );
    check(
        draft
            .clone()
            .with("source", string("x"))
            .with("source.utf-8", string("y")),
        |edit| edit.source(None),
        &draft,
    );
    check(
        draft.clone().with("name.utf-8", string("old")),
        |edit| edit.name("né"),
        &draft.clone().with("name", string("né")),
    );
    check(
        draft.clone(),
        |edit| {
            edit.update_url("http://u/")
                .similar([InfoHash::from([1; 20])])
                .collections(["c"])
        },
        &draft
            .clone()
            .with("update-url", string("http://u/"))
            .with("similar", list([string([1; 20])]))
            .with("collections", list([string("c")])),
    );
    check(
        draft
            .clone()
            .with("update-url", string("http://u/"))
            .with("similar", list([]))
            .with("collections", list([])),
        |edit| edit.update_url(None).similar([]).collections([""; 0]),
        &draft,
    );
    check(
        draft.clone(),
        |edit| edit.set("x", &BencodeMut::new_int(2)).remove("unknown"),
        &Draft::single().with("x", int(2)),
    );
}

#[test]
fn no_change_is_no_other_torrent() {
    let signatures = dict([("com.one", dict([("signature", string("s"))]))]);
    let file = Draft::single()
        .with("private", int(1))
        .file([("signatures", signatures)]);
    let torrent = load(&file);
    let change = torrent
        .edit_info()
        .make_private()
        .remove("source")
        .apply()
        .unwrap();
    assert_eq!((change.old, change.removed_signatures), (change.new, 0));
    assert_eq!(change.torrent.raw(), file);
    let change = torrent.edit_info().make_public().apply().unwrap();
    assert_eq!(
        (change.torrent.signatures().len(), change.removed_signatures),
        (0, 1)
    );
    assert_eq!(change.torrent.raw(), Draft::single().file([]));
}

#[test]
fn the_only_file_of_a_version_2_torrent_is_renamed_everywhere() {
    let content = vec![7; 40_000];
    let root = naive::root(&content);
    let mut v2 = V2::new(32_768, &[("temp", content)]);
    let torrent = load(&v2.file());
    let change = torrent.edit_info().name("a.bin").apply().unwrap();
    let info = change.torrent.info();
    assert_eq!((info.name(), info.is_single_file()), ("a.bin", true));
    assert_eq!(info.files()[0].pieces_root(), Some(&root));
    assert!(info.has_piece_layers());
    assert_eq!(change.old.v2, Some(InfoHashV2::digest(&v2.info())));
    assert_eq!(
        (change.new.v1, change.new.v2),
        (None, Some(InfoHashV2::digest(info.raw())))
    );

    v2.info.insert("length", int(40_000));
    v2.info.insert("pieces", string([7; 40]));
    let hybrid = load(&v2.file());
    let change = hybrid.edit_info().name("a.bin").apply().unwrap();
    assert_eq!(
        change.torrent.info().files()[0].path().to_str(),
        Some("a.bin")
    );
    assert!(change.new.v1.is_some() && change.new.v2.is_some());
}

#[test]
fn what_says_which_bytes_there_are_is_no_matter_of_editing() {
    let torrent = load(&Draft::single().file([]));
    for key in [
        "file tree",
        "files",
        "length",
        "meta version",
        "piece length",
        "pieces",
    ] {
        let error = torrent.edit_info().remove(key).apply().unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("info.{key} says what the pieces are and cannot be edited")
        );
        assert!(
            torrent
                .edit_info()
                .set(key, &BencodeMut::new_int(1))
                .apply()
                .is_err()
        );
    }
    for name in ["", ".", "..", "a/b", "a\0"] {
        let error = torrent.edit_info().name(name).apply().unwrap_err();
        assert!(matches!(error, EditError::InvalidValue { .. }), "{name}");
    }
    assert!(torrent.edit_info().update_url("a b").apply().is_err());
    let error = torrent.edit_info().remove("name").apply().unwrap_err();
    assert!(matches!(error, EditError::Unreadable(_)), "{error}");
    assert!(Metainfo::from_bytes(torrent.raw()).is_ok());
}
