//! BEP 3, "bencoding", piece by piece: every limit of the tokenizer at the limit and one past it, and what hostile
//! input gets.

use bip_bencode::{
    BDecodeOpt, DEFAULT_MAX_DEPTH, DEFAULT_MAX_INT_LENGTH, DEFAULT_MAX_KEY_LENGTH,
    DEFAULT_MAX_KEYS_MEMORY, DecodeErrorKind as Kind, HARD_MAX_DEPTH, Irregularity, Token,
    Tokenizer,
};

/// How many tokens there are, or kind, offset and path of the error; whole and in pieces.
fn check(tokenizer: &Tokenizer, input: &[u8], expect: Result<usize, (Kind, usize, &str)>) {
    for length in [usize::MAX, 1, 7, 4_096] {
        if length == 1 && input.len() > 1_000_000 {
            continue;
        }
        let told = count(
            tokenizer.clone(),
            input.chunks(length.min(input.len()).max(1)),
        );
        let told = match &told {
            Ok(tokens) => Ok(*tokens),
            Err(error) => Err((error.kind(), error.offset(), error.path().as_str())),
        };
        assert_eq!(told, expect, "in pieces of {length}");
    }
}

/// Tokens, without the parts.
fn count<'p>(
    mut tokenizer: Tokenizer,
    pieces: impl Iterator<Item = &'p [u8]>,
) -> Result<usize, bip_bencode::DecodeError> {
    let mut count = 0;
    for mut piece in pieces {
        while let Some(token) = tokenizer.next_token(&mut piece)? {
            count += usize::from(!matches!(token, Token::Part(_)));
        }
    }
    tokenizer.finish().map(|()| count)
}

fn strict() -> Tokenizer {
    Tokenizer::new(BDecodeOpt::strict())
}

fn lenient() -> Tokenizer {
    Tokenizer::new(BDecodeOpt::lenient())
}

fn nested(depth: usize) -> Vec<u8> {
    [vec![b'l'; depth], vec![b'e'; depth]].concat()
}

fn nested_dicts(depth: usize) -> Vec<u8> {
    [b"d1:a".repeat(depth), b"i1e".to_vec(), vec![b'e'; depth]].concat()
}

fn int(digits: usize) -> Vec<u8> {
    [b"i".to_vec(), vec![b'7'; digits], b"e".to_vec()].concat()
}

fn key(length: usize) -> Vec<u8> {
    [format!("{length}:").into_bytes(), vec![b'k'; length]].concat()
}

#[test]
fn depth() {
    let limit = DEFAULT_MAX_DEPTH;
    check(&strict(), &nested(limit), Ok(2 * limit));
    let path = format!("{}…{}", "[0]".repeat(16), "[0]".repeat(16));
    let too_deep = Err((Kind::TooDeep { limit }, limit, path.as_str()));
    check(&strict(), &nested(limit + 1), too_deep);
    check(&strict(), &nested(100_000), too_deep);
    check(&strict(), &vec![b'l'; 10_000_000], too_deep);

    let none = Tokenizer::new(BDecodeOpt::strict().max_depth(0));
    check(&none, b"i1e", Ok(1));
    check(&none, b"le", Err((Kind::TooDeep { limit: 0 }, 0, "")));
    let two = Tokenizer::new(BDecodeOpt::strict().max_depth(2));
    let error = Err((Kind::TooDeep { limit: 2 }, 8, "a[1]"));
    check(&two, b"d1:al1:xleee", error);
}

#[test]
fn a_depth_of_a_hundred_thousand_needs_no_recursion() {
    const { assert!(HARD_MAX_DEPTH >= 100_000) };
    for options in [BDecodeOpt::strict(), BDecodeOpt::lenient()] {
        let deep = Tokenizer::new(options.max_depth(100_000));
        check(&deep, &nested(100_000), Ok(200_000));
        check(&deep, &nested_dicts(100_000), Ok(300_001));
        let limit = 99_999;
        let told = count(
            Tokenizer::new(options.max_depth(limit)),
            nested_dicts(100_000).chunks(9),
        );
        let error = told.unwrap_err();
        assert_eq!(
            (error.kind(), error.offset()),
            (Kind::TooDeep { limit }, 4 * limit)
        );
    }
}

