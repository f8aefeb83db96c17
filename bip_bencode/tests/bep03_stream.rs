//! BEP 3, "bencoding", piece by piece: however the input is cut, tokens, warnings and errors are those of the whole.

mod inputs;
#[allow(dead_code, reason = "other tests use the rest")]
mod naive;

use bip_bencode::{
    BDecodeOpt, DEFAULT_MAX_INPUT_LENGTH, DecodeErrorKind as Kind, Decoder, Irregularity, Step,
    Token, Tokenizer,
};
use inputs::any_input;
use naive::Value;
use proptest::collection::vec;
use proptest::prelude::*;

/// A token that outlives its input; the parts of a byte string are joined.
#[derive(Clone, Debug, PartialEq)]
enum Seen {
    Int(String),
    Bytes(u64, Vec<u8>),
    Key(Vec<u8>),
    List,
    Dict,
    End,
}

/// Kind, offset and path.
type Refusal = (Kind, usize, String);

/// All that can be told about an input.
#[derive(Debug, PartialEq)]
struct Told {
    /// Of what was accepted; `None` where the whole was not.
    tokens: Option<Vec<Seen>>,
    warnings: Vec<(Irregularity, usize)>,
    error: Option<Refusal>,
}

/// What decoding the whole slice tells.
fn of_slice(options: BDecodeOpt, input: &[u8]) -> Told {
    let mut decoder = Decoder::new(options);
    let decoded = decoder.decode(input).map(|root| {
        let seen = root.walk().map(|step| match step {
            Step::Int(int) => Seen::Int(int.digits().to_string()),
            Step::Bytes(bytes) => Seen::Bytes(bytes.len() as u64, bytes.to_vec()),
            Step::Key(key) => Seen::Key(key.to_vec()),
            Step::List(_) => Seen::List,
            Step::Dict(_) => Seen::Dict,
            Step::End => Seen::End,
        });
        seen.collect()
    });
    told(decoded, decoder.warnings())
}

/// What a tokenizer tells that is given these pieces.
fn of_pieces<'p>(mut tokenizer: Tokenizer, pieces: impl Iterator<Item = &'p [u8]>) -> Told {
    let mut seen = Vec::new();
    let read = pieces.map(|piece| take(&mut tokenizer, piece, &mut seen));
    let read = read.collect::<Result<(), _>>();
    let read = read.and_then(|()| tokenizer.finish());
    if let Err(error) = &read {
        assert_eq!(tokenizer.next_token(&mut &b"i1e"[..]).as_ref(), Err(error));
        assert_eq!(tokenizer.next_token(&mut &b""[..]).as_ref(), Err(error));
        assert_eq!(tokenizer.finish().as_ref(), Err(error));
    }
    told(read.map(|()| seen), tokenizer.warnings())
}

fn take(
    tokenizer: &mut Tokenizer,
    mut piece: &[u8],
    seen: &mut Vec<Seen>,
) -> Result<(), bip_bencode::DecodeError> {
    while let Some(token) = tokenizer.next_token(&mut piece)? {
        match token {
            Token::Int(int) => seen.push(Seen::Int(int.digits().to_string())),
            Token::Bytes(length) => seen.push(Seen::Bytes(length, Vec::new())),
            Token::Part(part) => {
                assert!(!part.is_empty());
                let Some(Seen::Bytes(_, bytes)) = seen.last_mut() else {
                    panic!("a part of nothing after {seen:?}");
                };
                bytes.extend_from_slice(part);
            }
            Token::Key(key) => seen.push(Seen::Key(key.to_vec())),
            Token::List => seen.push(Seen::List),
            Token::Dict => seen.push(Seen::Dict),
            Token::End => seen.push(Seen::End),
        }
    }
    assert!(piece.is_empty(), "{} bytes were left", piece.len());
    Ok(())
}

fn told(
    read: Result<Vec<Seen>, bip_bencode::DecodeError>,
    warnings: &[bip_bencode::Warning],
) -> Told {
    let warnings = warnings.iter().map(|w| (w.irregularity, w.offset));
    let refusal =
        |error: &bip_bencode::DecodeError| (error.kind(), error.offset(), error.path().to_string());
    Told {
        error: read.as_ref().err().map(refusal),
        tokens: read.ok(),
        warnings: warnings.collect(),
    }
}

