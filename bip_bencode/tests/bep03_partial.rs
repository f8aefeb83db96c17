//! BEP 3, "bencoding": the value of a damaged input up to the damage.

use bip_bencode::{
    BDecodeOpt, BencodeRef, BencodeRefKind, DecodeErrorKind as Kind, Decoder, Irregularity,
};

/// The value as text in which an integer is its digits and open containers end like closed ones.
fn show(value: BencodeRef<'_, '_>) -> String {
    let joined = |parts: Vec<String>| parts.join(" ");
    match value.kind() {
        BencodeRefKind::Int(int) => int.digits().to_string(),
        BencodeRefKind::Bytes(bytes) => bytes.escape_ascii().to_string(),
        BencodeRefKind::List(list) => {
            assert_eq!(list.len(), list.iter().count());
            format!("[{}]", joined(list.iter().map(show).collect()))
        }
        BencodeRefKind::Dict(dict) => {
            assert_eq!(dict.len(), dict.iter().count());
            let pair = |(key, value): (&[u8], _)| format!("{}={}", key.escape_ascii(), show(value));
            format!("{{{}}}", joined(dict.iter().map(pair).collect()))
        }
    }
}

/// What is left of `input`, how many of its bytes that is, and the error.
fn check(
    options: BDecodeOpt,
    input: &[u8],
    expect: Option<(&str, usize)>,
    error: Option<(Kind, usize, &str)>,
) {
    let mut decoder = Decoder::new(options);
    for _ in 0..2 {
        let partial = decoder.decode_partial(input);
        let told = partial.value.map(|value| (show(value), value.buffer()));
        let expect = expect.map(|(text, length)| (text.to_string(), &input[..length]));
        assert_eq!(told, expect, "{}", input.escape_ascii());
        let told = partial
            .error
            .map(|error| (error.kind(), error.offset(), error.path().to_string()));
        let error = error.map(|(kind, offset, path)| (kind, offset, path.to_string()));
        assert_eq!(told, error, "{}", input.escape_ascii());
    }
    let owned = options.decode_partial(input);
    let text = owned.value.as_ref().map(|document| show(document.root()));
    assert_eq!(text.as_deref(), expect.map(|(text, _)| text));
    let alone = options.decode(input).err();
    assert_eq!(owned.error, alone, "the error is that of decoding");
}

fn check_strict(input: &[u8], expect: Option<(&str, usize)>, error: (Kind, usize, &str)) {
    check(BDecodeOpt::strict(), input, expect, Some(error));
}

#[test]
fn a_whole_value_comes_whole_and_without_an_error() {
    let strict = BDecodeOpt::strict();
    check(
        strict,
        b"d1:ali1e2:bbe1:cdee",
        Some(("{a=[1 bb] c={}}", 19)),
        None,
    );
    check(strict, b"i-7e", Some(("-7", 4)), None);
}

#[test]
fn an_input_that_ends_too_early_leaves_what_was_complete() {
    use Kind::UnexpectedEnd;
    check_strict(b"", None, (UnexpectedEnd, 0, ""));
    check_strict(b"l", Some(("[]", 1)), (UnexpectedEnd, 1, ""));
    check_strict(b"li1ei", Some(("[1]", 4)), (UnexpectedEnd, 5, "[1]"));
    check_strict(b"li1eli2e", Some(("[1 [2]]", 8)), (UnexpectedEnd, 8, "[1]"));
    check_strict(b"d1:ai1e1:b", Some(("{a=1}", 7)), (UnexpectedEnd, 10, "b"));
    check_strict(
        b"d1:ai1e1:bl",
        Some(("{a=1 b=[]}", 11)),
        (UnexpectedEnd, 11, "b"),
    );
    check_strict(b"d1:ai1e1", Some(("{a=1}", 7)), (UnexpectedEnd, 8, ""));
    check_strict(
        b"d1:ad1:bl4:spam4:eg",
        Some(("{a={b=[spam]}}", 15)),
        (Kind::StringPastEnd { missing: 2 }, 15, "a.b[1]"),
    );
    check_strict(b"i12", None, (UnexpectedEnd, 3, ""));
    check_strict(b"3:ab", None, (Kind::StringPastEnd { missing: 1 }, 0, ""));
}

