use std::fmt;
use std::ops::Range;

use bip_bencode::{BencodeRef, DictRef};

use crate::decode::decode;
use crate::error::MetainfoError;
use crate::file::File;
use crate::file_list::{self, Name, shown};
use crate::info_hash::InfoHash;
use crate::info_hash_v2::InfoHashV2;
use crate::limits::LoadLimits;
use crate::path::{PathChanges, sanitize};
use crate::section::{DICT, Place, Section};
use crate::warning::{Warning, Warnings};

/// What a piece hash takes in `pieces`.
const HASH_LENGTH: usize = 20;

/// The info dictionary of a torrent (BEP 3): what is transferred, and the hashes that prove it.
///
/// Alone it is what peers send of a torrent that is known by its magnet link (BEP 9).
#[derive(Clone, PartialEq, Eq)]
pub struct Info {
    raw: Box<[u8]>,
    info_hash_v1: Option<InfoHash>,
    info_hash_v2: Option<InfoHashV2>,
    name: Box<str>,
    raw_name: Box<[u8]>,
    piece_length: u32,
    pieces: Range<usize>,
    total_length: u64,
    files: Box<[File]>,
    is_single_file: bool,
    is_private: bool,
    source: Option<Box<str>>,
    similar: Box<[InfoHash]>,
    collections: Box<[Box<str>]>,
    warnings: Box<[Warning]>,
}

/// Which versions of the protocol a torrent is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "two versions, alone or together; another one is another format"
)]
pub enum MetaVersion {
    /// BEP 3.
    V1,
    /// BEP 52.
    V2,
    /// Both: one content, two info-hashes, two swarms (BEP 52, "Upgrade Path").
    Hybrid,
}

impl Info {
    /// Reads a bare info dictionary within the default [`LoadLimits`].
    ///
    /// # Errors
    /// See [`MetainfoError`]. Not even white space may follow: the bytes as a whole are what the info-hash names.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, MetainfoError> {
        Self::from_bytes_with(bytes, LoadLimits::default())
    }

    /// Reads a bare info dictionary within `limits`.
    ///
    /// # Errors
    /// As [`from_bytes`](Self::from_bytes).
    pub fn from_bytes_with(bytes: &[u8], limits: LoadLimits) -> Result<Self, MetainfoError> {
        let mut warnings = Warnings::default();
        let document = decode(bytes, &limits, &mut warnings)?;
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
        Self::read(root, dict, &limits, warnings)
    }

    /// `value` is `dict` with its place in the input.
    pub(crate) fn read(
        value: BencodeRef<'_, '_>,
        dict: DictRef<'_, '_>,
        limits: &LoadLimits,
        mut warnings: Warnings,
    ) -> Result<Self, MetainfoError> {
        let mut section = Section::new(dict, Place::Info, &mut warnings);
        let has_v2 = refuse_v2_only(&mut section)?;
        let info_hash = InfoHash::digest(value.raw());

        let raw_name = match section.utf8_text("name") {
            Some(name) if !name.is_empty() => name.as_bytes(),
            _ => section.required_bytes("name")?.1,
        };
        let mut name_changes = PathChanges::default();
        let name =
            sanitize(raw_name, &mut name_changes).unwrap_or_else(|| info_hash.to_string().into());
        let named = Name {
            raw: raw_name,
            safe: &name,
            changes: name_changes,
        };

        let piece_length = read_piece_length(&section, limits)?;
        let is_single_file = section.get("files").is_none();
        let mut files = if is_single_file {
            vec![file_list::read_single(&mut section, &named)?]
        } else {
            if section.get("length").is_some() {
                section.warnings.push(Warning::LengthBesideFiles);
            }
            file_list::read_many(
                section.required_list("files")?,
                &named,
                limits,
                section.warnings,
            )?
        };
        let total_length = lay_out(&mut files, limits)?;
        let pieces = read_pieces(&section, value, total_length, piece_length, limits)?;

        let changed = files
            .iter()
            .filter(|file| !file.path_changes().is_empty())
            .count();
        if changed > 0 {
            section
                .warnings
                .push(Warning::PathsChanged { files: changed });
        }
        Ok(Self {
            // Any integer but zero: trackers that mark torrents by 2 mean it (BEP 27 says 1).
            is_private: section
                .int("private")
                .is_some_and(|number| number.magnitude() != "0"),
            source: section.text("source"),
            similar: section.items("similar", "20 bytes", read_hash).into(),
            collections: section
                .items("collections", "text in UTF-8", read_text)
                .into(),
            raw: value.raw().into(),
            info_hash_v1: Some(info_hash),
            info_hash_v2: has_v2.then(|| InfoHashV2::digest(value.raw())),
            raw_name: raw_name.into(),
            piece_length,
            pieces,
            total_length,
            files: files.into(),
            is_single_file,
            name: name.into(),
            warnings: warnings.finish(),
        })
    }

    /// What stands for the torrent in handshakes, at trackers and in the DHT: the [hash of version
    /// 1](Self::info_hash_v1) where there is one, else the [truncated](InfoHashV2::truncated) one of version 2. A hybrid
    /// is in two swarms; the other one has its truncated hash of version 2.
    #[must_use]
    pub fn info_hash(&self) -> InfoHash {
        match (self.info_hash_v1, self.info_hash_v2) {
            (Some(hash), _) => hash,
            (None, Some(hash)) => hash.truncated(),
            (None, None) => InfoHash::digest(&self.raw),
        }
    }

    /// The SHA-1 of [`raw`](Self::raw), unless the torrent is of version 2 only.
    #[must_use]
    pub fn info_hash_v1(&self) -> Option<InfoHash> {
        self.info_hash_v1
    }

    /// The SHA-256 of [`raw`](Self::raw), if the torrent has a version 2 half (BEP 52).
    #[must_use]
    pub fn info_hash_v2(&self) -> Option<InfoHashV2> {
        self.info_hash_v2
    }

    /// Which versions of the protocol can transfer the torrent.
    #[must_use]
    pub fn version(&self) -> MetaVersion {
        match (self.info_hash_v1, self.info_hash_v2) {
            (None, Some(_)) => MetaVersion::V2,
            (Some(_), Some(_)) => MetaVersion::Hybrid,
            (_, None) => MetaVersion::V1,
        }
    }

    /// The dictionary as it stood in the input, byte for byte, with unsorted and unknown keys: what peers may ask for
    /// (BEP 9).
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// The torrent's name, made safe like a component of a [`File::path`]: what the file or folder is called on disk.
    /// The info-hash in hexadecimal digits where nothing of the name can be kept.
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

    /// How many pieces there are, at least 1.
    #[must_use]
    pub fn piece_count(&self) -> u32 {
        // Within `LoadLimits::max_pieces`, which has 32 bits.
        (self.pieces.len() / HASH_LENGTH) as u32
    }

    /// Bytes of all files together, at least 1.
    #[must_use]
    pub fn total_length(&self) -> u64 {
        self.total_length
    }

    /// The SHA-1 of the piece with this index.
    #[must_use]
    pub fn piece_hash(&self, piece: u32) -> Option<[u8; 20]> {
        self.hashes().get(piece as usize).copied()
    }

    /// The SHA-1 of every piece, in order.
    pub fn piece_hashes(
        &self,
    ) -> impl ExactSizeIterator<Item = [u8; 20]> + DoubleEndedIterator + '_ {
        self.hashes().iter().copied()
    }

    fn hashes(&self) -> &[[u8; HASH_LENGTH]] {
        self.raw
            .get(self.pieces.clone())
            .unwrap_or_default()
            .as_chunks()
            .0
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
            .field("name", &self.name)
            .field("piece_length", &self.piece_length)
            .field("piece_count", &self.piece_count())
            .field("total_length", &self.total_length)
            .field("files", &self.files.len())
            .finish_non_exhaustive()
    }
}

