//! BEP 3, "bencoding": values come out as they went in, and each violation is told with kind, offset and path.

use bip_bencode::{
    AccessError, AccessErrorKind, BDecodeOpt, BencodeRefKind, BencodeType, DecodeErrorKind as Kind,
    Decoder, Irregularity, decode,
};

/// What decoding `input` strictly must say.
fn check(input: &[u8], kind: Kind, offset: usize, path: &str) {
    let told = decode(input)
        .map(|_| ())
        .map_err(|error| (error.kind(), error.offset(), error.path().to_string()));
    assert_eq!(
        told,
        Err((kind, offset, path.to_string())),
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
fn an_input_that_ends_too_early_says_in_which_value() {
    check(b"", Kind::UnexpectedEnd, 0, "");
    check(b"l", Kind::UnexpectedEnd, 1, "");
    check(b"d", Kind::UnexpectedEnd, 1, "");
    check(b"i", Kind::UnexpectedEnd, 1, "");
    check(b"i-", Kind::UnexpectedEnd, 2, "");
    check(b"i2", Kind::UnexpectedEnd, 2, "");
    check(b"12", Kind::UnexpectedEnd, 2, "");
    check(b"d4:infod5:files", Kind::UnexpectedEnd, 15, "info.files");
    check(b"d1:ali1ei2", Kind::UnexpectedEnd, 10, "a[1]");
    check(b"d1:ali1e", Kind::UnexpectedEnd, 8, "a");
    check(b"d1:a1", Kind::UnexpectedEnd, 5, "a");
    check(b"d1", Kind::UnexpectedEnd, 2, "");
    check(b"5:abc", Kind::StringPastEnd { missing: 2 }, 0, "");
    check(b"1:", Kind::StringPastEnd { missing: 1 }, 0, "");
    check(
        b"d4:infod4:name9:abcee",
        Kind::StringPastEnd { missing: 4 },
        14,
        "info.name",
    );
    check(b"d9:infoe", Kind::StringPastEnd { missing: 4 }, 1, "");
}

#[test]
fn a_byte_in_the_wrong_place_is_shown_with_its_place() {
    check(b"x", Kind::ExpectedValue { found: b'x' }, 0, "");
    check(b"e", Kind::ExpectedValue { found: b'e' }, 0, "");
    check(b"-1:", Kind::ExpectedValue { found: b'-' }, 0, "");
    check(b"li1e-i2ee", Kind::ExpectedValue { found: b'-' }, 4, "[1]");
    check(b"d1:a-e", Kind::ExpectedValue { found: b'-' }, 4, "a");
    check(b"di1ei2ee", Kind::ExpectedKey { found: b'i' }, 1, "");
    check(b"d1:ad-1:bi1eee", Kind::ExpectedKey { found: b'-' }, 5, "a");
    check(b"d1:ae", Kind::MissingValue, 4, "a");
    check(b"ld1:ai1e1:bee", Kind::MissingValue, 11, "[0].b");
    check(b"4spam", Kind::ExpectedColon { found: b's' }, 1, "");
    check(b"d4spam", Kind::ExpectedColon { found: b's' }, 2, "");
    check(b"ie", Kind::ExpectedDigit { found: b'e' }, 1, "");
    check(b"i-e", Kind::ExpectedDigit { found: b'e' }, 2, "");
    check(b"i 1e", Kind::ExpectedDigit { found: b' ' }, 1, "");
    check(b"i--1e", Kind::ExpectedDigit { found: b'-' }, 2, "");
    check(b"li1xe", Kind::ExpectedIntEnd { found: b'x' }, 3, "[0]");
    check(b"i1.5e", Kind::ExpectedIntEnd { found: b'.' }, 2, "");
}

/// seed fault 1: a plus sign was taken for part of a number.
#[test]
fn a_plus_sign_is_no_part_of_a_number_in_any_mode() {
    for options in [BDecodeOpt::strict(), BDecodeOpt::lenient()] {
        let kind = |input| {
            options
                .decode(input)
                .map(|_| ())
                .map_err(|error| (error.kind(), error.offset()))
        };
        assert_eq!(kind(b"i+5e"), Err((Kind::ExpectedDigit { found: b'+' }, 1)));
        assert_eq!(
            kind(b"d+1:ai1ee"),
            Err((Kind::ExpectedKey { found: b'+' }, 1))
        );
        assert_eq!(kind(b"+1:a"), Err((Kind::ExpectedValue { found: b'+' }, 0)));
    }
}

#[test]
fn what_is_not_canonical_is_refused_with_its_place() {
    let irregular = |irregularity| Kind::Irregular(irregularity);
    check(
        b"d1:ad1:bi1e1:ai2eee",
        irregular(Irregularity::UnsortedKey),
        11,
        "a.a",
    );
    check(
        b"ld1:ai1e1:ai2eee",
        irregular(Irregularity::DuplicateKey),
        8,
        "[0].a",
    );
    check(
        b"d1:bi1e2:aai2ee",
        irregular(Irregularity::UnsortedKey),
        7,
        "aa",
    );
    check(
        b"d1:ai03ee",
        irregular(Irregularity::IntLeadingZero),
        4,
        "a",
    );
    check(b"i-0e", irregular(Irregularity::NegativeZero), 0, "");
    check(b"i-03e", irregular(Irregularity::IntLeadingZero), 0, "");
    check(b"i00e", irregular(Irregularity::IntLeadingZero), 0, "");
    check(
        b"l02:abe",
        irregular(Irregularity::LengthLeadingZero),
        1,
        "[0]",
    );
    check(
        b"d01:ai1ee",
        irregular(Irregularity::LengthLeadingZero),
        1,
        "",
    );
    check(b"00:", irregular(Irregularity::LengthLeadingZero), 0, "");
    check(
        b"li18446744073709551616ee",
        irregular(Irregularity::IntOutOfRange),
        1,
        "[0]",
    );
    check(
        b"i-9223372036854775809e",
        irregular(Irregularity::IntOutOfRange),
        0,
        "",
    );
    check(b"i1ei2e", irregular(Irregularity::TrailingBytes), 3, "");
    check(b"de\n", irregular(Irregularity::TrailingBytes), 2, "");
}

#[test]
fn an_irregular_length_is_told_before_the_bytes_that_are_missing() {
    let irregular = Kind::Irregular(Irregularity::LengthLeadingZero);
    check(b"l05:abe", irregular, 1, "[0]");
    check(b"d09:infoe", irregular, 1, "");
    let mut decoder = Decoder::new(BDecodeOpt::lenient());
    let error = decoder.decode(b"l05:abe").unwrap_err();
    assert_eq!(error.kind(), Kind::StringPastEnd { missing: 2 });
    assert_eq!(decoder.warnings().len(), 1);
}

/// What decoding `input` leniently must warn of.
fn check_warnings(input: &[u8], expected: &[(Irregularity, usize)]) {
    let mut decoder = Decoder::new(BDecodeOpt::lenient());
    assert!(
        decoder.decode(input).is_ok(),
        "\"{}\"",
        input.escape_ascii()
    );
    let warnings: Vec<_> = decoder
        .warnings()
        .iter()
        .map(|warning| (warning.irregularity, warning.offset))
        .collect();
    assert_eq!(warnings, expected, "\"{}\"", input.escape_ascii());
}

#[test]
fn lenient_decoding_warns_of_each_irregularity_in_the_order_of_the_input() {
    use Irregularity::*;
    check_warnings(b"d1:ai1ee", &[]);
    check_warnings(
        b"li03ei-0e02:abi-00ee",
        &[
            (IntLeadingZero, 1),
            (NegativeZero, 5),
            (LengthLeadingZero, 9),
            (IntLeadingZero, 14),
            (NegativeZero, 14),
        ],
    );
    check_warnings(b"d1:bi1e1:ai2eeX", &[(UnsortedKey, 7), (TrailingBytes, 14)]);
    check_warnings(b"i18446744073709551616e", &[(IntOutOfRange, 0)]);
}

#[test]
fn a_repeated_key_is_found_whether_or_not_others_stand_between() {
    use Irregularity::*;
    check_warnings(b"d1:ai1e1:ai2ee", &[(DuplicateKey, 7)]);
    check_warnings(
        b"d1:bi1e1:ai03e1:bi3ee",
        &[(UnsortedKey, 7), (IntLeadingZero, 10), (DuplicateKey, 14)],
    );
    check_warnings(
        b"d1:bi1e1:ai2e1:ai3e1:ci4ee",
        &[(UnsortedKey, 7), (DuplicateKey, 13)],
    );
    check_warnings(
        b"d1:bd1:zi1ee1:ad1:yi1ee1:bi3ee",
        &[(UnsortedKey, 12), (DuplicateKey, 23)],
    );
    let options = BDecodeOpt::lenient().refuse(DuplicateKey);
    let error = options.decode(b"ld1:bi1e1:ai2e1:bi3eee").unwrap_err();
    assert_eq!(
        (error.kind(), error.offset()),
        (Kind::Irregular(DuplicateKey), 14)
    );
    assert_eq!(error.path(), "[0].b");
    assert!(options.decode(b"ld1:bi1e1:ai2eee").is_ok());
}

#[test]
fn look_ups_find_the_first_of_repeated_keys() {
    let document = BDecodeOpt::lenient().decode(b"d1:ai1e1:ai2ee").unwrap();
    assert_eq!(document.root().dict().unwrap().int_u64(b"a"), Ok(1));
    assert_eq!(document.warnings().len(), 1);
}

#[test]
fn a_prefix_ends_where_its_value_ends() {
    let mut decoder = Decoder::new(BDecodeOpt::strict());
    for (input, length) in [
        (&b"i1eXYZ"[..], 3),
        (b"le", 2),
        (b"3:abcd", 5),
        (b"d1:ali1eee\0\0", 10),
    ] {
        let (value, consumed) = decoder.decode_prefix(input).unwrap();
        assert_eq!((consumed, value.buffer()), (length, &input[..length]));
    }
    assert!(decoder.decode_prefix(b"X").is_err());
    assert!(decoder.warnings().is_empty());
}

#[test]
fn every_node_knows_its_exact_bytes_and_where_they_begin() {
    let input = b"li1e3:fooli1ei2eed1:xi1eee";
    let document = decode(input).unwrap();
    let nodes: Vec<_> = document
        .root()
        .list()
        .unwrap()
        .iter()
        .map(|node| (node.offset(), node.raw()))
        .collect();
    assert_eq!(
        nodes,
        [
            (1, &b"i1e"[..]),
            (4, b"3:foo"),
            (9, b"li1ei2ee"),
            (17, b"d1:xi1ee")
        ]
    );
    assert_eq!(document.root().buffer(), input);
}

#[test]
fn bytes_outlive_the_document() {
    let input = b"d4:name4:spame".to_vec();
    let name: &str = {
        let document = decode(&input).unwrap();
        document.root().dict().unwrap().str(b"name").unwrap()
    };
    assert_eq!(name, "spam");
}

#[test]
fn values_are_equal_when_they_mean_the_same() {
    let lenient = |input| BDecodeOpt::lenient().decode(input).unwrap();
    assert_eq!(lenient(b"li03e01:ae").root(), lenient(b"li3e1:ae").root());
    assert_ne!(lenient(b"li3ee").root(), lenient(b"li3ei3ee").root());
    assert_ne!(lenient(b"l1:ae").root(), lenient(b"d1:a0:e").root());
}

#[test]
fn a_look_up_that_fails_names_the_path_and_the_place() {
    let document = decode(b"d4:infod5:filesld6:lengthi-1e4:path2:\xff\xfeeeee").unwrap();
    let root = document.root().try_dict().unwrap();
    let files = root.dict(b"info").unwrap().list(b"files").unwrap();
    let file = files.get(0).unwrap().try_dict().unwrap();
    let told = |error: AccessError| (error.kind(), error.offset(), error.path().to_string());

    let wrong = |expected, found| AccessErrorKind::WrongType { expected, found };
    let length = "info.files[0].length".to_string();
    assert_eq!(
        told(file.int_u64(b"length").unwrap_err()),
        (AccessErrorKind::OutOfRange, 25, length.clone())
    );
    assert_eq!(file.int_i64(b"length"), Ok(-1));
    assert_eq!(
        told(file.bytes(b"length").unwrap_err()),
        (wrong(BencodeType::Bytes, BencodeType::Int), 25, length)
    );
    assert_eq!(
        told(file.opt_str(b"path").unwrap_err()),
        (AccessErrorKind::NotUtf8, 35, "info.files[0].path".into())
    );
    assert_eq!(
        told(file.int_u64(b"no").unwrap_err()),
        (AccessErrorKind::MissingKey, 16, "info.files[0].no".into())
    );
    assert_eq!(file.opt_int_u64(b"no"), Ok(None));
    assert_eq!(file.opt_list(b"no").map(|list| list.is_some()), Ok(false));
    assert_eq!(
        told(root.list(b"info").unwrap_err()),
        (
            wrong(BencodeType::List, BencodeType::Dict),
            7,
            "info".into()
        )
    );
    assert_eq!(
        document.root().try_list().unwrap_err().to_string(),
        "the outermost value is a dictionary, not a list at byte 0"
    );
}

#[test]
fn an_error_reads_as_a_sentence() {
    let text = |input| decode(input).unwrap_err().to_string();
    assert_eq!(
        text(b"d4:infod5:filesld6:length1xeeee"),
        "expected a colon after a length, found 'x' at byte 26 in info.files[0].length"
    );
    assert_eq!(text(b"i-0e"), "negative zero at byte 0");
    assert_eq!(text(b"\xff"), "expected a value, found '\\xff' at byte 0");
}

#[test]
fn every_kind_has_a_name_for_machines() {
    let name = |options: BDecodeOpt, input: &[u8]| match options.decode(input) {
        Ok(document) => panic!("{document:?}"),
        Err(error) => error.kind().name(),
    };
    let strict = |input| name(BDecodeOpt::strict(), input);
    for (input, expect) in [
        (&b"l"[..], "unexpected_end"),
        (b"2:a", "string_past_end"),
        (b"x", "expected_value"),
        (b"dx", "expected_key"),
        (b"d1:ae", "missing_value"),
        (b"1x", "expected_colon"),
        (b"ie", "expected_digit"),
        (b"i1x", "expected_int_end"),
        (b"99999999999:", "string_too_long"),
        (b"d1:b0:1:a0:e", "unsorted_key"),
        (b"d1:a0:1:a0:e", "duplicate_key"),
        (b"i01e", "int_leading_zero"),
        (b"i-0e", "negative_zero"),
        (b"i18446744073709551616e", "int_out_of_range"),
        (b"01:a", "length_leading_zero"),
        (b"lel", "trailing_bytes"),
    ] {
        assert_eq!(strict(input), expect);
    }
    let options = BDecodeOpt::strict();
    assert_eq!(name(options.max_depth(1), b"ll"), "too_deep");
    assert_eq!(name(options.max_tokens(1), b"ll"), "too_many_tokens");
    assert_eq!(name(options.max_input_length(1), b"ll"), "input_too_long");
}

#[test]
fn a_byte_of_the_input_has_the_path_of_the_innermost_value_around_it() {
    let document = decode(b"d1:ali1e2:bbe1:cd1:d0:ee").unwrap();
    let root = document.root();
    let paths: Vec<_> = (0..25).map(|offset| root.path_at(offset)).collect();
    let expect = [
        (0..1, ""),
        (1..5, "a"),
        (5..8, "a[0]"),
        (8..12, "a[1]"),
        (12..13, "a"),
        (13..17, "c"),
        (17..22, "c.d"),
        (22..23, "c"),
        (23..25, ""),
    ];
    for (offsets, path) in expect {
        for offset in offsets {
            assert_eq!(paths[offset], path, "byte {offset}");
        }
    }
    let list = root.dict().unwrap().get(b"a").unwrap();
    assert_eq!(list.path_at(9), "a[1]");
    assert_eq!(list.path_at(0), "a");
    assert_eq!(list.path_at(20), "a");
}

#[test]
fn an_error_tells_whether_more_bytes_could_mend_it() {
    let whole = b"d1:ali-12e3:abce1:bd1:c0:ee";
    for length in 0..whole.len() {
        assert!(
            decode(&whole[..length]).unwrap_err().is_incomplete(),
            "{length} bytes"
        );
    }
    assert!(!decode(b"i1ei").unwrap_err().is_incomplete());
    assert!(!decode(b"05:ab").unwrap_err().is_incomplete());
    assert!(!decode(b"x").unwrap_err().is_incomplete());
}

#[test]
fn a_decoder_forgets_the_last_input() {
    let mut decoder = Decoder::new(BDecodeOpt::lenient());
    assert!(decoder.decode(b"lllli03e").is_err());
    assert_eq!(decoder.warnings().len(), 1);
    assert_eq!(
        decoder.decode(b"i3e").unwrap().int().unwrap().to_i64(),
        Ok(3)
    );
    assert!(decoder.warnings().is_empty());
}
