//! The torrents that all are to read.

use bip_metainfo::{
    Alignment, DirectAccessor, HashOptions, InfoBuilder, MetaVersion, Metainfo, MetainfoBuilder,
    PieceLength, SourceFile, merkle,
};

/// A torrent on which readers differ.
#[derive(Debug)]
pub(crate) struct Input {
    pub(crate) name: &'static str,
    pub(crate) bytes: Vec<u8>,
    pub(crate) class: Class,
    /// What its halves are, whatever is wrong with them.
    pub(crate) version: MetaVersion,
    /// The raw bytes of its info dictionary.
    pub(crate) info: Vec<u8>,
    /// Bytes of all files, where only one answer is right. Whether pad files count is a matter of taste.
    pub(crate) length: Option<u64>,
}

/// What is to be made of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// By the BEPs: to be read.
    Good,
    /// Not as the BEPs have it, but it means only one thing: best read, and told.
    Irregular,
    /// It means nothing, or two things: to be refused.
    Bad,
    /// A path leads where it must not: to be refused, or made safe.
    Hostile,
}

/// In the order of the table.
pub(crate) fn all() -> Vec<Input> {
    let mut inputs = good();
    inputs.extend(irregular());
    inputs.extend(bad());
    inputs.extend(bad_v2());
    inputs.extend(hostile());
    inputs
}

fn good() -> Vec<Input> {
    use MetaVersion::{Hybrid, V1, V2};
    let read = |name, version, info: Vec<u8>| input(name, Class::Good, version, info, b"");
    let pads = InfoBuilder::new().version(V1).alignment(Alignment::Pieces);
    vec![
        read("v1, one file", V1, v1(b"")).of(40_000),
        read("v1, files", V1, files(&[&[b"a"], &[b"b", b"c"]])).of(2),
        read("v1, unknown keys", V1, v1(b"3:zoo4:spam")).of(40_000),
        made("v1, pad files", V1, pads).of_any_length(),
        made("v2", V2, InfoBuilder::new().version(V2)).of(40_009),
        bare(
            "v2 without piece layers",
            &made("", V2, InfoBuilder::new().version(V2)),
        ),
        made("hybrid", Hybrid, InfoBuilder::new()).of_any_length(),
        linked(),
    ]
}

fn irregular() -> Vec<Input> {
    let read = |name, info: Vec<u8>, around: &[u8]| {
        input(name, Class::Irregular, MetaVersion::V1, info, around).of(40_000)
    };
    let reordered = b"d4:name1:f6:lengthi40000e6:pieces60:".as_slice();
    let reordered = [reordered, &HASHES, b"12:piece lengthi16384ee"].concat();
    let mut newline = read("a line end behind it", v1(b""), b"");
    newline.bytes.push(b'\n');
    vec![
        read("info unsorted", reordered, b""),
        read("a key twice in info", v1(b"7:privatei1e7:privatei0e"), b""),
        newline,
        read("url-list empty", v1(b""), b"8:url-list0:"),
        read(
            "announce-list flat",
            v1(b""),
            b"13:announce-listl9:udp://a:1e",
        ),
        read("creation date is text", v1(b""), b"13:creation date5:today"),
        read(
            "name not UTF-8",
            replaced(v1(b""), b"4:name1:f", b"4:name2:\xff\xfe"),
            b"",
        ),
        read("private is 2", v1(b"7:privatei2e"), b""),
    ]
}

fn bad() -> Vec<Input> {
    let of = |name, from: &[u8], to: &[u8]| {
        input(
            name,
            Class::Bad,
            MetaVersion::V1,
            replaced(v1(b""), from, to),
            b"",
        )
    };
    let pieces = [b"6:pieces60:", &HASHES[..]].concat();
    let length = b"6:lengthi40000e";
    let piece_length = b"12:piece lengthi16384e";
    let mut cut = of("cut short", b"", b"");
    cut.bytes.truncate(cut.bytes.len() - 5);
    let mut behind = of("rubbish behind it", b"", b"");
    behind.bytes.extend(b"spam");
    vec![
        cut,
        behind,
        of("no name", b"4:name1:f", b""),
        of("no pieces", &pieces, b""),
        of("no length", length, b""),
        of("no piece length", piece_length, b""),
        of("piece length 0", piece_length, b"12:piece lengthi0e"),
        of(
            "piece length negative",
            piece_length,
            b"12:piece lengthi-16384e",
        ),
        of(
            "piece length 2^40",
            piece_length,
            b"12:piece lengthi1099511627776e",
        ),
        of("length negative", length, b"6:lengthi-40000e"),
        of("length 2^63", length, b"6:lengthi9223372036854775808e"),
        of(
            "a hash too few",
            &pieces,
            &[b"6:pieces40:", &HASHES[..40]].concat(),
        ),
        of(
            "a hash too many",
            &pieces,
            &[b"6:pieces80:", &HASHES[..], &HASHES[..20]].concat(),
        ),
        of(
            "half a hash",
            &pieces,
            &[b"6:pieces50:", &HASHES[..50]].concat(),
        ),
        of("no files", length, b"5:filesle"),
        of("lengths overflow", length, &overflowing()),
        of("nested 100,000 deep", b"4:name1:f", &nested()),
    ]
}

