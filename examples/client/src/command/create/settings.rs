//! What the command line says, as the library takes it.

use std::time::{SystemTime, UNIX_EPOCH};

use bip_metainfo::{
    Alignment, File, FileAttributes, FileOptions, Hidden, Info, InfoBuilder, Junk, MetaVersion,
    Metainfo, MetainfoBuilder, PieceLength, Symlinks,
};

use super::Create;
use super::arguments::{LinkChoice, Version};

impl Create {
    pub(super) fn builder(&self, existing: Option<&Metainfo>) -> MetainfoBuilder {
        let piece_length = match self.pieces.target_size {
            Some(bytes) => PieceLength::TorrentLength(bytes),
            None => self.pieces.piece_length,
        };
        let mut info = InfoBuilder::new()
            .piece_length(piece_length)
            .source(self.texts.source.as_deref());
        if let Some(existing) = existing {
            info = like(info, existing.info());
        }
        if let Some(version) = self.pieces.version.asked_for() {
            info = info.version(version);
        }
        if self.texts.private {
            info = info.private();
        }
        if let Some(bytes) = self.pieces.max_piece_length {
            info = info.max_piece_length(bytes);
        }
        if let Some(name) = &self.texts.name {
            info = info.name(name.as_str());
        }
        let program = concat!("bip ", env!("CARGO_PKG_VERSION"));
        let created_by = self.texts.created_by.as_deref().unwrap_or(program);
        MetainfoBuilder::from(info)
            .trackers(self.texts.announce.iter().map(|tier| &tier.0))
            .web_seeds(&self.texts.web_seeds)
            .http_seeds(&self.texts.http_seeds)
            .nodes(self.texts.nodes.iter().map(|(host, port)| (host, *port)))
            .comment(self.texts.comment.as_deref())
            .created_by((!self.texts.no_created_by).then_some(created_by))
            .creation_date(match self.texts.no_date {
                true => None,
                false => self.texts.date.or_else(seconds_since_1970),
            })
    }

    pub(super) fn file_options(&self) -> FileOptions {
        let mut options = FileOptions::default().symlinks(match self.files.symlinks {
            LinkChoice::Follow => Symlinks::Follow,
            LinkChoice::Keep => Symlinks::Keep,
            LinkChoice::Skip => Symlinks::Skip,
        });
        if self.files.hidden {
            options = options.hidden(Hidden::Take);
        }
        if self.files.junk {
            options = options.junk(Junk::Take);
        }
        if self.files.attributes {
            options = options.attributes(FileAttributes::Record);
        }
        let options = self
            .files
            .include
            .iter()
            .fold(options, FileOptions::include);
        self.files
            .exclude
            .iter()
            .fold(options, FileOptions::exclude)
    }
}

impl Version {
    fn asked_for(&self) -> Option<MetaVersion> {
        match self {
            Version { v1: true, .. } => Some(MetaVersion::V1),
            Version { v2: true, .. } => Some(MetaVersion::V2),
            Version { hybrid: true, .. } => Some(MetaVersion::Hybrid),
            Version { .. } => None,
        }
    }
}

/// Cuts the content as an existing torrent does, and takes its hashes.
fn like(builder: InfoBuilder, existing: &Info) -> InfoBuilder {
    let alignment = match existing.files().iter().any(File::is_pad) {
        true => Alignment::Pieces,
        false => Alignment::Packed,
    };
    builder
        .version(existing.version())
        .piece_length(PieceLength::Exact(existing.piece_length()))
        .alignment(alignment)
        .reuse(existing)
}

fn seconds_since_1970() -> Option<i64> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_secs()).ok()
}
