//! Changing a torrent without touching what its info-hash covers, and, apart from that, changing what it covers.

mod editor;
mod error;
mod info_change;
mod info_editor;
mod mapped;
mod reuse;
mod reuse_error;
mod root;
mod splice;
mod tiers;

pub use editor::MetainfoEditor;
pub use error::EditError;
pub use info_change::{InfoChange, InfoHashes};
pub use info_editor::InfoEditor;
pub use reuse_error::ReuseError;
#[cfg(feature = "sign")]
pub(crate) use root::splice_in_root;
