use super::fault::{Fault, Place};
use super::frame::OpenFrames;
use super::sink::Sink;
use super::tape::Tape;
use super::{BDecodeOpt, Decoder, Document, Token, TokenKind};
use crate::error::DecodeError;
use crate::reference::BencodeRef;

/// What could be read of an input, and what put an end to it: of a whole input the value and no error, of a damaged one
/// most often both.
///
/// Lists and dictionaries that were open at the error end there, after their last complete value or pair, so
/// [`buffer`](BencodeRef::buffer) of one has no `e`. Whatever was complete is as in the whole value.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Partial<T> {
    /// The value as far as it was read; `None` if not even its type is certain, or it is an incomplete integer or byte
    /// string.
    pub value: Option<T>,
    /// The first violation.
    pub error: Option<DecodeError>,
}

impl Decoder {
    /// Decodes as much of the input as there is before the first violation: for showing what is left of a damaged file.
    ///
    /// ```
    /// # use bip_bencode::{BDecodeOpt, Decoder};
    /// let mut decoder = Decoder::new(BDecodeOpt::strict());
    /// let partial = decoder.decode_partial(b"d4:infod4:name4:spam6:lengthi12");
    /// assert_eq!(partial.error.unwrap().path(), "info.length");
    /// let torrent = partial.value.unwrap().try_dict()?;
    /// assert_eq!(torrent.dict(b"info")?.str(b"name")?, "spam");
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn decode_partial<'a>(&mut self, input: &'a [u8]) -> Partial<BencodeRef<'a, '_>> {
        let error = self.fill_partially(input);
        let tokens = self.tape.tokens();
        Partial {
            value: (!tokens.is_empty()).then(|| BencodeRef::new(input, tokens, 0)),
            error,
        }
    }
}

impl BDecodeOpt {
    /// Decodes as much of the input as there is before the first violation, as [`Decoder::decode_partial`] does.
    pub fn decode_partial(self, input: &[u8]) -> Partial<Document<'_>> {
        let mut decoder = Decoder::new(self);
        let error = decoder.fill_partially(input);
        let is_empty = decoder.tape.tokens().is_empty();
        Partial {
            value: (!is_empty).then(|| decoder.take_document(input)),
            error,
        }
    }
}

/// Closes what was open at the fault, which happened when everything before `at` had been taken, and says where the
/// value ends now.
pub(super) fn close_open(
    tape: &mut Tape,
    open: &mut OpenFrames,
    fault: &Fault,
    at: usize,
) -> usize {
    let mut end = at;
    let innermost = open.frames().last().map(|frame| frame.mark());
    if let Some(token) = tape.last() {
        let is_container = matches!(token.kind(), TokenKind::List | TokenKind::Dict);
        if is_container && innermost != Some(tape.mark() - 1) {
            // It was one too deep, so no frame waits for its end.
            tape.drop_last();
        }
    }
    let mut lost = fault.place == Place::Element;
    if let Some(frame) = open.frames().last()
        && frame.is_dict()
    {
        let token = tape.last().filter(|token| token.kind() == TokenKind::Key);
        lost = token.is_some();
        if let Some(key) = token {
            end = key.offset();
            tape.drop_last();
        }
    }
    while let Some(frame) = open.frames().last() {
        let count = frame.count() - usize::from(lost);
        let mark = frame.mark();
        tape.append(Token::new(TokenKind::End, end, count));
        tape.close(mark);
        open.pop();
        lost = false;
    }
    end
}
