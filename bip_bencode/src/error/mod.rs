//! What can go wrong, where in the bytes, and under which keys.

mod access;
mod decode;
mod path;

pub use access::{AccessError, AccessErrorKind, IntRangeError};
pub use decode::{DecodeError, DecodeErrorKind};
pub use path::KeyPath;

pub(crate) use path::Segment;
