//! What becomes what: each kind of Rust type to bencode (BEP 3) and back.
#![cfg(feature = "serde")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::{self, Debug};

use bip_bencode::{
    BDecodeOpt, BencodeMut, DeserializeErrorKind, Integer, Irregularity, RawValue, RawValueBuf,
    SerializeErrorKind, ben_list, ben_map, from_bytes, serialize_into, to_bytes,
};
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// Written as this, and this read as the value again.
#[track_caller]
fn check<'de, T>(value: T, encoded: &'de [u8])
where
    T: Serialize + Deserialize<'de> + PartialEq + Debug,
{
    let written = to_bytes(&value).unwrap();
    assert_eq!(
        written.escape_ascii().to_string(),
        encoded.escape_ascii().to_string()
    );
    assert_eq!(from_bytes::<T>(encoded).unwrap(), value);
}

/// Read from this, which is not how it is written.
#[track_caller]
fn check_read<'de, T>(encoded: &'de [u8], value: T)
where
    T: Deserialize<'de> + PartialEq + Debug,
{
    assert_eq!(from_bytes::<T>(encoded).unwrap(), value);
}

#[track_caller]
fn check_refused<T: Debug + for<'de> Deserialize<'de>>(encoded: &[u8], message: &str) {
    let error = from_bytes::<T>(encoded).unwrap_err();
    assert_eq!(error.to_string(), message);
}

#[track_caller]
fn check_unwritable(value: impl Serialize, kind: SerializeErrorKind, path: &str) {
    let mut out = b"before".to_vec();
    let error = serialize_into(&value, &mut out).unwrap_err();
    assert_eq!((error.kind(), error.path().as_str()), (&kind, path));
    assert_eq!(out, b"before");
}

#[test]
fn integers_keep_their_value_and_are_never_wrapped() {
    check(0u8, b"i0e");
    check(u8::MAX, b"i255e");
    check(u16::MAX, b"i65535e");
    check(u32::MAX, b"i4294967295e");
    check(u64::MAX, b"i18446744073709551615e");
    check(i8::MIN, b"i-128e");
    check(i16::MIN, b"i-32768e");
    check(i32::MIN, b"i-2147483648e");
    check(i64::MIN, b"i-9223372036854775808e");
    check(i64::MAX, b"i9223372036854775807e");
    check(i128::from(i64::MIN), b"i-9223372036854775808e");
    check(u128::from(u64::MAX), b"i18446744073709551615e");
    check(999_999_999_999_999_999u64, b"i999999999999999999e");
    check(1_000_000_000_000_000_000u64, b"i1000000000000000000e");

    check_refused::<u8>(b"i256e", "integer out of range of u8 at byte 0");
    check_refused::<u8>(b"i-1e", "integer out of range of u8 at byte 0");
    check_refused::<i8>(b"i128e", "integer out of range of i8 at byte 0");
    check_refused::<i8>(b"i-129e", "integer out of range of i8 at byte 0");
    check_refused::<u32>(b"i4294967296e", "integer out of range of u32 at byte 0");
    check_refused::<i64>(
        b"i9223372036854775808e",
        "integer out of range of i64 at byte 0",
    );
    check_refused::<u64>(b"i-1e", "integer out of range of u64 at byte 0");
    check_refused::<u128>(b"i-1e", "integer out of range of u128 at byte 0");
    check_refused::<u64>(
        b"i18446744073709551616e",
        "integer beyond 64 bits at byte 0",
    );
    check_refused::<Vec<u64>>(b"li1ei-1ee", "integer out of range of u64 at byte 4 in [1]");
    check_refused::<u64>(b"1:1", "expected u64, found a byte string at byte 0");
}

