//! Values to bytes, appended to the caller's buffer.

mod dict_encoder;
mod encoder;
mod write;

pub use dict_encoder::DictEncoder;
pub use encoder::{Encoder, ListEncoder};

pub(crate) use write::{write_bytes, write_value};
