use alloc::vec::Vec;

use super::fault::Fault;
use super::frame::{Frame, OpenFrames};
use super::irregularity::Irregularity;
use super::lexer::{self, LexError};
use super::sink::Sink;
use super::{BDecodeOpt, Token, TokenKind, Warning};
use crate::error::DecodeErrorKind;

/// One pass over one input: a machine without recursion.
///
/// ```text
///            .--- scalar ---.         .----- key, scalar -----.
///            v              |         v                       |
///   start -> in a list -----'   in a dictionary --------------'
///              |    ^                 |    ^
///              '-- l or d: save the frame, a new one; e: the saved one --'
/// ```
pub(super) struct Filling<'d, 'a, S> {
    pub(super) input: &'a [u8],
    pub(super) options: BDecodeOpt,
    /// Containers around the value, which count as open.
    pub(super) outer_depth: usize,
    pub(super) sink: &'d mut S,
    pub(super) open: &'d mut OpenFrames,
    pub(super) warnings: &'d mut Vec<Warning>,
    /// The next byte.
    pub(super) at: usize,
}

impl<S: Sink> Filling<'_, '_, S> {
    /// Takes the value that begins at `at`, which is then its end.
    pub(super) fn run(&mut self) -> Result<(), Fault> {
        let mut at = self.at;
        let taken = self.value(&mut at);
        self.at = at;
        taken
    }

    /// `at` is no field, so that it stays in a register.
    #[inline(always)]
    fn value(&mut self, at: &mut usize) -> Result<(), Fault> {
        let Some(&byte) = self.input.get(*at) else {
            return Err(Fault::in_container((DecodeErrorKind::UnexpectedEnd, *at)));
        };
        if !is_container(byte) {
            return self.scalar(byte, at).map_err(Fault::in_container);
        }
        self.open(byte, at).map_err(Fault::in_container)?;
        self.containers(at)
    }

    /// The hot loop. One round takes the end of a container, or a value with its key.
    #[inline(always)]
    fn containers(&mut self, at: &mut usize) -> Result<(), Fault> {
        loop {
            let Some(&byte) = self.input.get(*at) else {
                return Err(Fault::in_container((DecodeErrorKind::UnexpectedEnd, *at)));
            };
            if byte == b'e' {
                if self.close(at)? {
                    continue;
                }
                return Ok(());
            }
            let frame = self.open.innermost();
            let byte = if frame.is_dict() {
                self.key(byte, at)?
            } else {
                frame.count_one();
                byte
            };
            if is_container(byte) {
                self.open(byte, at).map_err(Fault::in_element)?;
            } else {
                self.scalar(byte, at).map_err(Fault::in_element)?;
            }
        }
    }

    /// Takes the `e` of the innermost container and says whether one is left.
    #[inline(always)]
    fn close(&mut self, at: &mut usize) -> Result<bool, Fault> {
        let frame = self.open.innermost();
        let (mark, count) = (frame.mark(), frame.count());
        if frame.is_unsorted() {
            self.note_distant_repetitions(mark)?;
        }
        self.push(TokenKind::End, *at, count)
            .map_err(Fault::in_container)?;
        self.sink.close(mark);
        *at += 1;
        Ok(self.open.pop())
    }

    /// Takes an `l` or `d`.
    #[inline(always)]
    fn open(&mut self, byte: u8, at: &mut usize) -> Result<(), LexError> {
        let frame = Frame::new(self.sink.mark(), byte == b'd');
        let kind = if byte == b'd' {
            TokenKind::Dict
        } else {
            TokenKind::List
        };
        self.push(kind, *at, 0)?;
        let limit = self.options.max_depth;
        self.open
            .push(frame, limit.saturating_sub(self.outer_depth))
            .map_err(|_| (DecodeErrorKind::TooDeep { limit }, *at))?;
        *at += 1;
        Ok(())
    }

    /// Takes a key, which begins with `byte`, and gives the first byte of its value.
    #[inline(always)]
    fn key(&mut self, byte: u8, at: &mut usize) -> Result<u8, Fault> {
        let offset = *at;
        if !byte.is_ascii_digit() {
            return Err(Fault::in_container((
                DecodeErrorKind::ExpectedKey { found: byte },
                offset,
            )));
        }
        let (start, end) = self
            .string(byte, TokenKind::Key, at)
            .map_err(Fault::in_container)?;
        self.sink.note_key(offset, start, end);
        let input = self.input;
        let frame = self.open.innermost();
        let is_first = frame.count() == 0;
        let last = frame.key(input);
        frame.count_one();
        frame.set_key(start, end);
        let bytes = &input[start..end];
        if !is_first && !ascends(last, bytes) {
            self.note_order(last == bytes, offset)?;
        }
        match input.get(*at) {
            Some(b'e') => Err(Fault::in_element((DecodeErrorKind::MissingValue, *at))),
            Some(&next) => Ok(next),
            None => Err(Fault::in_element((DecodeErrorKind::UnexpectedEnd, *at))),
        }
    }

