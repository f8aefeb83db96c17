use std::io::{self, Write};

use bip_bencode::{DictEncoder, Encoder};
use bip_metainfo::merkle;

use crate::corpora::Corpus;
use crate::random::Random;

const PIECE_LENGTH: u32 = 1 << 20;
const FILE_COUNT: u64 = 100_000;
const PIECE_COUNT: u32 = 262_144;
const FILES_PER_FOLDER: u64 = 500;

/// Torrents to load: many files, and many pieces of one file, in version 1 and version 2. Each is what it claims to be:
/// lengths, piece counts and roots agree.
pub fn torrents() -> Vec<Corpus> {
    let corpus = |name, torrent| Corpus {
        name,
        inputs: vec![torrent],
    };
    vec![
        corpus("v1_files100k", many_files_v1()),
        corpus("v1_pieces262k", many_pieces_v1()),
        corpus("v2_files100k", many_files_v2()),
        corpus("v2_pieces262k", many_pieces_v2()),
    ]
}

/// Bytes that are the same each time, and that no disk makes smaller.
///
/// # Errors
/// Those of the writer.
pub fn write_content(mut out: impl Write, length: u64) -> io::Result<()> {
    const STEP: u64 = 1 << 20;
    let mut random = Random::from_seed(length);
    let mut left = length;
    while left > 0 {
        let step = left.min(STEP);
        out.write_all(&random.bytes(step as usize))?;
        left -= step;
    }
    Ok(())
}

fn many_files_v1() -> Vec<u8> {
    let mut random = Random::from_seed(6);
    let lengths: Vec<u64> = (0..FILE_COUNT).map(|_| length(&mut random)).collect();
    let total: u64 = lengths.iter().sum();
    let piece_count = total.div_ceil(u64::from(PIECE_LENGTH)) as usize;
    let pieces = random.bytes(20 * piece_count);
    torrent(
        |info| {
            info.list("files", |files| {
                for (file, length) in (0..).zip(&lengths) {
                    files.dict(|entry| {
                        entry.int("length", *length);
                        entry.list("path", |path| {
                            path.bytes(folder_name(file));
                            path.bytes(file_name(file));
                        });
                    });
                }
            });
            info.bytes("name", "collection");
            info.int("piece length", PIECE_LENGTH);
            info.bytes("pieces", &pieces);
        },
        |_| {},
    )
}

fn many_pieces_v1() -> Vec<u8> {
    let pieces = Random::from_seed(7).bytes(20 * PIECE_COUNT as usize);
    torrent(
        |info| {
            info.int("length", u64::from(PIECE_COUNT) * u64::from(PIECE_LENGTH));
            info.bytes("name", "image.iso");
            info.int("piece length", PIECE_LENGTH);
            info.bytes("pieces", &pieces);
        },
        |_| {},
    )
}

/// No file is longer than a piece, so that none has a layer.
fn many_files_v2() -> Vec<u8> {
    let mut random = Random::from_seed(8);
    torrent(
        |info| {
            info.dict("file tree", |tree| {
                for folder in (0..FILE_COUNT).step_by(FILES_PER_FOLDER as usize) {
                    tree.dict(folder_name(folder), |tree| {
                        for file in folder..folder + FILES_PER_FOLDER {
                            let length = length(&mut random);
                            let root = random.bytes(32);
                            tree.dict(file_name(file), |tree| leaf(tree, length, &root));
                        }
                    });
                }
            });
            info.int("meta version", 2);
            info.bytes("name", "collection");
            info.int("piece length", PIECE_LENGTH);
        },
        |torrent| torrent.dict("piece layers", |_| {}),
    )
}

fn many_pieces_v2() -> Vec<u8> {
    let mut random = Random::from_seed(9);
    let layer = random.bytes(32 * PIECE_COUNT as usize);
    let (hashes, _) = layer.as_chunks::<32>();
    let blocks_per_piece = PIECE_LENGTH / merkle::BLOCK_LENGTH as u32;
    let root = merkle::root(hashes, blocks_per_piece.ilog2());
    torrent(
        |info| {
            info.dict("file tree", |tree| {
                tree.dict("image.iso", |tree| {
                    let length = u64::from(PIECE_COUNT) * u64::from(PIECE_LENGTH);
                    leaf(tree, length, &root);
                });
            });
            info.int("meta version", 2);
            info.bytes("name", "image.iso");
            info.int("piece length", PIECE_LENGTH);
        },
        |torrent| torrent.dict("piece layers", |layers| layers.bytes(root, &layer)),
    )
}

fn torrent(
    info: impl FnOnce(&mut DictEncoder<'_>),
    layers: impl FnOnce(&mut DictEncoder<'_>),
) -> Vec<u8> {
    let mut out = Vec::new();
    Encoder::new(&mut out).dict(|torrent| {
        torrent.bytes("announce", "udp://tracker.example.org:1337/announce");
        torrent.int("creation date", 1_700_000_000);
        torrent.dict("info", info);
        layers(torrent);
    });
    out
}

fn leaf(tree: &mut DictEncoder<'_>, length: u64, root: &[u8]) {
    tree.dict("", |file| {
        file.int("length", length);
        file.bytes("pieces root", root);
    });
}

fn length(random: &mut Random) -> u64 {
    1 + random.below(u64::from(PIECE_LENGTH))
}

fn folder_name(file: u64) -> String {
    format!("disc {:04}", file / FILES_PER_FOLDER)
}

fn file_name(file: u64) -> String {
    format!("{file:06}.flac")
}

#[cfg(test)]
mod tests {
    use bip_metainfo::Metainfo;

    use super::*;

    #[test]
    fn the_torrents_are_what_they_are_known_by() {
        let known = [
            ("v1_files100k", 100_000, None),
            ("v1_pieces262k", 1, Some(262_144)),
            ("v2_files100k", 100_000, Some(100_000)),
            ("v2_pieces262k", 1, Some(262_144)),
        ];
        for (corpus, (name, files, pieces)) in torrents().iter().zip(known) {
            assert_eq!(corpus.name, name);
            let torrent = Metainfo::from_bytes(&corpus.inputs[0]).unwrap();
            assert_eq!(torrent.warnings().count(), 0, "{name}");
            assert_eq!(torrent.info().files().len(), files, "{name}");
            if let Some(pieces) = pieces {
                assert_eq!(torrent.info().piece_count(), pieces, "{name}");
            }
        }
    }

    #[test]
    fn content_has_the_length_asked_for_and_is_the_same_each_time() {
        let write = |length| {
            let mut out = Vec::new();
            write_content(&mut out, length).unwrap();
            out
        };
        for length in [0, 1, 1 << 20, (1 << 20) + 3] {
            assert_eq!(write(length).len() as u64, length);
        }
        assert_eq!(write(100), write(100));
    }
}
