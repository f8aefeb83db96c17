//! What the tables compare. Each file gives one crate, program or library the same few functions.

#[cfg(feature = "rivals")]
mod imdl;
#[cfg(feature = "rivals")]
mod lava_torrent;
#[cfg(feature = "rivals")]
mod librqbit_core;
#[cfg(libtorrent_found)]
mod libtorrent;
mod ours;
#[cfg(feature = "rivals")]
mod torrent_core;

use std::fmt::{Debug, Display};
use std::path::Path;

use bip_metainfo::MetaVersion;

/// A column of the tables. What is `None`, we found nothing in its interface for.
pub(crate) struct Reader {
    pub(crate) name: &'static str,
    pub(crate) package: Package,
    /// As a user without wishes of his own would, with the checks that its documentation asks for.
    pub(crate) read: fn(&[u8]) -> Result<Reading, String>,
    /// The hashes of a magnet link.
    pub(crate) magnet: Option<ReadMagnet>,
    /// The torrent of a folder with files in it, in pieces of 16 KiB.
    pub(crate) create: Option<Create>,
    /// The torrent with another comment.
    pub(crate) comment: Option<Change>,
}

pub(crate) type ReadMagnet = fn(&str) -> Result<Hashes, String>;

pub(crate) type Create = fn(&Path, MetaVersion) -> Option<Vec<u8>>;

pub(crate) type Change = fn(&[u8]) -> Result<Vec<u8>, String>;

/// Of version 1 and 2, in hexadecimal digits.
pub(crate) type Hashes = (Option<String>, Option<String>);

#[derive(Clone, Copy, Debug)]
#[cfg_attr(
    not(all(feature = "rivals", libtorrent_found)),
    allow(dead_code, reason = "only ours is tried then")
)]
pub(crate) enum Package {
    /// How its name and version begin in cargo's tree.
    Crate(&'static str),
    /// With its version.
    Other(fn() -> String),
}

/// What was made of a torrent that was accepted.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) info_hash_v1: Option<String>,
    pub(crate) info_hash_v2: Option<String>,
    /// Bytes of all files; of those that are known to be padding, none.
    pub(crate) length: u64,
    /// Where its files belong, below the download folder.
    pub(crate) paths: Vec<String>,
    /// Whether it says that something is wrong.
    pub(crate) is_warned: bool,
}

/// In the order of the tables.
pub(crate) fn all() -> Vec<Reader> {
    #[cfg_attr(
        not(feature = "rivals"),
        expect(unused_mut, reason = "only ours is tried then")
    )]
    let mut readers = vec![
        ours::reader(),
        #[cfg(libtorrent_found)]
        libtorrent::reader(),
        #[cfg(feature = "rivals")]
        lava_torrent::reader(),
        #[cfg(feature = "rivals")]
        librqbit_core::reader(),
        #[cfg(feature = "rivals")]
        torrent_core::reader(),
    ];
    #[cfg(feature = "rivals")]
    readers.extend(imdl::reader());
    readers
}

/// All that an error says of itself.
fn text(error: impl Display + Debug) -> String {
    format!("{error} {error:?}")
}

#[cfg(feature = "rivals")]
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Joined as paths are: what is absolute stands alone.
#[cfg(feature = "rivals")]
fn joined<'p>(names: impl IntoIterator<Item = &'p str>) -> String {
    let path: std::path::PathBuf = names.into_iter().collect();
    path.to_string_lossy().into_owned()
}
