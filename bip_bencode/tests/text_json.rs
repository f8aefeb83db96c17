//! Values as JSON and back: exact for every value, and valid for a JSON parser that is not ours.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use bip_bencode::{BDecodeOpt, BRefAccess, BencodeMut, ben_list, ben_map};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

/// Text of which much begins with a mark, and bytes that are no text.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let mark = prop::sample::select(vec![
        "hex:",
        "text:",
        "int:",
        "hex",
        "$serde_json::private::Number",
        "",
    ]);
    let tail = prop_oneof![
        ".{0,6}",
        "[0-9a-f]{0,4}",
        "-?[0-9]{1,4}",
        "(hex:|text:|int:)"
    ];
    prop_oneof![
        4 => (mark, tail).prop_map(|(mark, tail)| format!("{mark}{tail}").into_bytes()),
        1 => Just(b"$serde_json::private::Number".to_vec()),
        2 => vec(any::<u8>(), 0..12),
        2 => any::<String>().prop_map(String::into_bytes),
    ]
}

/// The encoding of an integer of up to 40 digits.
fn int() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        any::<i64>().prop_map(|int| int.to_string()),
        any::<u64>().prop_map(|int| int.to_string()),
        any::<i128>().prop_map(|int| int.to_string()),
        "-?[1-9][0-9]{0,40}",
    ]
    .prop_map(|digits| format!("i{digits}e").into_bytes())
}

fn value() -> impl Strategy<Value = BencodeMut<'static>> {
    let leaf = prop_oneof![
        int().prop_map(|int| owned(&int)),
        bytes().prop_map(BencodeMut::new_bytes),
    ];
    leaf.prop_recursive(5, 60, 6, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(BencodeMut::from),
            btree_map(bytes(), inner, 0..6).prop_map(BencodeMut::from_iter),
        ]
    })
}

fn owned(input: &[u8]) -> BencodeMut<'static> {
    let document = BDecodeOpt::lenient().max_depth(1000).decode(input).unwrap();
    BencodeMut::from(document.root()).into_owned()
}

/// What a value is on one line of JSON.
#[track_caller]
fn check(value: &BencodeMut<'_>, expect: &str) {
    assert_eq!(value.to_json().to_string(), expect);
}

