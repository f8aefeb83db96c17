use alloc::vec::Vec;

use super::irregularity::Irregularity;
use super::lexer::{self, IntSpan, LexError};
use super::{BDecodeOpt, Document, Token, TokenKind, Warning};
use crate::error::{DecodeError, DecodeErrorKind, KeyPath, Segment};
use crate::limits::INITIAL_TOKENS;
use crate::reference::{BencodeRef, IntRef};

/// Decodes one input after the other and keeps its memory: from the second message on, nothing is allocated.
///
/// ```
/// use bip_bencode::{BDecodeOpt, Decoder};
///
/// let mut decoder = Decoder::new(BDecodeOpt::strict());
/// for packet in [&b"d1:y1:qe"[..], b"d1:y1:re"] {
///     let message = decoder.decode(packet)?.try_dict()?;
///     assert!(matches!(message.bytes(b"y")?, b"q" | b"r"));
/// }
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Decoder {
    options: BDecodeOpt,
    tape: Vec<Token>,
    /// The open containers from the outermost inwards, without the one being filled (after an error, with it).
    open: Vec<Frame>,
    warnings: Vec<Warning>,
    /// The keys of an unsorted dictionary, as token and ordinal, while it is searched for repetitions.
    keys: Vec<(u32, u32)>,
}

/// A list or dictionary whose end has not come yet.
#[derive(Clone, Copy, Debug)]
struct Frame {
    /// Its token, to be told its size at the end.
    token: u32,
    /// Values or pairs begun so far.
    count: u32,
    /// The span of the newest key, empty in a list.
    key_start: u32,
    key_end: u32,
    kind: FrameKind,
    /// A key came out of order, so repetitions need not be neighbours.
    is_unsorted: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FrameKind {
    List,
    Dict,
}

/// A violation, before its path is known.
struct Fault {
    kind: DecodeErrorKind,
    offset: usize,
    place: Place,
}

/// What in the innermost open container a fault belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The container itself: its end or next key.
    Container,
    /// The newest value or key.
    Element,
}

impl Decoder {
    /// A decoder without memory yet.
    pub fn new(options: BDecodeOpt) -> Decoder {
        Decoder {
            options,
            ..Decoder::default()
        }
    }

