//! What holds for every edit of every torrent: the info-hash stays, and so does all that was not edited.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod naive;
mod support;

use bip_bencode::BencodeMut;
use bip_metainfo::{InfoHash, InfoHashV2, Metainfo, MetainfoEditor};
use naive::V2;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use support::{Draft, dict, int, list, string};

/// An edit with what it may touch.
#[derive(Clone, Debug)]
enum Edit {
    Trackers(Vec<Vec<String>>),
    Append(String),
    Remove(String),
    WebSeeds(Vec<String>),
    HttpSeed(String),
    Node(u16),
    Text(usize, Option<String>),
    Date(Option<i64>),
    Similar(Vec<[u8; 20]>),
    Collections(Vec<String>),
    Set(Vec<u8>, Vec<u8>),
    RemoveKey(Vec<u8>),
}

impl Edit {
    fn make<'m>(&self, edit: MetainfoEditor<'m>) -> MetainfoEditor<'m> {
        match self {
            Self::Trackers(tiers) => edit.trackers(tiers),
            Self::Append(url) => edit.append_tier([url]),
            Self::Remove(url) => edit.remove_tracker(url),
            Self::WebSeeds(urls) => edit.web_seeds(urls),
            Self::HttpSeed(url) => edit.add_http_seed(url),
            Self::Node(port) => edit.add_node("a.test", *port),
            Self::Text(0, text) => edit.comment(text.as_deref()),
            Self::Text(1, text) => edit.created_by(text.as_deref()),
            Self::Text(_, text) => edit.encoding(text.as_deref()),
            Self::Date(date) => edit.creation_date(*date),
            Self::Similar(hashes) => edit.similar(hashes.iter().copied().map(InfoHash::from)),
            Self::Collections(names) => edit.collections(names),
            Self::Set(key, value) => edit.set(key, &BencodeMut::new_bytes(value.clone())),
            Self::RemoveKey(key) => edit.remove(key),
        }
    }

    fn keys(&self) -> Vec<Vec<u8>> {
        let keys: &[&str] = match self {
            Self::Trackers(_) | Self::Append(_) | Self::Remove(_) => &["announce", "announce-list"],
            Self::WebSeeds(_) => &["url-list"],
            Self::HttpSeed(_) => &["httpseeds"],
            Self::Node(_) => &["nodes"],
            Self::Text(0, _) => &["comment", "comment.utf-8"],
            Self::Text(1, _) => &["created by", "created by.utf-8"],
            Self::Text(..) => &["encoding", "encoding.utf-8"],
            Self::Date(_) => &["creation date"],
            Self::Similar(_) => &["similar"],
            Self::Collections(_) => &["collections"],
            Self::Set(key, _) | Self::RemoveKey(key) => return vec![key.clone()],
        };
        keys.iter().map(|key| key.as_bytes().to_vec()).collect()
    }
}

fn url() -> impl Strategy<Value = String> {
    "(http|udp)://[a-c]:[1-9]/[a-z]{0,3}"
}

/// Keys of the root: known, unknown and hostile ones, but none that says what the pieces are.
fn key() -> impl Strategy<Value = Vec<u8>> {
    let known = [
        "announce",
        "announce-list",
        "comment",
        "comment.utf-8",
        "created by",
        "creation date",
        "nodes",
        "url-list",
        "azureus",
        "publisher",
        "zzz",
        "",
    ];
    prop_oneof![
        select(known.to_vec()).prop_map(|key| key.as_bytes().to_vec()),
        vec(any::<u8>(), 0..6),
    ]
    .prop_filter("other tests' keys", |key| {
        !matches!(&key[..], b"info" | b"piece layers" | b"signatures")
    })
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        vec(vec(url(), 0..3), 0..3).prop_map(Edit::Trackers),
        url().prop_map(Edit::Append),
        url().prop_map(Edit::Remove),
        vec(url(), 0..3).prop_map(Edit::WebSeeds),
        url().prop_map(Edit::HttpSeed),
        (1u16..).prop_map(Edit::Node),
        (0usize..3, any::<Option<String>>()).prop_map(|(which, text)| Edit::Text(which, text)),
        any::<Option<i64>>().prop_map(Edit::Date),
        vec(any::<[u8; 20]>(), 0..3).prop_map(Edit::Similar),
        vec(any::<String>(), 0..3).prop_map(Edit::Collections),
        (key(), vec(any::<u8>(), 0..6)).prop_map(|(key, value)| Edit::Set(key, value)),
        key().prop_map(Edit::RemoveKey),
    ]
}

