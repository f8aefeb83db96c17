//! From an info dictionary to an [`Info`].

use std::ops::Range;
use std::sync::Arc;

use bip_bencode::{BDecodeOpt, BencodeRef, DictRef, Irregularity};

use crate::content::{Content, FileSet};
use crate::entry::shown;
use crate::error::MetainfoError;
use crate::file::File;
use crate::info::{HASH_LENGTH, Info};
use crate::info_hash::InfoHash;
use crate::info_hash_v2::InfoHashV2;
use crate::limits::LoadLimits;
use crate::load_options::LoadOptions;
use crate::merkle;
use crate::meta_version::MetaVersion;
use crate::piece_layers;
use crate::raw_info::RawInfo;
use crate::section::{DICT, Place, Section, content_span};
use crate::tracker;
use crate::warning::{Warning, Warnings};

/// What an info dictionary stands in.
pub(crate) struct Surroundings<'a, 't> {
    /// The input.
    pub(crate) whole: Arc<[u8]>,
    /// Whether all of it is canonical bencode.
    pub(crate) is_canonical: bool,
    pub(crate) piece_layers: Option<BencodeRef<'a, 't>>,
    /// What is wrong already.
    pub(crate) warnings: Warnings,
}

/// `value` is `dict` with its place in the input.
pub(crate) fn read(
    value: BencodeRef<'_, '_>,
    dict: DictRef<'_, '_>,
    surroundings: Surroundings<'_, '_>,
    options: &LoadOptions,
) -> Result<Info, MetainfoError> {
    let mut warnings = surroundings.warnings;
    let mut section = Section::new(dict, Place::Info, &mut warnings);
    let version = read_version(&mut section)?;
    if !surroundings.is_canonical && version != MetaVersion::V1 {
        refuse_irregular(value, &options.limits)?;
    }
    let raw_name = match section.utf8_text("name") {
        Some(name) if !name.is_empty() => name.as_bytes(),
        _ => section.required_bytes("name")?.1,
    };
    let piece_length = read_piece_length(&section, version, &options.limits)?;
    let content = Content {
        version,
        raw_name,
        piece_length,
        options,
        hash: &|| match version {
            MetaVersion::V2 => InfoHashV2::digest(value.raw()).truncated().to_string(),
            MetaVersion::V1 | MetaVersion::Hybrid => InfoHash::digest(value.raw()).to_string(),
        },
    };
    let FileSet {
        files,
        name,
        total_length,
    } = content.read(&mut section)?;
    let layout = Layout {
        total_length,
        piece_length,
        limits: &options.limits,
    };
    let (piece_count, pieces) = match version {
        MetaVersion::V1 | MetaVersion::Hybrid => layout.read_pieces(&section)?,
        MetaVersion::V2 => (layout.count_pieces(&files)?, 0..0),
    };
    let layers = match surroundings.piece_layers {
        Some(layers) if version != MetaVersion::V1 => {
            let dict = layers.dict().ok_or_else(|| MetainfoError::WrongType {
                key: "piece layers".to_owned(),
                expected: DICT,
            })?;
            piece_layers::read(dict, &files, piece_length, &options.limits)?
        }
        _ => Box::default(),
    };
    let missing = match version {
        MetaVersion::V1 => 0,
        _ => count_missing(&files, &layers, piece_length),
    };
    tell(&files, missing, section.warnings);
    let span = value.offset()..value.offset() + value.raw().len();
    Ok(Info {
        // Any integer but zero: trackers that mark torrents by 2 mean it (BEP 27 says 1).
        is_private: section
            .int("private")
            .is_some_and(|number| number.magnitude() != "0"),
        source: section.text("source"),
        similar: section.items("similar", "20 bytes", read_hash).into(),
        collections: section
            .items("collections", "text in UTF-8", read_text)
            .into(),
        update_url: read_update_url(&mut section),
        originator: section.span("originator"),
        raw: RawInfo::new(surroundings.whole, span),
        version,
        raw_name: raw_name.into(),
        piece_length,
        piece_count,
        pieces,
        layers,
        has_all_layers: missing == 0,
        total_length,
        is_single_file: files.first().is_some_and(|file| !file.below_folder),
        files: files.into(),
        name,
        warnings: warnings.finish(),
    })
}