    /// Decodes one value that takes the whole input (or more than that, where
    /// [`TrailingBytes`](Irregularity::TrailingBytes) are allowed). The value borrows the bytes from the input and its
    /// structure from this decoder.
    ///
    /// # Errors
    /// The first violation, with its kind, byte offset and key path.
    pub fn decode<'a>(&mut self, input: &'a [u8]) -> Result<BencodeRef<'a, '_>, DecodeError> {
        self.fill_whole(input)?;
        Ok(BencodeRef::new(input, &self.tape, 0))
    }

    /// Decodes the one value at the beginning of the input and tells how many bytes it took. What follows is not looked
    /// at, as the piece behind a `ut_metadata` header (BEP 9, "extension message").
    ///
    /// ```
    /// # use bip_bencode::{BDecodeOpt, Decoder};
    /// let mut decoder = Decoder::new(BDecodeOpt::strict());
    /// let message = b"d8:msg_typei1e5:piecei0eeDATA";
    /// let (header, length) = decoder.decode_prefix(message)?;
    /// assert_eq!(header.try_dict()?.int_u64(b"msg_type")?, 1);
    /// assert_eq!(&message[length..], b"DATA");
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The first violation, with its kind, byte offset and key path.
    pub fn decode_prefix<'a>(
        &mut self,
        input: &'a [u8],
    ) -> Result<(BencodeRef<'a, '_>, usize), DecodeError> {
        let length = self.fill(input)?;
        Ok((BencodeRef::new(input, &self.tape, 0), length))
    }

    /// What was irregular in the last input, in its order; also what came before an error. At most
    /// [`max_warnings`](BDecodeOpt::max_warnings).
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    pub(super) fn into_document(mut self, input: &[u8]) -> Result<Document<'_>, DecodeError> {
        self.fill_whole(input)?;
        Ok(Document::new(input, self.tape, self.warnings))
    }

    fn fill_whole(&mut self, input: &[u8]) -> Result<(), DecodeError> {
        let length = self.fill(input)?;
        if length < input.len() {
            note(
                &self.options,
                &mut self.warnings,
                Irregularity::TrailingBytes,
                length,
            )
            .map_err(|kind| DecodeError::new(kind, length, KeyPath::default()))?;
        }
        Ok(())
    }

    /// Fills the tape with the first value of the input and says how long it is.
    fn fill(&mut self, input: &[u8]) -> Result<usize, DecodeError> {
        self.tape.clear();
        self.open.clear();
        self.warnings.clear();
        if input.len() > self.options.max_input_length {
            let limit = self.options.max_input_length;
            return Err(DecodeError::new(
                DecodeErrorKind::InputTooLong { limit },
                limit,
                KeyPath::default(),
            ));
        }
        self.tape.reserve(INITIAL_TOKENS.min(input.len() / 4 + 2));
        let filled = self.fill_value(input);
        // Repetitions are found only where their dictionary ends.
        if self.warnings.len() > 1 {
            self.warnings.sort_by_key(|warning| warning.offset);
        }
        match filled {
            Ok(length) => {
                self.tape.push(Token::new(TokenKind::End, length, 0));
                Ok(length)
            }
            Err(fault) => Err(self.describe(input, &fault)),
        }
    }

    /// The hot loop. One round takes a container's end, or a value with its key.
    fn fill_value(&mut self, input: &[u8]) -> Result<usize, Fault> {
        let Decoder {
            options,
            tape,
            open,
            warnings,
            keys,
        } = self;
        let options = *options;
        let mut frame = match input.first() {
            Some(b'l' | b'd') if options.max_depth == 0 => {
                return Err(Fault::new(
                    DecodeErrorKind::TooDeep { limit: 0 },
                    0,
                    Place::Container,
                ));
            }
            Some(&byte @ (b'l' | b'd')) => {
                push(
                    tape,
                    &options,
                    if byte == b'd' {
                        TokenKind::Dict
                    } else {
                        TokenKind::List
                    },
                    0,
                    0,
                )
                .map_err(Fault::in_container)?;
                Frame::new(0, byte)
            }
            Some(&byte) => {
                return scalar(input, 0, byte, tape, &options, warnings)
                    .map_err(Fault::in_container);
            }
            None => {
                return Err(Fault::new(
                    DecodeErrorKind::UnexpectedEnd,
                    0,
                    Place::Container,
                ));
            }
        };
        let mut at = 1;
        // Leaves with the frame on the stack, for the path.
        macro_rules! fail {
            ($place:ident, $error:expr) => {{
                let (kind, offset): LexError = $error;
                open.push(frame);
                return Err(Fault::new(kind, offset, Place::$place));
            }};
        }
        loop {
            let Some(&(mut byte)) = input.get(at) else {
                fail!(Container, (DecodeErrorKind::UnexpectedEnd, at))
            };
            if byte == b'e' {
                if frame.is_unsorted {
                    if let Err((key, error)) =
                        note_repetitions(input, tape, frame.token, keys, &options, warnings)
                    {
                        (frame.key_start, frame.key_end) = key;
                        fail!(Element, error);
                    }
                }
                if let Err(error) = push(tape, &options, TokenKind::End, at, frame.count as usize) {
                    fail!(Container, error);
                }
                let start = frame.token as usize;
                tape[start] =
                    Token::new(tape[start].kind(), tape[start].offset(), tape.len() - start);
                at += 1;
                match open.pop() {
                    Some(parent) => frame = parent,
                    None => return Ok(at),
                }
                continue;
            }
            if frame.kind == FrameKind::Dict {
                if !byte.is_ascii_digit() {
                    fail!(
                        Container,
                        (DecodeErrorKind::ExpectedKey { found: byte }, at)
                    );
                }
                let key = match lexer::string(input, at, byte, options.max_string_length) {
                    Ok(key) => key,
                    Err(error) => fail!(Container, error),
                };
                if key.zero_padded {
                    if let Err(kind) = note(&options, warnings, Irregularity::LengthLeadingZero, at)
                    {
                        fail!(Container, (kind, at));
                    }
                }
                if let Err(error) = push(tape, &options, TokenKind::Key, at, key.start - at) {
                    fail!(Container, error);
                }
                let last_key = &input[frame.key_start as usize..frame.key_end as usize];
                let is_in_order = frame.count == 0 || last_key < &input[key.start..key.end];
                let is_repetition = !is_in_order && last_key == &input[key.start..key.end];
                frame.count += 1;
                (frame.key_start, frame.key_end) = (key.start as u32, key.end as u32);
                if !is_in_order {
                    let irregularity = if is_repetition {
                        Irregularity::DuplicateKey
                    } else {
                        Irregularity::UnsortedKey
                    };
                    frame.is_unsorted |= !is_repetition;
                    if let Err(kind) = note(&options, warnings, irregularity, at) {
                        fail!(Element, (kind, at));
                    }
                }
                at = key.end;
                match input.get(at) {
                    Some(b'e') => fail!(Element, (DecodeErrorKind::MissingValue, at)),
                    Some(&next) => byte = next,
                    None => fail!(Element, (DecodeErrorKind::UnexpectedEnd, at)),
                }
            } else {
                frame.count += 1;
            }
            if matches!(byte, b'l' | b'd') {
                if open.len() + 1 >= options.max_depth {
                    fail!(
                        Element,
                        (
                            DecodeErrorKind::TooDeep {
                                limit: options.max_depth
                            },
                            at
                        )
                    );
                }
                let token = tape.len() as u32;
                let kind = if byte == b'd' {
                    TokenKind::Dict
                } else {
                    TokenKind::List
                };
                if let Err(error) = push(tape, &options, kind, at, 0) {
                    fail!(Element, error);
                }
                open.push(frame);
                frame = Frame::new(token, byte);
                at += 1;
            } else {
                at = match scalar(input, at, byte, tape, &options, warnings) {
                    Ok(end) => end,
                    Err(error) => fail!(Element, error),
                };
            }
        }
    }

    /// Finds the path of a fault. Only here, so that decoding pays nothing for it.
    #[cold]
    fn describe(&self, input: &[u8], fault: &Fault) -> DecodeError {
        let frames = match (fault.place, self.open.split_last()) {
            (Place::Container, Some((_, outer))) => outer,
            _ => &self.open[..],
        };
        let segments = frames.iter().map(|frame| match frame.kind {
            FrameKind::Dict => {
                Segment::Key(&input[frame.key_start as usize..frame.key_end as usize])
            }
            FrameKind::List => Segment::Index(frame.count as usize - 1),
        });
        DecodeError::new(fault.kind, fault.offset, KeyPath::from_segments(segments))
    }
}

