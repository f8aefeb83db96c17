//! Whatever files there are: a torrent is made of them and read again, its hashes are those of a plain reading of BEP 3 and
//! BEP 52, and what lies on disk as it says is proven by it, until a byte is changed; or it is refused, for a reason.
//!
//! Input: how to make it; then of each file its length in two bytes, and its path, which ends with a zero byte.

#![no_main]

use std::collections::{HashMap, HashSet};
use std::fs;

use bip_metainfo::{
    Alignment, DirectAccessor, HashOptions, Info, InfoBuilder, InfoHash, MetaVersion, Metainfo,
    MetainfoBuilder, PieceLength, Verifier, merkle,
};
use libfuzzer_sys::fuzz_target;

type Path = Vec<Vec<u8>>;

fuzz_target!(|data: &[u8]| {
    let Some((how, rest)) = data.split_first() else {
        return;
    };
    let files = files(rest);
    let content = files
        .iter()
        .fold(DirectAccessor::folder("top"), |folder, (path, content)| {
            folder.file(path.clone(), content)
        });
    let options = HashOptions::default().threads(1 + usize::from(how >> 7));
    let builder = builder(*how);
    let torrent = match builder.build(&content, &options) {
        Ok(torrent) => torrent,
        Err(error) => {
            assert!(!are_plain(&files), "{error}: {files:?}");
            return;
        }
    };
    assert_eq!(Metainfo::from_bytes(torrent.raw()).as_ref(), Ok(&torrent));
    let plan = builder.plan(&content).expect("it was built");
    assert!(plan.torrent_length >= torrent.raw().len() as u64);
    assert_eq!(plan.piece_count, torrent.info().piece_count());
    let again = torrent.reuse(&builder).expect("all hashes are there");
    // A folder with nothing but a file is that file in version 2, and called as it is.
    if torrent.info().name() == "top" {
        assert_eq!(again.raw(), torrent.raw());
    }
    assert_eq!(described(again.info()), described(torrent.info()));
    let contents = in_order(torrent.info(), files.into_iter().collect());
    check_hashes(torrent.info(), &contents);
    if how & 0x40 != 0 {
        check_on_disk(torrent.info(), &contents, &options);
    }
});

/// The files as the torrent has them. (The info-hash stands for a name of which nothing is safe, and it may be another.)
fn described(info: &Info) -> Vec<(Path, u64, bool, Option<[u8; 32]>)> {
    let files = info.files().iter();
    files
        .map(|file| {
            let path = file.raw_path().map(<[u8]>::to_vec).collect();
            let root = file.pieces_root().copied();
            (path, file.length(), file.is_pad(), root)
        })
        .collect()
}

fn files(mut rest: &[u8]) -> Vec<(Path, Vec<u8>)> {
    let mut files = Vec::new();
    while let ([low, high, path @ ..], true) = (rest, files.len() < 12) {
        let end = path
            .iter()
            .position(|byte| *byte == 0)
            .unwrap_or(path.len());
        let length = usize::from(*low) + 256 * usize::from(*high);
        let content = (0..length)
            .map(|at| (at / 7 + files.len()) as u8 ^ low)
            .collect();
        let components = path[..end].split(|byte| *byte == b'|').map(<[u8]>::to_vec);
        files.push((components.collect(), content));
        rest = path.get(end + 1..).unwrap_or_default();
    }
    files
}

fn builder(how: u8) -> MetainfoBuilder {
    let version = [
        MetaVersion::V1,
        MetaVersion::V2,
        MetaVersion::Hybrid,
        MetaVersion::V1,
    ];
    let length = [
        PieceLength::Custom(1 << 14),
        PieceLength::Custom(1 << 15),
        PieceLength::OptTransfer,
        PieceLength::OptBalanced,
    ];
    let info = InfoBuilder::new()
        .version(version[usize::from(how % 4)])
        .piece_length(length[usize::from(how / 4 % 4)]);
    let info = if how & 0x10 != 0 {
        info.alignment(Alignment::Pieces)
    } else {
        info
    };
    let info = if how & 0x20 != 0 {
        info.private()
    } else {
        info
    };
    MetainfoBuilder::from(info).trackers([["udp://tracker.test:1"]])
}