fn bad_v2() -> Vec<Input> {
    use MetaVersion::{Hybrid, V2};
    let v2 = || made("", V2, InfoBuilder::new().version(V2));
    let change = |name, from: &[u8], to: &[u8]| changed(name, v2(), from, to);
    let hybrid = |name, from: &[u8], to: &[u8]| {
        changed(name, made("", Hybrid, InfoBuilder::new()), from, to)
    };
    let layer = |name, change: fn(&mut Vec<u8>)| {
        let mut torrent = v2();
        change(&mut torrent.bytes);
        Input {
            name,
            class: Class::Bad,
            ..torrent
        }
    };
    let root = [b"11:pieces root32:", &merkle::block_hash(&[2; 9])[..]].concat();
    let file = [b"d0:d6:lengthi9e", &*root, b"ee"].concat();
    let both = [b"d0:d6:lengthi9e", &*root, b"e1:x", &*file, b"e"].concat();
    vec![
        layer("v2, a wrong hash in a layer", |bytes| {
            let at = bytes.len() - 9;
            bytes[at] ^= 1;
        }),
        layer("v2, a layer of no file", |bytes| {
            let end = bytes.len() - 2;
            bytes.splice(
                end..end,
                [b"32:", &[255; 32][..], b"64:", &[1; 64]].concat(),
            );
        }),
        change(
            "v2, a root of zeros",
            &root,
            &[b"11:pieces root32:", &[0; 32][..]].concat(),
        ),
        change("v2, no root", &root, b""),
        change(
            "v2, pieces of 24 KiB",
            b"piece lengthi16384e",
            b"piece lengthi24576e",
        ),
        change("v2, a file and a folder", &file, &both),
        change("v2, meta version 3", b"meta versioni2e", b"meta versioni3e"),
        hybrid("hybrid, other name in v2", b"d1:ad0:", b"d1:Ad0:"),
        hybrid(
            "hybrid, other length in v2",
            b"lengthi9e11:pieces root",
            b"lengthi8e11:pieces root",
        ),
    ]
}

fn hostile() -> Vec<Input> {
    let of = |name, paths: &[&[&[u8]]]| {
        input(name, Class::Hostile, MetaVersion::V1, files(paths), b"").of(paths.len() as u64)
    };
    let named = |name, from: &'static [u8]| {
        let info = replaced(files(&[&[b"a"], &[b"b"]]), b"4:name3:dir", from);
        input(name, Class::Hostile, MetaVersion::V1, info, b"").of(2)
    };
    vec![
        of("path ../../x", &[&[b"..", b"..", b"x"]]),
        of("path with ../ in a name", &[&[b"../../../x"]]),
        of("path /etc/x", &[&[b"/etc/x"]]),
        of("path with an empty name", &[&[b""]]),
        of("path with a zero", &[&[b"a\0b"]]),
        of("a path twice", &[&[b"a"], &[b"a"]]),
        of("a file where a folder is", &[&[b"a"], &[b"a", b"b"]]),
        named("name ..", b"4:name2:.."),
        named("name /tmp", b"4:name4:/tmp"),
        input(
            "link to ../../x",
            Class::Hostile,
            MetaVersion::V1,
            link(&[b"..", b"..", b"x"]),
            b"",
        ),
    ]
}

/// No UTF-8, as hashes hardly ever are: lava_torrent takes what is for text, and refuses it.
const HASHES: [u8; 60] = [0xf7; 60];

impl Input {
    fn of(self, length: u64) -> Input {
        Input {
            length: Some(length),
            ..self
        }
    }

    fn of_any_length(self) -> Input {
        Input {
            length: None,
            ..self
        }
    }
}

/// `around` stands in front of `info`, or behind it, as its key asks.
fn input(
    name: &'static str,
    class: Class,
    version: MetaVersion,
    info: Vec<u8>,
    around: &[u8],
) -> Input {
    let announce = b"8:announce9:udp://a:1";
    let info_entry = [b"4:info", &*info].concat();
    let bytes = match around {
        [b'8', ..] => [b"d", &announce[..], &info_entry, around, b"e"].concat(),
        _ => [b"d", &announce[..], around, &info_entry, b"e"].concat(),
    };
    Input {
        name,
        bytes,
        class,
        version,
        info,
        length: None,
    }
}

/// The info dictionary of one file in three pieces, with more in it that comes behind `pieces`.
fn v1(more: &[u8]) -> Vec<u8> {
    [
        b"d6:lengthi40000e4:name1:f12:piece lengthi16384e6:pieces60:",
        &HASHES[..],
        more,
        b"e",
    ]
    .concat()
}

