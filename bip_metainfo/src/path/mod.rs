//! How a path of a torrent becomes a path that every system takes, below the download folder.

mod change;
mod component;
mod fold;
mod tree;

pub use change::{PathChange, PathChanges};
pub(crate) use component::sanitize;
pub(crate) use tree::NameTree;