/// BEP 52, "meta version": checked before all else, since a newer torrent may have anything. Without one, a torrent is
/// of version 1; with it, `pieces` makes a hybrid ("Upgrade Path").
fn read_version(section: &mut Section<'_, '_, '_>) -> Result<MetaVersion, MetainfoError> {
    let has_pieces = section.get("pieces").is_some();
    let number = section.int("meta version");
    match number.map(|number| (number, number.to_u64())) {
        None if !has_pieces && section.get("file tree").is_some() => {
            Err(section.missing("meta version"))
        }
        None | Some((_, Ok(1))) => Ok(MetaVersion::V1),
        Some((_, Ok(2))) if has_pieces => Ok(MetaVersion::Hybrid),
        Some((_, Ok(2))) => Ok(MetaVersion::V2),
        Some((number, _)) => Err(MetainfoError::UnknownVersion {
            found: shown(number),
        }),
    }
}

/// Readers that disagree on the order or the first of two keys would see different files under one info-hash. (An
/// integer of more than 64 bits is canonical.)
fn refuse_irregular(value: BencodeRef<'_, '_>, limits: &LoadLimits) -> Result<(), MetainfoError> {
    let options = BDecodeOpt::strict()
        .allow(Irregularity::IntOutOfRange)
        .max_input_length(limits.max_input_length)
        .max_depth(limits.max_depth)
        .max_tokens(limits.max_tokens);
    let checked = options.check(value.raw());
    checked.map_err(|error| MetainfoError::NotCanonical {
        reason: error.to_string(),
    })?;
    Ok(())
}

fn read_piece_length(
    section: &Section<'_, '_, '_>,
    version: MetaVersion,
    limits: &LoadLimits,
) -> Result<u32, MetainfoError> {
    let number = section.required_int("piece length")?;
    let limit = limits.max_piece_length;
    let length = number
        .to_u64()
        .ok()
        .and_then(|length| u32::try_from(length).ok());
    let length = length
        .filter(|length| (1..=limit).contains(length))
        .ok_or_else(|| MetainfoError::InvalidPieceLength {
            found: shown(number),
            limit,
        })?;
    if version != MetaVersion::V1 && merkle::piece_layer_of(length).is_none() {
        return Err(MetainfoError::PieceLengthNotForV2 { found: length });
    }
    Ok(length)
}

/// What pieces are counted with.
struct Layout<'x> {
    total_length: u64,
    piece_length: u32,
    limits: &'x LoadLimits,
}

impl Layout<'_> {
    /// How many hashes of version 1 there are, as many as there should be, and where they stand in the input.
    fn read_pieces(
        &self,
        section: &Section<'_, '_, '_>,
    ) -> Result<(u32, Range<usize>), MetainfoError> {
        let (value, hashes) = section.required_bytes("pieces")?;
        if hashes.len() % HASH_LENGTH != 0 {
            return Err(MetainfoError::PiecesLength {
                length: hashes.len(),
            });
        }
        let expected = self.total_length.div_ceil(u64::from(self.piece_length));
        let count = self.check_count(expected)?;
        let found = (hashes.len() / HASH_LENGTH) as u64;
        if found != expected {
            return Err(MetainfoError::PieceCount { expected, found });
        }
        Ok((count, content_span(value).unwrap_or_default()))
    }

    /// How many pieces aligned files have.
    fn count_pieces(&self, files: &[File]) -> Result<u32, MetainfoError> {
        let last = files.iter().rfind(|file| file.length > 0);
        let end = last.map_or(0, |last| last.offset + last.length);
        self.check_count(end.div_ceil(u64::from(self.piece_length)))
    }

    fn check_count(&self, count: u64) -> Result<u32, MetainfoError> {
        let limit = self.limits.max_pieces;
        u32::try_from(count)
            .ok()
            .filter(|count| *count <= limit)
            .ok_or(MetainfoError::TooManyPieces { count, limit })
    }
}

fn count_missing(files: &[File], layers: &[usize], piece_length: u32) -> usize {
    let has_layer = |index: usize| layers.get(index).is_some_and(|offset| *offset != 0);
    files
        .iter()
        .enumerate()
        .filter(|(index, file)| piece_layers::needs_layer(file, piece_length) && !has_layer(*index))
        .count()
}

fn tell(files: &[File], missing_layers: usize, warnings: &mut Warnings) {
    if missing_layers > 0 {
        warnings.push(Warning::MissingPieceLayers {
            files: missing_layers,
        });
    }
    let changed = files.iter().filter(|file| !file.path_changes().is_empty());
    match changed.count() {
        0 => {}
        files => warnings.push(Warning::PathsChanged { files }),
    }
}

fn read_update_url(section: &mut Section<'_, '_, '_>) -> Option<Box<str>> {
    let bytes = section.bytes("update-url")?;
    let url = std::str::from_utf8(bytes).ok().and_then(tracker::clean);
    if url.is_none() {
        section.ignored("update-url", "an address in UTF-8 without white space");
    }
    url.map(Box::from)
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