impl Frame {
    #[inline(always)]
    fn new(token: u32, byte: u8) -> Frame {
        let kind = if byte == b'd' {
            FrameKind::Dict
        } else {
            FrameKind::List
        };
        Frame {
            token,
            count: 0,
            key_start: 0,
            key_end: 0,
            kind,
            is_unsorted: false,
        }
    }
}

impl Fault {
    fn new(kind: DecodeErrorKind, offset: usize, place: Place) -> Fault {
        Fault {
            kind,
            offset,
            place,
        }
    }

    fn in_container((kind, offset): LexError) -> Fault {
        Fault::new(kind, offset, Place::Container)
    }
}

#[inline(always)]
fn push(
    tape: &mut Vec<Token>,
    options: &BDecodeOpt,
    kind: TokenKind,
    offset: usize,
    payload: usize,
) -> Result<(), LexError> {
    if tape.len() >= options.max_tokens {
        return Err((
            DecodeErrorKind::TooManyTokens {
                limit: options.max_tokens,
            },
            offset,
        ));
    }
    tape.push(Token::new(kind, offset, payload));
    Ok(())
}

/// Takes an integer or byte string and says where it ends.
#[inline(always)]
fn scalar(
    input: &[u8],
    at: usize,
    byte: u8,
    tape: &mut Vec<Token>,
    options: &BDecodeOpt,
    warnings: &mut Vec<Warning>,
) -> Result<usize, LexError> {
    if byte.is_ascii_digit() {
        let string = lexer::string(input, at, byte, options.max_string_length)?;
        if string.zero_padded {
            note(options, warnings, Irregularity::LengthLeadingZero, at)
                .map_err(|kind| (kind, at))?;
        }
        push(tape, options, TokenKind::Bytes, at, string.start - at)?;
        Ok(string.end)
    } else if byte == b'i' {
        let int = lexer::int(input, at)?;
        if int.is_suspect(input) {
            note_int(input, &int, at, options, warnings).map_err(|kind| (kind, at))?;
        }
        push(tape, options, TokenKind::Int, at, 0)?;
        Ok(int.end + 1)
    } else {
        Err((DecodeErrorKind::ExpectedValue { found: byte }, at))
    }
}