/// Files of a byte each.
fn files(paths: &[&[&[u8]]]) -> Vec<u8> {
    let entries = paths.iter().map(|path| {
        let path: Vec<u8> = path.iter().flat_map(|name| string(name)).collect();
        [b"d6:lengthi1e4:pathl", &*path, b"ee"].concat()
    });
    in_folder(entries.collect::<Vec<_>>().concat())
}

fn in_folder(entries: Vec<u8>) -> Vec<u8> {
    let head = [
        b"d5:filesl",
        &*entries,
        b"e4:name3:dir12:piece lengthi16384e",
    ]
    .concat();
    [&*head, b"6:pieces20:", &HASHES[..20], b"e"].concat()
}

fn link(target: &[&[u8]]) -> Vec<u8> {
    let target: Vec<u8> = target.iter().flat_map(|name| string(name)).collect();
    let file = b"d6:lengthi1e4:pathl1:aee".as_slice();
    let link = b"d4:attr1:l6:lengthi0e4:pathl1:le12:symlink pathl".as_slice();
    in_folder([file, link, &target, b"ee"].concat())
}

/// What ours makes of two files, `a` of 40,000 bytes and `b` of 9, in pieces of 16 KiB.
fn made(name: &'static str, version: MetaVersion, builder: InfoBuilder) -> Input {
    let content = DirectAccessor::folder("dir")
        .file(["a"], vec![1; 40_000])
        .file(["b"], vec![2; 9]);
    of_content(name, version, builder, content)
}

fn linked() -> Input {
    let content = DirectAccessor::folder("dir")
        .file(["a"], vec![1; 9])
        .source_file(SourceFile::symlink(["l"], ["a"]), vec![]);
    let builder = InfoBuilder::new().version(MetaVersion::V1);
    of_content("v1, a symbolic link", MetaVersion::V1, builder, content).of(9)
}

#[expect(clippy::expect_used, reason = "nothing is wrong with the content")]
fn of_content(
    name: &'static str,
    version: MetaVersion,
    builder: InfoBuilder,
    content: DirectAccessor<'_>,
) -> Input {
    let builder = MetainfoBuilder::from(builder.piece_length(PieceLength::Custom(1 << 14)));
    let builder = builder.trackers([["udp://a:1"]]);
    let torrent = builder.build(content, &HashOptions::default().threads(1));
    let torrent = torrent.expect("made of sound content");
    Input {
        name,
        bytes: torrent.raw().to_vec(),
        class: Class::Good,
        version,
        info: torrent.info().raw().to_vec(),
        length: None,
    }
}

/// Without what stands behind the info dictionary.
fn bare(name: &'static str, torrent: &Input) -> Input {
    input(
        name,
        Class::Good,
        torrent.version,
        torrent.info.clone(),
        b"",
    )
    .of(40_009)
}

#[expect(
    clippy::expect_used,
    reason = "it is loaded to know where its info dictionary is"
)]
fn changed(name: &'static str, torrent: Input, from: &[u8], to: &[u8]) -> Input {
    let loaded = Metainfo::from_bytes(&torrent.bytes).expect("it is sound before it is changed");
    let info = replaced(loaded.info().raw().to_vec(), from, to);
    let bytes = replaced(torrent.bytes.clone(), loaded.info().raw(), &info);
    Input {
        name,
        bytes,
        class: Class::Bad,
        info,
        ..torrent
    }
}

#[expect(clippy::expect_used, reason = "what is to be replaced is there")]
fn replaced(bytes: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    if from.is_empty() {
        return bytes;
    }
    let at = bytes.windows(from.len()).rposition(|window| window == from);
    let at = at.expect("it stands there");
    [&bytes[..at], to, &bytes[at + from.len()..]].concat()
}

fn overflowing() -> Vec<u8> {
    let file = |name: &str| format!("d6:lengthi9223372036854775807e4:pathl1:{name}ee");
    format!("5:filesl{}{}{}e", file("a"), file("b"), file("c")).into_bytes()
}

fn nested() -> Vec<u8> {
    let (open, close) = ("l".repeat(100_000), "e".repeat(100_000));
    format!("4:name1:f5:other{open}{close}").into_bytes()
}

fn string(bytes: &[u8]) -> Vec<u8> {
    [format!("{}:", bytes.len()).as_bytes(), bytes].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Else nobody's verdict would mean anything.
    #[test]
    fn every_input_is_what_it_is_meant_to_be() {
        for input in all() {
            let at = input
                .bytes
                .windows(input.info.len())
                .position(|window| window == input.info);
            assert!(at.is_some() || input.name == "cut short", "{}", input.name);
            let found = Metainfo::from_bytes(&input.bytes);
            match input.class {
                Class::Good | Class::Irregular => {
                    let torrent = found.unwrap_or_else(|error| panic!("{}: {error}", input.name));
                    assert_eq!(torrent.info().raw(), input.info, "{}", input.name);
                }
                Class::Bad => assert!(found.is_err(), "{}", input.name),
                Class::Hostile => {}
            }
        }
    }

    #[test]
    fn no_two_have_one_name() {
        let mut names: Vec<_> = all().iter().map(|input| input.name).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
