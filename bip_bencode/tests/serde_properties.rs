//! Reading into types against the decoder: the same inputs are accepted, and what is written reads as itself.
#![cfg(feature = "serde")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[allow(dead_code, reason = "only what values it writes is needed here")]
mod naive;

use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;

use bip_bencode::{
    BDecodeOpt, BencodeMut, Decoder, DeserializeErrorKind as Kind, Integer, Irregularity, RawValue,
    RawValueBuf, WithRaw, decode, from_bytes, from_prefix, from_value, to_bytes,
};
use naive::Value;
use proptest::collection::{btree_map, hash_map, vec};
use proptest::option;
use proptest::prelude::*;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

/// Any value, canonical by construction.
fn value() -> impl Strategy<Value = Value> {
    let key = || {
        prop_oneof![
            vec(any::<u8>(), 0..4),
            vec(prop::sample::select(b"ab".to_vec()), 0..3)
        ]
    };
    let leaf = prop_oneof![
        any::<i64>().prop_map(|int| Value::Int(int.to_string())),
        any::<u64>().prop_map(|int| Value::Int(int.to_string())),
        (-20..20i64).prop_map(|int| Value::Int(int.to_string())),
        vec(any::<u8>(), 0..20).prop_map(Value::Bytes),
        vec(any::<u8>(), 90..120).prop_map(Value::Bytes),
    ];
    leaf.prop_recursive(5, 60, 6, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::List),
            btree_map(key(), inner, 0..6).prop_map(|dict| Value::Dict(dict.into_iter().collect())),
        ]
    })
}

/// Bytes that are nearly bencode: a value with a few bytes changed, added or removed.
fn nearly() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        prop::sample::select(b"0123456789:ilde-+ ".to_vec()),
        any::<u8>()
    ];
    let change = (any::<prop::sample::Index>(), 0..3u8, byte);
    (value(), vec(change, 0..4)).prop_map(|(value, changes)| {
        let mut bytes = value.encode();
        for (place, what, byte) in changes {
            let place = place.index(bytes.len() + 1);
            match what {
                0 if place < bytes.len() => bytes[place] = byte,
                1 if place < bytes.len() => drop(bytes.remove(place)),
                _ => bytes.insert(place, byte),
            }
        }
        bytes
    })
}

/// Only bytes that mean something, in any order.
fn soup() -> impl Strategy<Value = Vec<u8>> {
    let parts: Vec<&[u8]> = vec![
        b"d",
        b"l",
        b"e",
        b"e",
        b"i1e",
        b"i-0e",
        b"i03e",
        b"i99999999999999999999e",
        b"1:a",
        b"1:b",
        b"1:c",
        b"01:a",
        b"0:",
        b"2:ab",
        b"i",
        b"-",
        b"9",
    ];
    vec(prop::sample::select(parts), 0..30).prop_map(|parts| parts.concat())
}

/// Dictionaries that are closed, of few keys: unsorted ones, with repetitions near and far.
fn dicts() -> impl Strategy<Value = Vec<u8>> {
    let leaf = prop::sample::select(vec![b"i1e".to_vec(), b"0:".to_vec(), b"le".to_vec()]);
    leaf.prop_recursive(3, 30, 5, |inner| {
        vec((prop::sample::select(b"abcd".to_vec()), inner), 0..5).prop_map(|pairs| {
            let mut out = b"d".to_vec();
            for (key, value) in pairs {
                out.extend([b'1', b':', key]);
                out.extend(value);
            }
            out.push(b'e');
            out
        })
    })
}

fn any_input() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![nearly(), soup(), dicts(), vec(any::<u8>(), 0..40)]
}

fn any_options() -> impl Strategy<Value = BDecodeOpt> {
    let irregularities = vec![
        Irregularity::UnsortedKey,
        Irregularity::DuplicateKey,
        Irregularity::IntLeadingZero,
        Irregularity::NegativeZero,
        Irregularity::IntOutOfRange,
        Irregularity::LengthLeadingZero,
        Irregularity::TrailingBytes,
    ];
    let some = prop::sample::subsequence(irregularities, 0..=7).prop_map(|allowed| {
        allowed
            .into_iter()
            .fold(BDecodeOpt::strict(), BDecodeOpt::allow)
    });
    let limits = (0..6usize, 0..40usize, 0..8usize, 0..60usize);
    let tight = limits.prop_map(|(depth, tokens, string, input)| {
        let options = BDecodeOpt::lenient().max_depth(depth).max_tokens(tokens);
        options.max_string_length(string).max_input_length(input)
    });
    prop_oneof![
        Just(BDecodeOpt::strict()),
        Just(BDecodeOpt::lenient()),
        some,
        tight
    ]
}

