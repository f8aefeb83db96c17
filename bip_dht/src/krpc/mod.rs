//! The messages of BEP 5 and of what extends them: decoded once, at the border, into values that borrow the datagram.

mod arguments;
mod compact;
mod decode;
mod encode;
mod error;
mod kept;
mod message;
mod query;
mod response;
mod values;
mod writer;

pub use compact::{NodeInfo, Nodes, Samples};
pub use decode::MessageDecoder;
pub use error::{DecodeError, DecodeErrorKind, ErrorCode, ErrorMessage};
pub use message::{Body, Message};
pub use query::{Call, Put, PutMutable, Query, Want};
pub use response::Response;
pub use values::Values;
