//! A `.torrent` (BEP 3, 12, 52) as derived structs: borrowed, owned, with raw parts, optional and unknown keys.
#![cfg(feature = "serde")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::borrow::Cow;
use std::collections::BTreeMap;

use bip_bencode::{
    BDecodeOpt, BencodeMut, Irregularity, RawValue, RawValueBuf, WithRaw, ben_map, from_bytes,
    from_value, to_bytes,
};
use serde::{Deserialize, Serialize};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Torrent<'a> {
    announce: Option<&'a str>,
    #[serde(rename = "announce-list", borrow)]
    announce_list: Option<Vec<Vec<&'a str>>>,
    // Declared out of order on purpose, here and below.
    #[serde(borrow)]
    info: RawValue<'a>,
    #[serde(rename = "creation date")]
    creation_date: Option<u64>,
    comment: Option<Cow<'a, str>>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Info<'a> {
    name: &'a str,
    #[serde(rename = "piece length")]
    piece_length: u32,
    #[serde(with = "bip_bencode::bytes", borrow)]
    pieces: &'a [u8],
    length: Option<u64>,
    #[serde(borrow)]
    files: Option<Vec<File<'a>>>,
    private: Option<bool>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct File<'a> {
    length: u64,
    #[serde(borrow)]
    path: Vec<&'a str>,
}

const SINGLE: &[u8] = b"d8:announce20:udp://tracker:1/path13:announce-listll6:udp://el7:http://ee7:comment3:why\
13:creation datei1700000000e4:infod6:lengthi700e4:name4:spam12:piece lengthi512e6:pieces4:\xff\x00\x01\x027:privatei1e\
e8:url-listl5:http:ee";

const MULTI: &[u8] =
    b"d4:infod5:filesld6:lengthi1e4:pathl1:a1:beed6:lengthi2e4:pathl1:ceee4:name4:spam\
12:piece lengthi16384e6:pieces0:ee";

#[test]
fn a_torrent_of_one_file_is_read_with_the_exact_bytes_of_its_info() {
    let torrent: Torrent = from_bytes(SINGLE).unwrap();
    assert_eq!(torrent.announce, Some("udp://tracker:1/path"));
    assert_eq!(
        torrent.announce_list,
        Some(vec![vec!["udp://"], vec!["http://"]])
    );
    assert_eq!(torrent.comment, Some(Cow::Borrowed("why")));
    assert_eq!(torrent.creation_date, Some(1_700_000_000));

    let start = SINGLE.windows(7).position(|at| at == b"4:infod").unwrap() + 6;
    let raw = torrent.info.as_bytes();
    assert_eq!(raw.as_ptr(), SINGLE[start..].as_ptr());
    assert_eq!(raw, bip_bencode::decode(raw).unwrap().root().buffer());

    let info: Info = from_bytes(raw).unwrap();
    let expect = Info {
        name: "spam",
        piece_length: 512,
        pieces: b"\xff\x00\x01\x02",
        length: Some(700),
        files: None,
        private: Some(true),
    };
    assert_eq!(info, expect);
    assert_eq!(to_bytes(&info).unwrap(), raw);
}

#[test]
fn a_torrent_of_many_files_is_read_and_written() {
    let torrent: Torrent = from_bytes(MULTI).unwrap();
    assert_eq!(to_bytes(&torrent).unwrap(), MULTI);
    let info: Info = from_bytes(torrent.info.as_bytes()).unwrap();
    let paths: Vec<_> = info
        .files
        .iter()
        .flatten()
        .map(|file| file.path.join("/"))
        .collect();
    assert_eq!(paths, ["a/b", "c"]);
    assert_eq!(info.length, None);
    assert_eq!(to_bytes(&info).unwrap(), torrent.info.as_bytes());
}

#[test]
fn unknown_keys_are_left_out_when_written_and_the_rest_is_sorted() {
    let torrent: Torrent = from_bytes(SINGLE).unwrap();
    let written = to_bytes(&torrent).unwrap();
    let mut expect = BencodeMut::from(bip_bencode::decode(SINGLE).unwrap().root());
    expect.dict_mut().unwrap().remove("url-list");
    assert_eq!(written, expect.encode());
}

#[test]
fn info_is_read_and_kept_as_bytes_at_once() {
    #[derive(Debug, Serialize, Deserialize)]
    struct Both<'a> {
        #[serde(borrow)]
        info: WithRaw<'a, Info<'a>>,
    }
    let both: Both = from_bytes(MULTI).unwrap();
    assert_eq!(both.info.value.name, "spam");
    assert_eq!(both.info.raw.as_bytes(), &MULTI[7..MULTI.len() - 1]);
    assert_eq!(to_bytes(&both).unwrap(), MULTI);

    // Places are those in the whole file.
    let broken = [&MULTI[..25], b"x", &MULTI[26..]].concat();
    let error = from_bytes::<Both>(&broken).unwrap_err();
    assert_eq!(error.offset(), 25);
    assert_eq!(error.path(), "info.files[0].length");
}