/// Each kind of field there is, in no order.
#[derive(Debug, PartialEq, Clone, Serialize, Deserialize)]
struct Record {
    text: String,
    number: u64,
    signed: Option<i32>,
    #[serde(with = "bip_bencode::bytes")]
    bytes: Vec<u8>,
    #[serde(with = "bip_bencode::bytes", default)]
    id: Option<[u8; 3]>,
    list: Vec<(bool, char)>,
    map: HashMap<String, Choice>,
    ids: BTreeMap<[u8; 2], i8>,
    inner: Option<Box<Record>>,
}

#[derive(Debug, PartialEq, Clone, Serialize, Deserialize)]
enum Choice {
    None,
    One(u16),
    Two(i64, String),
    Named { b: u8, a: Option<u8> },
}

fn record() -> impl Strategy<Value = Record> {
    let choice = || {
        prop_oneof![
            Just(Choice::None),
            any::<u16>().prop_map(Choice::One),
            any::<(i64, String)>().prop_map(|(a, b)| Choice::Two(a, b)),
            any::<(u8, Option<u8>)>().prop_map(|(b, a)| Choice::Named { b, a }),
        ]
    };
    let plain = (
        any::<String>(),
        any::<u64>(),
        any::<Option<i32>>(),
        vec(any::<u8>(), 0..9),
        any::<Option<[u8; 3]>>(),
        vec(any::<(bool, char)>(), 0..3),
        hash_map(".{0,3}", choice(), 0..6),
        btree_map(any::<[u8; 2]>(), any::<i8>(), 0..4),
    );
    let plain = plain.prop_map(|(text, number, signed, bytes, id, list, map, ids)| Record {
        text,
        number,
        signed,
        bytes,
        id,
        list,
        map,
        ids,
        inner: None,
    });
    (plain.clone(), option::of(plain)).prop_map(|(record, inner)| Record {
        inner: inner.map(Box::new),
        ..record
    })
}

