//! A torrent as text: a table and a tree for people, JSON for programs.

mod date;
mod json;
mod json_writer;
mod shown;
mod size;
mod table;
mod tree;

pub use json::JsonView;
pub(crate) use shown::Shown;
pub use tree::TreeView;
