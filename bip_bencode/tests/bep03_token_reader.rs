//! BEP 3, "bencoding", from a reader: whatever it gives at once and whenever it fails, the tokens are those of the
//! whole, and values are taken, passed by and copied exactly.

#![cfg(feature = "std")]

mod inputs;
#[allow(dead_code, reason = "other tests use the rest")]
mod naive;

use std::io::{self, Read};

use bip_bencode::{
    BDecodeOpt, DEFAULT_READ_BUFFER_LENGTH, DecodeErrorKind as Kind, Irregularity, ReadError,
    Token, TokenReader, Tokenizer,
};
use inputs::{any_input, value};
use proptest::prelude::*;

fn strict() -> Tokenizer {
    Tokenizer::new(BDecodeOpt::strict())
}

/// A reader over `input` that reads `buffer_length` bytes at once.
fn reader(input: &[u8], buffer_length: usize) -> TokenReader<&[u8]> {
    TokenReader::new(input, strict()).buffer_length(buffer_length)
}

/// All tokens as text, the parts of a byte string joined, and the error's text.
fn text(mut reader: TokenReader<impl Read>) -> (String, Option<String>) {
    let mut text = String::new();
    loop {
        match reader.next_token() {
            Ok(None) => return (text, None),
            Ok(Some(Token::Part(part))) => text += &part.escape_ascii().to_string(),
            Ok(Some(token)) => text += &format!("\n{token:?} "),
            Err(error) => return (text, Some(error.to_string())),
        }
    }
}

/// Gives a byte at a time, and in between what a reader may say besides.
struct Stutter<'i> {
    input: &'i [u8],
    turn: usize,
    between: Option<io::ErrorKind>,
}

impl Read for Stutter<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.turn += 1;
        match self.between {
            Some(kind) if self.turn.is_multiple_of(2) => Err(kind.into()),
            _ => self.input.read(&mut buffer[..1]),
        }
    }
}

