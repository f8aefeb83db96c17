//! Rust's other bencode crates. Each file gives one of them the same three functions: `decode` into its own tree, `sum`
//! over all nodes of it, `encode`.

mod bendy;
mod bt_bencode;
mod lava_torrent;
mod librqbit_bencode;
mod nom_bencode;
mod previous;
mod serde_bencode;

use std::hint::black_box;

use bip_benches::Corpus;
use serde::de::IgnoredAny;

use crate::contender::{Contender, Maker};

/// Deeper than any corpus.
const DEPTH: usize = 100;

pub(crate) fn decoders(corpus: &Corpus) -> Vec<Contender<'_>> {
    let all = [
        decoder("bip_bencode 0.4", corpus, previous::decode),
        decoder("bendy, Value", corpus, bendy::decode),
        decoder("bt_bencode, Value", corpus, bt_bencode::decode),
        decoder("lava_torrent, BencodeElem", corpus, lava_torrent::decode),
        decoder(
            "librqbit-bencode, BencodeValue",
            corpus,
            librqbit_bencode::decode,
        ),
        decoder("nom_bencode, Value", corpus, nom_bencode::decode),
        decoder("serde_bencode, Value", corpus, serde_bencode::decode),
    ];
    all.into_iter().flatten().collect()
}

pub(crate) fn visitors(corpus: &Corpus) -> Vec<Contender<'_>> {
    let all = [
        visitor("bip_bencode 0.4", corpus, previous::decode, previous::sum),
        visitor("bendy, Value", corpus, bendy::decode, bendy::sum),
        visitor(
            "bt_bencode, Value",
            corpus,
            bt_bencode::decode,
            bt_bencode::sum,
        ),
        visitor(
            "lava_torrent, BencodeElem",
            corpus,
            lava_torrent::decode,
            lava_torrent::sum,
        ),
        visitor(
            "librqbit-bencode, BencodeValue",
            corpus,
            librqbit_bencode::decode,
            librqbit_bencode::sum,
        ),
        visitor(
            "nom_bencode, Value",
            corpus,
            nom_bencode::decode,
            nom_bencode::sum,
        ),
        visitor(
            "serde_bencode, Value",
            corpus,
            serde_bencode::decode,
            serde_bencode::sum,
        ),
    ];
    all.into_iter().flatten().collect()
}

pub(crate) fn scanners(corpus: &Corpus) -> Vec<Contender<'_>> {
    let all = [
        decoder("bendy, tokens", corpus, bendy::count_tokens),
        decoder("bt_bencode, IgnoredAny", corpus, |input| {
            ::bt_bencode::from_slice::<IgnoredAny>(input).ok()
        }),
        decoder("librqbit-bencode, IgnoredAny", corpus, |input| {
            ::librqbit_bencode::from_bytes::<IgnoredAny>(input).ok()
        }),
    ];
    all.into_iter().flatten().collect()
}

pub(crate) fn encoders(corpus: &Corpus) -> Vec<Contender<'_>> {
    vec![
        encoder("bip_bencode 0.4", corpus, previous::build, previous::encode),
        encoder("bendy, Value", corpus, bendy::decode, bendy::encode),
        encoder(
            "bt_bencode, Value",
            corpus,
            bt_bencode::decode,
            bt_bencode::encode,
        ),
        encoder(
            "lava_torrent, BencodeElem",
            corpus,
            lava_torrent::decode,
            lava_torrent::encode,
        ),
        encoder(
            "librqbit-bencode, BencodeValue",
            corpus,
            librqbit_bencode::decode,
            librqbit_bencode::encode,
        ),
        encoder(
            "serde_bencode, Value",
            corpus,
            serde_bencode::decode,
            serde_bencode::encode,
        ),
    ]
}

/// Decodes and drops. None where the rival refuses the corpus, which is canonical bencode.
fn decoder<'c, T: 'c>(
    name: &'static str,
    corpus: &'c Corpus,
    decode: impl Fn(&'c [u8]) -> Option<T> + 'c,
) -> Option<Contender<'c>> {
    if !corpus.inputs.iter().all(|input| decode(input).is_some()) {
        eprintln!("{name} does not decode {}", corpus.name);
        return None;
    }
    Some(Contender::new(Maker::Rust, name, move || {
        for input in &corpus.inputs {
            black_box(decode(input));
        }
    }))
}

fn visitor<'c, T: 'c>(
    name: &'static str,
    corpus: &'c Corpus,
    decode: impl Fn(&'c [u8]) -> Option<T> + 'c,
    sum: impl Fn(&T) -> u64 + 'c,
) -> Option<Contender<'c>> {
    let visit = move |input| decode(input).map(|value| sum(&value));
    let mut expected = crate::ours::sums(corpus);
    for input in &corpus.inputs {
        let (sum, expected) = (visit(input), expected.next());
        assert!(
            sum.is_none() || sum == expected,
            "{name} reads {} otherwise",
            corpus.name
        );
    }
    decoder(name, corpus, visit)
}

fn encoder<'c, T: 'c>(
    name: &'static str,
    corpus: &'c Corpus,
    decode: impl Fn(&'c [u8]) -> Option<T>,
    encode: impl Fn(&T) -> Vec<u8> + 'c,
) -> Contender<'c> {
    let decode = |input| decode(input).unwrap();
    let trees: Vec<T> = corpus.inputs.iter().map(|input| decode(input)).collect();
    for (tree, input) in trees.iter().zip(&corpus.inputs) {
        assert!(
            &encode(tree) == input,
            "{name} does not write back {}",
            corpus.name
        );
    }
    Contender::new(Maker::Rust, name, move || {
        for tree in &trees {
            black_box(encode(tree));
        }
    })
}
