use bip_bencode::BencodeMut;

use super::accessor::IntoAccessor;
use super::builder::MetainfoBuilder;
use super::error::CreateError;
use super::hashing::HashOptions;
use super::layout::Alignment;
use super::pairs::Pairs;
use super::piece_length::PieceLength;
use crate::info::Info;
use crate::info_hash::InfoHash;
use crate::limits::{DEFAULT_MAX_CHOSEN_PIECE_LENGTH, LoadLimits};
use crate::meta_version::MetaVersion;
use crate::tracker;

/// Keys that follow from the content, or have a setter.
const OWN_KEYS: [&str; 12] = [
    "collections",
    "file tree",
    "files",
    "length",
    "meta version",
    "name",
    "piece length",
    "pieces",
    "private",
    "similar",
    "source",
    "update-url",
];

/// Makes the info dictionary of a new torrent: all that its info-hash covers.
///
/// Unless told otherwise, a torrent is a [`Hybrid`](MetaVersion::Hybrid): whoever knows only version 1 can still
/// transfer it, and whoever knows version 2 verifies each file by itself. It costs pad files between the files, of which
/// [`MetainfoBuilder::plan`] tells how long they are, and two hashes of everything, from one reading. For whoever must be
/// loaded by programs that refuse what they do not know, as Transmission 3.00 refuses every torrent with a version 2 half,
/// there is [`MetaVersion::V1`].
#[derive(Debug, Clone)]
pub struct InfoBuilder {
    pub(super) name: Option<Vec<u8>>,
    pub(super) version: MetaVersion,
    pub(super) piece_length: PieceLength,
    pub(super) max_piece_length: u32,
    pub(super) alignment: Alignment,
    pub(super) known: Vec<KnownPiece>,
    pub(super) existing: Option<Info>,
    pub(super) limits: LoadLimits,
    is_private: bool,
    source: Option<String>,
    similar: Vec<InfoHash>,
    collections: Vec<String>,
    update_url: Option<String>,
    extra: Pairs,
}

impl Default for InfoBuilder {
    fn default() -> Self {
        Self {
            name: None,
            version: MetaVersion::Hybrid,
            piece_length: PieceLength::default(),
            max_piece_length: DEFAULT_MAX_CHOSEN_PIECE_LENGTH,
            alignment: Alignment::default(),
            known: Vec::new(),
            existing: None,
            limits: LoadLimits::default(),
            is_private: false,
            source: None,
            similar: Vec::new(),
            collections: Vec::new(),
            update_url: None,
            extra: Pairs::default(),
        }
    }
}

/// What is known of a piece without reading it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "two versions, a hash for each")]
pub struct KnownPiece {
    /// Its hash in `pieces`.
    pub sha1: Option<[u8; 20]>,
    /// Its hash in the piece layer of its file, or that file's root where it has only this piece.
    pub sha256: Option<[u8; 32]>,
}

impl InfoBuilder {
    /// Nothing but what follows from the content.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The torrent's name, in any encoding. By default, that of the file or folder.
    #[must_use]
    pub fn name(mut self, name: impl Into<Vec<u8>>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Which versions can transfer it. Default [`MetaVersion::Hybrid`].
    #[must_use]
    pub fn version(mut self, version: MetaVersion) -> Self {
        self.version = version;
        self
    }

    /// How long the pieces are. Default [`PieceLength::OptBalanced`].
    #[must_use]
    pub fn piece_length(mut self, piece_length: PieceLength) -> Self {
        self.piece_length = piece_length;
        self
    }

    /// The longest pieces, in bytes, that are chosen where the length is not given outright; at least 16 KiB. Default
    /// 16 MiB, which is as much as some programs take.
    #[must_use]
    pub fn max_piece_length(mut self, bytes: u32) -> Self {
        self.max_piece_length = bytes;
        self
    }

    /// Whether the files of a version 1 torrent begin with pieces. Default [`Alignment::Packed`].
    #[must_use]
    pub fn alignment(mut self, alignment: Alignment) -> Self {
        self.alignment = alignment;
        self
    }

    /// Only the torrent's own trackers may be asked for peers (BEP 27).
    #[must_use]
    pub fn private(mut self) -> Self {
        self.is_private = true;
        self
    }

    /// Takes [`private`](Self::private) back.
    #[must_use]
    pub fn public(mut self) -> Self {
        self.is_private = false;
        self
    }

    /// The tracker that a private torrent is made for, which makes its info-hash differ from that of others.
    #[must_use]
    pub fn source<'s>(mut self, source: impl Into<Option<&'s str>>) -> Self {
        self.source = source.into().map(str::to_owned);
        self
    }