/// A value of bencode as hostile writers write it.
fn value() -> impl Strategy<Value = Vec<u8>> {
    let leaf = prop_oneof![
        vec(any::<u8>(), 0..6).prop_map(string),
        any::<i64>().prop_map(int),
        select(vec![
            &b"i-0e"[..],
            b"i007e",
            b"01:a",
            b"d1:b0:1:a0:e",
            b"i99999999999999999999e"
        ])
        .prop_map(<[u8]>::to_vec),
        url().prop_map(string),
    ];
    leaf.prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(list),
            vec(inner, 0..3).prop_map(|values| dict(["b", "a", "a"].into_iter().zip(values))),
        ]
    })
}

/// An info dictionary of version 1 (with unsorted, unknown and repeated keys), 2, or both, and what stands beside it.
fn info() -> impl Strategy<Value = (Vec<u8>, Option<Vec<u8>>)> {
    let v1 = vec(("[A-Z]{1,5}", value()), 0..5).prop_map(|unknown| {
        let sound = Draft::single().info();
        let unknown = unknown
            .into_iter()
            .flat_map(|(key, value)| [string(key), value].concat());
        let info = [
            &sound[..sound.len() - 1],
            &unknown.collect::<Vec<_>>(),
            b"e",
        ]
        .concat();
        (info, None)
    });
    let v2 = (any::<bool>(), 1usize..80_000).prop_map(|(is_hybrid, length)| {
        let mut torrent = V2::new(32_768, &[("temp", vec![3; length])]);
        if is_hybrid {
            torrent.info.insert("length", int(length));
            torrent
                .info
                .insert("pieces", string(vec![7; length.div_ceil(32_768) * 20]));
        }
        (torrent.info(), Some(support::dict_of(torrent.layers)))
    });
    prop_oneof![v1, v2]
}

/// The pairs of a dictionary as they stand: key, and bytes from before the key's length to behind the value.
fn pairs(file: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let document = bip_bencode::BDecodeOpt::lenient().decode(file).unwrap();
    let mut at = 1;
    let pairs = document.root().dict().unwrap().iter().map(|(key, value)| {
        let end = value.offset() + value.raw().len();
        let raw = file[at..end].to_vec();
        at = end;
        (key.to_vec(), raw)
    });
    pairs.collect()
}

proptest! {
    #[test]
    fn no_edit_changes_an_info_hash_or_what_it_does_not_name(
        (info, layers) in info(),
        around in vec((key(), value()), 0..7),
        at in 0usize..7,
        edits in vec(edit(), 0..5),
        space in select(vec!["", "\n", " \r\n"]),
    ) {
        let mut file = b"d".to_vec();
        for (index, (key, value)) in around.iter().enumerate() {
            if index == at {
                file.extend([&b"4:info"[..], &info].concat());
            }
            file.extend([string(key), value.clone()].concat());
        }
        if at >= around.len() {
            file.extend([&b"4:info"[..], &info].concat());
        }
        if let Some(layers) = &layers {
            file.extend([&b"12:piece layers"[..], layers].concat());
        }
        file.push(b'e');
        file.extend(space.as_bytes());
        let torrent = Metainfo::from_bytes(&file).unwrap();
        let same = torrent.edit().apply().unwrap();
        prop_assert_eq!(same.raw(), &file[..]);

        let edited = edits.iter().fold(torrent.edit(), |editor, edit| edit.make(editor));
        let edited = edited.apply().unwrap();
        prop_assert_eq!(edited.info().raw(), &info[..]);
        prop_assert_eq!(edited.info().info_hash_v1(), torrent.info().info_hash_v1());
        prop_assert_eq!(edited.info().info_hash_v2(), torrent.info().info_hash_v2());
        match layers {
            None => prop_assert_eq!(edited.info().info_hash(), InfoHash::digest(&info)),
            Some(_) => prop_assert_eq!(edited.info().info_hash_v2().unwrap(), InfoHashV2::digest(&info)),
        }
        prop_assert_eq!(edited.info().piece_layer(0), torrent.info().piece_layer(0));

        let touched: Vec<_> = edits.iter().flat_map(Edit::keys).collect();
        let others = |file: &[u8]| {
            let mut pairs = pairs(file);
            pairs.retain(|(key, _)| !touched.contains(key));
            pairs
        };
        prop_assert_eq!(others(&file), others(edited.raw()));
        let is_sorted = |file: &[u8]| pairs(file).is_sorted_by(|one, next| one.0 < next.0);
        prop_assert!(!is_sorted(&file) || is_sorted(edited.raw()));
        prop_assert!(edited.raw().ends_with(&[b"e", space.as_bytes()].concat()));
    }
}
