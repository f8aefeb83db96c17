//! Magnet links: `parse` reads a link into [`Magnet`], `format` writes it, `build` makes one by hand and `torrent` makes
//! one of a [`Metainfo`](crate::Metainfo). `parameter` knows what may stand in a link, `topic` the names of torrents,
//! `selection` the files of BEP 53.

mod build;
mod error;
mod format;
mod parameter;
mod parse;
mod selection;
mod topic;
mod torrent;
mod warning;

use std::borrow::Cow;
use std::net::SocketAddr;

use crate::info_hash::InfoHash;
use crate::info_hash_v2::InfoHashV2;

pub use error::MagnetError;
pub use selection::{FileSelection, ParseSelectionError};
pub use warning::{MagnetWarning, MagnetWarningKind};

/// A magnet link: what names a torrent, and where to find peers that have it (BEP 9, "magnet URI format").
///
/// ```
/// use bip_metainfo::Magnet;
///
/// let link: Magnet = "magnet:?xt=urn:btih:MFRGCYTBMJQWEYLCMFRGCYTBMJQWEYLC&dn=A+name&tr=udp://a.example:1337"
///     .parse()?;
/// assert_eq!(link.name(), Some("A name"));
/// assert_eq!(link.trackers(), ["udp://a.example:1337"]);
/// assert_eq!(
///     link.to_string(),
///     "magnet:?xt=urn:btih:6162616261626162616261626162616261626162&dn=A%20name&tr=udp%3A%2F%2Fa.example%3A1337"
/// );
/// # Ok::<(), bip_metainfo::MagnetError>(())
/// ```
///
/// A link names a torrent by an info-hash of version 1 or 2, by both (a hybrid), or by the key of whoever publishes it
/// (BEP 46); by one of them at least.
///
/// Links are equal when they say the same, however they were written; warnings do not count. What
/// [`Display`](std::fmt::Display) writes reads as an equal link, as long as it is within
/// [`MAX_LENGTH`](Self::MAX_LENGTH) and no info-hash is all zeros.
#[derive(Debug, Clone)]
pub struct Magnet {
    said: Said,
    warnings: Box<[MagnetWarning]>,
}

/// What a link says. Of the three that name a torrent, at least one is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Said {
    v1: Option<InfoHash>,
    v2: Option<InfoHashV2>,
    mutable: Option<Mutable>,
    other_topics: Vec<String>,
    name: Option<String>,
    length: Option<u64>,
    trackers: Vec<String>,
    web_seeds: Vec<String>,
    /// One that is `urn:btpk:` is well-formed, and stands here only beside `mutable`, which is the first.
    exact_sources: Vec<String>,
    acceptable_sources: Vec<String>,
    keywords: Vec<String>,
    peers: Vec<String>,
    /// Never empty.
    select_only: Option<FileSelection>,
    /// No name in it has a meaning here, but `s` where `mutable` is none.
    other: Vec<(String, Vec<u8>)>,
}

/// Where the DHT keeps the info-hash of a torrent that changes (BEP 46).
#[derive(Debug, Clone, PartialEq, Eq)]
struct Mutable {
    public_key: [u8; 32],
    salt: Vec<u8>,
}

impl Magnet {
    /// Bytes of the longest link that is read: no browser passes on more.
    pub const MAX_LENGTH: usize = 65_536;

    /// The hash that peers and trackers know the torrent by: of version 1, else of version 2 cut to 20 bytes (BEP 52).
    /// `None` where the link has only a [`public_key`](Self::public_key).
    #[must_use]
    pub fn info_hash(&self) -> Option<InfoHash> {
        self.said
            .v1
            .or_else(|| self.said.v2.map(InfoHashV2::truncated))
    }

    /// The version 1 info-hash (`xt=urn:btih:`), never all zeros where the link was read.
    #[must_use]
    pub fn info_hash_v1(&self) -> Option<InfoHash> {
        self.said.v1
    }