/// Such that the same limits hold as for a slice.
fn tokenizer(options: BDecodeOpt) -> Tokenizer {
    Tokenizer::new(options)
        .max_string_length(DEFAULT_MAX_INPUT_LENGTH as u64)
        .max_key_length(DEFAULT_MAX_INPUT_LENGTH)
        .max_keys_memory(usize::MAX)
}

/// The options under which everything is compared.
fn modes() -> [BDecodeOpt; 4] {
    [
        BDecodeOpt::strict(),
        BDecodeOpt::lenient(),
        BDecodeOpt::lenient().refuse(Irregularity::DuplicateKey),
        BDecodeOpt::lenient().max_warnings(2).max_depth(3),
    ]
}

/// Whole, byte by byte, and cut in two at each place: always what the slice decoder tells.
fn check(input: &[u8]) {
    for options in modes() {
        let expected = of_slice(options, input);
        let escaped = input.escape_ascii();
        let bytewise = of_pieces(tokenizer(options), input.chunks(1));
        assert_eq!(bytewise, expected, "\"{escaped}\" byte by byte");
        for cut in 0..=input.len().min(200) {
            let (first, second) = input.split_at(cut);
            let pieces = of_pieces(tokenizer(options), [first, second].into_iter());
            assert_eq!(pieces, expected, "\"{escaped}\" cut at {cut}");
        }
    }
}

#[test]
fn the_inputs_on_which_decoders_differ_are_told_as_of_a_slice() {
    let nested = |depth: usize| [vec![b'l'; depth], vec![b'e'; depth]].concat();
    let inputs = [
        &b"d3:cow3:moo4:spam4:eggse"[..],
        b"i1ei2e",
        b"i03e",
        b"i-0e",
        b"i+5e",
        b"ie",
        b"i 1e",
        b"i-03e",
        b"04:spam",
        b"d+1:ai1ee",
        b"d1:bi1e1:ai2ee",
        b"d1:ai1e1:ai2ee",
        b"di1ei2ee",
        b"d1:ae",
        b"i-9223372036854775808e",
        b"i18446744073709551615e",
        b"i18446744073709551616e",
        b"i1000000000000000000000000000000e",
        b"99999999999:a",
        b"18446744073709551615:a",
        b"d99999999999:a",
        b"d013165602:a",
        b"d1:ai1e13165602:b",
        b"5:abc",
        b"d1:\xffi1ee",
        b"",
        &nested(60),
        &nested(1_000),
    ];
    inputs.iter().for_each(|input| check(input));
}

#[test]
fn every_kind_of_error_is_told_as_of_a_slice_with_its_place() {
    let inputs = [
        &b"d4:infod5:files"[..],
        b"d1:ali1ei2",
        b"d1:ali1e",
        b"d1:a1",
        b"d1",
        b"i-",
        b"12",
        b"d4:infod4:name9:abcee",
        b"d9:infoe",
        b"l05:abe",
        b"d09:infoe",
        b"li1e-i2ee",
        b"d1:ad-1:bi1eee",
        b"ld1:ai1e1:bee",
        b"4spam",
        b"d4spam",
        b"i--1e",
        b"li1xe",
        b"i-xe",
        b"d1:ad1:bi1e1:ai2eee",
        b"ld1:ai1e1:ai2eee",
        b"li-00ee",
        b"d01:ai1ee",
        b"de\n",
        b"d1:al1:xlld1:bi0e1:ai1eeeee",
        b"ld1:bi1e1:ai2e1:bi3eee",
        b"d1:bd1:zi1e1:zi2ee1:ad1:yi1ee1:bi3ee",
        b"d0:i1e1:ai1e0:i2e0:i3ee",
        b"d1:zi1e0:i2e1:zi3e1:zi4ee",
        b"li00ei-0e02:abi-00ei18446744073709551616ee",
        b"d2:bbi1e2:aad1:xi1e01:wi2e1:xi3ee2:bbi2e2:aai3eeX",
    ];
    inputs.iter().for_each(|input| check(input));
}

/// The value that tokens spell, however irregular. `None` where they spell no value, or more than that.
fn to_naive(seen: &[Seen]) -> Option<Value> {
    let mut seen = seen.iter();
    let value = naive_value(&mut seen)?;
    seen.next().is_none().then_some(value)
}

