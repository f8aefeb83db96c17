//! Values to bytes.

mod dict_encoder;
mod digits;
mod encoder;
mod output;
mod write;

pub use dict_encoder::DictEncoder;
#[cfg(feature = "serde")]
pub(crate) use dict_encoder::{read_bytes, skip_value};
pub use encoder::{Encoder, ListEncoder};

pub(crate) use output::{Escaped, Hashed, Output};
pub(crate) use write::{write_dict, write_value};

/// The length of the encoded value.
pub(crate) fn encoded_length(value: &crate::mutable::BencodeMut<'_>) -> usize {
    let mut length = output::Length(0);
    let Ok(()) = write_value(value, &mut length);
    usize::try_from(length.0).unwrap_or(usize::MAX)
}
