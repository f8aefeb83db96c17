use bip_bencode::{BDecodeOpt, Irregularity};

use super::error::EditError;
use super::info_change::InfoChange;
use super::mapped::Mapped;
use super::reuse_error::ReuseError;
use super::root::{change_root, decode_again};
use super::splice::{Changes, splice_value};
use crate::create::{
    Alignment, CreateError, HashOptions, InfoBuilder, IntoAccessor, KnownPiece, MetainfoBuilder,
    PieceLength,
};
use crate::error::MetainfoError;
use crate::file::File;
use crate::info::Info;
use crate::limits::LoadLimits;
use crate::merkle;
use crate::meta_version::MetaVersion;
use crate::metainfo::Metainfo;

impl Metainfo {
    /// Whether this is the content that the torrent describes, as far as names and lengths tell: the same files, and no
    /// others. Nothing is read.
    ///
    /// # Errors
    /// The first difference.
    pub fn check_files(&self, content: impl IntoAccessor) -> Result<(), ReuseError> {
        let content = content.into_accessor()?;
        let mapped = Mapped::new(self.info(), &content)?;
        match mapped.extra() {
            None => Ok(()),
            Some(extra) => Err(ReuseError::ExtraFile {
                path: extra
                    .path()
                    .map(String::from_utf8_lossy)
                    .collect::<Vec<_>>()
                    .join("/"),
            }),
        }
    }

    /// Makes a new torrent of the same files as the builder says, with the hashes of this one: no content is needed, and
    /// nothing is hashed. The piece length and the padding are those of this torrent, whatever the builder says; the name
    /// is, unless it says so.
    ///
    /// A hybrid serves for any version, the others for their own. To know whether a folder is what the torrent is of, ask
    /// [`check_files`](Self::check_files).
    ///
    /// # Errors
    /// Hashes are missing for the version of the builder, or this torrent has its files in another order than a new one
    /// would.
    pub fn reuse(&self, builder: &MetainfoBuilder) -> Result<Metainfo, ReuseError> {
        let (info, version) = (self.info(), builder.version());
        let is_enough = match version {
            MetaVersion::V1 => info.version() != MetaVersion::V2,
            MetaVersion::V2 => info.version() != MetaVersion::V1 && info.has_piece_layers(),
            MetaVersion::Hybrid => info.version() == version && info.has_piece_layers(),
        };
        if !is_enough {
            return Err(ReuseError::MissingHashes { version });
        }
        let content_end = info
            .files()
            .iter()
            .rfind(|file| !file.is_pad() && file.length > 0);
        if let Some(last) = content_end
            && version != MetaVersion::V2
            && last.offset + last.length != info.total_length()
        {
            // Padding behind the last file, which no new torrent has: its last piece is another one.
            return Err(other_pieces(last));
        }
        let alignment = match info.files().iter().any(File::is_pad) {
            true => Alignment::Pieces,
            false => Alignment::Packed,
        };
        let reusing = builder.clone().change_info(|builder| {
            builder
                .piece_length(PieceLength::Exact(info.piece_length()))
                .alignment(alignment)
                .known_pieces(known_pieces(info))
        });
        let reused = reusing.build(&Mapped::unread(info)?, &HashOptions::default());
        let files = |info| Info::files(info).iter().filter(|file| !file.is_pad());
        let reused = match (reused, files(info).next()) {
            (Err(CreateError::KnownPieces { .. }), Some(first)) => return Err(other_pieces(first)),
            (reused, _) => reused?,
        };
        // A single file may have got another name.
        let is_same = |old: &File, new: &File| {
            (old.offset == new.offset || old.length == 0)
                && (info.is_single_file() || old.raw_path().eq(new.raw_path()))
        };
        let mut pairs = files(info).zip(files(reused.info()));
        let other = pairs.find(|(old, new)| !is_same(old, new));
        match other {
            Some((old, _)) => Err(other_pieces(old)),
            None => Ok(reused),
        }
    }

    /// Whether [`upgrade`](Self::upgrade) is possible at all, as far as the torrent tells.
    ///
    /// # Errors
    /// The torrent is of version 2 already; version 2 does not have its piece length; its files do not begin with pieces
    /// or are in another order than version 2 has them; its info dictionary is not canonical.
    pub fn check_upgradable(&self) -> Result<(), ReuseError> {
        check_upgradable(self.info())
    }