/// Accepted or not as by the decoder, and if not, with the same kind at the same place.
fn check_agreement<'de, T: Deserialize<'de>>(
    options: BDecodeOpt,
    input: &'de [u8],
) -> Result<Option<T>, TestCaseError> {
    let decoded = options.decode(input);
    let read = options.deserialize::<T>(input);
    match (decoded, read) {
        (Ok(_), Ok(value)) => Ok(Some(value)),
        (Err(decoded), Err(read)) => {
            prop_assert!(read.offset() <= input.len());
            // A repetition far away is found as it comes; the decoder finds it at the dictionary's end.
            let repetition = Kind::Syntax(bip_bencode::DecodeErrorKind::Irregular(
                Irregularity::DuplicateKey,
            ));
            if *read.kind() != repetition {
                prop_assert_eq!(read.kind(), &Kind::Syntax(decoded.kind()));
                prop_assert_eq!(read.offset(), decoded.offset());
                prop_assert_eq!(read.path().as_str(), decoded.path().as_str());
                prop_assert_eq!(read.is_incomplete(), decoded.is_incomplete());
            }
            Ok(None)
        }
        (decoded, read) => {
            let read = read.err();
            Err(TestCaseError::fail(format!("{:?} {read:?}", decoded.err())))
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_same_is_accepted_as_by_the_decoder(input in any_input(), options in any_options()) {
        check_agreement::<IgnoredAny>(options, &input)?;
        check_agreement::<RawValue<'_>>(options, &input)?;
        check_agreement::<RawValueBuf>(options, &input)?;
        check_agreement::<()>(options, &input)?;
        if let Some(value) = check_agreement::<BencodeMut<'_>>(options, &input)? {
            let document = options.decode(&input).unwrap();
            prop_assert_eq!(&value, &BencodeMut::from(document.root()));
            prop_assert_eq!(&from_value::<BencodeMut<'_>>(document.root()).unwrap(), &value);
        }
        if let Some(both) = check_agreement::<WithRaw<'_, BencodeMut<'_>>>(options, &input)? {
            let document = options.decode(&input).unwrap();
            prop_assert_eq!(both.raw.as_bytes(), document.root().buffer());
        }
    }

    #[test]
    fn a_prefix_is_as_long_as_for_the_decoder(input in any_input()) {
        let mut decoder = Decoder::new(BDecodeOpt::strict());
        let decoded = decoder.decode_prefix(&input).ok();
        let read = from_prefix::<BencodeMut<'_>>(&input).ok();
        prop_assert_eq!(decoded.map(|(value, length)| (value.into(), length)), read);
    }

    #[test]
    fn canonical_values_of_any_shape_are_written_as_they_were_read(value in value()) {
        let encoded = value.encode();
        let read: BencodeMut<'_> = from_bytes(&encoded).unwrap();
        prop_assert_eq!(read.encode(), &encoded[..]);
        prop_assert_eq!(to_bytes(&read).unwrap(), &encoded[..]);
        let document = decode(&encoded).unwrap();
        prop_assert_eq!(to_bytes(&document.root()).unwrap(), &encoded[..]);
        let raw: RawValue<'_> = from_bytes(&encoded).unwrap();
        prop_assert_eq!(to_bytes(&raw).unwrap(), &encoded[..]);
    }

    #[test]
    fn every_part_is_read_like_the_part_alone(value in value()) {
        let encoded = value.encode();
        let document = decode(&encoded).unwrap();
        let mut parts = vec![document.root()];
        while let Some(part) = parts.pop() {
            prop_assert_eq!(from_value::<RawValue<'_>>(part).unwrap().as_bytes(), part.buffer());
            prop_assert_eq!(from_value::<BencodeMut<'_>>(part).unwrap(), BencodeMut::from(part));
            if let Err(error) = from_value::<f32>(part) {
                prop_assert!(*error.path() == part.path());
                prop_assert_eq!(error.offset(), part.offset());
            }
            parts.extend(part.list().into_iter().flatten());
            parts.extend(part.dict().into_iter().flatten().map(|(_, value)| value));
        }
    }

    #[test]
    fn records_are_read_as_they_were_written(record in record()) {
        let encoded = to_bytes(&record).unwrap();
        prop_assert!(decode(&encoded).is_ok());
        prop_assert_eq!(&from_bytes::<Record>(&encoded).unwrap(), &record);
        prop_assert_eq!(&BDecodeOpt::lenient().deserialize::<Record>(&encoded).unwrap(), &record);
        let document = decode(&encoded).unwrap();
        prop_assert_eq!(&from_value::<Record>(document.root()).unwrap(), &record);
    }

    #[test]
    fn damaged_records_are_refused_in_place(
        record in record(),
        place in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut encoded = to_bytes(&record).unwrap();
        let place = place.index(encoded.len());
        encoded[place] = byte;
        match from_bytes::<Record>(&encoded) {
            Ok(read) => prop_assert_eq!(to_bytes(&read).is_ok(), true),
            Err(error) => prop_assert!(error.offset() <= encoded.len()),
        }
        if decode(&encoded).is_err() {
            prop_assert!(from_bytes::<Record>(&encoded).is_err());
        }
    }

    #[test]
    fn integers_are_exact_or_out_of_range(number in any::<i128>(), shift in 0..128u32) {
        fn read<'de, N: Deserialize<'de> + Debug>(input: &'de [u8]) -> Option<N> {
            BDecodeOpt::lenient().deserialize(input).ok()
        }
        let number = number >> shift;
        let text = format!("i{number}e");
        let input = text.as_bytes();
        prop_assert_eq!(read::<u8>(input), u8::try_from(number).ok());
        prop_assert_eq!(read::<i8>(input), i8::try_from(number).ok());
        prop_assert_eq!(read::<u16>(input), u16::try_from(number).ok());
        prop_assert_eq!(read::<i16>(input), i16::try_from(number).ok());
        prop_assert_eq!(read::<u32>(input), u32::try_from(number).ok());
        prop_assert_eq!(read::<i32>(input), i32::try_from(number).ok());
        prop_assert_eq!(read::<u64>(input), u64::try_from(number).ok());
        prop_assert_eq!(read::<i64>(input), i64::try_from(number).ok());
        prop_assert_eq!(read::<u128>(input), u128::try_from(number).ok());
        prop_assert_eq!(read::<i128>(input), Some(number));
        prop_assert_eq!(read::<Integer<'_>>(input).unwrap().to_string(), number.to_string());
        prop_assert_eq!(to_bytes(&number).unwrap(), input);
    }
}