/// Records what is allowed, or tells the error that it is.
#[cold]
fn note(
    options: &BDecodeOpt,
    warnings: &mut Vec<Warning>,
    irregularity: Irregularity,
    offset: usize,
) -> Result<(), DecodeErrorKind> {
    if !options.allowed.contains(irregularity) {
        return Err(DecodeErrorKind::Irregular(irregularity));
    }
    if warnings.len() < options.max_warnings {
        warnings.push(Warning {
            irregularity,
            offset,
        });
    }
    Ok(())
}

#[cold]
fn note_int(
    input: &[u8],
    int: &IntSpan,
    offset: usize,
    options: &BDecodeOpt,
    warnings: &mut Vec<Warning>,
) -> Result<(), DecodeErrorKind> {
    let digits = &input[int.digits_start..int.end];
    if digits.len() > 1 && digits[0] == b'0' {
        note(options, warnings, Irregularity::IntLeadingZero, offset)?;
    }
    let value = IntRef::new(&input[offset + 1..int.end]);
    if int.negative && value.magnitude() == "0" {
        note(options, warnings, Irregularity::NegativeZero, offset)?;
    }
    if value.to_i64().is_err() && value.to_u64().is_err() {
        note(options, warnings, Irregularity::IntOutOfRange, offset)?;
    }
    Ok(())
}

/// Finds the keys that an unsorted dictionary has twice with others between them. (Neighbours were noted as they came.)
/// An error comes with the span of its key.
#[cold]
fn note_repetitions(
    input: &[u8],
    tape: &[Token],
    dict: u32,
    keys: &mut Vec<(u32, u32)>,
    options: &BDecodeOpt,
    warnings: &mut Vec<Warning>,
) -> Result<(), ((u32, u32), LexError)> {
    let span = |token: u32| {
        let (key, next) = (tape[token as usize], tape[token as usize + 1]);
        (key.offset() + key.payload(), next.offset())
    };
    let bytes = |token: u32| {
        let (start, end) = span(token);
        &input[start..end]
    };
    keys.clear();
    let mut token = dict as usize + 1;
    while token < tape.len() {
        keys.push((token as u32, keys.len() as u32));
        token += 1;
        token += tape[token].token_count();
    }
    keys.sort_unstable_by(|&(a, _), &(b, _)| bytes(a).cmp(bytes(b)).then(a.cmp(&b)));
    // The first repetition in the input is the one to tell.
    let mut repetitions: Vec<u32> = keys
        .windows(2)
        .filter(|pair| pair[0].1 + 1 != pair[1].1 && bytes(pair[0].0) == bytes(pair[1].0))
        .map(|pair| pair[1].0)
        .collect();
    repetitions.sort_unstable();
    for token in repetitions {
        let offset = tape[token as usize].offset();
        if let Err(kind) = note(options, warnings, Irregularity::DuplicateKey, offset) {
            let (start, end) = span(token);
            return Err(((start as u32, end as u32), (kind, offset)));
        }
    }
    Ok(())
}
