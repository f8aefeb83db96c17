//! Whatever the bytes: what is strictly accepted is canonical, every node is what its own bytes decode to, and strict
//! decoding accepts exactly what lenient decoding accepts without a warning.

#![no_main]

use bip_bencode::{BDecodeOpt, BencodeMut, BencodeRef, BencodeRefKind, Decoder};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let strict = BDecodeOpt::strict().decode(data);
    let lenient = BDecodeOpt::lenient().decode(data);
    match (&strict, &lenient) {
        (Ok(strict), Ok(lenient)) => {
            assert!(lenient.warnings().is_empty());
            assert_eq!(strict.root(), lenient.root());
            assert_eq!(strict.root().buffer(), data);
            assert_eq!(BencodeMut::from(strict.root()).encode(), data);
        }
        (Ok(_), Err(error)) => panic!("accepted strictly only: {error}"),
        (Err(error), Ok(lenient)) => {
            assert!(
                !lenient.warnings().is_empty(),
                "refused without a reason: {error}"
            );
            assert!(error.offset() <= data.len());
            // What was read leniently can be written canonically.
            let canonical = BencodeMut::from(lenient.root()).encode();
            let again = BDecodeOpt::lenient()
                .decode(&canonical)
                .expect("our own encoding");
            assert_eq!(BencodeMut::from(again.root()).encode(), canonical);
        }
        (Err(strict), Err(lenient)) => {
            assert!(strict.offset() <= lenient.offset());
            assert!(lenient.offset() <= data.len());
        }
    }
    if let Ok(document) = &lenient {
        let mut decoder = Decoder::new(BDecodeOpt::lenient());
        check_nodes(document.root(), data, &mut decoder);
    }
});

/// Recursion is bounded by the decoder's own depth limit. Each container decodes its children again, so only small
/// inputs are checked whole.
fn check_nodes(value: BencodeRef<'_, '_>, data: &[u8], decoder: &mut Decoder) {
    let bytes = value.buffer();
    assert_eq!(bytes, &data[value.offset()..value.offset() + bytes.len()]);
    if data.len() <= 1_000 {
        assert_eq!(decoder.decode(bytes).expect("a node's own bytes"), value);
    }
    match value.kind() {
        BencodeRefKind::Int(int) => assert!(
            int.to_i64().is_err()
                || int.to_i64().map(i128::from).ok() == int.to_string().parse().ok()
        ),
        BencodeRefKind::Bytes(content) => assert!(bytes.ends_with(content)),
        BencodeRefKind::List(list) => {
            assert_eq!(list.len(), list.iter().count());
            list.iter()
                .for_each(|value| check_nodes(value, data, decoder));
        }
        BencodeRefKind::Dict(dict) => {
            assert_eq!(dict.len(), dict.iter().count());
            dict.iter()
                .for_each(|(_, value)| check_nodes(value, data, decoder));
        }
    }
}