    /// Takes an integer or byte string, which begins with `byte`.
    #[inline(always)]
    fn scalar(&mut self, byte: u8, at: &mut usize) -> Result<(), LexError> {
        if byte.is_ascii_digit() {
            self.string(byte, TokenKind::Bytes, at).map(|_| ())
        } else if byte == b'i' {
            let int = lexer::int(self.input, *at)?;
            if int.is_suspect(self.input) {
                self.note_int(*at, int.end)?;
            }
            self.push(TokenKind::Int, *at, 0)?;
            *at = int.end + 1;
            Ok(())
        } else {
            Err((DecodeErrorKind::ExpectedValue { found: byte }, *at))
        }
    }

    /// Takes a byte string or key, whose length begins with `byte`, and says where it lies.
    #[inline(always)]
    fn string(
        &mut self,
        byte: u8,
        kind: TokenKind,
        at: &mut usize,
    ) -> Result<(usize, usize), LexError> {
        let offset = *at;
        let short = lexer::short_string(self.input, offset, byte, self.options.max_string_length);
        let (start, end) = match short {
            Some(span) => span,
            None => self.any_string(byte, offset)?,
        };
        self.push(kind, offset, start - offset)?;
        *at = end;
        Ok((start, end))
    }

    #[cold]
    fn any_string(&mut self, byte: u8, offset: usize) -> Result<(usize, usize), LexError> {
        let span = lexer::string(self.input, offset, byte, self.options.max_string_length)
            .map_err(|error| self.string_fault(error, offset))?;
        if span.zero_padded {
            self.note(Irregularity::LengthLeadingZero, offset)?;
        }
        Ok((span.start, span.end))
    }

    #[inline(always)]
    fn push(&mut self, kind: TokenKind, offset: usize, payload: usize) -> Result<(), LexError> {
        let limit = self.options.max_tokens;
        let pushed = self.sink.push(Token::new(kind, offset, payload), limit);
        pushed.map_err(|_| (DecodeErrorKind::TooManyTokens { limit }, offset))
    }

    #[cold]
    fn note(&mut self, irregularity: Irregularity, offset: usize) -> Result<(), LexError> {
        self.options.note(irregularity, offset, self.warnings)
    }

    /// Where the length is irregular, that comes before what the string lacks: more bytes would not mend it.
    #[cold]
    fn string_fault(&mut self, error: LexError, at: usize) -> LexError {
        let is_padded = self.input[at] == b'0';
        match error.0 {
            DecodeErrorKind::StringPastEnd { .. } if is_padded => self
                .note(Irregularity::LengthLeadingZero, at)
                .err()
                .unwrap_or(error),
            _ => error,
        }
    }

    #[cold]
    fn note_int(&mut self, at: usize, end: usize) -> Result<(), LexError> {
        for irregularity in Irregularity::of_int(&self.input[at + 1..end]) {
            self.note(irregularity, at)?;
        }
        Ok(())
    }

    /// For a key that does not sort behind the one in front of it.
    #[cold]
    fn note_order(&mut self, repeats: bool, offset: usize) -> Result<(), Fault> {
        let irregularity = if repeats {
            Irregularity::DuplicateKey
        } else {
            self.open.innermost().set_unsorted();
            Irregularity::UnsortedKey
        };
        self.note(irregularity, offset).map_err(Fault::in_element)
    }

    #[cold]
    fn note_distant_repetitions(&mut self, mark: usize) -> Result<(), Fault> {
        for key in self.sink.repetitions(self.input, mark) {
            let offset = key.offset as usize;
            let noted = self
                .options
                .note(Irregularity::DuplicateKey, offset, self.warnings);
            if let Err(error) = noted {
                let frame = self.open.innermost();
                frame.set_key(key.start as usize, key.end as usize);
                return Err(Fault::in_element(error));
            }
        }
        Ok(())
    }
}

#[inline(always)]
fn is_container(byte: u8) -> bool {
    matches!(byte, b'l' | b'd')
}

/// Whether the first sorts before the second. Most keys of one dictionary differ in their first byte.
#[inline(always)]
fn ascends(a: &[u8], b: &[u8]) -> bool {
    match (a.first(), b.first()) {
        (Some(a), Some(b)) if a != b => a < b,
        _ => a < b,
    }
}
