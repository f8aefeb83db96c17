//! Values to bytes.

mod dict_encoder;
mod digits;
mod encoder;
mod output;
mod write;
#[cfg(feature = "std")]
mod writer;

pub use dict_encoder::DictEncoder;
#[cfg(feature = "serde")]
pub(crate) use dict_encoder::{read_bytes, skip_value};
pub use encoder::{Encoder, ListEncoder};
#[cfg(feature = "std")]
pub use writer::{BencodeWriter, DictWriter, ListWriter};

pub(crate) use output::{Escaped, Hashed, Output};
pub(crate) use write::{write_dict, write_value};
#[cfg(feature = "std")]
pub(crate) use writer::write_to;

/// The length of the encoded value.
pub(crate) fn encoded_length(value: &crate::mutable::BencodeMut<'_>) -> usize {
    let mut length = output::Length(0);
    let Ok(()) = write_value(value, &mut length);
    usize::try_from(length.0).unwrap_or(usize::MAX)
}
