//! BEP 3, "bencoding": values come out as they went in, and each violation is told with kind, offset and path.

use bip_bencode::{BencodeRefKind, BencodeType, DecodeErrorKind as Kind, Irregularity, decode};

/// What decoding `input` strictly must say.
fn check(input: &[u8], kind: Kind, offset: usize, path: &str) {
    let error = decode(input).expect_err(&format!("\"{}\" was accepted", input.escape_ascii()));
    assert_eq!(
        (error.kind(), error.offset(), error.path().as_str()),
        (kind, offset, path),
        "\"{}\"",
        input.escape_ascii()
    );
}

#[test]
fn the_examples_of_the_specification_decode() {
    assert_eq!(
        decode(b"4:spam").unwrap().root().bytes(),
        Some(&b"spam"[..])
    );
    assert_eq!(
        decode(b"i3e").unwrap().root().int().unwrap().to_i64(),
        Ok(3)
    );
    assert_eq!(
        decode(b"i-3e").unwrap().root().int().unwrap().to_i64(),
        Ok(-3)
    );
    assert_eq!(
        decode(b"i0e").unwrap().root().int().unwrap().to_u64(),
        Ok(0)
    );

    let list = decode(b"l4:spam4:eggse").unwrap();
    let list = list.root().list().unwrap();
    assert_eq!(list.len(), 2);
    assert_eq!(
        list.iter()
            .map(|value| value.str().unwrap())
            .collect::<Vec<_>>(),
        ["spam", "eggs"]
    );
    assert_eq!(list.get(1).unwrap().str(), Some("eggs"));
    assert_eq!(list.get(2), None);

    let dict = decode(b"d3:cow3:moo4:spaml1:a1:bee").unwrap();
    let dict = dict.root().dict().unwrap();
    assert_eq!(dict.len(), 2);
    assert_eq!(dict.get(b"cow").unwrap().str(), Some("moo"));
    assert_eq!(dict.get(b"spam").unwrap().list().unwrap().len(), 2);
    assert_eq!(dict.get(b"sp"), None);
    assert_eq!(
        dict.iter().map(|(key, _)| key).collect::<Vec<_>>(),
        [&b"cow"[..], b"spam"]
    );
}

#[test]
fn empty_values_and_empty_keys_are_values_and_keys() {
    assert_eq!(decode(b"0:").unwrap().root().bytes(), Some(&b""[..]));
    assert!(decode(b"le").unwrap().root().list().unwrap().is_empty());
    assert!(decode(b"de").unwrap().root().dict().unwrap().is_empty());
    let document = decode(b"d0:i1e1:ai2ee").unwrap();
    assert_eq!(document.root().dict().unwrap().int_u64(b""), Ok(1));
    check(
        b"d0:i1e0:i2ee",
        Kind::Irregular(Irregularity::DuplicateKey),
        6,
        r#""""#,
    );
}

#[test]
fn kinds_can_be_matched_on() {
    let document = decode(b"ld1:ai1eel1:bei7e1:xe").unwrap();
    let mut types = Vec::new();
    for value in document.root().list().unwrap() {
        types.push(match value.kind() {
            BencodeRefKind::Int(int) => int.digits().to_string(),
            BencodeRefKind::Bytes(bytes) => format!("{bytes:?}"),
            BencodeRefKind::List(list) => format!("list {}", list.len()),
            BencodeRefKind::Dict(dict) => format!("dict {}", dict.len()),
        });
    }
    assert_eq!(types, ["dict 1", "list 1", "7", "[120]"]);
    assert_eq!(document.root().value_type(), BencodeType::List);
}

#[test]
fn every_kind_of_error_has_its_offset_and_path() {
    check(b"", Kind::UnexpectedEnd, 0, "");
    check(b"l", Kind::UnexpectedEnd, 1, "");
    check(b"d4:infod5:files", Kind::UnexpectedEnd, 15, "info.files");
    check(b"d1:ali1ei2", Kind::UnexpectedEnd, 10, "a[1]");
    check(b"i-", Kind::UnexpectedEnd, 2, "");
    check(b"12", Kind::UnexpectedEnd, 2, "");
}
