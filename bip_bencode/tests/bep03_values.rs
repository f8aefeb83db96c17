//! BEP 3, "bencoding": values one behind the other.

use bip_bencode::{BDecodeOpt, DecodeErrorKind as Kind, Irregularity};

/// The bytes of each value, then kind, offset and path of the error if there is one.
fn check(options: BDecodeOpt, input: &[u8], expect: &[&str], error: Option<(Kind, usize, &str)>) {
    let mut values = options.values(input);
    let mut told = Vec::new();
    let mut failed = None;
    for value in values.by_ref() {
        match value {
            Ok(document) => told.push((
                document.root().offset(),
                document.root().buffer().escape_ascii().to_string(),
            )),
            Err(error) => failed = Some((error.kind(), error.offset(), error.path().to_string())),
        }
    }
    let mut at = 0;
    for (bytes, (offset, told)) in expect.iter().zip(&told) {
        assert_eq!((*bytes, at), (told.as_str(), *offset));
        at += bytes.len();
    }
    assert_eq!(told.len(), expect.len());
    let error = error.map(|(kind, offset, path)| (kind, offset, path.to_string()));
    assert_eq!(failed, error);
    assert!(values.next().is_none(), "an end is an end");
}

#[test]
fn every_value_comes_with_its_offsets_in_the_whole_input() {
    let strict = BDecodeOpt::strict();
    check(strict, b"", &[], None);
    check(strict, b"i1e", &["i1e"], None);
    check(
        strict,
        b"i1e0:led1:ali2eee3:abc",
        &["i1e", "0:", "le", "d1:ali2eee", "3:abc"],
        None,
    );
    let documents: Vec<_> = strict.values(b"i1eli2eli3eee").flatten().collect();
    let inner = documents[1].root().list().unwrap().get(1).unwrap();
    assert_eq!((inner.offset(), inner.path().as_str()), (7, "[1]"));
}

#[test]
fn the_first_error_is_the_last_item() {
    let strict = BDecodeOpt::strict();
    check(
        strict,
        b"i1ei2e\ni3e",
        &["i1e", "i2e"],
        Some((Kind::ExpectedValue { found: b'\n' }, 6, "")),
    );
    check(
        strict,
        b"led1:ai1xee",
        &["le"],
        Some((Kind::ExpectedIntEnd { found: b'x' }, 8, "a")),
    );
    check(
        strict,
        b"i1el",
        &["i1e"],
        Some((Kind::UnexpectedEnd, 4, "")),
    );
    check(
        strict.max_input_length(5),
        b"i1ei2e",
        &[],
        Some((Kind::InputTooLong { limit: 5 }, 5, "")),
    );
    check(
        strict,
        b"i1ed1:bi1e1:ai1eei2e",
        &["i1e"],
        Some((Kind::Irregular(Irregularity::UnsortedKey), 10, "a")),
    );
}

#[test]
fn each_value_has_its_own_warnings_and_limits() {
    let options = BDecodeOpt::lenient().max_depth(1).max_tokens(3);
    let warnings: Vec<Vec<_>> = options
        .values(b"i01eli2ee02:abl0:e")
        .map(|value| {
            let document = value.unwrap();
            let offsets = document.warnings().iter().map(|warning| warning.offset);
            offsets.collect()
        })
        .collect();
    assert_eq!(warnings, [vec![0], vec![], vec![9], vec![]]);
    check(
        options,
        b"lelle",
        &["le"],
        Some((Kind::TooDeep { limit: 1 }, 3, "[0]")),
    );
}