#[test]
fn integers_beyond_64_bits_need_to_be_allowed() {
    let options = BDecodeOpt::strict().allow(Irregularity::IntOutOfRange);
    for number in [i128::MIN, i128::MAX, i128::from(u64::MAX) + 1] {
        let encoded = to_bytes(&number).unwrap();
        assert_eq!(encoded, format!("i{number}e").as_bytes());
        assert_eq!(options.deserialize::<i128>(&encoded).unwrap(), number);
        assert!(from_bytes::<i128>(&encoded).is_err());
    }
    let encoded = to_bytes(&u128::MAX).unwrap();
    assert_eq!(options.deserialize::<u128>(&encoded).unwrap(), u128::MAX);
    let over = b"i340282366920938463463374607431768211456e";
    assert!(options.deserialize::<u128>(over).is_err());
    assert!(options.deserialize::<i128>(&encoded).is_err());

    // Types for any size keep the digits, also through the buffers of flattened and untagged types.
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Flat<'a> {
        #[serde(flatten, borrow)]
        all: BTreeMap<&'a str, BencodeMut<'a>>,
    }
    let digits = "1".repeat(100);
    let encoded = format!("d1:ai-{digits}e1:bi{digits}ee");
    let flat: Flat<'_> = options.deserialize(encoded.as_bytes()).unwrap();
    assert_eq!(
        flat.all["a"].int().unwrap().to_string(),
        format!("-{digits}")
    );
    assert_eq!(to_bytes(&flat).unwrap(), encoded.as_bytes());
    let ints: BTreeMap<String, Integer<'_>> = options.deserialize(encoded.as_bytes()).unwrap();
    assert_eq!(ints["b"].to_string(), digits);
    assert_eq!(to_bytes(&ints).unwrap(), encoded.as_bytes());

    // A type that takes anything but knows no such numbers.
    let error = options
        .deserialize::<serde_json::Value>(encoded.as_bytes())
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "integer out of range of 64 bits at byte 4 in a"
    );
}

#[test]
fn booleans_are_zero_and_one() {
    check(false, b"i0e");
    check(true, b"i1e");
    check_refused::<bool>(b"i2e", "integer out of range of bool at byte 0");
    check_refused::<bool>(b"i-1e", "integer out of range of bool at byte 0");
    check_refused::<bool>(
        b"4:true",
        "expected a boolean, found a byte string at byte 0",
    );
}

#[test]
fn text_is_a_byte_string_in_utf8() {
    check("spam", b"4:spam");
    check("", b"0:");
    check(String::from("ä€😀"), "9:ä€😀".as_bytes());
    check('x', b"1:x");
    check('😀', "4:😀".as_bytes());
    check(Cow::Borrowed("text"), b"4:text");
    check(
        "y".repeat(1000),
        format!("1000:{}", "y".repeat(1000)).as_bytes(),
    );
    check_refused::<String>(b"1:\xff", "byte string is not UTF-8 at byte 0");
    check_refused::<char>(
        b"2:xy",
        "expected a character, found string \"xy\" at byte 0",
    );
    check_refused::<String>(b"le", "expected a string, found a list at byte 0");

    let input = b"4:spam".to_vec();
    let borrowed: &str = from_bytes(&input).unwrap();
    assert_eq!(borrowed.as_ptr(), input[2..].as_ptr());
    let borrowed: &[u8] = from_bytes(&input).unwrap();
    assert_eq!(borrowed.as_ptr(), input[2..].as_ptr());
}

#[test]
fn bytes_are_read_without_wrappers() {
    check_read(b"3:\xff\0a", &b"\xff\0a"[..]);
    check_read(b"3:\xff\0a", b"\xff\0a".to_vec());
    check_read(b"3:\xff\0a", *b"\xff\0a");
    check_read(b"0:", Vec::<u8>::new());
    check_read(b"0:", [0u8; 0]);
    check_read(b"l2:\xff\x002:abe", vec![*b"\xff\0", *b"ab"]);
    check_read(
        b"3:\xff\0a",
        std::collections::VecDeque::from(vec![0xff, 0, b'a']),
    );

    #[derive(Debug, PartialEq, Deserialize)]
    struct Octet(u8);
    check_read(b"2:\xffa", vec![Octet(0xff), Octet(b'a')]);

    check_refused::<[u8; 3]>(b"2:ab", "expected 3 bytes, found 2 at byte 0");
    check_refused::<[u8; 3]>(b"4:abcd", "expected 3 bytes, found 4 at byte 0");
    let refused = "expected a list, found a byte string at byte 0";
    check_refused::<Vec<u32>>(b"2:ab", refused);
    check_refused::<Vec<String>>(b"2:ab", refused);
    check_refused::<Vec<IgnoredAny>>(b"2:ab", refused);
    check_refused::<(u16, u16)>(b"2:ab", refused);
    check_refused::<Vec<u8>>(b"i1e", "expected a sequence, found an integer at byte 0");
}

#[test]
fn bytes_without_a_mark_are_written_as_a_list() {
    check(vec![1u8, 2], b"li1ei2ee");
    check([1u8, 2], b"li1ei2ee");
}

