//! BEP 3, "bencoding": the decoder against a naive one, on values, on mutated values and on noise.

mod inputs;
mod naive;

use bip_bencode::{
    BDecodeOpt, BencodeMut, BencodeRef, BencodeRefKind, Decoder, Encoder, IntRef, Irregularity,
    decode,
};
use inputs::{any_input, value};
use naive::Value;
use proptest::collection::vec;
use proptest::prelude::*;

/// The value as the naive decoder would give it.
fn to_naive(value: BencodeRef<'_, '_>) -> Value {
    match value.kind() {
        BencodeRefKind::Int(int) => Value::Int(int.digits().to_string()),
        BencodeRefKind::Bytes(bytes) => Value::Bytes(bytes.to_vec()),
        BencodeRefKind::List(list) => {
            assert_eq!(list.len(), list.iter().count());
            Value::List(list.iter().map(to_naive).collect())
        }
        BencodeRefKind::Dict(dict) => {
            assert_eq!(dict.len(), dict.iter().count());
            Value::Dict(
                dict.iter()
                    .map(|(key, value)| (key.to_vec(), to_naive(value)))
                    .collect(),
            )
        }
    }
}

fn nodes<'a, 't>(value: BencodeRef<'a, 't>, found: &mut Vec<BencodeRef<'a, 't>>) {
    found.push(value);
    match value.kind() {
        BencodeRefKind::Int(_) | BencodeRefKind::Bytes(_) => {}
        BencodeRefKind::List(list) => list.iter().for_each(|value| nodes(value, found)),
        BencodeRefKind::Dict(dict) => dict.iter().for_each(|(_, value)| nodes(value, found)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn strict_decoding_agrees_with_the_naive_decoder(input in any_input()) {
        let ours = decode(&input).map(|document| to_naive(document.root()));
        prop_assert_eq!(ours.ok(), naive::decode_canonical(&input));
    }

    #[test]
    fn lenient_decoding_agrees_with_the_naive_decoder(input in any_input()) {
        let mut decoder = Decoder::new(BDecodeOpt::lenient());
        let ours = decoder.decode_prefix(&input).map(|(value, length)| (to_naive(value), length));
        prop_assert_eq!(ours.ok(), naive::decode_any(&input));
    }

    #[test]
    fn what_is_strictly_accepted_is_leniently_accepted_without_a_warning_and_the_reverse(input in any_input()) {
        let strict = decode(&input);
        let lenient = BDecodeOpt::lenient().decode(&input);
        let is_regular = lenient.as_ref().is_ok_and(|document| document.warnings().is_empty());
        prop_assert_eq!(strict.is_ok(), is_regular);
        if let (Ok(strict), Ok(lenient)) = (strict, lenient) {
            prop_assert_eq!(strict.root(), lenient.root());
        }
    }

    #[test]
    fn checking_says_what_decoding_says(input in any_input()) {
        let (strict, lenient) = (BDecodeOpt::strict(), BDecodeOpt::lenient());
        for options in [
            strict,
            strict.allow(Irregularity::UnsortedKey),
            lenient,
            lenient.refuse(Irregularity::DuplicateKey).max_string_length(1),
            lenient.max_depth(2),
            lenient.max_tokens(6).max_warnings(1),
        ] {
            let decoded = options.decode(&input).map(|document| document.warnings().to_vec());
            prop_assert_eq!(options.check(&input), decoded);
        }
    }

    #[test]
    fn what_decodes_strictly_encodes_to_the_same_bytes(input in any_input()) {
        if let Ok(document) = decode(&input) {
            let tree = BencodeMut::from(document.root());
            prop_assert_eq!(&tree.encode(), &input);
            prop_assert_eq!(tree.into_owned().encode(), input);
        }
    }

    #[test]
    fn every_value_decodes_to_itself(value in value()) {
        let encoded = value.encode();
        let document = decode(&encoded).unwrap();
        prop_assert_eq!(to_naive(document.root()), value);
    }

    #[test]
    fn every_node_decodes_from_its_own_bytes_to_itself(input in any_input()) {
        let Ok(document) = BDecodeOpt::lenient().decode(&input) else { return Ok(()) };
        let mut found = Vec::new();
        nodes(document.root(), &mut found);
        for node in found {
            prop_assert_eq!(node.buffer(), &input[node.offset()..node.offset() + node.buffer().len()]);
            let alone = BDecodeOpt::lenient().decode(node.buffer()).unwrap();
            prop_assert_eq!(alone.root(), node);
        }
    }

    #[test]
    fn the_canonical_encoding_agrees_with_the_naive_one(input in any_input()) {
        let Ok(document) = BDecodeOpt::lenient().decode(&input) else { return Ok(()) };
        let ours = document.root().to_canonical();
        prop_assert_eq!(&ours, &to_naive(document.root()).to_canonical().encode());
        prop_assert_eq!(&ours, &BencodeMut::from(document.root()).encode());
        prop_assert!(BDecodeOpt::strict().allow(Irregularity::IntOutOfRange).check(&ours).is_ok());
        if document.warnings().is_empty() {
            prop_assert_eq!(&ours, &input);
        }
    }

    #[test]
    fn what_is_left_of_a_value_agrees_with_the_naive_decoder(input in any_input()) {
        let left = BDecodeOpt::lenient().decode_partial(&input);
        let (expect, rest) = naive::decode_partially(&input);
        prop_assert_eq!(left.value.as_ref().map(|document| to_naive(document.root())), expect.clone());
        prop_assert_eq!(left.error.is_none(), rest.is_some());
        prop_assert_eq!(left.error, BDecodeOpt::lenient().decode(&input).err());

        let strict = BDecodeOpt::strict().decode_partial(&input);
        prop_assert_eq!(&strict.error, &decode(&input).err());
        let Some(document) = strict.value else { return Ok(()) };
        let is_beginning = |whole| to_naive(document.root()).is_beginning_of(&whole);
        prop_assert!(expect.is_some_and(is_beginning));
        let mut found = Vec::new();
        nodes(document.root(), &mut found);
        let end = document.root().buffer().len();
        for node in found {
            prop_assert!(node.offset() + node.buffer().len() <= end.min(input.len()));
            if let Ok(alone) = decode(node.buffer()) {
                prop_assert_eq!(alone.root(), node);
            }
        }
    }

    #[test]
    fn what_is_left_of_the_beginning_of_a_value_is_the_beginning_of_the_value(
        value in value(),
        cut in any::<prop::sample::Index>(),
    ) {
        let encoded = value.encode();
        let cut = cut.index(encoded.len() + 1);
        let left = BDecodeOpt::strict().decode_partial(&encoded[..cut]);
        if let Some(document) = &left.value {
            prop_assert!(to_naive(document.root()).is_beginning_of(&value));
        }
        prop_assert_eq!(left.error.is_none(), cut == encoded.len());
        let whole = BDecodeOpt::strict().decode_partial(&encoded);
        prop_assert_eq!(whole.value.map(|document| to_naive(document.root())), Some(value));
    }

    #[test]
    fn values_one_behind_the_other_agree_with_the_naive_decoder(inputs in vec(any_input(), 0..4)) {
        let input = inputs.concat();
        let mut rest = &input[..];
        for value in BDecodeOpt::lenient().values(&input) {
            let ours = value.ok().map(|document| {
                assert_eq!(document.root().offset(), input.len() - rest.len());
                (to_naive(document.root()), document.root().buffer().len())
            });
            prop_assert_eq!(&ours, &naive::decode_any(rest));
            rest = ours.map_or(&[], |(_, length)| &rest[length..]);
        }
        prop_assert!(rest.is_empty());
    }

    #[test]
    fn every_byte_belongs_to_the_innermost_value_around_it(value in value()) {
        let encoded = value.encode();
        let document = decode(&encoded).unwrap();
        let mut found = Vec::new();
        nodes(document.root(), &mut found);
        for offset in 0..encoded.len() {
            // The nodes come from the outermost inwards, so the last one that has the byte is the innermost.
            let has_it = |node: &&BencodeRef<'_, '_>| {
                (node.offset()..node.offset() + node.buffer().len()).contains(&offset)
            };
            let innermost = found.iter().rfind(has_it).unwrap();
            let path = document.root().path_at(offset);
            let is_key = innermost.dict().is_some_and(|dict| {
                let in_pair = |value: &BencodeRef<'_, '_>| value.path() == path && offset < value.offset();
                dict.iter().any(|(_, value)| in_pair(&value))
            });
            prop_assert!(path == innermost.path() || is_key, "{} is in {}, not {}", offset, innermost.path(), path);
        }
    }

    #[test]
    fn an_error_stands_inside_the_input(input in any_input()) {
        if let Err(error) = decode(&input) {
            prop_assert!(error.offset() <= input.len());
        }
    }

    #[test]
    fn what_is_only_the_beginning_of_a_value_is_told_so(value in value(), cut in any::<prop::sample::Index>()) {
        let encoded = value.encode();
        let beginning = &encoded[..cut.index(encoded.len())];
        prop_assert!(decode(beginning).is_err_and(|error| error.is_incomplete()));
    }

    #[test]
    fn integers_are_exact_or_out_of_range(number in any::<i128>()) {
        let input = format!("i{number}e");
        let document = BDecodeOpt::lenient().decode(input.as_bytes()).unwrap();
        let int: IntRef<'_> = document.root().int().unwrap();
        prop_assert_eq!(int.to_i64().ok(), i64::try_from(number).ok());
        prop_assert_eq!(int.to_u64().ok(), u64::try_from(number).ok());
        prop_assert_eq!((int.to_i128().ok(), int.to_u128().ok()), (Some(number), number.try_into().ok()));
        prop_assert_eq!(int.to_string(), number.to_string());
        prop_assert_eq!(BencodeMut::from(document.root()).encode(), input.as_bytes());
    }

    #[test]
    fn streamed_dictionaries_are_sorted_and_keep_the_last_of_each_key(
        pairs in vec((vec(prop::sample::select(b"abc".to_vec()), 0..3), value()), 0..12)
    ) {
        let encoded: Vec<_> = pairs.iter().map(|(key, value)| (key, value.encode())).collect();
        let documents: Vec<_> = encoded.iter().map(|(key, bytes)| (*key, decode(bytes).unwrap())).collect();
        let mut streamed = b"before".to_vec();
        Encoder::new(&mut streamed).dict(|dict| {
            for (key, document) in &documents {
                dict.raw(key, document.root());
            }
        });
        let tree: BencodeMut<'_> =
            documents.iter().map(|(key, document)| (*key, BencodeMut::from(document.root()))).collect();
        prop_assert_eq!(&streamed[6..], tree.encode());
        prop_assert!(decode(&streamed[6..]).is_ok());
    }
}
