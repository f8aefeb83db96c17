use alloc::vec::Vec;

use super::filling::Filling;
use super::frame::OpenFrames;
use super::irregularity::Irregularity;
use super::tape::Tape;
use super::{BDecodeOpt, Document, Warning};
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
    tape: Tape,
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
        self.fill(input, Extent::Whole)?;
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
        let length = self.fill(input, Extent::Prefix)?;
        Ok((BencodeRef::new(input, self.tape.tokens(), 0), length))
    }

    /// What was irregular in the last input, in its order; also what came before an error. At most
    /// [`max_warnings`](BDecodeOpt::max_warnings).
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    pub(super) fn into_document(mut self, input: &[u8]) -> Result<Document<'_>, DecodeError> {
        self.fill(input, Extent::Whole)?;
        Ok(Document::new(input, self.tape.into_tokens(), self.warnings))
    }

    /// Fills the tape with the first value of the input and says how long that is.
    fn fill(&mut self, input: &[u8], extent: Extent) -> Result<usize, DecodeError> {
        self.warnings.clear();
        self.options.check_length(input)?;
        self.tape.begin(input.len(), self.options.max_tokens);
        self.open.begin(self.options.max_depth);
        let mut filling = Filling {
            input,
            options: self.options,
            outer_depth: 0,
            sink: &mut self.tape,
            open: &mut self.open,
            warnings: &mut self.warnings,
            at: 0,
        };
        let filled = filling.run();
        let length = filling.at;
        let filled = filled
            .map_err(|fault| fault.describe(&self.open, input))
            .and_then(|()| match extent {
                Extent::Whole if length < input.len() => self
                    .options
                    .note(Irregularity::TrailingBytes, length, &mut self.warnings)
                    .map_err(DecodeError::at_root),
                Extent::Whole | Extent::Prefix => Ok(()),
            });
        Warning::sort(&mut self.warnings);
        filled?;
        self.tape.finish(length);
        Ok(length)
    }
}

/// How much of the input the value has to take.
#[derive(Clone, Copy)]
enum Extent {
    Whole,
    Prefix,
}
