use std::path::Path;

use bip_metainfo::{InfoHash, Magnet, Metainfo};

use super::error::SourceError;

/// What names a torrent.
#[derive(Debug)]
pub(crate) enum Source {
    Torrent(Box<Metainfo>),
    Magnet(Box<Magnet>),
}

impl Source {
    /// A magnet link, or else the path of a `.torrent` file.
    pub(crate) fn parse(words: &str) -> Result<Source, SourceError> {
        let is_magnet = words
            .get(..7)
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("magnet:"));
        if !is_magnet {
            return Source::from_file(Path::new(words));
        }
        let magnet = words
            .parse()
            .map_err(|source| SourceError::Magnet { source })?;
        Ok(Source::Magnet(Box::new(magnet)))
    }

    pub(crate) fn from_file(path: &Path) -> Result<Source, SourceError> {
        Ok(Source::Torrent(Box::new(Source::load(path)?)))
    }

    pub(crate) fn load(path: &Path) -> Result<Metainfo, SourceError> {
        let bytes = std::fs::read(path).map_err(|source| SourceError::Read {
            path: path.to_owned(),
            source,
        })?;
        Metainfo::from_bytes(&bytes).map_err(|source| SourceError::Metainfo {
            path: path.to_owned(),
            source,
        })
    }

    pub(crate) fn info_hash(&self) -> InfoHash {
        match self {
            Source::Torrent(metainfo) => metainfo.info().info_hash(),
            Source::Magnet(magnet) => magnet.info_hash(),
        }
    }
}
