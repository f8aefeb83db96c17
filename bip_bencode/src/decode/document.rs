use alloc::vec::Vec;

use super::{BDecodeOpt, Token, Warning};
use crate::error::DecodeError;
use crate::reference::BencodeRef;

/// Decodes one canonical value that takes the whole input: [`BDecodeOpt::strict`].
///
/// ```
/// let document = bip_bencode::decode(b"d4:name4:spame")?;
/// let name = document.root().try_dict()?.str(b"name")?;
/// assert_eq!(name, "spam");
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
///
/// # Errors
/// The first violation, with its kind, byte offset and key path.
pub fn decode(input: &[u8]) -> Result<Document<'_>, DecodeError> {
    BDecodeOpt::strict().decode(input)
}

/// A decoded input: borrows the bytes, owns the tape.
#[derive(Clone, Debug)]
pub struct Document<'a> {
    input: &'a [u8],
    tape: Vec<Token>,
    warnings: Vec<Warning>,
}

impl<'a> Document<'a> {
    pub(super) fn new(input: &'a [u8], tape: Vec<Token>, warnings: Vec<Warning>) -> Document<'a> {
        Document {
            input,
            tape,
            warnings,
        }
    }

    /// The outermost value.
    pub fn root(&self) -> BencodeRef<'a, '_> {
        BencodeRef::new(self.input, &self.tape, 0)
    }

    /// What was irregular, in the order of the input. Empty after strict decoding.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }
}
