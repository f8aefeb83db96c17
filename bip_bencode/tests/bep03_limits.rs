//! BEP 3, "bencoding": every limit holds at the limit and one past it.

use bip_bencode::{
    BDecodeOpt, BencodeMut, DEFAULT_MAX_DEPTH, DEFAULT_MAX_INPUT_LENGTH, DEFAULT_MAX_TOKENS,
    DEFAULT_MAX_WARNINGS, DecodeErrorKind as Kind, Decoder, HARD_MAX_DEPTH, HARD_MAX_INPUT_LENGTH,
    HARD_MAX_TOKENS, Irregularity,
};

/// `Ok` or kind, offset and path of the error.
fn check(options: BDecodeOpt, input: &[u8], expect: Result<(), (Kind, usize, &str)>) {
    let told = options
        .decode(input)
        .map(|_| ())
        .map_err(|e| (e.kind(), e.offset(), e.path().to_string()));
    assert_eq!(
        told,
        expect.map_err(|(kind, offset, path)| (kind, offset, path.to_string()))
    );
}

fn nested(depth: usize) -> Vec<u8> {
    [vec![b'l'; depth], vec![b'e'; depth]].concat()
}

#[test]
fn depth() {
    let options = BDecodeOpt::strict();
    check(options, &nested(DEFAULT_MAX_DEPTH), Ok(()));
    let error = options.decode(&nested(DEFAULT_MAX_DEPTH + 1)).unwrap_err();
    assert_eq!(
        (error.kind(), error.offset()),
        (
            Kind::TooDeep {
                limit: DEFAULT_MAX_DEPTH
            },
            DEFAULT_MAX_DEPTH
        )
    );

    check(options.max_depth(2), b"d1:al1:xee", Ok(()));
    check(
        options.max_depth(2),
        b"d1:al1:xleee",
        Err((Kind::TooDeep { limit: 2 }, 8, "a[1]")),
    );
    check(options.max_depth(0), b"i1e", Ok(()));
    check(
        options.max_depth(0),
        b"le",
        Err((Kind::TooDeep { limit: 0 }, 0, "")),
    );
}

#[test]
fn tokens() {
    let options = BDecodeOpt::strict().max_tokens(6);
    check(options, b"d1:ali1eee", Ok(()));
    check(
        options,
        b"d1:ali1ei2eee",
        Err((Kind::TooManyTokens { limit: 6 }, 12, "")),
    );
    check(
        options.max_tokens(3),
        b"d1:ali1eee",
        Err((Kind::TooManyTokens { limit: 3 }, 5, "a[0]")),
    );
    check(options.max_tokens(1), b"i1e", Ok(()));
    check(
        options.max_tokens(0),
        b"i1e",
        Err((Kind::TooManyTokens { limit: 0 }, 0, "")),
    );
}

#[test]
fn tokens_by_default() {
    let list = |values: usize| [b"l".to_vec(), b"0:".repeat(values), b"e".to_vec()].concat();
    check(BDecodeOpt::strict(), &list(DEFAULT_MAX_TOKENS - 2), Ok(()));
    let error = BDecodeOpt::strict()
        .decode(&list(DEFAULT_MAX_TOKENS - 1))
        .unwrap_err();
    assert_eq!(
        error.kind(),
        Kind::TooManyTokens {
            limit: DEFAULT_MAX_TOKENS
        }
    );
}

#[test]
fn a_decoder_that_is_used_again_keeps_the_limit_on_tokens() {
    let mut decoder = Decoder::new(BDecodeOpt::strict().max_tokens(4));
    for _ in 0..3 {
        assert!(decoder.decode(b"li1ei2ee").is_ok());
        assert!(decoder.decode(b"li1ei2ei3ee").is_err());
    }
}

#[test]
fn string_length() {
    let options = BDecodeOpt::strict().max_string_length(4);
    check(options, b"l4:spame", Ok(()));
    check(
        options,
        b"l5:spamse",
        Err((Kind::StringTooLong { limit: 4 }, 1, "[0]")),
    );
    check(
        options,
        b"d5:spamsi1ee",
        Err((Kind::StringTooLong { limit: 4 }, 1, "")),
    );
    check(options.max_string_length(10), b"10:abcdefghij", Ok(()));
    check(
        options.max_string_length(10),
        b"11:abcdefghijk",
        Err((Kind::StringTooLong { limit: 10 }, 0, "")),
    );
    check(options.max_string_length(0), b"0:", Ok(()));
    check(
        options.max_string_length(0),
        b"1:a",
        Err((Kind::StringTooLong { limit: 0 }, 0, "")),
    );
}

