mod codec;
mod handshake;
mod metadata_message;
mod names;

pub use handshake::ExtendedHandshake;
pub use metadata_message::{MetadataFrame, MetadataMessage};
pub(crate) use names::Names;
