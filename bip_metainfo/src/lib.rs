#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod decode;
mod error;
mod file;
mod file_list;
mod host;
mod info;
mod info_hash;
mod info_hash_v2;
mod limits;
mod magnet;
pub mod merkle;
mod metainfo;
mod path;
mod percent;
mod section;
mod tracker;
mod warning;

pub use metainfo::Metainfo;

pub use info::{Info, MetaVersion};

pub use file::File;
pub use path::{PathChange, PathChanges};

pub use info_hash::{InfoHash, ParseInfoHashError};
pub use info_hash_v2::InfoHashV2;

pub use magnet::{FileSelection, Magnet};

pub use error::MetainfoError;
pub use limits::LoadLimits;
pub use magnet::{MagnetError, MagnetWarning, MagnetWarningKind, ParseSelectionError};
pub use warning::Warning;