    /// Torrents that may share files with this one (BEP 38).
    #[must_use]
    pub fn similar(mut self, similar: impl IntoIterator<Item = InfoHash>) -> Self {
        self.similar = similar.into_iter().collect();
        self
    }

    /// Collections that it belongs to (BEP 38).
    #[must_use]
    pub fn collections(mut self, collections: impl IntoIterator<Item: Into<String>>) -> Self {
        self.collections = collections.into_iter().map(Into::into).collect();
        self
    }

    /// Where to ask for a newer version (BEP 39).
    #[must_use]
    pub fn update_url<'s>(mut self, url: impl Into<Option<&'s str>>) -> Self {
        self.update_url = url.into().map(str::to_owned);
        self
    }

    /// Any other key of the info dictionary, or none of it.
    #[must_use]
    pub fn extra<'v>(
        mut self,
        key: impl Into<Vec<u8>>,
        value: impl Into<Option<BencodeMut<'v>>>,
    ) -> Self {
        let key = key.into();
        match value.into() {
            Some(value) => self.extra.value(key, &value),
            None => self.extra.remove(&key),
        }
        self
    }

    /// What is known of every piece, in order, as the layout and the piece length make them: it is used verbatim, and
    /// pieces of which all is known are not read. Empty, the default, is nothing of any.
    #[must_use]
    pub fn known_pieces(mut self, pieces: impl IntoIterator<Item = KnownPiece>) -> Self {
        self.known = pieces.into_iter().collect();
        self
    }

    /// Takes the hashes of files that an existing torrent has under the same path, with the same length: they are taken to
    /// have the same content, and not read. It helps only where the [piece length](Self::piece_length) is the same; in a
    /// version 1 half, only for pieces that lie in the same way over the same files. [`Plan::known_length`] tells how much
    /// that is. [Known pieces](Self::known_pieces) come first: where there are any, this is of no effect.
    ///
    /// [`Plan::known_length`]: crate::Plan::known_length
    #[must_use]
    pub fn reuse<'i>(mut self, existing: impl Into<Option<&'i Info>>) -> Self {
        self.existing = existing.into().cloned();
        self
    }

    /// What those who load the torrent allow. One that is beyond is not created. The default is what libtorrent allows.
    #[must_use]
    pub fn limits(mut self, limits: LoadLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Reads the content and makes an info dictionary with its piece layers; [`MetainfoBuilder::build`] with nothing
    /// around it.
    ///
    /// # Errors
    /// See [`CreateError`].
    pub fn build(
        &self,
        content: impl IntoAccessor,
        options: &HashOptions<'_>,
    ) -> Result<Info, CreateError> {
        let torrent = MetainfoBuilder::from(self.clone()).build(content, options)?;
        Ok(torrent.into_info())
    }

    /// What does not follow from the content.
    pub(super) fn pairs(&self) -> Pairs {
        let mut pairs = self.extra.clone();
        if self.is_private {
            pairs.int("private", 1);
        }
        if let Some(source) = &self.source {
            pairs.bytes("source", source);
        }
        pairs.strings("similar", &self.similar);
        pairs.strings("collections", &self.collections);
        if let Some(url) = &self.update_url {
            pairs.bytes("update-url", url);
        }
        pairs
    }

    pub(super) fn check(&self) -> Result<(), CreateError> {
        let own = |key: &&[u8]| OWN_KEYS.iter().any(|own| own.as_bytes() == *key);
        if let Some(key) = self.extra.keys().find(own) {
            let key = format!("info.{}", String::from_utf8_lossy(key));
            return Err(CreateError::ReservedKey { key });
        }
        if let Some(url) = &self.update_url {
            check_text("info.update-url", url, tracker::clean(url) == Some(url))?;
        }
        for text in &self.collections {
            check_text("info.collections", text, !text.is_empty())?;
        }
        Ok(())
    }
}

pub(super) fn check_text(key: &'static str, text: &str, is_good: bool) -> Result<(), CreateError> {
    match is_good {
        true => Ok(()),
        false => Err(CreateError::InvalidText {
            key,
            text: text.to_owned(),
        }),
    }
}
