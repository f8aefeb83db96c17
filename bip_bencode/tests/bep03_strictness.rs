//! BEP 3, "bencoding": the 28 inputs on which decoders differ, each strict and lenient.

use bip_bencode::{BDecodeOpt, DecodeErrorKind as Kind, Irregularity};

/// What must come of an input.
enum Expect {
    /// Both modes take it, without a warning.
    Fine,
    /// Strict decoding refuses it, lenient decoding warns of it, both at this offset.
    Warned(Irregularity, usize),
    /// Both modes refuse it at this offset.
    Refused(Kind, usize),
}

use Expect::{Fine, Refused, Warned};

fn check(name: &str, input: &[u8], expect: &Expect) {
    let told = |options: BDecodeOpt| match options.decode(input) {
        Ok(document) => {
            assert!(input.starts_with(document.root().buffer()), "{name}");
            Ok(document
                .warnings()
                .iter()
                .map(|warning| (warning.irregularity, warning.offset))
                .collect())
        }
        Err(error) => Err((error.kind(), error.offset())),
    };
    let (strict, lenient): (Result<Vec<_>, _>, _) =
        (told(BDecodeOpt::strict()), told(BDecodeOpt::lenient()));
    match *expect {
        Fine => assert_eq!((strict, lenient), (Ok(vec![]), Ok(vec![])), "{name}"),
        Warned(irregularity, offset) => {
            assert_eq!(
                strict,
                Err((Kind::Irregular(irregularity), offset)),
                "{name}, strict"
            );
            assert_eq!(lenient, Ok(vec![(irregularity, offset)]), "{name}, lenient");
        }
        Refused(kind, offset) => {
            assert_eq!(strict, Err((kind, offset)), "{name}, strict");
            assert_eq!(lenient, Err((kind, offset)), "{name}, lenient");
        }
    }
}

fn nested(depth: usize) -> Vec<u8> {
    [vec![b'l'; depth], vec![b'e'; depth]].concat()
}

fn nested_dicts(depth: usize) -> Vec<u8> {
    [b"d1:a".repeat(depth), b"i1e".to_vec(), vec![b'e'; depth]].concat()
}

#[test]
fn regular_values_pass() {
    check("valid", b"d3:cow3:moo4:spam4:eggse", &Fine);
    check("non-utf8 key", b"d1:\xffi1ee", &Fine);
    check("i64 min", b"i-9223372036854775808e", &Fine);
    check("u64 max", b"i18446744073709551615e", &Fine);
    check("depth 60", &nested(60), &Fine);
}

#[test]
fn irregular_values_are_refused_or_warned_of() {
    check(
        "trailing",
        b"i1ei2e",
        &Warned(Irregularity::TrailingBytes, 3),
    );
    check(
        "lead0 int",
        b"i03e",
        &Warned(Irregularity::IntLeadingZero, 0),
    );
    check("neg0", b"i-0e", &Warned(Irregularity::NegativeZero, 0));
    check(
        "neg lead0",
        b"i-03e",
        &Warned(Irregularity::IntLeadingZero, 0),
    );
    check(
        "lead0 len",
        b"04:spam",
        &Warned(Irregularity::LengthLeadingZero, 0),
    );
    check(
        "unsorted",
        b"d1:bi1e1:ai2ee",
        &Warned(Irregularity::UnsortedKey, 7),
    );
    check(
        "dup key",
        b"d1:ai1e1:ai2ee",
        &Warned(Irregularity::DuplicateKey, 7),
    );
    check(
        "2^64",
        b"i18446744073709551616e",
        &Warned(Irregularity::IntOutOfRange, 0),
    );
    check(
        "10^30",
        b"i1000000000000000000000000000000e",
        &Warned(Irregularity::IntOutOfRange, 0),
    );
}

#[test]
fn malformed_values_are_refused_in_both_modes() {
    check(
        "plus int",
        b"i+5e",
        &Refused(Kind::ExpectedDigit { found: b'+' }, 1),
    );
    check(
        "empty int",
        b"ie",
        &Refused(Kind::ExpectedDigit { found: b'e' }, 1),
    );
    check(
        "space int",
        b"i 1e",
        &Refused(Kind::ExpectedDigit { found: b' ' }, 1),
    );
    check(
        "plus keylen",
        b"d+1:ai1ee",
        &Refused(Kind::ExpectedKey { found: b'+' }, 1),
    );
    check(
        "int key",
        b"di1ei2ee",
        &Refused(Kind::ExpectedKey { found: b'i' }, 1),
    );
    check("odd dict", b"d1:ae", &Refused(Kind::MissingValue, 4));
    check(
        "len short eof",
        b"5:abc",
        &Refused(Kind::StringPastEnd { missing: 2 }, 0),
    );
    check("empty", b"", &Refused(Kind::UnexpectedEnd, 0));
}

#[test]
fn huge_claims_are_refused_without_allocating_them() {
    let limit = bip_bencode::DEFAULT_MAX_INPUT_LENGTH;
    check(
        "huge len",
        b"99999999999:a",
        &Refused(Kind::StringTooLong { limit }, 0),
    );
    check(
        "len usize max",
        b"18446744073709551615:a",
        &Refused(Kind::StringTooLong { limit }, 0),
    );
}

#[test]
fn deep_values_are_refused_without_recursion() {
    let too_deep = Refused(Kind::TooDeep { limit: 100 }, 100);
    check("depth 1000", &nested(1_000), &too_deep);
    check("depth 100k", &nested(100_000), &too_deep);
    check(
        "dict depth 100k",
        &nested_dicts(100_000),
        &Refused(Kind::TooDeep { limit: 100 }, 400),
    );
    check("10M l", &vec![b'l'; 10_000_000], &too_deep);
}