#[test]
fn bytes_that_are_marked_are_byte_strings_both_ways() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Marked<'a> {
        #[serde(with = "bip_bencode::bytes")]
        array: [u8; 2],
        #[serde(with = "bip_bencode::bytes", borrow)]
        borrowed: &'a [u8],
        #[serde(with = "bip_bencode::bytes")]
        boxed: Box<[u8]>,
        #[serde(with = "bip_bencode::bytes", borrow)]
        cow: Cow<'a, [u8]>,
        #[serde(with = "bip_bencode::bytes", default)]
        optional: Option<Vec<u8>>,
        #[serde(with = "bip_bencode::bytes")]
        vec: Vec<u8>,
    }
    let marked = |optional| Marked {
        array: *b"\xff\0",
        borrowed: b"",
        boxed: Box::from(*b"b"),
        cow: Cow::Borrowed(b"c"),
        optional,
        vec: b"v".to_vec(),
    };
    check(
        marked(None),
        b"d5:array2:\xff\x008:borrowed0:5:boxed1:b3:cow1:c3:vec1:ve",
    );
    check(
        marked(Some(b"o".to_vec())),
        b"d5:array2:\xff\x008:borrowed0:5:boxed1:b3:cow1:c8:optional1:o3:vec1:ve",
    );
    let error = from_bytes::<Marked<'_>>(b"d5:arrayli1ei2eee").unwrap_err();
    assert_eq!(
        error.to_string(),
        "expected a byte string, found a list at byte 8 in array"
    );
}

#[test]
fn lists_and_tuples() {
    check(Vec::<u16>::new(), b"le");
    check(vec!["a", "b"], b"l1:a1:be");
    check((1u8, "x", vec![2i64]), b"li1e1:xli2eee");
    check(BTreeSet::from([3u16, 1]), b"li1ei3ee");
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Pair(u16, String);
    check(Pair(1, "x".into()), b"li1e1:xe");
    check_refused::<(u16, u16)>(b"li1ee", "expected a tuple of size 2, found 1 at byte 0");
    check_refused::<(u16, u16)>(b"li1ei2ei3ei4ee", "expected a list of 2, found 4 at byte 0");
    check_refused::<(u16, u16)>(
        b"li1ei2ei03eee",
        "leading zero in an integer at byte 7 in [2]",
    );
}

#[test]
fn structs_are_written_sorted_by_the_bytes_of_their_keys() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Unsorted {
        b: u16,
        #[serde(rename = "ä")]
        umlaut: u16,
        a: u16,
        #[serde(rename = "Z")]
        upper: u16,
        #[serde(rename = "")]
        empty: u16,
        ab: u16,
    }
    check(
        Unsorted {
            b: 1,
            umlaut: 2,
            a: 3,
            upper: 4,
            empty: 5,
            ab: 6,
        },
        "d0:i5e1:Zi4e1:ai3e2:abi6e1:bi1e2:äi2ee".as_bytes(),
    );
}

#[test]
fn maps_are_written_sorted_whatever_their_size() {
    for count in [0, 1, 2, 10, 5_000] {
        let map: HashMap<String, u32> = (0..count).map(|i| (format!("key {i}"), i)).collect();
        let sorted: BTreeMap<_, _> = map.iter().collect();
        let written = to_bytes(&map).unwrap();
        assert_eq!(written, to_bytes(&sorted).unwrap());
        assert_eq!(from_bytes::<HashMap<String, u32>>(&written).unwrap(), map);
    }
    // Unsorted inside of unsorted.
    let inner = |n: u64| HashMap::from([("z", n), ("a", n), ("m", n)]);
    let map: HashMap<&str, _> = (0..26)
        .map(|i| (&"abcdefghijklmnopqrstuvwxyz"[i..=i], inner(i as u64)))
        .collect();
    let written = to_bytes(&map).unwrap();
    assert_eq!(
        from_bytes::<HashMap<&str, HashMap<&str, u64>>>(&written).unwrap(),
        map
    );
}

