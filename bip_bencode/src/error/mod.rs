//! What can go wrong, where in the bytes, and under which keys.

mod access;
mod decode;
mod path;
#[cfg(feature = "std")]
mod write;

pub use access::{AccessError, AccessErrorKind, IntRangeError};
pub use decode::{DecodeError, DecodeErrorKind};
pub use path::KeyPath;
#[cfg(feature = "std")]
pub use write::{WriteError, WriteErrorKind};

pub(crate) use path::Segment;
