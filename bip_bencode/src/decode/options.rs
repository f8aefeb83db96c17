use alloc::vec::Vec;

use super::irregularity::{Irregularity, IrregularitySet};
use super::lexer::LexError;
use super::{Decoder, Document, Warning};
use crate::error::{DecodeError, DecodeErrorKind};
use crate::limits::{
    DEFAULT_MAX_DEPTH, DEFAULT_MAX_INPUT_LENGTH, DEFAULT_MAX_TOKENS, DEFAULT_MAX_WARNINGS,
    HARD_MAX_DEPTH, HARD_MAX_INPUT_LENGTH, HARD_MAX_TOKENS,
};

/// How strictly to decode, and how much at most.
///
/// ```
/// use bip_bencode::{BDecodeOpt, Irregularity};
///
/// // Torrents with unsorted keys exist; a repeated key stays an error.
/// let options = BDecodeOpt::strict().allow(Irregularity::UnsortedKey).max_depth(20);
/// assert!(options.decode(b"d1:bi1e1:ai2ee").is_ok());
/// assert!(options.decode(b"d1:bi1e1:ai2e1:bi3ee").is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BDecodeOpt {
    pub(super) allowed: IrregularitySet,
    pub(crate) max_depth: usize,
    pub(crate) max_tokens: usize,
    pub(crate) max_string_length: usize,
    pub(super) max_input_length: usize,
    pub(crate) max_warnings: usize,
}

impl Default for BDecodeOpt {
    /// [`BDecodeOpt::strict`].
    fn default() -> BDecodeOpt {
        BDecodeOpt::strict()
    }
}

impl BDecodeOpt {
    /// Accepts canonical bencode and nothing else: whatever decodes, encodes to the same bytes again.
    #[inline]
    pub fn strict() -> BDecodeOpt {
        BDecodeOpt {
            allowed: IrregularitySet::default(),
            max_depth: DEFAULT_MAX_DEPTH,
            max_tokens: DEFAULT_MAX_TOKENS,
            max_string_length: DEFAULT_MAX_INPUT_LENGTH,
            max_input_length: DEFAULT_MAX_INPUT_LENGTH,
            max_warnings: DEFAULT_MAX_WARNINGS,
        }
    }

    /// Accepts every [`Irregularity`] with a [`Warning`](crate::Warning); the limits are those of
    /// [`strict`](BDecodeOpt::strict). What has no clear meaning, as `i+5e`, stays an error.
    pub fn lenient() -> BDecodeOpt {
        BDecodeOpt {
            allowed: Irregularity::ALL,
            ..BDecodeOpt::strict()
        }
    }

    /// Turns this irregularity into a warning.
    pub fn allow(mut self, irregularity: Irregularity) -> BDecodeOpt {
        self.allowed = self.allowed.with(irregularity);
        self
    }

    /// Turns this irregularity into an error.
    pub fn refuse(mut self, irregularity: Irregularity) -> BDecodeOpt {
        self.allowed = self.allowed.without(irregularity);
        self
    }

    /// Lists and dictionaries open at once; 0 leaves integers and byte strings only. Nothing recurses, whatever this is.
    /// At most [`HARD_MAX_DEPTH`].
    pub fn max_depth(mut self, depth: usize) -> BDecodeOpt {
        self.max_depth = depth.min(HARD_MAX_DEPTH);
        self
    }

    /// Tokens of the tape, 8 bytes each: one for each integer, byte string and key, two for each list and dictionary.
    /// At most [`HARD_MAX_TOKENS`].
    pub fn max_tokens(mut self, tokens: usize) -> BDecodeOpt {
        self.max_tokens = tokens.min(HARD_MAX_TOKENS);
        self
    }

    /// Bytes of one byte string or key.
    pub fn max_string_length(mut self, bytes: usize) -> BDecodeOpt {
        self.max_string_length = bytes.min(HARD_MAX_INPUT_LENGTH);
        self
    }

    /// Bytes of the whole input, trailing ones included. At most [`HARD_MAX_INPUT_LENGTH`].
    pub fn max_input_length(mut self, bytes: usize) -> BDecodeOpt {
        self.max_input_length = bytes.min(HARD_MAX_INPUT_LENGTH);
        self
    }

    /// Warnings kept from one input; further ones are dropped and decoding goes on.
    pub fn max_warnings(mut self, warnings: usize) -> BDecodeOpt {
        self.max_warnings = warnings;
        self
    }

    #[inline]
    pub(crate) fn allows(&self, irregularity: Irregularity) -> bool {
        self.allowed.contains(irregularity)
    }

    /// Decodes one input that is one value. For many inputs, a [`Decoder`] saves the allocations.
    ///
    /// # Errors
    /// The first violation, with its kind, byte offset and key path.
    pub fn decode(self, input: &[u8]) -> Result<Document<'_>, DecodeError> {
        let mut decoder = Decoder::new(self);
        decoder.fill(input)?;
        Ok(decoder.take_document(input))
    }

    /// Refuses an input that is too long.
    #[inline]
    pub(crate) fn check_length(&self, input: &[u8]) -> Result<(), DecodeError> {
        let limit = self.max_input_length;
        if input.len() > limit {
            return Err(DecodeError::at_root((
                DecodeErrorKind::InputTooLong { limit },
                limit,
            )));
        }
        Ok(())
    }

    /// Records what is allowed, or gives the error that it is.
    #[cold]
    pub(super) fn note(
        &self,
        irregularity: Irregularity,
        offset: usize,
        warnings: &mut Vec<Warning>,
    ) -> Result<(), LexError> {
        if !self.allowed.contains(irregularity) {
            return Err((DecodeErrorKind::Irregular(irregularity), offset));
        }
        if warnings.len() < self.max_warnings {
            warnings.push(Warning {
                irregularity,
                offset,
            });
        }
        Ok(())
    }
}
