use std::fmt;
use std::ops::Range;

use crate::decode::decode;
use crate::error::MetainfoError;
use crate::file::File;
use crate::info_dict::{self, Surroundings};
use crate::info_hash::InfoHash;
use crate::info_hash_v2::InfoHashV2;
use crate::load_options::LoadOptions;
use crate::merkle;
use crate::meta_version::MetaVersion;
use crate::piece_layers::{self, LayerOffsets};
use crate::raw_info::RawInfo;
use crate::section::DICT;
use crate::warning::{Warning, Warnings};

/// What a piece hash takes in `pieces`.
pub(crate) const HASH_LENGTH: usize = 20;

/// The info dictionary of a torrent (BEP 3, BEP 52): what is transferred, and the hashes that prove it.
///
/// Alone it is what peers send of a torrent that is known by its magnet link (BEP 9). As a part of a
/// [`Metainfo`](crate::Metainfo), it keeps the bytes of the whole torrent, and has the piece layers of version 2 which
/// stand beside it there.
#[derive(Clone, PartialEq, Eq)]
pub struct Info {
    pub(crate) raw: RawInfo,
    pub(crate) version: MetaVersion,
    pub(crate) name: Box<str>,
    pub(crate) raw_name: Box<[u8]>,
    pub(crate) piece_length: u32,
    pub(crate) piece_count: u32,
    /// Where in the input the hashes of version 1 stand.
    pub(crate) pieces: Range<usize>,
    pub(crate) layers: LayerOffsets,
    pub(crate) has_all_layers: bool,
    pub(crate) total_length: u64,
    pub(crate) files: Box<[File]>,
    pub(crate) is_single_file: bool,
    pub(crate) is_private: bool,
    pub(crate) source: Option<Box<str>>,
    pub(crate) similar: Box<[InfoHash]>,
    pub(crate) collections: Box<[Box<str>]>,
    pub(crate) update_url: Option<Box<str>>,
    pub(crate) originator: Option<Range<usize>>,
    pub(crate) warnings: Box<[Warning]>,
}

