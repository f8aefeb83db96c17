#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod key;
mod node_id;

pub use key::Key;
pub use node_id::{Distance, NodeId};