#[test]
fn keys_are_whatever_becomes_a_byte_string() {
    check(BTreeMap::from([("a", 1)]), b"d1:ai1ee");
    check(BTreeMap::from([('x', 1)]), b"d1:xi1ee");
    check(BTreeMap::from([(*b"\xff\0", 1)]), b"d2:\xff\0i1ee");
    check(BTreeMap::from([(vec![0xffu8, 1], 1)]), b"d2:\xff\x01i1ee");
    check_read(b"d2:\xff\0i1ee", BTreeMap::from([(&b"\xff\0"[..], 1)]));
    #[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
    enum Unit {
        A,
        B,
    }
    check(
        BTreeMap::from([(Unit::A, 1), (Unit::B, 2)]),
        b"d1:Ai1e1:Bi2ee",
    );
    #[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
    struct Name(String);
    check(BTreeMap::from([(Name("n".into()), 1)]), b"d1:ni1ee");

    check_unwritable(
        BTreeMap::from([(1, 1)]),
        SerializeErrorKind::KeyNotBytes,
        "",
    );
    check_unwritable(
        BTreeMap::from([(true, 1)]),
        SerializeErrorKind::KeyNotBytes,
        "",
    );
    check_unwritable(
        BTreeMap::from([((), 1)]),
        SerializeErrorKind::KeyNotBytes,
        "",
    );
    check_unwritable(
        BTreeMap::from([(vec!["x"], 1)]),
        SerializeErrorKind::KeyNotBytes,
        "",
    );
    check_unwritable(
        BTreeMap::from([(vec![1u16], 1)]),
        SerializeErrorKind::KeyNotBytes,
        "",
    );
    check_refused::<BTreeMap<u32, u32>>(
        b"d1:1i1ee",
        "expected u32, found a byte string at byte 1 in 1",
    );
    check_refused::<BTreeMap<String, u32>>(
        b"d1:\xffi1ee",
        r#"byte string is not UTF-8 at byte 1 in "\xff""#,
    );
}

#[test]
fn none_is_a_missing_key() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Options<'a> {
        a: Option<u8>,
        b: Option<&'a str>,
        #[serde(borrow)]
        c: Option<Vec<Option<&'a str>>>,
    }
    check(
        Options {
            a: None,
            b: None,
            c: None,
        },
        b"de",
    );
    check(
        Options {
            a: Some(0),
            b: Some(""),
            c: Some(vec![Some("x")]),
        },
        b"d1:ai0e1:b0:1:cl1:xee",
    );
    let map = BTreeMap::from([("a", None), ("b", Some(1))]);
    assert_eq!(to_bytes(&map).unwrap(), b"d1:bi1ee");
    check(Some(1), b"i1e");

    check_unwritable(None::<u8>, SerializeErrorKind::NothingToWrite, "");
    check_unwritable(
        vec![Some(1), None],
        SerializeErrorKind::NothingToWrite,
        "[1]",
    );
    check_unwritable(
        BTreeMap::from([("k", (1, None::<u8>))]),
        SerializeErrorKind::NothingToWrite,
        "k[1]",
    );
}

#[test]
fn units_and_ignored_values_are_read_from_anything() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Nothing;
    check((), b"0:");
    check(Nothing, b"0:");
    for input in [&b"i1e"[..], b"le", b"d1:alee", b"3:abc"] {
        check_read(input, ());
        check_read(input, Nothing);
        from_bytes::<IgnoredAny>(input).unwrap();
    }
}

#[test]
fn enums() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    enum Shape<'a> {
        Unit,
        Newtype(&'a str),
        Tuple(u8, u8),
        Struct { z: u8, a: u8 },
        Optional(Option<u8>),
    }
    check(Shape::Unit, b"4:Unit");
    check(Shape::Newtype("x"), b"d7:Newtype1:xe");
    check(Shape::Tuple(1, 2), b"d5:Tupleli1ei2eee");
    check(Shape::Struct { z: 1, a: 2 }, b"d6:Structd1:ai2e1:zi1eee");
    check(Shape::Optional(Some(1)), b"d8:Optionali1ee");
    check_read(b"d4:Unitlee", Shape::Unit);
    check_unwritable(
        Shape::Optional(None),
        SerializeErrorKind::NothingToWrite,
        "Optional",
    );

    let refused = |input: &[u8], message: &str| {
        let error = from_bytes::<Shape<'_>>(input).unwrap_err();
        assert_eq!(error.to_string(), message);
    };
    refused(b"5:Other", "unknown variant Other at byte 0");
    refused(b"d5:Otheri1ee", "unknown variant Other at byte 1 in Other");
    refused(
        b"7:Newtype",
        "expected a dictionary with the variant's content, found a byte string at byte 0",
    );
    refused(b"i1e", "expected enum Shape, found an integer at byte 0");
    refused(
        b"de",
        "expected a dictionary of one variant, found 0 at byte 0",
    );
    refused(
        b"d5:Tupleli1ei2ee7:Newtype1:xe",
        "unsorted key at byte 16 in Newtype",
    );
    refused(
        b"d7:Newtype1:x8:OptionaliXee",
        "expected a digit, found 'X' at byte 24 in Optional",
    );
    refused(
        b"d5:Tupleli1ei2ee10:Tuple moree",
        "key without a value at byte 29 in Tuple more",
    );
    refused(
        b"d5:Tupleli1ei2ee10:Tuple morelee",
        "expected a dictionary of one variant, found 2 at byte 0",
    );
    refused(
        b"d5:Tupleli1ei256eee",
        "integer out of range of u8 at byte 12 in Tuple[1]",
    );
    refused(
        b"d6:Structd1:ai2eee",
        "Struct.z is missing in the dictionary at byte 9",
    );
}

