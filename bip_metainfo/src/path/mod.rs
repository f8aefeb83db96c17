//! How a path of a torrent becomes a path that the systems of a policy take, below the download folder.

mod change;
mod component;
mod fold;
mod policy;
mod shared;
mod tree;

pub use change::{PathChange, PathChanges};
pub(crate) use component::{is_plain, is_unseen, sanitize};
pub use policy::PathPolicy;
pub(crate) use shared::{SharedPath, SharedPathWriter};
pub(crate) use tree::{Folder, NameTree};

/// What stands for a component of which nothing can be kept.
pub(crate) const NOTHING_LEFT: &str = "_";
