use bip_bencode::{DictEncoder, Encoder};

use crate::random::Random;

/// Inputs to be decoded one by one.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Corpus {
    /// As in the table above.
    pub name: &'static str,
    /// One or many encoded values, each canonical.
    pub inputs: Vec<Vec<u8>>,
}

impl Corpus {
    /// Bytes of all inputs.
    pub fn length(&self) -> usize {
        self.inputs.iter().map(Vec::len).sum()
    }
}

/// Every corpus, in the order of the tables.
pub fn all() -> Vec<Corpus> {
    vec![
        Corpus {
            name: "a_big",
            inputs: vec![torrent(4_000, 200_000)],
        },
        Corpus {
            name: "b_files100k",
            inputs: vec![torrent(100_000, 30_000)],
        },
        Corpus {
            name: "c_dht",
            inputs: dht_messages(12_000),
        },
        Corpus {
            name: "d_nested",
            inputs: vec![nested(5_000, 44)],
        },
        Corpus {
            name: "e_v2tree20k",
            inputs: vec![version_2_torrent(20_000)],
        },
    ]
}

fn torrent(file_count: u64, piece_count: usize) -> Vec<u8> {
    let mut random = Random::from_seed(file_count);
    let pieces = random.bytes(20 * piece_count);
    let mut out = Vec::new();
    Encoder::new(&mut out).dict(|torrent| {
        torrent.bytes("announce", "udp://tracker.example.org:1337/announce");
        torrent.list("announce-list", |tiers| {
            for host in ["tracker", "open", "backup"] {
                tiers.list(|tier| tier.bytes(format!("udp://{host}.example.org:1337/announce")));
            }
        });
        torrent.int("creation date", 1_700_000_000);
        torrent.dict("info", |info| {
            info.list("files", |files| {
                for file in 0..file_count {
                    files.dict(|entry| {
                        entry.int("length", random.below(1 << 31));
                        entry.list("path", |path| {
                            path.bytes(format!("season {}", file / 1_000));
                            path.bytes(format!("disc {}", file / 50 % 20));
                            path.bytes(format!("track {file:06} {:x}.flac", random.below(1 << 24)));
                        });
                    });
                }
            });
            info.bytes("name", "collection");
            info.int("piece length", 1 << 20);
            info.bytes("pieces", &pieces);
        });
    });
    out
}

fn dht_messages(count: usize) -> Vec<Vec<u8>> {
    let mut random = Random::from_seed(3);
    (0..count)
        .map(|number| dht_message(number, &mut random))
        .collect()
}

fn dht_message(number: usize, random: &mut Random) -> Vec<u8> {
    let (id, target) = (random.bytes(20), random.bytes(20));
    let transaction = random.bytes(2);
    let mut out = Vec::new();
    Encoder::new(&mut out).dict(|message| match number % 6 {
        0 => query(message, &transaction, "ping", |arguments| {
            arguments.bytes("id", &id)
        }),
        1 => query(message, &transaction, "find_node", |arguments| {
            arguments.bytes("id", &id);
            arguments.bytes("target", &target);
        }),
        2 => query(message, &transaction, "get_peers", |arguments| {
            arguments.bytes("id", &id);
            arguments.bytes("info_hash", &target);
        }),
        3 => query(message, &transaction, "announce_peer", |arguments| {
            arguments.bytes("id", &id);
            arguments.int("implied_port", 1);
            arguments.bytes("info_hash", &target);
            arguments.int("port", 1024 + random.below(60_000));
            arguments.bytes("token", random.bytes(8));
        }),
        4 => reply(message, &transaction, |values| {
            values.bytes("id", &id);
            values.bytes("nodes", random.bytes(26 * 8));
        }),
        _ => reply(message, &transaction, |values| {
            values.bytes("id", &id);
            values.bytes("token", random.bytes(8));
            values.list("values", |peers| {
                for _ in 0..22 + random.below(16) {
                    peers.bytes(random.bytes(6));
                }
            });
        }),
    });
    out
}

fn query(
    message: &mut DictEncoder<'_>,
    transaction: &[u8],
    method: &str,
    fill: impl FnOnce(&mut DictEncoder<'_>),
) {
    message.dict("a", fill);
    message.bytes("q", method);
    message.bytes("t", transaction);
    message.bytes("y", "q");
}

fn reply(
    message: &mut DictEncoder<'_>,
    transaction: &[u8],
    fill: impl FnOnce(&mut DictEncoder<'_>),
) {
    message.dict("r", fill);
    message.bytes("t", transaction);
    message.bytes("v", "LT\x02\x0b");
    message.bytes("y", "r");
}

fn nested(count: u64, depth: usize) -> Vec<u8> {
    let mut random = Random::from_seed(4);
    let mut out = Vec::from(*b"l");
    for _ in 0..count {
        for level in 0..depth {
            out.extend_from_slice(if level % 2 == 0 { b"l" } else { b"d6:nested" });
        }
        Encoder::new(&mut out).int(random.below(1_000));
        out.resize(out.len() + depth, b'e');
    }
    out.push(b'e');
    out
}

fn version_2_torrent(file_count: u64) -> Vec<u8> {
    let mut random = Random::from_seed(5);
    let mut roots: Vec<Vec<u8>> = (0..file_count).map(|_| random.bytes(32)).collect();
    let mut out = Vec::new();
    Encoder::new(&mut out).dict(|torrent| {
        torrent.bytes("announce", "udp://tracker.example.org:1337/announce");
        torrent.dict("info", |info| {
            info.dict("file tree", |tree| {
                for (folder, roots) in roots.chunks(50).enumerate() {
                    tree.dict(format!("folder {folder:04}"), |tree| {
                        for (file, root) in roots.iter().enumerate() {
                            tree.dict(format!("file {file:04}.bin"), |tree| {
                                tree.dict("", |file| {
                                    file.int("length", 1 + random.below(1 << 24));
                                    file.bytes("pieces root", root);
                                });
                            });
                        }
                    });
                }
            });
            info.int("meta version", 2);
            info.bytes("name", "tree");
            info.int("piece length", 1 << 20);
        });
        roots.sort();
        torrent.dict("piece layers", |layers| {
            for root in &roots {
                let piece_count = 2 + random.below(5) as usize;
                layers.bytes(root, random.bytes(32 * piece_count));
            }
        });
    });
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_corpus_is_canonical_and_the_same_each_time() {
        let again = all();
        for (corpus, again) in all().iter().zip(&again) {
            assert_eq!(corpus.inputs, again.inputs, "{}", corpus.name);
            for input in &corpus.inputs {
                bip_bencode::decode(input).unwrap();
            }
        }
    }

    #[test]
    fn the_corpora_have_the_sizes_they_are_known_by() {
        let sizes = all()
            .into_iter()
            .map(|corpus| (corpus.name, corpus.length()));
        for ((name, length), known) in
            sizes.zip([4_323_670, 8_118_538, 1_926_000, 1_337_922, 5_062_296])
        {
            assert!(
                length.abs_diff(known) < known / 20,
                "{name} has {length} bytes, not about {known}"
            );
        }
    }
}