#[test]
fn input_length() {
    let limit = Kind::InputTooLong { limit: 6 };
    let six = strict().max_input_length(6);
    check(&six, b"4:spam", Ok(1));
    check(&six, b"5:spams", Err((limit, 6, "")));
    check(&six, b"li10e1:a", Err((limit, 6, "")));
    check(&six, b"i1000e", Ok(1));
    check(&six, b"i10000e", Err((limit, 6, "")));
    check(
        &six,
        b"li1eeX",
        Err((Kind::Irregular(Irregularity::TrailingBytes), 5, "")),
    );
    check(&six, b"li10eeX", Err((limit, 6, "")));
    check(
        &lenient().max_input_length(6),
        b"li10eeX",
        Err((limit, 6, "")),
    );
    // What is missing is missing, even where there would be no room for it.
    check(
        &six,
        b"9:spam",
        Err((Kind::StringPastEnd { missing: 5 }, 0, "")),
    );
    let none = strict().max_input_length(0);
    check(&none, b"i1e", Err((Kind::InputTooLong { limit: 0 }, 0, "")));
    check(&none.concatenated(), b"", Ok(0));
}

#[test]
fn string_length() {
    let four = strict().max_string_length(4);
    let error = Kind::StringTooLong { limit: 4 };
    check(&four, b"l4:spame", Ok(3));
    check(&four, b"l5:spamse", Err((error, 1, "[0]")));
    check(&four, b"d5:spamsi1ee", Err((error, 1, "")));
    check(&strict().max_string_length(0), b"0:", Ok(1));
}

#[test]
fn lengths_reach_to_the_end_of_64_bits_and_no_further() {
    let missing = |missing| Kind::StringPastEnd { missing };
    check(
        &strict(),
        b"4294967297:a",
        Err((missing(4_294_967_296), 0, "")),
    );
    check(
        &strict(),
        b"l18446744073709551615:a",
        Err((missing(usize::MAX - 1), 1, "[0]")),
    );
    let too_long = Kind::StringTooLong { limit: usize::MAX };
    check(
        &strict(),
        b"l18446744073709551616:a",
        Err((too_long, 1, "[0]")),
    );
    check(
        &strict(),
        b"99999999999999999999999999:a",
        Err((too_long, 0, "")),
    );
    check(
        &strict(),
        b"d18446744073709551616:a",
        Err((too_long, 1, "")),
    );
}

#[test]
fn int_length() {
    let limit = DEFAULT_MAX_INT_LENGTH;
    let out_of_range = Kind::Irregular(Irregularity::IntOutOfRange);
    check(&lenient(), &int(10_000), Ok(1));
    check(&strict(), &int(10_000), Err((out_of_range, 0, "")));
    check(&lenient(), &int(limit), Ok(1));
    let too_long = Err((Kind::IntTooLong { limit }, 0, ""));
    check(&lenient(), &int(limit + 1), too_long);
    check(&strict(), &int(limit + 1), too_long);
    check(&lenient(), &int(10_000_000), too_long);
    check(
        &lenient(),
        &[b"i".to_vec(), vec![b'0'; limit + 1]].concat(),
        too_long,
    );

    let three = strict().max_int_length(3);
    check(&three, b"li-123ee", Ok(3));
    check(
        &three,
        b"li-1234ee",
        Err((Kind::IntTooLong { limit: 3 }, 1, "[0]")),
    );
    check(
        &three,
        b"li123xe",
        Err((Kind::ExpectedIntEnd { found: b'x' }, 5, "[0]")),
    );
    check(
        &strict().max_int_length(0),
        b"i0e",
        Err((Kind::IntTooLong { limit: 0 }, 0, "")),
    );
}

#[test]
fn key_length() {
    let dict = |length| [b"ld".to_vec(), key(length), b"i1eee".to_vec()].concat();
    let limit = DEFAULT_MAX_KEY_LENGTH;
    check(&strict(), &dict(limit), Ok(6));
    check(
        &strict(),
        &dict(limit + 1),
        Err((Kind::KeyTooLong { limit }, 2, "[0]")),
    );
    check(
        &strict(),
        b"ld70000:",
        Err((Kind::KeyTooLong { limit }, 2, "[0]")),
    );
    check(&strict().max_key_length(3), b"d3:abci1ee", Ok(4));
    let limit = Kind::KeyTooLong { limit: 3 };
    check(
        &strict().max_key_length(3),
        b"d4:abcdi1ee",
        Err((limit, 1, "")),
    );
    check(&strict().max_key_length(3), b"4:abcd", Ok(1));
}