/// Whether nothing can be wrong with the files.
fn are_plain(files: &[(Path, Vec<u8>)]) -> bool {
    let is_plain = |name: &Vec<u8>| {
        (1..99).contains(&name.len()) && name.iter().all(u8::is_ascii_alphanumeric)
    };
    let paths: HashSet<&Path> = files.iter().map(|(path, _)| path).collect();
    let is_folder = |path: &Path| {
        paths
            .iter()
            .any(|other| other.len() > path.len() && other.starts_with(path))
    };
    files.iter().any(|(_, content)| !content.is_empty())
        && paths.len() == files.len()
        && paths
            .iter()
            .all(|path| path.iter().all(is_plain) && !is_folder(path))
}

/// The content of each of the torrent's files; every file is one of them.
fn in_order(info: &Info, mut contents: HashMap<Path, Vec<u8>>) -> Vec<Vec<u8>> {
    let all = info.files().iter().map(|file| match file.is_pad() {
        true => vec![0; file.length() as usize],
        false => {
            let path: Path = file.raw_path().map(<[u8]>::to_vec).collect();
            contents.remove(&path).expect("a file that was given")
        }
    });
    let all = all.collect();
    assert!(contents.is_empty());
    all
}

fn check_hashes(info: &Info, contents: &[Vec<u8>]) {
    let piece_length = info.piece_length() as usize;
    let mut row = Vec::new();
    for (index, (file, content)) in info.files().iter().zip(contents).enumerate() {
        assert_eq!(content.len() as u64, file.length());
        row.resize(file.offset() as usize, 0);
        row.extend(content);
        if info.version() != MetaVersion::V1 && !content.is_empty() && !file.is_pad() {
            let blocks: Vec<_> = content
                .chunks(merkle::BLOCK_LENGTH)
                .map(merkle::block_hash)
                .collect();
            assert_eq!(file.pieces_root(), Some(&naive_root(blocks)));
            let layer = info.piece_layer(index).expect("a layer");
            assert_eq!(layer.len(), content.len().div_ceil(piece_length));
        }
    }
    if info.version() != MetaVersion::V2 {
        let hashes = row
            .chunks(piece_length)
            .map(|piece| *InfoHash::digest(piece).as_bytes());
        assert!(info.piece_hashes().eq(hashes));
    }
}

fn naive_root(mut row: Vec<merkle::Hash>) -> merkle::Hash {
    row.resize(row.len().next_power_of_two(), [0; 32]);
    while row.len() > 1 {
        row = row
            .chunks(2)
            .map(|pair| merkle::block_hash(&pair.concat()))
            .collect();
    }
    row[0]
}

fn check_on_disk(info: &Info, contents: &[Vec<u8>], options: &HashOptions<'_>) {
    let folder = std::env::temp_dir().join(format!("bip-fuzz-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    let mut last = None;
    for (file, content) in info
        .files()
        .iter()
        .zip(contents)
        .filter(|(file, _)| !file.is_pad())
    {
        let path = folder.join(file.path());
        fs::create_dir_all(path.parent().expect("below the folder")).expect("a safe path");
        fs::write(&path, content).expect("a safe path");
        last = (!content.is_empty()).then_some((path, content)).or(last);
    }
    let verifier = Verifier::in_folder(info, &folder);
    assert!(
        verifier
            .verify(options)
            .expect("nothing can fail")
            .is_proven()
    );
    let (path, content) = last.expect("a file with content");
    let mut changed = content.clone();
    changed[content.len() / 2] ^= 1;
    fs::write(path, changed).expect("it was written before");
    let found = verifier.verify(options).expect("nothing can fail");
    assert_eq!(found.good_count() + 1, info.piece_count());
    assert!(found.is_faulty());
    let _ = fs::remove_dir_all(&folder);
}