#[test]
fn enums_tagged_otherwise_and_untagged() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(untagged)]
    enum Any<'a> {
        Int(i64),
        Text(&'a str),
        Bytes(#[serde(with = "bip_bencode::bytes", borrow)] &'a [u8]),
        List(Vec<Any<'a>>),
        Dict(BTreeMap<&'a str, Any<'a>>),
    }
    check(Any::Int(-1), b"i-1e");
    check(Any::Text("x"), b"1:x");
    check(Any::Bytes(b"\xff"), b"1:\xff");
    check(
        Any::Dict(BTreeMap::from([(
            "k",
            Any::List(vec![Any::Int(1), Any::Text("")]),
        )])),
        b"d1:kli1e0:ee",
    );
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "t", content = "c")]
    enum Adjacent {
        A(u8),
        B,
    }
    check(Adjacent::A(1), b"d1:ci1e1:t1:Ae");
    check(Adjacent::B, b"d1:t1:Be");
}

#[test]
fn there_are_no_floats() {
    check_unwritable(1.5f64, SerializeErrorKind::Float, "");
    check_unwritable(
        BTreeMap::from([("x", vec![1.5f32])]),
        SerializeErrorKind::Float,
        "x[0]",
    );
    check_refused::<Vec<f64>>(
        b"li1ee",
        "bencode has no floating-point numbers at byte 1 in [0]",
    );
    check_refused::<f32>(b"3:1.5", "bencode has no floating-point numbers at byte 0");
}

#[test]
fn keys_that_meet_are_an_error() {
    #[derive(Serialize)]
    struct Meeting {
        b: u8,
        #[serde(flatten)]
        more: BTreeMap<&'static str, u8>,
    }
    let meeting = |key| Meeting {
        b: 1,
        more: BTreeMap::from([("a", 1), (key, 2)]),
    };
    assert_eq!(to_bytes(&meeting("c")).unwrap(), b"d1:ai1e1:bi1e1:ci2ee");
    check_unwritable(meeting("b"), SerializeErrorKind::DuplicateKey, "b");
    check_unwritable(
        vec![meeting("b")],
        SerializeErrorKind::DuplicateKey,
        "[0].b",
    );
    #[derive(Serialize)]
    enum Variant {
        V {
            #[serde(rename = "k")]
            one: String,
            #[serde(rename = "k")]
            other: String,
        },
    }
    for length in [1, 10_000] {
        let (one, other) = ("x".repeat(length), "y".repeat(length));
        check_unwritable(
            Variant::V { one, other },
            SerializeErrorKind::DuplicateKey,
            "V.k",
        );
    }
}

#[test]
fn raw_values_hold_one_canonical_value() {
    check(RawValue::new(b"d1:ali1eee").unwrap(), b"d1:ali1eee");
    check(RawValueBuf::new(b"i1e".to_vec()).unwrap(), b"i1e");
    assert!(RawValue::new(b"i1ei1e").is_err());
    assert!(RawValueBuf::new(b"i01e".to_vec()).is_err());
    check_refused::<RawValueBuf>(b"d1:bi1e1:ai1ee", "unsorted key at byte 7 in a");

    // What serde has decoded into buffers of its own has no bytes any more, and text is not taken for them.
    #[derive(Debug, Deserialize)]
    struct Flat {
        #[serde(flatten)]
        _all: BTreeMap<String, RawValueBuf>,
    }
    check_refused::<Flat>(
        b"d1:a3:i1ee",
        "a raw value can be neither flattened nor untagged at byte 0",
    );
    // Bytes from another format are checked.
    let error = serde_json::from_str::<RawValueBuf>("[105, 49]").unwrap_err();
    assert!(error.to_string().contains("invalid type"), "{error}");
    type Foreign<'a> = serde::de::value::BorrowedBytesDeserializer<'a, serde::de::value::Error>;
    let foreign = |bytes| RawValue::deserialize(Foreign::new(bytes));
    assert_eq!(foreign(b"i1e").unwrap().as_bytes(), b"i1e");
    assert!(foreign(b"i1").is_err());
}

