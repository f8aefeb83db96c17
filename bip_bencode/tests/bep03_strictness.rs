//! BEP 3, "bencoding": the 28 inputs on which decoders differ, each strict and lenient.

use bip_bencode::{BDecodeOpt, DEFAULT_MAX_INPUT_LENGTH, DecodeErrorKind as Kind, Irregularity};

/// What must come of an input.
#[derive(Clone, Copy)]
enum Expect<'e> {
    /// Both modes take it, without a warning.
    Fine,
    /// Strict decoding refuses it, lenient decoding warns of it, both at this offset and path.
    Warned(Irregularity, usize, &'e str),
    /// Both modes refuse it at this offset and path.
    Refused(Kind, usize, &'e str),
}

use Expect::{Fine, Refused, Warned};

/// Kind, offset and path of what was refused, or of each warning.
type Told<K> = Vec<(K, usize, String)>;

fn check(name: &str, input: &[u8], expect: Expect<'_>) {
    check_alone(name, input, expect);
    check_inside(name, input, expect);
}

fn check_alone(name: &str, input: &[u8], expect: Expect<'_>) {
    let (strict, lenient) = (
        told(BDecodeOpt::strict(), input),
        told(BDecodeOpt::lenient(), input),
    );
    match expect {
        Fine => assert_eq!((strict, lenient), (Ok(vec![]), Ok(vec![])), "{name}"),
        Warned(irregularity, offset, path) => {
            let refused = vec![(Kind::Irregular(irregularity), offset, path.to_string())];
            let warned = vec![(irregularity, offset, path.to_string())];
            assert_eq!((strict, lenient), (Err(refused), Ok(warned)), "{name}");
        }
        Refused(kind, offset, path) => {
            let refused = vec![(kind, offset, path.to_string())];
            assert_eq!(
                (strict, lenient),
                (Err(refused.clone()), Err(refused)),
                "{name}"
            );
        }
    }
}

/// The same inside a list inside a dictionary: everything stands further back, and deeper.
fn check_inside(name: &str, input: &[u8], expect: Expect<'_>) {
    let (head, end) = (&b"d4:infol0:"[..], &b"ee"[..]);
    let shifted = |path: &str| {
        format!(
            "info[1]{}{path}",
            if path.starts_with(['[', '\0']) || path.is_empty() {
                ""
            } else {
                "."
            }
        )
    };
    let whole = [head, input, end].concat();
    match expect {
        // There it is no end of the input that they lack or follow.
        Warned(Irregularity::TrailingBytes, ..) | Refused(Kind::UnexpectedEnd, ..) => {}
        Fine => check_alone(name, &whole, Fine),
        Warned(irregularity, offset, path) => {
            check_alone(
                name,
                &whole,
                Warned(irregularity, offset + head.len(), &shifted(path)),
            );
        }
        Refused(Kind::TooDeep { limit }, offset, _) => {
            // Two levels are taken already. Each level has as many bytes.
            let offset = offset / limit * (limit - 2) + head.len();
            let told = told(BDecodeOpt::strict(), &whole);
            let refused = told.as_ref().map_err(|refused| &refused[0]);
            assert!(
                matches!(refused, Err((kind, at, path)) if *kind == Kind::TooDeep { limit }
                    && *at == offset
                    && path.starts_with("info[1]")),
                "{name}: {refused:?}"
            );
        }
        Refused(kind, offset, path) => {
            let whole = [head, input].concat();
            check_alone(
                name,
                &whole,
                Refused(kind, offset + head.len(), &shifted(path)),
            );
        }
    }
}

/// What decoding says, which checking and partial decoding must say too.
fn told(options: BDecodeOpt, input: &[u8]) -> Result<Told<Irregularity>, Told<Kind>> {
    let decoded = options.decode(input);
    let checked = options.check(input);
    let partial = options.decode_partial(input);
    assert_eq!(partial.error.as_ref(), decoded.as_ref().err());
    match decoded {
        Ok(document) => {
            assert_eq!(checked.as_deref(), Ok(document.warnings()));
            assert_eq!(
                partial
                    .value
                    .map(|partial| partial.root() == document.root()),
                Some(true)
            );
            assert!(input.starts_with(document.root().buffer()));
            let root = document.root();
            let warnings = document.warnings().iter();
            let told = warnings.map(|warning| {
                let path = root.path_at(warning.offset);
                (warning.irregularity, warning.offset, path.to_string())
            });
            Ok(told.collect())
        }
        Err(error) => {
            assert_eq!(checked.as_ref(), Err(&error));
            Err(vec![(
                error.kind(),
                error.offset(),
                error.path().to_string(),
            )])
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
    check("valid", b"d3:cow3:moo4:spam4:eggse", Fine);
    check("non-utf8 key", b"d1:\xffi1ee", Fine);
    check("i64 min", b"i-9223372036854775808e", Fine);
    check("u64 max", b"i18446744073709551615e", Fine);
    check("depth 60", &nested(60), Fine);
}

#[test]
fn irregular_values_are_refused_or_warned_of() {
    use Irregularity::*;
    check("trailing", b"i1ei2e", Warned(TrailingBytes, 3, ""));
    check("lead0 int", b"i03e", Warned(IntLeadingZero, 0, ""));
    check("neg0", b"i-0e", Warned(NegativeZero, 0, ""));
    check("neg lead0", b"i-03e", Warned(IntLeadingZero, 0, ""));
    check("lead0 len", b"04:spam", Warned(LengthLeadingZero, 0, ""));
    check("unsorted", b"d1:bi1e1:ai2ee", Warned(UnsortedKey, 7, "a"));
    check("dup key", b"d1:ai1e1:ai2ee", Warned(DuplicateKey, 7, "a"));
    check(
        "2^64",
        b"i18446744073709551616e",
        Warned(IntOutOfRange, 0, ""),
    );
    check(
        "10^30",
        b"i1000000000000000000000000000000e",
        Warned(IntOutOfRange, 0, ""),
    );
}

#[test]
fn malformed_values_are_refused_in_both_modes() {
    let digit = |found| Kind::ExpectedDigit { found };
    let key = |found| Kind::ExpectedKey { found };
    check("plus int", b"i+5e", Refused(digit(b'+'), 1, ""));
    check("empty int", b"ie", Refused(digit(b'e'), 1, ""));
    check("space int", b"i 1e", Refused(digit(b' '), 1, ""));
    check("plus keylen", b"d+1:ai1ee", Refused(key(b'+'), 1, ""));
    check("int key", b"di1ei2ee", Refused(key(b'i'), 1, ""));
    check("odd dict", b"d1:ae", Refused(Kind::MissingValue, 4, "a"));
    let short = Kind::StringPastEnd { missing: 2 };
    check("len short eof", b"5:abc", Refused(short, 0, ""));
    check("empty", b"", Refused(Kind::UnexpectedEnd, 0, ""));
}

#[test]
fn huge_claims_are_refused_without_allocating_them() {
    let limit = DEFAULT_MAX_INPUT_LENGTH;
    let too_long = Refused(Kind::StringTooLong { limit }, 0, "");
    check("huge len", b"99999999999:a", too_long);
    check("len usize max", b"18446744073709551615:a", too_long);
}

#[test]
fn deep_values_are_refused_without_recursion() {
    let too_deep = Kind::TooDeep { limit: 100 };
    let shortened = |segment: &str| [segment; 16].concat();
    let lists = shortened("[0]");
    let lists = format!("{lists}…{lists}");
    check("depth 1000", &nested(1_000), Refused(too_deep, 100, &lists));
    check(
        "depth 100k",
        &nested(100_000),
        Refused(too_deep, 100, &lists),
    );
    let dicts = shortened(".a");
    let dicts = format!("{}…{dicts}", &dicts[1..]);
    let input = nested_dicts(100_000);
    check("dict depth 100k", &input, Refused(too_deep, 400, &dicts));
    check(
        "10M l",
        &vec![b'l'; 10_000_000],
        Refused(too_deep, 100, &lists),
    );
}