    /// Gives a torrent of version 1 the half of version 2 (BEP 52, "Upgrade Path"). The content is read for that, and its
    /// SHA-256 taken; it is **not compared** with the hashes of version 1, for which there is [`Verifier`](crate::Verifier).
    ///
    /// All that the info dictionary has, with unknown keys, stays as it is, and so does what stands around it, but for
    /// signatures. **The info-hash of version 1 changes** all the same, since the info dictionary has more keys then:
    /// nothing can keep it, and peers of the old torrent are not found by the new one.
    ///
    /// # Errors
    /// Those of [`check_upgradable`](Self::check_upgradable); content is missing, has another length or cannot be read.
    pub fn upgrade(
        &self,
        content: impl IntoAccessor,
        options: &HashOptions<'_>,
    ) -> Result<InfoChange, ReuseError> {
        let info = self.info();
        check_upgradable(info)?;
        let content = content.into_accessor()?;
        let mapped = Mapped::new(info, &content)?;
        let half = InfoBuilder::new()
            .version(MetaVersion::V2)
            .piece_length(PieceLength::Custom(info.piece_length()));
        let half = MetainfoBuilder::from(half).build(&mapped, options)?;

        let half = decode_again(half.raw())?;
        let half = half.root();
        let raw = |path: &[&[u8]]| {
            let found = path
                .iter()
                .try_fold(half, |value, key| value.dict()?.get(key));
            found.map(|value| value.raw().to_vec())
        };
        let keys = Changes::from([
            (b"file tree".to_vec(), raw(&[b"info", b"file tree"])),
            (b"meta version".to_vec(), raw(&[b"info", b"meta version"])),
        ]);
        let new_info = splice_value(decode_again(info.raw())?.root(), &keys);
        let around = Changes::from([
            (b"info".to_vec(), Some(new_info)),
            (b"piece layers".to_vec(), raw(&[b"piece layers"])),
            (b"signatures".to_vec(), None),
        ]);
        let bytes = change_root(self, &around)?;
        let torrent = Metainfo::from_bytes_with(&bytes, LoadLimits::of_what_was_loaded())
            .map_err(EditError::from)?;
        Ok(InfoChange {
            old: info.into(),
            new: torrent.info().into(),
            removed_signatures: self.signatures().len(),
            torrent,
        })
    }
}

/// All that would be found out only when everything is hashed.
fn check_upgradable(info: &Info) -> Result<(), ReuseError> {
    let found = info.piece_length();
    if info.version() != MetaVersion::V1 {
        return Err(ReuseError::AlreadyV2);
    }
    if merkle::piece_layer_of(found).is_none() {
        return Err(ReuseError::PieceLengthNotForV2 { found });
    }
    let canonical = BDecodeOpt::strict().allow(Irregularity::IntOutOfRange);
    let limits = LoadLimits::of_what_was_loaded();
    let canonical = canonical
        .max_input_length(limits.max_input_length)
        .max_depth(limits.max_depth)
        .max_tokens(limits.max_tokens);
    canonical.check(info.raw()).map_err(|error| {
        EditError::from(MetainfoError::NotCanonical {
            reason: error.to_string(),
        })
    })?;
    let mut above: Vec<&[u8]> = Vec::new();
    for file in info.files().iter().filter(|file| !file.is_pad()) {
        let path = file.raw_path().collect();
        let is_aligned = file.length == 0 || file.offset % u64::from(found) == 0;
        if path < above || !is_aligned {
            return Err(other_pieces(file));
        }
        above = path;
    }
    Ok(())
}

/// What the torrent tells of every piece.
fn known_pieces(info: &Info) -> Vec<KnownPiece> {
    let mut known: Vec<_> = (0..info.piece_count())
        .map(|piece| KnownPiece {
            sha1: info.piece_hash(piece),
            sha256: None,
        })
        .collect();
    for (index, file) in info.files().iter().enumerate() {
        let first = (file.offset / u64::from(info.piece_length())) as usize;
        let pieces = known.iter_mut().skip(first);
        for (piece, hash) in pieces.zip(info.piece_layer(index).unwrap_or_default()) {
            piece.sha256 = Some(*hash);
        }
    }
    known
}

fn other_pieces(file: &File) -> ReuseError {
    ReuseError::OtherPieces {
        path: file.path.to_string(),
    }
}