impl Info {
    /// Reads a bare info dictionary with the default [`LoadOptions`].
    ///
    /// # Errors
    /// See [`MetainfoError`]. Not even white space may follow: the bytes as a whole are what the info-hash names.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, MetainfoError> {
        Self::from_bytes_with(bytes, LoadOptions::default())
    }

    /// Reads a bare info dictionary as the options say: [`LoadOptions`], or [`LoadLimits`](crate::LoadLimits) or a
    /// [`PathPolicy`](crate::PathPolicy) alone.
    ///
    /// # Errors
    /// As [`from_bytes`](Self::from_bytes).
    pub fn from_bytes_with(
        bytes: &[u8],
        options: impl Into<LoadOptions>,
    ) -> Result<Self, MetainfoError> {
        let options = options.into();
        let mut warnings = Warnings::default();
        let document = decode(bytes, &options.limits, &mut warnings)?;
        let root = document.root();
        if root.raw().len() < bytes.len() {
            return Err(MetainfoError::TrailingBytes {
                offset: root.raw().len(),
            });
        }
        let dict = root.dict().ok_or(MetainfoError::WrongType {
            key: "info".to_owned(),
            expected: DICT,
        })?;
        let surroundings = Surroundings {
            whole: bytes.into(),
            is_canonical: document.warnings().is_empty(),
            piece_layers: None,
            warnings,
        };
        info_dict::read(root, dict, surroundings, &options)
    }

    /// What stands for the torrent in handshakes, at trackers and in the DHT: the [hash of version
    /// 1](Self::info_hash_v1) where there is one, else the [truncated](InfoHashV2::truncated) one of version 2. A hybrid
    /// is in two swarms; the other one has its truncated hash of version 2.
    #[must_use]
    pub fn info_hash(&self) -> InfoHash {
        match self.version {
            MetaVersion::V1 | MetaVersion::Hybrid => self.raw.hash_v1(),
            MetaVersion::V2 => self.raw.hash_v2().truncated(),
        }
    }

    /// The SHA-1 of [`raw`](Self::raw), unless the torrent is of version 2 only. Taken when it is first asked for.
    #[must_use]
    pub fn info_hash_v1(&self) -> Option<InfoHash> {
        (self.version != MetaVersion::V2).then(|| self.raw.hash_v1())
    }

    /// The SHA-256 of [`raw`](Self::raw), if the torrent has a version 2 half (BEP 52). Taken when it is first asked for.
    #[must_use]
    pub fn info_hash_v2(&self) -> Option<InfoHashV2> {
        (self.version != MetaVersion::V1).then(|| self.raw.hash_v2())
    }

    /// Which versions of the protocol can transfer the torrent.
    #[must_use]
    pub fn version(&self) -> MetaVersion {
        self.version
    }

    /// The dictionary as it stood in the input, byte for byte, with unsorted and unknown keys: what peers may ask for
    /// (BEP 9).
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        self.raw.info()
    }

    /// The torrent's name, made safe like a component of a [`File::path`]: what the file or folder is called on disk.
    /// The info-hash in hexadecimal digits where nothing of the name can be kept. The only file of a version 2 torrent is
    /// called as in its file tree, whatever the torrent's name is.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The torrent's name as it stands in `name.utf-8`, else in `name`, in whatever encoding.
    #[must_use]
    pub fn raw_name(&self) -> &[u8] {
        &self.raw_name
    }

    /// Bytes in every piece but the last, at least 1.
    #[must_use]
    pub fn piece_length(&self) -> u32 {
        self.piece_length
    }

    /// How many pieces there are, at least 1. Where there are only version 2 hashes, every file with content has its own.
    #[must_use]
    pub fn piece_count(&self) -> u32 {
        self.piece_count
    }

    /// Bytes of all files together, pad files included, at least 1.
    #[must_use]
    pub fn total_length(&self) -> u64 {
        self.total_length
    }

    /// The SHA-1 of the piece with this index. A torrent of version 2 only has none.
    #[must_use]
    pub fn piece_hash(&self, piece: u32) -> Option<[u8; 20]> {
        self.hashes().get(piece as usize).copied()
    }

    /// The SHA-1 of every piece, in order. A torrent of version 2 only has none.
    pub fn piece_hashes(
        &self,
    ) -> impl ExactSizeIterator<Item = [u8; 20]> + DoubleEndedIterator + '_ {
        self.hashes().iter().copied()
    }

    fn hashes(&self) -> &[[u8; HASH_LENGTH]] {
        self.raw.slice(self.pieces.clone()).as_chunks().0
    }

    /// The SHA-256 hashes of the pieces of the file with this index (BEP 52, "piece layers"), checked against its
    /// [`File::pieces_root`]: one for each piece, or that root alone where the file is not larger than a piece. `None`
    /// where the layer is missing, and for files without a root.
    ///
    /// The hash of a piece in a layer is that of the tree over its blocks, padded to the piece length; the root of a file
    /// of one piece is padded to the next power of two only ([`merkle`](crate::merkle)).
    #[must_use]
    pub fn piece_layer(&self, file: usize) -> Option<&[merkle::Hash]> {
        let (file, offset) = (self.files.get(file)?, self.layers.get(file));
        let root = file.pieces_root.as_deref()?;
        if !piece_layers::needs_layer(file, self.piece_length) {
            return Some(std::slice::from_ref(root));
        }
        let offset = *offset.filter(|offset| **offset != 0)?;
        let pieces = file.length.div_ceil(u64::from(self.piece_length)) as usize;
        let layer = self
            .raw
            .slice(offset..offset + pieces * size_of::<merkle::Hash>());
        Some(layer.as_chunks().0)
    }

    /// Whether no [`piece_layer`](Self::piece_layer) is missing: whether every piece can be checked by version 2. Always
    /// so for version 1, seldom for a bare info dictionary of version 2.
    #[must_use]
    pub fn has_piece_layers(&self) -> bool {
        self.has_all_layers
    }

    /// The files in the order of their bytes, pad files and symbolic links included; at least one.
    #[must_use]
    pub fn files(&self) -> &[File] {
        &self.files
    }

    /// Whether the torrent is one file of its own name, not a folder (which may hold only one file as well).
    #[must_use]
    pub fn is_single_file(&self) -> bool {
        self.is_single_file
    }

    /// Whether only the torrent's own trackers may be asked for peers (BEP 27). Any integer but zero says so.
    #[must_use]
    pub fn is_private(&self) -> bool {
        self.is_private
    }

    /// The tracker that a private torrent was made for, as its tracker writes it.
    #[must_use]
    pub fn source(&self) -> Option<&str> {
        self.source.as_deref()
    }

    /// Torrents that may share files with this one (BEP 38), of this dictionary alone.
    #[must_use]
    pub fn similar(&self) -> &[InfoHash] {
        &self.similar
    }

    /// Collections that this torrent belongs to (BEP 38), of this dictionary alone.
    pub fn collections(&self) -> impl ExactSizeIterator<Item = &str> {
        self.collections.iter().map(|collection| &**collection)
    }

    /// Where to ask for a newer version of this torrent (BEP 39).
    #[must_use]
    pub fn update_url(&self) -> Option<&str> {
        self.update_url.as_deref()
    }

    /// The X.509 certificate, in DER, of whoever may sign a newer version (BEP 39).
    #[must_use]
    pub fn originator(&self) -> Option<&[u8]> {
        self.originator.clone().map(|span| self.raw.slice(span))
    }

    /// What is wrong, but was tolerated. At most about a hundred.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }
}

impl fmt::Debug for Info {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Info")
            .field("info_hash", &self.info_hash())
            .field("version", &self.version)
            .field("name", &self.name)
            .field("piece_length", &self.piece_length)
            .field("piece_count", &self.piece_count())
            .field("total_length", &self.total_length)
            .field("files", &self.files.len())
            .finish_non_exhaustive()
    }
}
