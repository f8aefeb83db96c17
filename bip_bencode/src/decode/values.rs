use core::iter::FusedIterator;

use super::{BDecodeOpt, Decoder, Document};
use crate::error::DecodeError;

impl BDecodeOpt {
    /// Decodes value after value, to the end of the input: bencode has nothing between them, and an empty input has
    /// none. Offsets are those of the whole input; paths begin at each value. The first error is the last item.
    ///
    /// ```
    /// use bip_bencode::BDecodeOpt;
    ///
    /// let mut values = BDecodeOpt::strict().values(b"i1e4:spamx");
    /// assert_eq!(values.next().unwrap()?.root().try_int_u64()?, 1);
    /// assert_eq!(values.next().unwrap()?.root().offset(), 3);
    /// assert_eq!(values.next().unwrap().unwrap_err().offset(), 9);
    /// assert!(values.next().is_none());
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    ///
    /// Each document owns its tape. To allocate nothing, take one value after the other with
    /// [`Decoder::decode_prefix`], whose offsets count from the slice it is given:
    ///
    /// ```
    /// # use bip_bencode::{BDecodeOpt, Decoder};
    /// let mut decoder = Decoder::new(BDecodeOpt::strict());
    /// let mut rest = &b"i1ei2e"[..];
    /// let mut sum = 0;
    /// while !rest.is_empty() {
    ///     let (value, length) = decoder.decode_prefix(rest)?;
    ///     sum += value.try_int_u64()?;
    ///     rest = &rest[length..];
    /// }
    /// assert_eq!(sum, 3);
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn values(self, input: &[u8]) -> Values<'_> {
        Values {
            decoder: Decoder::new(self),
            input,
            at: 0,
        }
    }
}

/// The values of [`BDecodeOpt::values`].
#[derive(Clone, Debug)]
pub struct Values<'a> {
    decoder: Decoder,
    /// Empty once there was an error.
    input: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Values<'a> {
    type Item = Result<Document<'a>, DecodeError>;

    fn next(&mut self) -> Option<Result<Document<'a>, DecodeError>> {
        if self.at >= self.input.len() {
            return None;
        }
        Some(match self.decoder.fill_from(self.input, self.at) {
            Ok(end) => {
                self.at = end;
                Ok(self.decoder.take_document(self.input))
            }
            Err(error) => {
                self.input = &[];
                Err(error)
            }
        })
    }
}

impl FusedIterator for Values<'_> {}