#[test]
fn values_of_any_shape_go_to_other_formats_and_back() {
    let value = ben_map! { "int" => -3, "list" => ben_list!["text", 1], "dict" => ben_map! {} };
    let json = serde_json::to_string(&value).unwrap();
    assert_eq!(json, r#"{"dict":{},"int":-3,"list":["text",1]}"#);
    let back: BencodeMut<'_> = serde_json::from_str(&json).unwrap();
    assert_eq!(back, value);
    assert!(serde_json::from_str::<BencodeMut<'_>>("null").is_err());
    assert!(serde_json::from_str::<BencodeMut<'_>>("1.5").is_err());
    assert!(serde_json::from_str::<BencodeMut<'_>>(r#"{"a":1,"a":2}"#).is_err());
    let document = bip_bencode::decode(b"d1:ali1eee").unwrap();
    assert_eq!(
        serde_json::to_string(&document.root()).unwrap(),
        r#"{"a":[1]}"#
    );
}

#[test]
fn unknown_keys_are_refused_where_the_type_says_so() {
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Strict {
        #[serde(rename = "a")]
        _a: u8,
    }
    let error = from_bytes::<Vec<Strict>>(b"ld1:ai1e1:bi1eee").unwrap_err();
    assert_eq!(error.kind(), &DeserializeErrorKind::UnknownField);
    assert_eq!(error.to_string(), "unknown field at byte 8 in [0].b");
}

/// Takes what it likes and lets errors pass.
#[derive(Debug, PartialEq)]
struct Careless<const TAKEN: usize>(Vec<Option<u8>>);

impl<'de, const TAKEN: usize> Deserialize<'de> for Careless<TAKEN> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CarelessVisitor)
    }
}

struct CarelessVisitor<const TAKEN: usize>;

impl<'de, const TAKEN: usize> Visitor<'de> for CarelessVisitor<TAKEN> {
    type Value = Careless<TAKEN>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut taken = Vec::new();
        while taken.len() < TAKEN
            && let Some(value) = list.next_element::<Lossy>()?
        {
            taken.push(value.0);
        }
        Ok(Careless(taken))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut dict: A) -> Result<Self::Value, A::Error> {
        let mut taken = Vec::new();
        while taken.len() < TAKEN && dict.next_key::<String>()?.is_some() {
            taken.push(dict.next_value::<Lossy>()?.0);
        }
        Ok(Careless(taken))
    }
}

struct Lossy(Option<u8>);

impl<'de> Deserialize<'de> for Lossy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Lossy, D::Error> {
        Ok(Lossy(u8::deserialize(deserializer).ok()))
    }
}

#[test]
fn types_that_do_not_read_what_is_there_are_told_so() {
    check_read(b"li1ei2ee", Careless::<9>(vec![Some(1), Some(2)]));
    check_read(b"d1:ai1ee", Careless::<9>(vec![Some(1)]));
    // This one was taken, if in vain.
    check_read(b"li256ei1ee", Careless::<9>(vec![None, Some(1)]));

    let told = |place: &str| format!("list or dictionary not read to its end at byte {place}");
    check_refused::<Careless<1>>(b"li1ei2ee", &told("1 in [0]"));
    check_refused::<Careless<1>>(b"d1:ai1e1:bi2ee", &told("4 in a"));
    check_refused::<Vec<Careless<1>>>(b"lli1ei2eelee", &told("2 in [0][0]"));
    check_refused::<BTreeMap<String, Careless<1>>>(b"d1:kd1:ai1e1:bi2eee", &told("8 in k.a"));
    check_refused::<Careless<9>>(b"li1e1:xi2ee", &told("4 in [1]"));
    check_refused::<Careless<9>>(b"d1:a1:b1:c1:de", &told("4 in a"));
    let error = from_bytes::<Lossy>(b"1:x").map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), &DeserializeErrorKind::NotReadToEnd);
    let error = bip_bencode::from_prefix::<Careless<1>>(b"li1ei2ee").unwrap_err();
    assert_eq!(error.kind(), &DeserializeErrorKind::NotReadToEnd);
    let document = bip_bencode::decode(b"lli1ei2eee").unwrap();
    let inner = document.root().list().unwrap().get(0).unwrap();
    let error = bip_bencode::from_value::<Careless<1>>(inner).unwrap_err();
    assert_eq!((error.offset(), error.path().as_str()), (2, "[0][0]"));
}