#[test]
fn a_torrent_is_read_into_types_that_own_everything() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Owned {
        announce: String,
        info: RawValueBuf,
        #[serde(rename = "url-list")]
        url_list: Vec<String>,
        #[serde(rename = "creation date", default)]
        created: i64,
    }
    fn read<T: for<'de> Deserialize<'de>>(bytes: Vec<u8>) -> T {
        from_bytes(&bytes).unwrap()
    }
    let owned: Owned = read(SINGLE.to_vec());
    assert_eq!(owned.url_list, ["http:"]);
    assert_eq!(owned.created, 1_700_000_000);
    let again: Owned = read(to_bytes(&owned).unwrap());
    assert_eq!(again, owned);
    assert_eq!(again.info.as_raw().as_bytes(), again.info.as_bytes());
}

#[test]
fn further_keys_of_any_shape_are_kept_by_flattening() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Open<'a> {
        announce: Option<&'a str>,
        #[serde(flatten, borrow)]
        extra: BTreeMap<&'a str, BencodeMut<'a>>,
    }
    let open: Open = from_bytes(SINGLE).unwrap();
    assert_eq!(open.announce, Some("udp://tracker:1/path"));
    let keys: Vec<_> = open.extra.keys().copied().collect();
    assert_eq!(
        keys,
        [
            "announce-list",
            "comment",
            "creation date",
            "info",
            "url-list"
        ]
    );
    let pieces = open.extra["info"].get("pieces").unwrap();
    assert_eq!(pieces.bytes(), Some(&b"\xff\x00\x01\x02"[..]));
    assert_eq!(to_bytes(&open).unwrap(), SINGLE);
}

#[test]
fn a_torrent_of_version_2_is_read_as_a_recursive_map() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Info<'a> {
        #[serde(rename = "file tree", borrow)]
        tree: Tree<'a>,
        #[serde(rename = "meta version")]
        version: u8,
    }
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Torrent<'a> {
        #[serde(borrow)]
        info: Info<'a>,
        #[serde(rename = "piece layers", borrow)]
        layers: Layers<'a>,
    }
    /// Keys that are bytes, and values that are.
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Layers<'a>(#[serde(borrow)] BTreeMap<[u8; 4], BencodeMut<'a>>);
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(untagged)]
    enum Tree<'a> {
        File {
            #[serde(rename = "", borrow)]
            file: File<'a>,
        },
        Folder(#[serde(borrow)] BTreeMap<&'a str, Tree<'a>>),
    }
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct File<'a> {
        length: u64,
        #[serde(rename = "pieces root", with = "bip_bencode::bytes", borrow)]
        root: &'a [u8],
    }

    let input = b"d4:infod9:file treed1:ad5:x.bind0:d6:lengthi5e11:pieces root4:\xff\xfe\xfd\xfceee\
1:bd0:d6:lengthi6e11:pieces root4:\x00\x00\x00\x01eee12:meta versioni2ee12:piece layersd4:\xff\xfe\xfd\xfc2:\x80xee";
    let torrent: Torrent = from_bytes(input).unwrap();
    let Tree::Folder(folder) = &torrent.info.tree else {
        panic!("{torrent:?}")
    };
    let Tree::Folder(inner) = &folder["a"] else {
        panic!("{torrent:?}")
    };
    let Tree::File { file } = &inner["x.bin"] else {
        panic!("{torrent:?}")
    };
    assert_eq!((file.length, file.root), (5, &b"\xff\xfe\xfd\xfc"[..]));
    assert_eq!(
        torrent.layers.0[b"\xff\xfe\xfd\xfc"].bytes(),
        Some(&b"\x80x"[..])
    );
    assert_eq!(to_bytes(&torrent).unwrap(), input);
}

#[test]
fn a_part_of_a_decoded_torrent_is_read_with_the_places_of_the_whole() {
    let document = bip_bencode::decode(MULTI).unwrap();
    let info = document.root().try_dict().unwrap().dict(b"info").unwrap();
    let read: Info = from_value(info.value()).unwrap();
    assert_eq!(read.name, "spam");
    let files = info.value_of(b"files").unwrap();
    let first: Vec<BTreeMap<&str, BencodeMut>> = from_value(files).unwrap();
    assert_eq!(first[1]["length"], BencodeMut::from(2));

    let error = from_value::<Vec<BTreeMap<&str, u64>>>(files).unwrap_err();
    assert_eq!(
        error.to_string(),
        "expected u64, found a list at byte 34 in info.files[0].path"
    );
    let raw = RawValue::from(info.value());
    assert_eq!(to_bytes(&raw).unwrap(), raw.as_bytes());
}

#[test]
fn a_decoded_or_built_value_is_written_like_itself() {
    let document = bip_bencode::decode(SINGLE).unwrap();
    assert_eq!(to_bytes(&document.root()).unwrap(), SINGLE);
    let built = ben_map! { "z" => -1, "a" => vec![0xffu8], "" => ben_map! {} };
    assert_eq!(to_bytes(&built).unwrap(), built.encode());
}

#[test]
fn unsorted_torrents_are_read_where_that_is_allowed() {
    let input = b"d4:infod4:name1:x5:fileslee8:announce1:ue";
    assert!(from_bytes::<Torrent>(input).is_err());
    let options = BDecodeOpt::strict().allow(Irregularity::UnsortedKey);
    let torrent: Torrent = options.deserialize(input).unwrap();
    assert_eq!(torrent.announce, Some("u"));
    // As its bytes are, so is the hash taken.
    assert_eq!(torrent.info.as_bytes(), b"d4:name1:x5:fileslee");
}