#[test]
fn each_type_has_its_json() {
    check(&"spam".into(), r#""spam""#);
    check(&b"\x00\xff".into(), r#""hex:00ff""#);
    check(&BencodeMut::default(), r#""""#);
    check(&u64::MAX.into(), "18446744073709551615");
    check(&i64::MIN.into(), "-9223372036854775808");
    check(
        &owned(b"i18446744073709551616e"),
        r#""int:18446744073709551616""#,
    );
    check(
        &owned(b"i-9223372036854775809e"),
        r#""int:-9223372036854775809""#,
    );
    check(&ben_list![1, ben_list![], ben_map! {}], "[1,[],{}]");
    check(
        &ben_map! { "b" => 1, b"\xff" => "x", "a" => ben_list!["y"] },
        r#"{"a":["y"],"b":1,"hex:ff":"x"}"#,
    );
}

#[test]
fn text_that_looks_marked_is_marked_as_text() {
    check(&"hex:00".into(), r#""text:hex:00""#);
    check(&"int:1".into(), r#""text:int:1""#);
    check(&"text:".into(), r#""text:text:""#);
    check(&"hex".into(), r#""hex""#);
    check(&" hex:00".into(), r#"" hex:00""#);
    check(&"HEX:00".into(), r#""HEX:00""#);
    check(
        &ben_map! { "hex:" => 1, "int:1" => 2, "text:a" => 3, "$serde_json::private::Number" => 4 },
        r#"{"text:$serde_json::private::Number":4,"text:hex:":1,"int:1":2,"text:text:a":3}"#,
    );
}

#[test]
fn what_acts_on_a_terminal_is_escaped() {
    check(&"\"\\\n\r\t\u{8}\0".into(), r#""\"\\\n\r\t\u0008\u0000""#);
    check(
        &"\u{1b}[2J\u{7f}\u{9b}31m".into(),
        r#""\u001b[2J\u007f\u009b31m""#,
    );
    check(
        &"\u{202e}gpj\u{2066}\u{200b}\u{feff}\u{2028}\u{e0041}".into(),
        r#""\u202egpj\u2066\u200b\ufeff\u2028\udb40\udc41""#,
    );
    check(&"äöü 日本 🌊 e\u{301}".into(), "\"äöü 日本 🌊 e\u{301}\"");
}

#[test]
fn indented_json_has_a_line_for_each_value() {
    let value = ben_map! { "a" => ben_list![1, "x"], "b" => ben_map! {}, "c" => ben_list![] };
    let expect = r#"{
  "a": [
    1,
    "x"
  ],
  "b": {},
  "c": []
}"#;
    assert_eq!(format!("{:#}", value.to_json()), expect);
}

#[test]
fn decoded_values_are_written_in_the_order_of_the_input_and_repetitions_too() {
    let document = BDecodeOpt::lenient()
        .decode(b"d1:bi03e1:ai-0e1:bi1ee")
        .unwrap();
    let json = document.root().to_json().to_string();
    assert_eq!(json, r#"{"b":3,"a":0,"b":1}"#);
}

#[test]
fn deep_values_are_written_without_recursion_and_without_square_growth() {
    let depth = 100_000;
    let encoded = [vec![b'l'; depth], vec![b'e'; depth]].concat();
    let document = BDecodeOpt::strict()
        .max_depth(depth)
        .decode(&encoded)
        .unwrap();
    let json = document.root().to_json().to_string();
    assert_eq!(
        json,
        format!("{}[]{}", "[".repeat(depth - 1), "]".repeat(depth - 1))
    );
    let indented = format!("{:#}", document.root().to_json());
    assert!(indented.len() < depth * 2 * 150, "{}", indented.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn json_is_valid_and_means_the_same_on_one_line_and_indented(value in value()) {
        let line = value.to_json().to_string();
        let parsed: serde_json::Value = serde_json::from_str(&line).unwrap();
        let indented = format!("{:#}", value.to_json());
        prop_assert_eq!(&parsed, &serde_json::from_str::<serde_json::Value>(&indented).unwrap());
        prop_assert!(!line.contains(|char: char| char.is_control()));
        let encoded = value.encode();
        let document = BDecodeOpt::lenient().decode(&encoded).unwrap();
        prop_assert_eq!(document.root().to_json().to_string(), line);
    }
}

#[cfg(feature = "json")]
mod reading {
    use super::*;
    use bip_bencode::{JSON_MAX_DEPTH, JsonErrorKind as Kind, from_json};

    /// The encoding of what the JSON text says.
    #[track_caller]
    fn check(json: &str, expect: &[u8]) {
        let value = from_json(json).unwrap();
        assert_eq!(
            value.encode().escape_ascii().to_string(),
            expect.escape_ascii().to_string()
        );
    }

    #[track_caller]
    fn check_error(json: &str, kind: Kind, line: usize, column: usize, path: &str) {
        let error = from_json(json).unwrap_err();
        assert_eq!(error.kind(), &kind);
        assert_eq!((error.line(), error.column()), (line, column), "{error}");
        assert_eq!(error.path(), path);
    }

    #[test]
    fn unordered_keys_are_sorted_by_their_bytes() {
        check(r#"{"b":1,"hex:61":2,"aa":3}"#, b"d1:ai2e2:aai3e1:bi1ee");
        check(r#"{"hex:ff":1,"é":2}"#, b"d2:\xc3\xa9i2e1:\xffi1ee");
    }

    #[test]
    fn people_may_mark_more_than_the_writer_does() {
        check(r#""hex:6162""#, b"2:ab");
        check(r#""hex:FfA0""#, b"2:\xff\xa0");
        check(r#""hex:""#, b"0:");
        check(r#""text:abc""#, b"3:abc");
        check(r#""text:""#, b"0:");
        check(r#""int:5""#, b"i5e");
        check(r#""int:-12""#, b"i-12e");
        check(r#"{"int:5":"int:0"}"#, b"d5:int:5i0ee");
        check(r#" [ "\u0061\ud83c\udf0a" ] "#, "l5:a🌊e".as_bytes());
    }

    #[test]
    fn bad_marks_are_told() {
        let path = r#"{"a":[0,"#;
        for (text, kind) in [
            ("hex:0", Kind::OddHex),
            ("hex:00f", Kind::OddHex),
            ("hex:0g", Kind::BadHexDigit { found: 'g' }),
            ("hex:0é", Kind::BadHexDigit { found: 'é' }),
            ("hex:00 ", Kind::BadHexDigit { found: ' ' }),
            ("hex:0x00", Kind::BadHexDigit { found: 'x' }),
            ("int:", Kind::BadInt),
            ("int:-", Kind::BadInt),
            ("int:-0", Kind::BadInt),
            ("int:00", Kind::BadInt),
            ("int:01", Kind::BadInt),
            ("int:+1", Kind::BadInt),
            ("int: 1", Kind::BadInt),
            ("int:1e3", Kind::BadInt),
            ("int:--1", Kind::BadInt),
        ] {
            let json = format!("{path}\"{text}\"]}}");
            check_error(&json, kind, 1, path.len() + text.len() + 2, "a[1]");
        }
        check_error(r#"{"a":{"hex:0":1}}"#, Kind::OddHex, 1, 13, "a");
    }

    #[test]
    fn what_bencode_does_not_have_is_told() {
        check_error("{\n \"a\": null}", Kind::Null, 2, 10, "a");
        check_error("[true]", Kind::Boolean, 1, 5, "[0]");
        check_error("false", Kind::Boolean, 1, 5, "");
        check_error(
            r#"{"info":{"length":1.5}}"#,
            Kind::NotAnInteger,
            1,
            21,
            "info.length",
        );
        for number in [
            "1e3",
            "1.0",
            "-0",
            "18446744073709551616",
            "-9223372036854775809",
        ] {
            check_error(
                &format!("[{number}]"),
                Kind::NotAnInteger,
                1,
                number.len() + 1,
                "[0]",
            );
        }
    }

    #[test]
    fn repeated_keys_are_told_however_they_are_written() {
        check_error(r#"{"a":1,"a":2}"#, Kind::DuplicateKey, 1, 10, "a");
        check_error(
            r#"{"x":{"b":0,"a":1,"hex:61":2}}"#,
            Kind::DuplicateKey,
            1,
            26,
            "x.a",
        );
        check_error(r#"{"text:a":1,"\u0061":2}"#, Kind::DuplicateKey, 1, 20, "a");
    }

    #[test]
    fn a_key_that_means_a_number_to_some_parsers_needs_its_mark() {
        check_error(
            r#"{"a":{"$serde_json::private::Number":"1"}}"#,
            Kind::NotAnInteger,
            1,
            36,
            "a",
        );
    }

    #[test]
    fn what_is_no_json_is_told() {
        check_error("", Kind::UnexpectedEnd, 1, 0, "");
        check_error("[1,\n[2", Kind::UnexpectedEnd, 2, 2, "[1][1]");
        check_error(r#"{"a":"b"#, Kind::UnexpectedEnd, 1, 7, "a");
        check_error("[1] 2", Kind::TrailingInput, 1, 5, "");
        let error = from_json(r#"{"a":[1 2]}"#).unwrap_err();
        assert_eq!(
            error.to_string(),
            "expected `,` or `]` at line 1, column 9 in a[1]"
        );
        for json in [
            "[1,]",
            "'a'",
            "{1:2}",
            "01",
            "+1",
            "nulx",
            r#""\ud800""#,
            "\"\n\"",
            "[}",
        ] {
            let error = from_json(json).unwrap_err();
            assert!(
                matches!(error.kind(), Kind::Syntax { .. }),
                "{json}: {error:?}"
            );
        }
    }

    #[test]
    fn depth_is_read_up_to_its_limit_and_one_past_it_is_told() {
        for (open, close, path) in [("[", "]", "[0][0]"), (r#"{"a":"#, "}", "a.a")] {
            let nested = |depth: usize| {
                let inner = if open == "[" { "" } else { "{}" };
                let outer = depth - usize::from(open != "[");
                format!("{}{inner}{}", open.repeat(outer), close.repeat(outer))
            };
            let value = from_json(&nested(JSON_MAX_DEPTH)).unwrap();
            assert_eq!(from_json(&value.to_json().to_string()).unwrap(), value);
            for depth in [JSON_MAX_DEPTH + 1, JSON_MAX_DEPTH + 2, 100_000] {
                let error = from_json(&nested(depth)).unwrap_err();
                let limit = JSON_MAX_DEPTH;
                assert_eq!(error.kind(), &Kind::TooDeep { limit });
                assert!(error.path().as_str().starts_with(path), "{error}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn every_value_comes_back_exactly(value in value()) {
            for json in [value.to_json().to_string(), format!("{:#}", value.to_json())] {
                let back = from_json(&json).unwrap();
                prop_assert_eq!(&back, &value);
                prop_assert_eq!(back.encode(), value.encode());
            }
        }

        #[test]
        fn no_text_is_too_odd_to_be_refused_politely(
            parts in vec(prop::sample::select(vec![
                "{", "}", "[", "]", ",", ":", "\"", "\"a\"", "\"hex:", "\"int:", "0", "-", "1e9", "\\u",
                "d800", "null", "tru", " ", "\n", "\"b\":", "é",
            ]), 0..20)
        ) {
            if let Ok(value) = from_json(&parts.concat()) {
                prop_assert_eq!(from_json(&value.to_json().to_string()).unwrap(), value);
            }
        }
    }
}
