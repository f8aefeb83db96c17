//! Messages and datagrams of any kind, for the properties that hold for all of them.

mod datagram;
mod message;

pub(crate) use datagram::any_datagram;
pub(crate) use message::parts;