/// A hybrid has the keys of both versions and is read by the first (BEP 52, "Upgrade Path").
fn refuse_v2_only(section: &mut Section<'_, '_, '_>) -> Result<bool, MetainfoError> {
    let version = section
        .int("meta version")
        .and_then(|version| version.to_u64().ok());
    let has_v2 = version.is_some_and(|version| version >= 2) || section.get("file tree").is_some();
    if has_v2 && section.get("pieces").is_none() {
        return Err(MetainfoError::V2Only);
    }
    if has_v2 {
        section.warnings.push(Warning::V2HalfIgnored);
    }
    Ok(has_v2)
}

fn read_piece_length(
    section: &Section<'_, '_, '_>,
    limits: &LoadLimits,
) -> Result<u32, MetainfoError> {
    let number = section.required_int("piece length")?;
    let limit = limits.max_piece_length;
    match number
        .to_u64()
        .ok()
        .and_then(|length| u32::try_from(length).ok())
    {
        Some(length) if (1..=limit).contains(&length) => Ok(length),
        _ => Err(MetainfoError::InvalidPieceLength {
            found: shown(number),
            limit,
        }),
    }
}

/// Sets the files' offsets; their sum.
fn lay_out(files: &mut [File], limits: &LoadLimits) -> Result<u64, MetainfoError> {
    let mut end = 0u64;
    for file in files {
        file.offset = end;
        end = end
            .checked_add(file.length)
            .filter(|end| *end <= limits.max_total_length)
            .ok_or(MetainfoError::TotalTooLong {
                limit: limits.max_total_length,
            })?;
    }
    if end == 0 {
        Err(MetainfoError::NoContent)
    } else {
        Ok(end)
    }
}

/// Where the hashes stand in the raw dictionary.
fn read_pieces(
    section: &Section<'_, '_, '_>,
    info: BencodeRef<'_, '_>,
    total_length: u64,
    piece_length: u32,
    limits: &LoadLimits,
) -> Result<Range<usize>, MetainfoError> {
    let (value, hashes) = section.required_bytes("pieces")?;
    if hashes.len() % HASH_LENGTH != 0 {
        return Err(MetainfoError::PiecesLength {
            length: hashes.len(),
        });
    }
    let expected = total_length.div_ceil(u64::from(piece_length));
    if expected > u64::from(limits.max_pieces) {
        return Err(MetainfoError::TooManyPieces {
            count: expected,
            limit: limits.max_pieces,
        });
    }
    let found = (hashes.len() / HASH_LENGTH) as u64;
    if found != expected {
        return Err(MetainfoError::PieceCount { expected, found });
    }
    let end = value.offset() - info.offset() + value.raw().len();
    Ok(end - hashes.len()..end)
}

pub(crate) fn read_hash(bytes: &[u8]) -> Option<InfoHash> {
    Some(InfoHash::from_bytes(bytes.try_into().ok()?))
}

pub(crate) fn read_text(bytes: &[u8]) -> Option<Box<str>> {
    std::str::from_utf8(bytes)
        .ok()
        .filter(|text| !text.is_empty())
        .map(Box::from)
}
