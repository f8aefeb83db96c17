use std::hint::black_box;

use bendy::decoding::FromBencode;
use bendy::encoding::{Encoder, ToBencode};
use bip_benches::Corpus;
use bip_bencode::{BencodeRef, BencodeRefKind};
use bip_bencode_0_4::{BMutAccess, BencodeMut};
use serde::de::IgnoredAny;

use crate::Contender;

/// Deeper than any corpus.
const DEPTH: usize = 100;

pub(crate) fn decoders(corpus: &Corpus) -> Vec<Contender<'_>> {
    vec![
        each("bip_bencode 0.4", corpus, |input| {
            let options = bip_bencode_0_4::BDecodeOpt::new(DEPTH, true, true);
            black_box(bip_bencode_0_4::BencodeRef::decode(input, options).unwrap());
        }),
        each("bendy, Value", corpus, |input| {
            black_box(bendy_value(input));
        }),
        each("bendy, tokens only", corpus, |input| {
            for token in bendy::decoding::Decoder::new(input).tokens() {
                black_box(token.unwrap());
            }
        }),
        each("serde_bencode, Value", corpus, |input| {
            black_box(serde_bencode::from_bytes::<serde_bencode::value::Value>(input).unwrap());
        }),
        each("bt_bencode, Value", corpus, |input| {
            black_box(bt_bencode::from_slice::<bt_bencode::Value>(input).unwrap());
        }),
        each("bt_bencode, nothing kept", corpus, |input| {
            black_box(bt_bencode::from_slice::<IgnoredAny>(input).unwrap());
        }),
    ]
}

pub(crate) fn encoders(corpus: &Corpus) -> Vec<Contender<'_>> {
    vec![
        encoder("bip_bencode 0.4", corpus, previous_tree, BencodeMut::encode),
        encoder("bendy, Value", corpus, bendy_value, |value| {
            let mut encoder = Encoder::new().with_max_depth(DEPTH);
            encoder.emit_with(|item| value.encode(item)).unwrap();
            encoder.get_output().unwrap()
        }),
        encoder(
            "serde_bencode, Value",
            corpus,
            |input| serde_bencode::from_bytes::<serde_bencode::value::Value>(input).unwrap(),
            |value| serde_bencode::to_bytes(value).unwrap(),
        ),
        encoder(
            "bt_bencode, Value",
            corpus,
            |input| bt_bencode::from_slice::<bt_bencode::Value>(input).unwrap(),
            |value| bt_bencode::to_vec(value).unwrap(),
        ),
    ]
}

fn each<'c>(
    name: &'static str,
    corpus: &'c Corpus,
    decode: impl Fn(&'c [u8]) + 'c,
) -> Contender<'c> {
    Contender {
        name,
        run: Box::new(move || corpus.inputs.iter().for_each(|input| decode(input))),
    }
}

fn encoder<'c, T: 'c>(
    name: &'static str,
    corpus: &'c Corpus,
    decode: impl Fn(&'c [u8]) -> T,
    encode: impl Fn(&T) -> Vec<u8> + 'c,
) -> Contender<'c> {
    let trees: Vec<T> = corpus.inputs.iter().map(|input| decode(input)).collect();
    for (tree, input) in trees.iter().zip(&corpus.inputs) {
        assert!(
            &encode(tree) == input,
            "{name} does not write back {}",
            corpus.name
        );
    }
    let run = move || {
        for tree in &trees {
            black_box(encode(tree));
        }
    };
    Contender {
        name,
        run: Box::new(run),
    }
}

fn bendy_value(input: &[u8]) -> bendy::value::Value<'_> {
    let mut decoder = bendy::decoding::Decoder::new(input).with_max_depth(DEPTH);
    let object = decoder.next_object().unwrap().unwrap();
    bendy::value::Value::decode_bencode_object(object).unwrap()
}

fn previous_tree(input: &[u8]) -> BencodeMut<'_> {
    previous_value(bip_bencode::decode(input).unwrap().root())
}

fn previous_value<'a>(value: BencodeRef<'a, '_>) -> BencodeMut<'a> {
    match value.kind() {
        BencodeRefKind::Int(int) => BencodeMut::new_int(int.to_i64().unwrap()),
        BencodeRefKind::Bytes(bytes) => BencodeMut::new_bytes(bytes.into()),
        BencodeRefKind::List(list) => {
            let mut tree = BencodeMut::new_list();
            for value in list {
                tree.list_mut().unwrap().push(previous_value(value));
            }
            tree
        }
        BencodeRefKind::Dict(dict) => {
            let mut tree = BencodeMut::new_dict();
            for (key, value) in dict {
                tree.dict_mut()
                    .unwrap()
                    .insert(key.into(), previous_value(value));
            }
            tree
        }
    }
}
