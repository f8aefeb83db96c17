//! Reading and writing types at every limit and one past it, and on input that claims much.
#![cfg(feature = "serde")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use bip_bencode::{
    BDecodeOpt, BencodeMut, DEFAULT_MAX_DEPTH, DecodeErrorKind as Syntax,
    DeserializeErrorKind as Kind, RawValue, SERDE_MAX_DEPTH, SerializeErrorKind, decode,
    from_bytes, from_value, to_bytes,
};
use serde::de::{IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Nest(Vec<Nest>);

#[derive(Debug, Serialize, Deserialize)]
struct Chain {
    next: Option<Box<Chain>>,
}

fn lists(depth: usize) -> Vec<u8> {
    [vec![b'l'; depth], vec![b'e'; depth]].concat()
}

fn dicts(depth: usize) -> Vec<u8> {
    [
        b"d4:next".repeat(depth - 1),
        b"d".to_vec(),
        vec![b'e'; depth],
    ]
    .concat()
}

/// `Ok`, or the kind and offset of the error.
fn check<T: for<'de> Deserialize<'de>>(
    options: BDecodeOpt,
    input: &[u8],
    expect: Result<(), (Syntax, usize)>,
) {
    let told = options.deserialize::<T>(input).map(drop);
    let expect = expect.map_err(|(kind, offset)| (Kind::Syntax(kind), offset));
    assert_eq!(
        told.map_err(|error| (error.kind().clone(), error.offset())),
        expect
    );
}

#[test]
fn the_depth_of_types_is_bound_by_the_options() {
    let too_deep = |limit, offset| Err((Syntax::TooDeep { limit }, offset));
    let strict = BDecodeOpt::strict();
    let limit = DEFAULT_MAX_DEPTH;
    check::<Nest>(strict, &lists(limit), Ok(()));
    check::<Nest>(strict, &lists(limit + 1), too_deep(limit, limit));
    check::<Chain>(strict, &dicts(limit), Ok(()));
    check::<Chain>(strict, &dicts(limit + 1), too_deep(limit, 7 * limit));
    check::<Nest>(strict.max_depth(2), b"llee", Ok(()));
    check::<Nest>(strict.max_depth(2), b"llleee", too_deep(2, 2));
    check::<u8>(strict.max_depth(0), b"i1e", Ok(()));
    check::<Nest>(strict.max_depth(0), b"le", too_deep(0, 0));
}

#[test]
fn the_depth_of_types_is_bound_for_the_sake_of_the_stack() {
    let (options, limit) = (BDecodeOpt::strict().max_depth(usize::MAX), SERDE_MAX_DEPTH);
    let too_deep = |offset| Err((Syntax::TooDeep { limit }, offset));
    check::<Nest>(options, &lists(limit), Ok(()));
    check::<Nest>(options, &lists(limit + 1), too_deep(limit));
    check::<Chain>(options, &dicts(limit), Ok(()));
    check::<Chain>(options, &dicts(limit + 1), too_deep(7 * limit));
    let owned = |input: &[u8]| options.deserialize::<BencodeMut<'_>>(input).map(drop);
    assert!(owned(&lists(limit)).is_ok());
    assert!(owned(&lists(limit + 1)).is_err());
    check::<Nest>(options, &b"l".repeat(10_000_000), too_deep(limit));

    let deep = lists(limit + 1);
    let document = options.decode(&deep).unwrap();
    assert!(from_value::<Nest>(document.root()).is_err());
    assert!(from_value::<Nest>(document.root().list().unwrap().get(0).unwrap()).is_ok());
}

#[test]
fn what_is_not_looked_into_may_nest_as_deep_as_the_options_say() {
    let (options, depth) = (BDecodeOpt::strict().max_depth(100_000), 100_000);
    for input in [lists(depth), dicts(depth)] {
        check::<IgnoredAny>(options, &input, Ok(()));
        let raw: RawValue<'_> = options.deserialize(&input).unwrap();
        assert_eq!(raw.as_bytes(), input);
    }
    let too_deep = Syntax::TooDeep { limit: depth };
    check::<IgnoredAny>(options, &lists(depth + 1), Err((too_deep, depth)));
    // What is around counts.
    #[derive(Debug, Deserialize)]
    struct Known {}
    let around = |depth| [b"ld1:a".to_vec(), lists(depth), b"ee".to_vec()].concat();
    check::<Vec<Known>>(options, &around(depth - 2), Ok(()));
    let one_past = around(depth - 1);
    check::<Vec<Known>>(options, &one_past, Err((too_deep, 5 + depth - 2)));
    let error = options.deserialize::<Vec<Known>>(&one_past).unwrap_err();
    assert!(error.path().as_str().starts_with("[0].a[0][0]"));
    assert!(error.path().as_str().len() < 400);
}

#[test]
fn tokens_are_counted_as_by_the_decoder() {
    let input = b"d1:ali1e1:xe1:bd1:ci2eee";
    let needed = (1..).find(|&tokens| {
        BDecodeOpt::strict()
            .max_tokens(tokens)
            .decode(input)
            .is_ok()
    });
    let needed = needed.unwrap();
    for tokens in 0..=needed {
        let options = BDecodeOpt::strict().max_tokens(tokens);
        let offset = options
            .decode(input)
            .map(drop)
            .map_err(|error| error.offset());
        let expect = offset.map_err(|offset| (Syntax::TooManyTokens { limit: tokens }, offset));
        check::<IgnoredAny>(options, input, expect);
        check::<BTreeMap<String, IgnoredAny>>(options, input, expect);
        assert_eq!(
            options.deserialize::<BencodeMut<'_>>(input).is_ok(),
            tokens == needed
        );
    }
}

#[test]
fn lengths_are_bound_by_the_options() {
    let options = BDecodeOpt::strict().max_string_length(2);
    check::<String>(options, b"2:ab", Ok(()));
    let too_long = Err((Syntax::StringTooLong { limit: 2 }, 0));
    check::<String>(options, b"3:abc", too_long);
    check::<String>(options, b"100:abc", too_long);
    let options = BDecodeOpt::strict().max_input_length(4);
    check::<String>(options, b"2:ab", Ok(()));
    check::<String>(
        options,
        b"3:abc",
        Err((Syntax::InputTooLong { limit: 4 }, 4)),
    );
}

#[test]
fn writing_is_bound_for_the_sake_of_the_stack() {
    let limit = SERDE_MAX_DEPTH;
    let nest = |depth| (1..depth).fold(Nest(Vec::new()), |inner, _| Nest(vec![inner]));
    let chain = |depth| {
        (1..depth).fold(Chain { next: None }, |inner, _| Chain {
            next: Some(Box::new(inner)),
        })
    };
    assert_eq!(to_bytes(&nest(limit)).unwrap(), lists(limit));
    assert_eq!(to_bytes(&chain(limit)).unwrap(), dicts(limit));
    let kind = SerializeErrorKind::TooDeep { limit };
    assert_eq!(to_bytes(&nest(limit + 1)).unwrap_err().kind(), &kind);
    assert_eq!(to_bytes(&chain(limit + 1)).unwrap_err().kind(), &kind);

    for depth in [limit + 1, 100_000] {
        let value = (0..depth).fold(BencodeMut::from(1), |inner, _| {
            BencodeMut::from(vec![inner])
        });
        assert!(to_bytes(&value).is_err());
        assert!(serde_json::to_string(&value).is_err());
        let deep = lists(depth);
        let document = BDecodeOpt::strict().max_depth(depth).decode(&deep).unwrap();
        assert!(to_bytes(&document.root()).is_err());
        assert_eq!(to_bytes(&RawValue::from(document.root())).unwrap(), deep);
    }
}

/// Sees what size the reader is told.
#[derive(Debug, PartialEq)]
struct Hint(Option<usize>);

impl<'de> Deserialize<'de> for Hint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Hint, D::Error> {
        struct HintVisitor;
        impl<'de> Visitor<'de> for HintVisitor {
            type Value = Hint;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a list")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Hint, A::Error> {
                let hint = list.size_hint();
                while list.next_element::<u8>()?.is_some() {}
                Ok(Hint(hint))
            }
        }
        deserializer.deserialize_seq(HintVisitor)
    }
}