#[test]
fn interruptions_are_passed_over_and_other_failures_can_be_tried_again() {
    let input = b"d3:cowi-12e4:spaml2:abee";
    let stutter = |between| {
        let input = &input[..];
        TokenReader::new(
            Stutter {
                input,
                turn: 0,
                between,
            },
            strict(),
        )
    };
    let whole = text(reader(input, DEFAULT_READ_BUFFER_LENGTH));
    assert_eq!(text(stutter(None)), whole);
    assert_eq!(text(stutter(Some(io::ErrorKind::Interrupted))), whole);

    let mut blocking = stutter(Some(io::ErrorKind::WouldBlock));
    let (mut seen, mut failures) = (String::new(), 0);
    loop {
        match blocking.next_token() {
            Ok(None) => break,
            Ok(Some(Token::Part(part))) => seen += &part.escape_ascii().to_string(),
            Ok(Some(token)) => seen += &format!("\n{token:?} "),
            Err(ReadError::Io(error)) => {
                assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
                failures += 1;
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(seen, whole.0);
    assert_eq!(failures, input.len());
}

#[test]
fn the_input_must_end_behind_the_value_and_not_before() {
    let error = |input: &[u8]| text(reader(input, 4)).1.unwrap();
    assert_eq!(error(b"l4:spam"), "unexpected end of input at byte 7");
    assert_eq!(
        error(b"l4:sp"),
        "byte string is 2 bytes short at byte 1 in [0]"
    );
    assert_eq!(error(b"leX"), "bytes after the end of the value at byte 2");
    assert_eq!(error(b""), "unexpected end of input at byte 0");
}

#[test]
fn what_follows_is_left_where_it_is_allowed() {
    let tokenizer = Tokenizer::new(BDecodeOpt::lenient());
    let mut reader = TokenReader::new(&b"i1eDATA"[..], tokenizer);
    assert!(reader.next_token().unwrap().is_some());
    for _ in 0..2 {
        assert_eq!(reader.next_token().unwrap(), None);
        assert_eq!(reader.unread(), b"DATA");
        assert_eq!(reader.tokenizer().offset(), 3);
    }
    let warning = reader.tokenizer().warnings()[0];
    assert_eq!(reader.tokenizer().warnings().len(), 1);
    assert_eq!(warning.irregularity, Irregularity::TrailingBytes);
}

#[test]
fn concatenated_values_come_one_by_one() {
    let input = &b"i1e2:abd1:xi2eele"[..];
    let mut reader = TokenReader::new(input, strict().concatenated()).buffer_length(3);
    let mut lengths = Vec::new();
    while let Some(value) = reader.read_value(100).unwrap() {
        lengths.push(value.buffer().len());
        assert!(reader.tokenizer().is_between_values());
    }
    assert_eq!(lengths, [3, 4, 8, 2]);
    assert!(reader.read_value(100).unwrap().is_none());
}

#[test]
fn a_value_is_taken_up_to_its_limit_and_refused_one_past_it() {
    let input = b"l3:onei2eld1:ai3eee4:afteree";
    for buffer_length in [1, 5, 1_000] {
        let mut reader = reader(input, buffer_length);
        reader.next_token().unwrap();
        assert_eq!(reader.read_value(5).unwrap().unwrap().str(), Some("one"));
        assert_eq!(reader.skip_value().unwrap(), 3);
        let error = reader.read_value(9).unwrap_err();
        assert!(
            matches!(
                error,
                ReadError::ValueTooLong {
                    limit: 9,
                    offset: 9
                }
            ),
            "{error}"
        );
    }
    let mut reader = reader(input, 4);
    reader.next_token().unwrap();
    reader.skip_value().unwrap();
    reader.skip_value().unwrap();
    assert_eq!(
        reader.read_value(10).unwrap().unwrap().buffer(),
        b"ld1:ai3eee"
    );
}

#[test]
fn no_value_is_taken_where_none_begins() {
    let mut reader = reader(b"ld1:a3:xyzee", 2);
    let refused = |told: Result<u64, ReadError>, at: u64| {
        assert!(matches!(told, Err(ReadError::NotAtValue { offset }) if offset == at));
    };
    reader.next_token().unwrap();
    reader.next_token().unwrap();
    refused(reader.skip_value(), 2);
    assert_eq!(reader.next_token().unwrap(), Some(Token::Key(b"a")));
    assert_eq!(reader.next_token().unwrap(), Some(Token::Bytes(3)));
    refused(reader.copy_value_to(&mut io::sink()), 7);
    let mut content = Vec::new();
    assert_eq!(reader.copy_string_to(&mut content).unwrap(), 3);
    assert_eq!(reader.copy_string_to(&mut content).unwrap(), 0);
    assert_eq!(content, b"xyz");
    assert_eq!(reader.next_token().unwrap(), Some(Token::End));
    // The list ends here.
    assert_eq!(reader.skip_value().unwrap(), 0);
    assert_eq!(reader.skip_value().unwrap(), 0);
    assert_eq!(reader.next_token().unwrap(), None);
}

#[test]
fn errors_tell_the_place_in_the_whole_input_and_stay() {
    let mut reader = reader(b"d4:infod4:name4:spam4:pathli03eeee", 3);
    for _ in 0..4 {
        reader.next_token().unwrap();
    }
    assert_eq!(reader.skip_value().unwrap(), 6);
    assert_eq!(reader.next_token().unwrap(), Some(Token::Key(b"path")));
    let read = |reader: &mut TokenReader<&[u8]>| match reader.read_value(100) {
        Err(ReadError::Decode(error)) => error,
        other => panic!("{other:?}"),
    };
    let error = read(&mut reader);
    let kind = Kind::Irregular(Irregularity::IntLeadingZero);
    assert_eq!((error.kind(), error.offset()), (kind, 27));
    assert_eq!(error.path(), "info.path[0]");
    assert_eq!(read(&mut reader), error);
    assert!(matches!(reader.next_token(), Err(ReadError::Decode(again)) if again == error));
}

#[test]
fn a_writer_that_fails_stops_the_copy() {
    let mut room = [0; 3];
    let mut reader = reader(b"l4:spame", 100);
    reader.next_token().unwrap();
    let error = reader.copy_value_to(&mut &mut room[..]).unwrap_err();
    assert!(matches!(error, ReadError::Io(error) if error.kind() == io::ErrorKind::WriteZero));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn tokens_do_not_depend_on_the_buffer(input in any_input(), buffer_length in 0..20usize) {
        prop_assert_eq!(text(reader(&input, buffer_length)), text(reader(&input, DEFAULT_READ_BUFFER_LENGTH)));
    }

    #[test]
    fn values_are_copied_and_read_as_they_are(values in proptest::collection::vec(value(), 0..5), buffer_length in 1..20usize) {
        let encoded: Vec<_> = values.iter().map(naive::Value::encode).collect();
        let list = [b"l".to_vec(), encoded.concat(), b"e".to_vec()].concat();
        let [mut copying, mut reading] = [reader(&list, buffer_length), reader(&list, buffer_length)];
        copying.next_token().unwrap();
        reading.next_token().unwrap();
        for value in encoded {
            let mut copy = Vec::new();
            prop_assert_eq!(copying.copy_value_to(&mut copy).unwrap(), value.len() as u64);
            prop_assert_eq!(&copy, &value);
            prop_assert_eq!(reading.read_value(1_000_000).unwrap().unwrap().buffer(), value);
        }
        prop_assert_eq!(copying.skip_value().unwrap(), 0);
        prop_assert!(reading.read_value(0).unwrap().is_none());
        prop_assert_eq!(copying.next_token().unwrap(), None);
    }

    #[test]
    fn copied_tokens_are_the_whole_input(value in value(), buffer_length in 1..20usize) {
        let encoded = value.encode();
        let mut reader = reader(&encoded, buffer_length);
        let mut copy = Vec::new();
        while reader.next_token_copied_to(&mut copy).unwrap().is_some() {}
        prop_assert_eq!(copy, encoded);
    }
}
