use std::hint::black_box;

use bip_benches::Corpus;
use bip_bencode::{BDecodeOpt, BencodeMut, Decoder, Step};

use crate::Contender;

pub(crate) fn decoders(corpus: &Corpus) -> Vec<Contender<'_>> {
    let mut kept = Decoder::new(BDecodeOpt::strict());
    let mut walked = Decoder::new(BDecodeOpt::strict());
    vec![
        Contender {
            name: "bip_bencode",
            run: Box::new(|| {
                for input in &corpus.inputs {
                    black_box(bip_bencode::decode(input).unwrap());
                }
            }),
        },
        Contender {
            name: "bip_bencode, decoder kept",
            run: Box::new(move || {
                for input in &corpus.inputs {
                    black_box(kept.decode(input).unwrap());
                }
            }),
        },
        Contender {
            name: "bip_bencode, decoder kept, every node visited",
            run: Box::new(move || {
                for input in &corpus.inputs {
                    black_box(visit(walked.decode(input).unwrap()));
                }
            }),
        },
    ]
}

/// The sum of all lengths and integers.
fn visit(value: bip_bencode::BencodeRef<'_, '_>) -> u64 {
    value
        .walk()
        .map(|step| match step {
            Step::Int(int) => int.to_u64().unwrap_or_default(),
            Step::Bytes(bytes) | Step::Key(bytes) => bytes.len() as u64,
            _ => 0,
        })
        .fold(0, u64::wrapping_add)
}

pub(crate) fn encoders(corpus: &Corpus) -> Vec<Contender<'_>> {
    let trees = trees(corpus);
    let again = trees.clone();
    let mut kept = Vec::new();
    vec![
        Contender {
            name: "bip_bencode",
            run: Box::new(move || {
                for tree in &trees {
                    black_box(tree.encode());
                }
            }),
        },
        Contender {
            name: "bip_bencode, buffer kept",
            run: Box::new(move || {
                for tree in &again {
                    kept.clear();
                    tree.encode_into(&mut kept);
                    black_box(&kept);
                }
            }),
        },
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