#[test]
fn no_size_is_promised_that_is_not_there() {
    assert_eq!(from_bytes::<Hint>(b"5:abcde").unwrap(), Hint(Some(5)));
    assert_eq!(from_bytes::<Hint>(b"li1ei2ee").unwrap(), Hint(None));
    for claim in [
        "5",
        "9999999",
        "4294967296",
        "18446744073709551615",
        "18446744073709551616",
    ] {
        let input = format!("{claim}:abcd");
        let error = from_bytes::<Vec<u8>>(input.as_bytes()).unwrap_err();
        let decoded = decode(input.as_bytes()).unwrap_err();
        assert_eq!(error.kind(), &Kind::Syntax(decoded.kind()));
        assert_eq!(error.offset(), decoded.offset());
        assert!(from_bytes::<&str>(input.as_bytes()).is_err());
        assert!(from_bytes::<BTreeMap<String, u8>>(format!("d{input}").as_bytes()).is_err());
    }
    let digits = "1".repeat(10_000);
    assert!(from_bytes::<u64>(format!("i{digits}e").as_bytes()).is_err());
    assert!(from_bytes::<u64>(format!("i{digits}").as_bytes()).is_err());
    assert!(from_bytes::<&str>(digits.as_bytes()).is_err());
}

#[test]
fn messages_about_hostile_input_stay_small() {
    #[derive(Debug, Deserialize)]
    enum Choice {}
    let text = "x".repeat(1 << 20);
    let input = format!("d{0}:{text}{0}:{text}e", text.len());
    let error = from_bytes::<BTreeMap<String, Choice>>(input.as_bytes()).unwrap_err();
    assert!(error.to_string().len() < 400, "{}", error.to_string().len());
    let error = from_bytes::<BTreeMap<String, char>>(input.as_bytes()).unwrap_err();
    assert!(error.to_string().len() < 400);
}