/// `None` also where a container ends.
fn naive_value<'s>(seen: &mut impl Iterator<Item = &'s Seen>) -> Option<Value> {
    Some(match seen.next()? {
        Seen::Int(digits) => Value::Int(digits.clone()),
        Seen::Bytes(length, bytes) => {
            assert_eq!(*length, bytes.len() as u64);
            Value::Bytes(bytes.clone())
        }
        Seen::List => {
            let mut list = Vec::new();
            while let Some(value) = naive_value(seen) {
                list.push(value);
            }
            Value::List(list)
        }
        Seen::Dict => {
            let mut dict = Vec::new();
            while let Some(Seen::Key(key)) = seen.next() {
                dict.push((key.clone(), naive_value(seen)?));
            }
            Value::Dict(dict)
        }
        Seen::Key(_) | Seen::End => return None,
    })
}

/// Pieces of these lengths, in turn, for as long as there is input.
fn cut<'i>(input: &'i [u8], lengths: &'i [usize]) -> impl Iterator<Item = &'i [u8]> {
    let mut rest = input;
    let mut lengths = lengths.iter().cycle();
    std::iter::from_fn(move || {
        let length = (*lengths.next()?).min(rest.len());
        let (piece, after) = rest.split_at(length);
        let is_left = !rest.is_empty();
        rest = after;
        is_left.then_some(piece)
    })
}

/// Where pieces end: none is empty for ever.
fn cuts() -> impl Strategy<Value = Vec<usize>> {
    (1..9usize, vec(0..9usize, 0..9)).prop_map(|(first, rest)| [vec![first], rest].concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn pieces_tell_what_the_whole_tells(input in any_input(), cuts in cuts()) {
        for options in modes() {
            let expected = of_slice(options, &input);
            prop_assert_eq!(of_pieces(tokenizer(options), [&input[..]].into_iter()), expected);
            let expected = of_slice(options, &input);
            prop_assert_eq!(of_pieces(tokenizer(options), cut(&input, &cuts)), expected);
        }
    }

    #[test]
    fn strict_tokens_spell_what_the_naive_decoder_reads(input in any_input(), cuts in cuts()) {
        let told = of_pieces(Tokenizer::new(BDecodeOpt::strict()), cut(&input, &cuts));
        let ours = told.tokens.as_deref().and_then(to_naive);
        prop_assert_eq!(ours, naive::decode_canonical(&input));
    }

    #[test]
    fn lenient_tokens_spell_what_the_naive_decoder_reads(input in any_input(), cuts in cuts()) {
        let told = of_pieces(Tokenizer::new(BDecodeOpt::lenient()), cut(&input, &cuts));
        let ours = told.tokens.as_deref().and_then(to_naive);
        prop_assert_eq!(ours, naive::decode_any(&input).map(|(value, _)| value));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30))]

    #[test]
    fn a_large_input_is_the_same_under_any_cuts(lengths in vec(1..20_000usize, 1..20), noise in any::<(u8, u16)>()) {
        let mut input = large_input();
        check_large(&input, &lengths);
        let place = usize::from(noise.1) * 3 % input.len();
        input[place] = noise.0;
        check_large(&input, &lengths);
    }
}

fn check_large(input: &[u8], lengths: &[usize]) {
    for options in [BDecodeOpt::strict(), BDecodeOpt::lenient()] {
        let pieces = of_pieces(tokenizer(options), cut(input, lengths));
        assert!(
            pieces == of_slice(options, input),
            "{options:?}, {lengths:?}"
        );
    }
}

/// Many small values, one long string, and keys and integers long enough to be cut often.
fn large_input() -> Vec<u8> {
    let mut input = b"d".to_vec();
    for file in 0..2_000 {
        let key = format!("{file:04}{}", "k".repeat(file % 90));
        let path = "p".repeat(file % 30);
        let value = format!("d6:lengthi{file}e4:pathl{}:{path}0:ee", path.len());
        input.extend(format!("{}:{key}{value}", key.len()).bytes());
    }
    input.extend_from_slice(b"6:pieces40000:");
    input.resize(input.len() + 40_000, b'e');
    input.push(b'e');
    input
}
