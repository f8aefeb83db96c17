use std::hint::black_box;

use bip_benches::Corpus;
use bip_bencode::{
    BDecodeOpt, BencodeMut, BencodeRef, BencodeRefKind, Decoder, Step, TokenReader, Tokenizer,
};

use crate::contender::{Contender, Maker};

pub(crate) fn decoders(corpus: &Corpus) -> Vec<Contender<'_>> {
    let mut kept = Decoder::new(BDecodeOpt::strict());
    vec![
        each("bip_bencode", corpus, |input| {
            black_box(bip_bencode::decode(input).unwrap());
        }),
        each("bip_bencode, decoder kept", corpus, move |input| {
            black_box(kept.decode(input).unwrap());
        }),
    ]
}

pub(crate) fn visitors(corpus: &Corpus) -> Vec<Contender<'_>> {
    assert!(sums(corpus).all(|sum| sum > 0));
    let mut walked = Decoder::new(BDecodeOpt::strict());
    let mut entered = walked.clone();
    vec![
        each("bip_bencode", corpus, |input| {
            black_box(sum_by_walk(bip_bencode::decode(input).unwrap().root()));
        }),
        each("bip_bencode, decoder kept", corpus, move |input| {
            black_box(sum_by_walk(walked.decode(input).unwrap()));
        }),
        each(
            "bip_bencode, decoder kept, by recursion",
            corpus,
            move |input| {
                black_box(sum_by_recursion(entered.decode(input).unwrap()));
            },
        ),
    ]
}

/// What keeps nothing, after the tree all the same.
pub(crate) fn scanners(corpus: &Corpus) -> Vec<Contender<'_>> {
    let mut kept = Decoder::new(BDecodeOpt::strict());
    vec![
        each("bip_bencode, decoder kept", corpus, move |input| {
            black_box(kept.decode(input).unwrap());
        }),
        each("bip_bencode, check", corpus, |input| {
            black_box(BDecodeOpt::strict().check(input).unwrap());
        }),
        each("bip_bencode, Tokenizer", corpus, |mut input| {
            let mut tokenizer = Tokenizer::new(BDecodeOpt::strict());
            while let Some(token) = tokenizer.next_token(&mut input).unwrap() {
                black_box(token);
            }
            tokenizer.finish().unwrap();
        }),
        each("bip_bencode, TokenReader", corpus, |input| {
            let tokenizer = Tokenizer::new(BDecodeOpt::strict());
            let mut reader = TokenReader::new(input, tokenizer);
            while let Some(token) = reader.next_token().unwrap() {
                black_box(token);
            }
        }),
    ]
}

/// What a visit of each input has to come to: the lengths of all byte strings and keys, and all integers.
pub(crate) fn sums(corpus: &Corpus) -> impl Iterator<Item = u64> {
    corpus.inputs.iter().map(|input| {
        let document = bip_bencode::decode(input).unwrap();
        let sum = sum_by_walk(document.root());
        assert_eq!(sum, sum_by_recursion(document.root()));
        sum
    })
}

fn sum_by_walk(value: BencodeRef<'_, '_>) -> u64 {
    value
        .walk()
        .map(|step| match step {
            Step::Int(int) => int.to_i64().unwrap() as u64,
            Step::Bytes(bytes) | Step::Key(bytes) => bytes.len() as u64,
            _ => 0,
        })
        .fold(0, u64::wrapping_add)
}

fn sum_by_recursion(value: BencodeRef<'_, '_>) -> u64 {
    match value.kind() {
        BencodeRefKind::Int(int) => int.to_i64().unwrap() as u64,
        BencodeRefKind::Bytes(bytes) => bytes.len() as u64,
        BencodeRefKind::List(list) => list
            .into_iter()
            .map(sum_by_recursion)
            .fold(0, u64::wrapping_add),
        BencodeRefKind::Dict(dict) => dict
            .into_iter()
            .map(|(key, value)| sum_by_recursion(value).wrapping_add(key.len() as u64))
            .fold(0, u64::wrapping_add),
    }
}

pub(crate) fn encoders(corpus: &Corpus) -> Vec<Contender<'_>> {
    let trees = trees(corpus);
    let again = trees.clone();
    let mut kept = Vec::new();
    let fresh = move || {
        for tree in &trees {
            black_box(tree.encode());
        }
    };
    let into_kept = move || {
        for tree in &again {
            kept.clear();
            tree.encode_into(&mut kept);
            black_box(&kept);
        }
    };
    vec![
        Contender::new(Maker::Ours, "bip_bencode", fresh),
        Contender::new(Maker::Ours, "bip_bencode, buffer kept", into_kept),
    ]
}

fn trees(corpus: &Corpus) -> Vec<BencodeMut<'_>> {
    let decode = |input| BencodeMut::from(bip_bencode::decode(input).unwrap().root());
    let trees: Vec<_> = corpus.inputs.iter().map(|input| decode(input)).collect();
    for (tree, input) in trees.iter().zip(&corpus.inputs) {
        assert_eq!(&tree.encode(), input);
    }
    trees
}

fn each<'c>(
    name: &'static str,
    corpus: &'c Corpus,
    mut decode: impl FnMut(&'c [u8]) + 'c,
) -> Contender<'c> {
    Contender::new(Maker::Ours, name, move || {
        corpus.inputs.iter().for_each(|input| decode(input));
    })
}