#[test]
fn input_length() {
    let options = BDecodeOpt::strict().max_input_length(6);
    check(options, b"4:spam", Ok(()));
    check(
        options,
        b"5:spams",
        Err((Kind::InputTooLong { limit: 6 }, 6, "")),
    );
    let mut decoder = Decoder::new(options);
    assert!(
        decoder.decode_prefix(b"4:spam!").is_err(),
        "the limit is on the input, not on the value"
    );

    // Never touched, so never given any memory.
    let zeros = vec![0; DEFAULT_MAX_INPUT_LENGTH + 1];
    let kind = |input| BDecodeOpt::strict().decode(input).unwrap_err().kind();
    assert_eq!(
        kind(&zeros),
        Kind::InputTooLong {
            limit: DEFAULT_MAX_INPUT_LENGTH
        }
    );
    assert_ne!(
        kind(&zeros[1..]),
        Kind::InputTooLong {
            limit: DEFAULT_MAX_INPUT_LENGTH
        }
    );
}

#[test]
fn warnings() {
    let list = |values: usize| [b"l".to_vec(), b"i-0e".repeat(values), b"e".to_vec()].concat();
    let count =
        |options: BDecodeOpt, values| options.decode(&list(values)).unwrap().warnings().len();
    let options = BDecodeOpt::lenient();
    assert_eq!(count(options, DEFAULT_MAX_WARNINGS), DEFAULT_MAX_WARNINGS);
    assert_eq!(
        count(options, DEFAULT_MAX_WARNINGS + 1),
        DEFAULT_MAX_WARNINGS
    );
    assert_eq!(count(options.max_warnings(3), 3), 3);
    assert_eq!(count(options.max_warnings(3), 4), 3);
    assert_eq!(count(options.max_warnings(0), 1), 0);
}

#[test]
fn no_setting_goes_beyond_what_a_token_can_hold() {
    let set = BDecodeOpt::strict()
        .max_depth(usize::MAX)
        .max_tokens(usize::MAX)
        .max_input_length(usize::MAX)
        .max_string_length(usize::MAX);
    let hard = BDecodeOpt::strict()
        .max_depth(HARD_MAX_DEPTH)
        .max_tokens(HARD_MAX_TOKENS)
        .max_input_length(HARD_MAX_INPUT_LENGTH)
        .max_string_length(HARD_MAX_INPUT_LENGTH);
    assert_eq!(set, hard);
    let error = set.decode(b"l4294967296:e").unwrap_err();
    assert_eq!(
        error.kind(),
        Kind::StringTooLong {
            limit: HARD_MAX_INPUT_LENGTH
        }
    );
    let error = set.decode(b"l4294967295:e").unwrap_err();
    assert_eq!(
        error.kind(),
        Kind::StringPastEnd {
            missing: 4294967294
        }
    );
}

#[test]
fn whatever_depth_is_allowed_nothing_recurses_from_bytes_to_tree_and_back() {
    for deep in [
        nested(100_000),
        [b"d1:a".repeat(100_000), b"0:".to_vec(), vec![b'e'; 100_000]].concat(),
    ] {
        let document = BDecodeOpt::strict()
            .max_depth(100_000)
            .decode(&deep)
            .unwrap();
        assert_eq!(document.root().buffer().len(), deep.len());
        assert_eq!(document.root(), document.clone().root());
        let tree = BencodeMut::from(document.root());
        assert!(tree.encode() == deep);
        assert!(
            BDecodeOpt::strict()
                .max_depth(99_999)
                .decode(&deep)
                .is_err()
        );
    }
}

/// None of these may take a number of steps that grows as the square: that would be billions.
#[test]
fn large_and_hostile_values_take_steps_in_proportion() {
    let count = 100_000;
    let options = BDecodeOpt::lenient()
        .max_depth(count)
        .max_warnings(4 * count);
    let check = |input: String, unsorted: usize, repeated: usize| {
        let input = input.as_bytes();
        let document = options.decode(input).unwrap();
        let of_kind = |irregularity| {
            let warnings = document.warnings().iter();
            let of_kind = warnings.filter(|warning| warning.irregularity == irregularity);
            of_kind.count()
        };
        assert_eq!(of_kind(Irregularity::UnsortedKey), unsorted);
        assert_eq!(of_kind(Irregularity::DuplicateKey), repeated);
        assert!(
            document
                .warnings()
                .is_sorted_by_key(|warning| warning.offset)
        );
        assert_eq!(options.check(input).as_deref(), Ok(document.warnings()));
        let canonical = document.root().to_canonical();
        assert!(
            options
                .check(&canonical)
                .is_ok_and(|warnings| warnings.is_empty())
        );
        let partial = options.decode_partial(&input[..input.len() - 1]);
        assert!(partial.error.is_some_and(|error| error.is_incomplete()));
        let left = partial.value.unwrap();
        assert_eq!(left.root().walk().len(), document.root().walk().len());
    };
    let descending: String = (0..count)
        .rev()
        .map(|key| format!("6:{key:06}0:"))
        .collect();
    check(format!("d{descending}e"), count - 1, 0);
    let by_turns = "1:b0:1:a0:".repeat(count / 2);
    check(format!("d{by_turns}e"), count / 2, count - 2);
    // Each dictionary turns out irregular only after all those inside it.
    let nested = |head: &str, end: &str| format!("{}0:{}", head.repeat(count), end.repeat(count));
    check(nested("d1:b", "1:a0:e"), count, 0);
    check(nested("d1:b0:1:a", "1:b0:e"), count, count);
}