#[test]
fn a_violation_leaves_what_stood_before_it() {
    check_strict(b"x", None, (Kind::ExpectedValue { found: b'x' }, 0, ""));
    check_strict(
        b"li1exi2ee",
        Some(("[1]", 4)),
        (Kind::ExpectedValue { found: b'x' }, 4, "[1]"),
    );
    check_strict(
        b"d1:ai1ei2ei3ee",
        Some(("{a=1}", 7)),
        (Kind::ExpectedKey { found: b'i' }, 7, ""),
    );
    check_strict(
        b"d1:ali1ee1:be",
        Some(("{a=[1]}", 9)),
        (Kind::MissingValue, 12, "b"),
    );
    let irregular = Kind::Irregular;
    check_strict(
        b"ld1:bi1e1:ai2eee",
        Some(("[{b=1}]", 8)),
        (irregular(Irregularity::UnsortedKey), 8, "[0].a"),
    );
    check_strict(
        b"d1:bi1e1:ci02eee",
        Some(("{b=1}", 7)),
        (irregular(Irregularity::IntLeadingZero), 10, "c"),
    );
    check_strict(
        b"lei1e",
        Some(("[]", 2)),
        (irregular(Irregularity::TrailingBytes), 2, ""),
    );
    // Found only where the dictionary ends, so all its pairs are there.
    check(
        BDecodeOpt::lenient().refuse(Irregularity::DuplicateKey),
        b"ld1:bi1e1:ai2e1:bi3eee",
        Some(("[{b=1 a=2 b=3}]", 20)),
        Some((irregular(Irregularity::DuplicateKey), 14, "[0].b")),
    );
}

#[test]
fn a_limit_leaves_what_fits() {
    let strict = BDecodeOpt::strict();
    let too_deep = |limit| Kind::TooDeep { limit };
    check(
        strict.max_depth(1),
        b"li1elee",
        Some(("[1]", 4)),
        Some((too_deep(1), 4, "[1]")),
    );
    check(
        strict.max_depth(1),
        b"d1:ai1e1:bdee",
        Some(("{a=1}", 7)),
        Some((too_deep(1), 10, "b")),
    );
    check(strict.max_depth(0), b"le", None, Some((too_deep(0), 0, "")));
    let many = |limit| Kind::TooManyTokens { limit };
    check(strict.max_tokens(0), b"le", None, Some((many(0), 0, "")));
    check(
        strict.max_tokens(1),
        b"llee",
        Some(("[]", 1)),
        Some((many(1), 1, "[0]")),
    );
    check(
        strict.max_tokens(3),
        b"l1:ad1:bi1eee",
        Some(("[a {}]", 5)),
        Some((many(3), 5, "[1]")),
    );
    check(
        strict.max_tokens(4),
        b"l1:ad1:bi1eee",
        Some(("[a {}]", 5)),
        Some((many(4), 8, "[1].b")),
    );
    check(
        strict.max_tokens(5),
        b"l1:ad1:bi1eee",
        Some(("[a {b=1}]", 11)),
        Some((many(5), 11, "[1]")),
    );
    check(
        strict.max_input_length(3),
        b"llee",
        None,
        Some((Kind::InputTooLong { limit: 3 }, 3, "")),
    );
}

#[test]
fn a_partial_value_does_not_disturb_the_next() {
    let mut decoder = Decoder::new(BDecodeOpt::strict().max_tokens(4));
    for _ in 0..2 {
        let partial = decoder.decode_partial(b"lllllll");
        assert_eq!(show(partial.value.unwrap()), "[[[[]]]]");
        assert_eq!(
            partial.error.unwrap().kind(),
            Kind::TooManyTokens { limit: 4 }
        );
        assert!(decoder.decode(b"lleee").is_err());
        assert_eq!(show(decoder.decode(b"llee").unwrap()), "[[]]");
        assert!(decoder.decode(b"lllee").is_err());
    }
}

#[test]
fn a_hundred_thousand_open_containers_are_closed_without_recursion() {
    let input = b"d1:a".repeat(100_000);
    let partial = BDecodeOpt::strict()
        .max_depth(200_000)
        .decode_partial(&input);
    let document = partial.value.unwrap();
    assert_eq!(document.root().walk().len(), 3 * 100_000 - 1);
    assert_eq!(document.root().buffer().len(), input.len() - 3);
    assert!(partial.error.unwrap().is_incomplete());
}
