//! Whatever the bytes: what is strictly accepted is canonical, every node is what its own bytes decode to, strict
//! decoding accepts exactly what lenient decoding accepts without a warning, and every other way to read (checking
//! without a tree, up to the error, value after value) agrees with decoding.

#![no_main]

use bip_bencode::{
    BDecodeOpt, BencodeMut, BencodeRef, BencodeRefKind, DecodeErrorKind, Decoder, Document,
    Irregularity, Warning,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let (strict, lenient) = (BDecodeOpt::strict(), BDecodeOpt::lenient());
    check_modes(data);
    for options in [
        strict,
        strict.allow(Irregularity::UnsortedKey),
        lenient,
        lenient.refuse(Irregularity::DuplicateKey),
        lenient.max_depth(3),
        lenient.max_tokens(9).max_warnings(1),
    ] {
        check_ways(options, data);
    }
    if let Ok(document) = lenient.decode(data) {
        let mut decoder = Decoder::new(lenient);
        check_spans(document.root(), data);
        check_nodes(document.root(), data, &mut decoder);
        check_canonical(&document, data);
    }
});

/// Strict and lenient decoding of the same bytes.
fn check_modes(data: &[u8]) {
    let strict = BDecodeOpt::strict().decode(data);
    let lenient = BDecodeOpt::lenient().decode(data);
    match (&strict, &lenient) {
        (Ok(strict), Ok(lenient)) => {
            assert!(lenient.warnings().is_empty());
            assert_eq!(strict.root(), lenient.root());
            assert_eq!(strict.root().buffer(), data);
        }
        (Ok(_), Err(error)) => panic!("accepted strictly only: {error}"),
        (Err(error), Ok(lenient)) => {
            let DecodeErrorKind::Irregular(irregularity) = error.kind() else {
                panic!("refused for another reason than an irregularity: {error}");
            };
            let is_it = |warning: &Warning| {
                (warning.irregularity, warning.offset) == (irregularity, error.offset())
            };
            assert!(
                lenient.warnings().iter().any(is_it),
                "without a warning: {error}"
            );
        }
        (Err(strict), Err(lenient)) => {
            assert!(strict.offset() <= lenient.offset());
            assert!(lenient.offset() <= data.len());
        }
    }
}

/// One decoder used again, no decoder, no tree, part of a tree, value after value.
fn check_ways(options: BDecodeOpt, data: &[u8]) {
    let decoded = options.decode(data);
    let warnings = decoded
        .as_ref()
        .map(|document| document.warnings().to_vec());
    assert_eq!(options.check(data), warnings.map_err(|error| error.clone()));

    let mut decoder = Decoder::new(options);
    let left = decoder.decode_partial(data);
    assert_eq!(left.error.as_ref(), decoded.as_ref().err());
    match (&decoded, left.value) {
        (Ok(document), left) => assert_eq!(left, Some(document.root())),
        (Err(_), Some(left)) => check_part(left, data),
        (Err(_), None) => {}
    }

    let mut at = 0;
    for value in options.values(data) {
        // `decode_prefix` counts from where it begins.
        match (value, decoder.decode_prefix(&data[at..])) {
            (Ok(document), Ok((alone, length))) => {
                assert_eq!(document.root().offset(), at);
                assert_eq!(document.root(), alone);
                assert!(
                    document
                        .warnings()
                        .iter()
                        .all(|warning| warning.offset >= at)
                );
                at += length;
            }
            (Err(error), Err(alone)) => {
                assert_eq!(
                    (error.kind(), error.offset(), error.path()),
                    (alone.kind(), at + alone.offset(), alone.path())
                );
                return;
            }
            (value, alone) => panic!("{value:?} or {alone:?}"),
        }
    }
    assert_eq!(at, data.len());
}

/// The spans of its values lie in the input, and their counts are right, as in a whole one.
fn check_part(root: BencodeRef<'_, '_>, data: &[u8]) {
    assert!(data.starts_with(root.buffer()));
    check_spans(root, data);
}

/// What was read however it was written is written in one way, which stays.
fn check_canonical(document: &Document<'_>, data: &[u8]) {
    let canonical = document.root().to_canonical();
    assert_eq!(canonical, BencodeMut::from(document.root()).encode());
    let any_size = BDecodeOpt::strict().allow(Irregularity::IntOutOfRange);
    let again = any_size.decode(&canonical).expect("what is canonical");
    assert_eq!(again.root().to_canonical(), canonical);
    if document.warnings().is_empty() {
        assert_eq!(canonical, data);
    }
}

/// Recursion is bounded by the decoder's own depth limit.
fn check_spans(value: BencodeRef<'_, '_>, data: &[u8]) {
    let bytes = value.buffer();
    assert_eq!(bytes, &data[value.offset()..value.offset() + bytes.len()]);
    match value.kind() {
        BencodeRefKind::Int(int) => {
            let number: Option<i128> = int.to_string().parse().ok();
            assert_eq!(int.to_i128().ok(), number);
            assert_eq!(
                int.to_i64().ok(),
                number.and_then(|number| number.try_into().ok())
            );
            assert_eq!(
                int.to_u64().ok(),
                number.and_then(|number| number.try_into().ok())
            );
        }
        BencodeRefKind::Bytes(content) => assert!(bytes.ends_with(content)),
        BencodeRefKind::List(list) => {
            assert_eq!(list.len(), list.iter().count());
            list.iter().for_each(|value| check_spans(value, data));
        }
        BencodeRefKind::Dict(dict) => {
            assert_eq!(dict.len(), dict.iter().count());
            dict.iter().for_each(|(_, value)| check_spans(value, data));
        }
    }
}

/// Each container decodes its children again, so only small inputs are checked whole.
fn check_nodes(value: BencodeRef<'_, '_>, data: &[u8], decoder: &mut Decoder) {
    if data.len() > 1_000 {
        return;
    }
    let alone = decoder.decode(value.buffer()).expect("a node's own bytes");
    assert_eq!(alone, value);
    assert_eq!(value.path_at(value.offset()), value.path());
    match value.kind() {
        BencodeRefKind::Int(_) | BencodeRefKind::Bytes(_) => {}
        BencodeRefKind::List(list) => list
            .iter()
            .for_each(|value| check_nodes(value, data, decoder)),
        BencodeRefKind::Dict(dict) => dict
            .iter()
            .for_each(|(_, value)| check_nodes(value, data, decoder)),
    }
}