#[test]
fn keys_memory_where_the_newest_keys_are_kept() {
    // Open at once: `abc`, and of `de` and `fgh` one, but both while they are compared.
    let input = b"d3:abcd2:dei1e3:fghi2eee";
    check(&strict().max_keys_memory(8), input, Ok(9));
    let limit = Kind::KeysTooLarge { limit: 7 };
    check(&strict().max_keys_memory(7), input, Err((limit, 14, "abc")));
    check(&strict().max_keys_memory(0), b"d0:i1ee", Ok(4));
    // A dictionary that has ended counts no more.
    check(
        &strict().max_keys_memory(3),
        b"ld3:abcleed3:abcleee",
        Ok(12),
    );
}

#[test]
fn keys_memory_where_all_keys_are_kept() {
    let input = b"d3:abcd2:dei1e3:fghi2eee";
    check(&lenient().max_keys_memory(8 + 3 * 24), input, Ok(9));
    let limit = 8 + 3 * 24 - 1;
    let error = Err((Kind::KeysTooLarge { limit }, 14, "abc"));
    check(&lenient().max_keys_memory(limit), input, error);
    check(
        &lenient().max_keys_memory(27),
        b"ld3:abcleed3:abcleee",
        Ok(12),
    );
}

#[test]
fn keys_memory_by_default() {
    // 24 bytes of bookkeeping and 1,000 of its own for each.
    let fitting = DEFAULT_MAX_KEYS_MEMORY / 1_024;
    let dict = |count: usize| {
        let pairs: Vec<String> = (0..count)
            .map(|pair| format!("1000:{pair:01000}0:"))
            .collect();
        format!("d{}e", pairs.concat()).into_bytes()
    };
    let told = |tokenizer, count_of_pairs| count(tokenizer, dict(count_of_pairs).chunks(65_536));
    assert_eq!(told(lenient(), fitting), Ok(2 + 2 * fitting));
    let error = told(lenient(), fitting + 1).unwrap_err();
    let limit = DEFAULT_MAX_KEYS_MEMORY;
    assert_eq!(error.kind(), Kind::KeysTooLarge { limit });
    assert_eq!(told(strict(), fitting + 1), Ok(2 + 2 * (fitting + 1)));
}

/// Each key twice, far apart: found in one sort, not by comparing each with each.
#[test]
fn two_hundred_thousand_repeated_keys_are_found() {
    let count_of_keys = 100_000;
    let keys = || {
        (0..count_of_keys).map(|key: u32| format!("8:{:08x}i1e", key.wrapping_mul(2_654_435_761)))
    };
    let input: String = ["d".into()]
        .into_iter()
        .chain(keys())
        .chain(keys())
        .collect();
    let options = BDecodeOpt::lenient().max_warnings(usize::MAX);
    let mut tokenizer = Tokenizer::new(options);
    let mut rest = input.as_bytes();
    while tokenizer.next_token(&mut rest).unwrap().is_some() {}
    tokenizer.next_token(&mut &b"e"[..]).unwrap();
    let repeated = tokenizer
        .warnings()
        .iter()
        .filter(|warning| warning.irregularity == Irregularity::DuplicateKey);
    assert_eq!(repeated.count(), count_of_keys as usize);
    assert!(
        tokenizer
            .warnings()
            .is_sorted_by_key(|warning| warning.offset)
    );
}

/// The bytes are never touched, so that more than 32 bits of them cost nothing.
#[test]
fn offsets_go_past_four_gigabytes() {
    let zeros = vec![0; 1 << 26];
    let mut tokenizer = strict();
    let take = |tokenizer: &mut Tokenizer, mut piece: &[u8]| {
        while tokenizer.next_token(&mut piece)?.is_some() {}
        Ok::<_, bip_bencode::DecodeError>(())
    };
    take(&mut tokenizer, b"d6:pieces5368709120:").unwrap();
    for _ in 0..80 {
        take(&mut tokenizer, &zeros).unwrap();
    }
    assert_eq!(tokenizer.string_remaining(), 0);
    assert_eq!(tokenizer.offset(), 5_368_709_140);
    let error = take(&mut tokenizer, b"3:zzzi03ee").unwrap_err();
    assert_eq!(error.offset(), 5_368_709_145);
    assert_eq!(error.path(), "zzz");
}
