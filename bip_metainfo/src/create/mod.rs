//! New torrents.

mod access_error;
mod accessor;
mod builder;
mod content_hashes;
mod direct_accessor;
mod draft;
mod error;
mod file_accessor;
mod file_options;
#[cfg(feature = "glob")]
mod globs;
pub(crate) mod hashing;
mod info_builder;
mod known_pieces;
mod layout;
mod listing;
mod pairs;
mod piece_length;
mod plan;
mod root;
mod source_file;
mod system_name;
mod walk;

pub use access_error::AccessError;
pub use accessor::{Accessor, IntoAccessor};
pub use builder::MetainfoBuilder;
pub use direct_accessor::DirectAccessor;
pub use error::CreateError;
pub use file_accessor::FileAccessor;
pub use file_options::{FileAttributes, FileOptions, Hidden, Junk, Symlinks};
pub use hashing::{HashOptions, Progress, Source};
pub use info_builder::{InfoBuilder, KnownPiece};
pub use layout::Alignment;
pub use piece_length::PieceLength;
pub(crate) use piece_length::{LONGEST_FOR_ALL, PIECES_PER_FILE};
pub use plan::Plan;
pub use source_file::SourceFile;
pub use walk::{SkipReason, Skipped};
