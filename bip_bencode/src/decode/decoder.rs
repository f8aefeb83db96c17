use alloc::vec::Vec;
use core::mem;

use super::fault::Fault;
use super::filling::Filling;
use super::frame::OpenFrames;
use super::irregularity::Irregularity;
use super::partial::close_open;
use super::tape::Tape;
use super::{BDecodeOpt, Document, Token, TokenKind, Warning};
use crate::error::DecodeError;
use crate::reference::BencodeRef;

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
    pub(super) tape: Tape,
    open: OpenFrames,
    warnings: Vec<Warning>,
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
        self.fill(input)?;
        Ok(BencodeRef::new(input, self.tape.tokens(), 0))
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
        let length = self.fill_from(input, 0)?;
        Ok((BencodeRef::new(input, self.tape.tokens(), 0), length))
    }

    /// What was irregular in the last input, in its order; also what came before an error. At most
    /// [`max_warnings`](BDecodeOpt::max_warnings).
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// Hands over what was filled in last. The memory for open containers stays.
    pub(super) fn take_document<'a>(&mut self, input: &'a [u8]) -> Document<'a> {
        let tape = mem::take(&mut self.tape);
        Document::new(input, tape.into_tokens(), mem::take(&mut self.warnings))
    }

    /// Fills the tape with the value that takes the whole input.
    pub(super) fn fill(&mut self, input: &[u8]) -> Result<(), DecodeError> {
        let end = self.fill_from(input, 0)?;
        self.note_trailing(input, end)
    }

    /// Fills the tape with the value that begins at `at` and says where it ends.
    pub(super) fn fill_from(&mut self, input: &[u8], at: usize) -> Result<usize, DecodeError> {
        self.begin(input)?;
        let (end, taken) = self.take(input, at);
        taken.map_err(|fault| fault.describe(&self.open, input))?;
        self.tape.append(Token::new(TokenKind::End, end, 0));
        Ok(end)
    }

    /// Fills the tape with as much of the input as there is before the error, if there is one. The tape stays empty if
    /// that is nothing.
    pub(super) fn fill_partially(&mut self, input: &[u8]) -> Option<DecodeError> {
        if let Err(error) = self.begin(input) {
            return Some(error);
        }
        let (end, taken) = self.take(input, 0);
        let Err(fault) = taken else {
            self.tape.append(Token::new(TokenKind::End, end, 0));
            return self.note_trailing(input, end).err();
        };
        let error = fault.describe(&self.open, input);
        let end = close_open(&mut self.tape, &mut self.open, &fault, end);
        if !self.tape.tokens().is_empty() {
            self.tape.append(Token::new(TokenKind::End, end, 0));
        }
        Some(error)
    }

    /// Forgets the last input.
    fn begin(&mut self, input: &[u8]) -> Result<(), DecodeError> {
        self.warnings.clear();
        self.open.begin(self.options.max_depth);
        self.options
            .check_length(input)
            .inspect_err(|_| self.tape.begin(0, 0))?;
        self.tape.begin(input.len(), self.options.max_tokens);
        Ok(())
    }

    /// Runs over the value that begins at `at` and says how far.
    fn take(&mut self, input: &[u8], at: usize) -> (usize, Result<(), Fault>) {
        let mut filling = Filling {
            input,
            options: self.options,
            outer_depth: 0,
            sink: &mut self.tape,
            open: &mut self.open,
            warnings: &mut self.warnings,
            at,
        };
        let taken = filling.run();
        let end = filling.at;
        Warning::sort(&mut self.warnings);
        (end, taken)
    }

    fn note_trailing(&mut self, input: &[u8], end: usize) -> Result<(), DecodeError> {
        if end == input.len() {
            return Ok(());
        }
        let noted = self
            .options
            .note(Irregularity::TrailingBytes, end, &mut self.warnings);
        noted.map_err(DecodeError::at_root)
    }
}