    /// The version 2 info-hash (`xt=urn:btmh:1220`, BEP 52), never all zeros where the link was read.
    #[must_use]
    pub fn info_hash_v2(&self) -> Option<InfoHashV2> {
        self.said.v2
    }

    /// The Ed25519 key under which the DHT has the info-hash of the moment (`xs=urn:btpk:`, BEP 46).
    #[must_use]
    pub fn public_key(&self) -> Option<&[u8; 32]> {
        self.said
            .mutable
            .as_ref()
            .map(|mutable| &mutable.public_key)
    }

    /// The salt that goes with [`public_key`](Self::public_key) (`s`, BEP 46), where there is one. It may be longer than
    /// the 64 bytes that the DHT takes (BEP 44); a warning tells.
    #[must_use]
    pub fn salt(&self) -> Option<&[u8]> {
        let salt = self.said.mutable.as_ref().map(|mutable| &*mutable.salt);
        salt.filter(|salt| !salt.is_empty())
    }

    /// Exact topics (`xt`) of other networks, as in `urn:ed2k:…`, decoded.
    #[must_use]
    pub fn other_topics(&self) -> &[String] {
        &self.said.other_topics
    }

    /// A name to show until the torrent's own is known (`dn`). **Not safe** as a file's name.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.said.name.as_deref()
    }

    /// The bytes of all files together, as the link claims (`xl`).
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        self.said.length
    }

    /// Trackers (`tr`) in the link's order; each is a tier of its own.
    #[must_use]
    pub fn trackers(&self) -> &[String] {
        &self.said.trackers
    }

    /// Web servers that have the files (`ws`, BEP 19), `http:` and `https:` only.
    #[must_use]
    pub fn web_seeds(&self) -> &[String] {
        &self.said.web_seeds
    }

    /// Addresses of the `.torrent` file, or other names of it (`xs`), but for the [`public_key`](Self::public_key).
    #[must_use]
    pub fn exact_sources(&self) -> &[String] {
        &self.said.exact_sources
    }

    /// Addresses to fall back on (`as`).
    #[must_use]
    pub fn acceptable_sources(&self) -> &[String] {
        &self.said.acceptable_sources
    }

    /// Words to search by (`kt`).
    #[must_use]
    pub fn keywords(&self) -> &[String] {
        &self.said.keywords
    }

    /// Peers to connect to (`x.pe`), each `name:port`, `ipv4:port` or `[ipv6]:port`, the port never 0.
    #[must_use]
    pub fn peers(&self) -> &[String] {
        &self.said.peers
    }

    /// Those of the [`peers`](Self::peers) whose host is an address literal and needs no name look-up.
    pub fn peer_addresses(&self) -> impl Iterator<Item = SocketAddr> {
        self.said.peers.iter().filter_map(|peer| peer.parse().ok())
    }

    /// The files to download (`so`, BEP 53); `None` is all of them. Never empty.
    #[must_use]
    pub fn select_only(&self) -> Option<&FileSelection> {
        self.said.select_only.as_ref()
    }

    /// Whether the link asks for the file of this index (BEP 53, which counts no pad file): of all, where the link
    /// [selects](Self::select_only) none.
    #[must_use]
    pub fn selects(&self, index: u32) -> bool {
        self.select_only()
            .is_none_or(|selection| selection.contains(index))
    }

    /// Every parameter whose name has no meaning here, and its decoded value, in the link's order. They are written
    /// back byte for byte; what is no UTF-8 is shown as U+FFFD.
    pub fn other(&self) -> impl ExactSizeIterator<Item = (&str, Cow<'_, str>)> {
        self.said
            .other
            .iter()
            .map(|(name, value)| (&**name, String::from_utf8_lossy(value)))
    }

    /// What is odd about the link, and what was left out of it. At most about a hundred.
    #[must_use]
    pub fn warnings(&self) -> &[MagnetWarning] {
        &self.warnings
    }
}

impl PartialEq for Magnet {
    fn eq(&self, other: &Self) -> bool {
        self.said == other.said
    }
}

impl Eq for Magnet {}
