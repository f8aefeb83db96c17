//! However the input is cut, the tokenizer tells what the slice decoder tells of the whole: tokens, warnings, and the
//! error with its kind, offset and path. The first byte says how many of the next ones are the lengths of the pieces, in
//! turn; the rest is the input.

#![no_main]

use std::io::{self, Read};

use bip_bencode::{
    BDecodeOpt, DEFAULT_MAX_INPUT_LENGTH, DecodeError, DecodeErrorKind, Decoder, IntRef,
    Irregularity, ReadError, Step, Token, TokenReader, Tokenizer, Walk,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((&count, rest)) = data.split_first() else {
        return;
    };
    let (lengths, input) = rest.split_at(usize::from(count % 16).min(rest.len()));
    for options in [
        BDecodeOpt::strict(),
        BDecodeOpt::lenient(),
        BDecodeOpt::lenient()
            .refuse(Irregularity::DuplicateKey)
            .max_depth(8),
    ] {
        check(options, input, lengths);
    }
});

fn check(options: BDecodeOpt, input: &[u8], lengths: &[u8]) {
    let mut decoder = Decoder::new(options);
    let decoded = decoder.decode(input).map(|root| spell(root.walk()));
    // A slice has no limits of their own for integers and keys.
    let tokenizer = || {
        Tokenizer::new(options)
            .max_string_length(DEFAULT_MAX_INPUT_LENGTH as u64)
            .max_int_length(usize::MAX)
            .max_key_length(usize::MAX)
            .max_keys_memory(usize::MAX)
    };

    let mut fed = tokenizer();
    let mut text = Vec::new();
    let result = feed(&mut fed, Pieces::new(input, lengths), &mut text);
    assert_same(&decoded, result, &text);
    assert_eq!(fed.warnings(), decoder.warnings());

    let mut reader = TokenReader::new(Pieces::new(input, lengths), tokenizer());
    let mut text = Vec::new();
    let result = read(&mut reader, &mut text);
    assert_same(&decoded, result, &text);
    assert_eq!(reader.tokenizer().warnings(), decoder.warnings());
}

fn assert_same(
    expected: &Result<Vec<u8>, DecodeError>,
    result: Result<(), DecodeError>,
    text: &[u8],
) {
    match (expected, result) {
        (Ok(expected), Ok(())) => assert_eq!(expected, text),
        (Err(expected), Err(error)) => {
            // A tape can be full, which a stream does not have.
            assert!(!matches!(
                expected.kind(),
                DecodeErrorKind::TooManyTokens { .. }
            ));
            assert_eq!(*expected, error);
        }
        (expected, result) => panic!("{expected:?} of the whole, {result:?} of the pieces"),
    }
}

/// Unambiguous text of all steps.
fn spell(walk: Walk<'_, '_>) -> Vec<u8> {
    let mut text = Vec::new();
    for step in walk {
        match step {
            Step::Int(int) => spell_int(int, &mut text),
            Step::Bytes(bytes) => {
                spell_length(bytes.len() as u64, &mut text);
                text.extend_from_slice(bytes);
            }
            Step::Key(key) => spell_key(key, &mut text),
            Step::List(_) => text.push(b'l'),
            Step::Dict(_) => text.push(b'd'),
            Step::End => text.push(b'e'),
        }
    }
    text
}

fn spell_token(token: Token<'_>, text: &mut Vec<u8>) {
    match token {
        Token::Int(int) => spell_int(int, text),
        Token::Bytes(length) => spell_length(length, text),
        Token::Part(part) => {
            assert!(!part.is_empty());
            text.extend_from_slice(part);
        }
        Token::Key(key) => spell_key(key, text),
        Token::List => text.push(b'l'),
        Token::Dict => text.push(b'd'),
        Token::End => text.push(b'e'),
    }
}

fn spell_int(int: IntRef<'_>, text: &mut Vec<u8>) {
    text.push(b'i');
    text.extend_from_slice(int.digits().as_bytes());
    text.push(b'e');
}

fn spell_length(length: u64, text: &mut Vec<u8>) {
    text.extend_from_slice(format!("b{length}:").as_bytes());
}

fn spell_key(key: &[u8], text: &mut Vec<u8>) {
    text.extend_from_slice(format!("k{}:", key.len()).as_bytes());
    text.extend_from_slice(key);
}

fn feed<'p>(
    tokenizer: &mut Tokenizer,
    pieces: impl Iterator<Item = &'p [u8]>,
    text: &mut Vec<u8>,
) -> Result<(), DecodeError> {
    for mut piece in pieces {
        while let Some(token) = tokenizer.next_token(&mut piece)? {
            spell_token(token, text);
        }
        assert!(piece.is_empty());
    }
    tokenizer.finish()
}

fn read(reader: &mut TokenReader<Pieces<'_>>, text: &mut Vec<u8>) -> Result<(), DecodeError> {
    loop {
        match reader.next_token() {
            Ok(Some(token)) => spell_token(token, text),
            Ok(None) => return Ok(()),
            Err(ReadError::Decode(error)) => return Err(error),
            Err(error) => panic!("{error}"),
        }
    }
}

/// The input in pieces of the given lengths, in turn: as an iterator and as a reader.
struct Pieces<'i> {
    input: &'i [u8],
    lengths: std::iter::Cycle<std::slice::Iter<'i, u8>>,
}

impl<'i> Pieces<'i> {
    fn new(input: &'i [u8], lengths: &'i [u8]) -> Pieces<'i> {
        Pieces {
            input,
            lengths: lengths.iter().cycle(),
        }
    }

    /// The next piece, of at most so many bytes. A length of 0 means 256; without lengths there is one piece.
    fn take(&mut self, most: usize) -> &'i [u8] {
        let length = match self.lengths.next() {
            None => self.input.len(),
            Some(0) => 256,
            Some(&length) => usize::from(length),
        };
        let (piece, rest) = self.input.split_at(length.min(self.input.len()).min(most));
        self.input = rest;
        piece
    }
}

impl<'i> Iterator for Pieces<'i> {
    type Item = &'i [u8];

    fn next(&mut self) -> Option<&'i [u8]> {
        Some(self.take(usize::MAX)).filter(|piece| !piece.is_empty())
    }
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let piece = self.take(buffer.len());
        buffer[..piece.len()].copy_from_slice(piece);
        Ok(piece.len())
    }
}
