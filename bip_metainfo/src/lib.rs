#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod decode;
mod error;
mod file;
mod file_list;
mod host;
mod info;
mod info_hash;
mod limits;
mod magnet;
mod metainfo;
mod path;
mod percent;
mod section;
mod tracker;
mod warning;

pub use metainfo::Metainfo;

pub use info::Info;

pub use file::File;
pub use path::{PathChange, PathChanges};

pub use info_hash::{InfoHash, ParseInfoHashError};

pub use magnet::Magnet;

pub use error::{MagnetError, MetainfoError};
pub use limits::LoadLimits;
pub use warning::Warning;
