//! Whatever is edited in whatever torrent: what the info-hash covers and all that was not named stays byte for byte, and
//! the result is read again as it is; where the info dictionary is edited, the content stays what it was.
//!
//! Input: how many edits; of each its kind, the length of a text and the text; then the torrent.

#![no_main]

use std::collections::HashSet;

use bip_bencode::{BDecodeOpt, BencodeMut};
use bip_metainfo::{EditError, Info, InfoEditor, InfoHash, InfoHashes, Metainfo, MetainfoEditor};
use libfuzzer_sys::fuzz_target;

/// An edit: its kind, and what it is given.
type Edit<'a> = (u8, &'a [u8]);

fuzz_target!(|data: &[u8]| {
    let Some((edits, torrent)) = split(data) else {
        return;
    };
    let Ok(torrent) = Metainfo::from_bytes(torrent) else {
        return;
    };
    assert_eq!(
        torrent.edit().apply().expect("nothing is edited").raw(),
        torrent.raw()
    );
    check_around(&torrent, &edits);
    check_info(&torrent, &edits);
});

fn split(data: &[u8]) -> Option<(Vec<Edit<'_>>, &[u8])> {
    let (count, mut rest) = data.split_first()?;
    let mut edits = Vec::new();
    for _ in 0..count % 16 {
        let (head, tail) = rest.split_at_checked(2)?;
        let (text, tail) = tail.split_at_checked(head[1].into())?;
        edits.push((head[0], text));
        rest = tail;
    }
    Some((edits, rest))
}

fn check_around(torrent: &Metainfo, edits: &[Edit<'_>]) {
    let mut keys = HashSet::new();
    let mut sets_anything = false;
    let mut editor = torrent.edit();
    for (kind, given) in edits {
        editor = edit(editor, *kind, given, &mut keys);
        sets_anything |= kind % 20 >= 18;
    }
    let again = editor.clone();
    match editor.apply() {
        Ok(edited) => {
            assert_eq!(edited.info().raw(), torrent.info().raw());
            assert_eq!(edited.info().info_hash(), torrent.info().info_hash());
            assert_eq!(edited.info().files(), torrent.info().files());
            assert_eq!(Metainfo::from_bytes(edited.raw()).as_ref(), Ok(&edited));
            assert_eq!(again.apply().as_ref(), Ok(&edited));
            assert_eq!(entries(edited.raw(), &keys), entries(torrent.raw(), &keys));
        }
        Err(EditError::Unreadable(error)) => assert!(sets_anything, "{error}"),
        Err(_) => {}
    }
}

/// The entries around, in their order, but for those of these keys.
fn entries(bytes: &[u8], but: &HashSet<Vec<u8>>) -> Vec<(Vec<u8>, Vec<u8>)> {
    let document = BDecodeOpt::lenient().decode(bytes).expect("it was loaded");
    let root = document.root().dict().expect("it was loaded");
    root.iter()
        .filter(|(key, _)| !but.contains(*key))
        .map(|(key, value)| (key.to_vec(), value.raw().to_vec()))
        .collect()
}

fn edit<'m>(
    editor: MetainfoEditor<'m>,
    kind: u8,
    given: &[u8],
    keys: &mut HashSet<Vec<u8>>,
) -> MetainfoEditor<'m> {
    let text = String::from_utf8_lossy(given).into_owned();
    let number = given.first().copied().unwrap_or_default();
    let (first, second) = text.split_once(' ').unwrap_or((&text, ""));
    let (editor, touched): (_, &[&str]) = match kind % 20 {
        0 => (
            editor.trackers([text.split(' ')]),
            &["announce", "announce-list"],
        ),
        1 => (
            editor.append_tier(text.split(' ')),
            &["announce", "announce-list"],
        ),
        2 => (editor.prepend_tier([&text]), &["announce", "announce-list"]),
        3 => (
            editor.replace_tier(number.into(), [second]),
            &["announce", "announce-list"],
        ),
        4 => (
            editor.remove_tier(number.into()),
            &["announce", "announce-list"],
        ),
        5 => (
            editor.add_tracker(number.into(), second),
            &["announce", "announce-list"],
        ),
        6 => (
            editor.replace_tracker(first, second),
            &["announce", "announce-list"],
        ),
        7 => (editor.remove_tracker(&text), &["announce", "announce-list"]),
        8 => (editor.announce(&*text), &["announce"]),
        9 => (editor.web_seeds(text.split('|')), &["url-list"]),
        10 => (editor.add_web_seed(&*text), &["url-list"]),
        11 => (editor.add_http_seed(&*text), &["httpseeds"]),
        12 => (editor.add_node(&*text, number.into()), &["nodes"]),
        13 => (editor.comment(&*text), &["comment", "comment.utf-8"]),
        14 => (editor.created_by(None), &["created by", "created by.utf-8"]),
        15 => (
            editor.creation_date(i64::from(number) - 100),
            &["creation date"],
        ),
        16 => (editor.similar([InfoHash::digest(given)]), &["similar"]),
        17 => (editor.collections([&*text]), &["collections"]),
        18 => {
            keys.insert(given.to_vec());
            (editor.set(given, &BencodeMut::new_bytes("any")), &[])
        }
        _ => {
            keys.insert(given.to_vec());
            (editor.remove(given), &[])
        }
    };
    keys.extend(touched.iter().map(|key| key.as_bytes().to_vec()));
    editor
}

fn check_info(torrent: &Metainfo, edits: &[Edit<'_>]) {
    let mut editor = torrent.edit_info();
    for (kind, given) in edits {
        editor = edit_info(editor, *kind, given);
    }
    let Ok(change) = editor.apply() else {
        return;
    };
    let (old, new) = (torrent.info(), change.torrent.info());
    assert_eq!(change.old, InfoHashes::from(old));
    assert_eq!(change.new, InfoHashes::from(new));
    assert_eq!(change.old == change.new, old.raw() == new.raw());
    assert!(change.old == change.new || change.torrent.signatures().len() == 0);
    assert_eq!(new.piece_length(), old.piece_length());
    assert!(new.piece_hashes().eq(old.piece_hashes()));
    assert_eq!(new.has_piece_layers(), old.has_piece_layers());
    let content = |info: &Info| {
        let files = info.files().iter();
        files
            .map(|file| (file.length(), file.offset(), file.pieces_root().copied()))
            .collect::<Vec<_>>()
    };
    assert_eq!(content(new), content(old));
    assert_eq!(
        Metainfo::from_bytes(change.torrent.raw()).as_ref(),
        Ok(&change.torrent)
    );
}

fn edit_info<'m>(editor: InfoEditor<'m>, kind: u8, given: &[u8]) -> InfoEditor<'m> {
    let text = String::from_utf8_lossy(given);
    match kind % 10 {
        0 => editor.make_private(),
        1 => editor.make_public(),
        2 => editor.source(&*text),
        3 => editor.source(None),
        4 => editor.name(&text),
        5 => editor.update_url(&*text),
        6 => editor.similar([InfoHash::digest(given)]),
        7 => editor.collections([&*text]),
        8 => editor.set(given, &BencodeMut::new_bytes("any")),
        _ => editor.remove(given),
    }
}
