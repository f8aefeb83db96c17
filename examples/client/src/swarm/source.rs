use std::path::Path;

use bip_metainfo::{InfoHash, Magnet, Metainfo};

use super::error::SourceError;

/// What names a torrent.
#[derive(Debug)]
pub(crate) enum Source {
    Torrent(Box<Metainfo>),
    /// A link, and the hash in it that peers are met by.
    Magnet(Box<Magnet>, InfoHash),
    /// A link with a public key alone, and the key: under it the DHT has the hash (BEP 46).
    Published(Box<Magnet>, [u8; 32]),
}

impl Source {
    /// A magnet link, or else the path of a `.torrent` file.
    pub(crate) fn parse(words: &str) -> Result<Source, SourceError> {
        if !Source::is_magnet(words) {
            return Source::from_file(Path::new(words));
        }
        let magnet = Source::parse_magnet(words)?;
        let (v1, public_key) = (magnet.info_hash_v1(), magnet.public_key().copied());
        let magnet = Box::new(magnet);
        match (v1, public_key) {
            (Some(info_hash), _) => Ok(Source::Magnet(magnet, info_hash)),
            (None, Some(public_key)) => Ok(Source::Published(magnet, public_key)),
            (None, None) => Err(SourceError::MagnetOfVersion2),
        }
    }

    pub(crate) fn is_magnet(words: &str) -> bool {
        words
            .trim_start()
            .get(..7)
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("magnet:"))
    }

    pub(crate) fn parse_magnet(words: &str) -> Result<Magnet, SourceError> {
        words
            .parse()
            .map_err(|source| SourceError::Magnet { source })
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

    /// Whether only its trackers may tell of its peers (BEP 27); of a link, nobody knows yet.
    pub(crate) fn is_private(&self) -> bool {
        match self {
            Source::Torrent(metainfo) => metainfo.info().is_private(),
            Source::Magnet(..) | Source::Published(..) => false,
        }
    }

    /// Nodes of the DHT that the torrent names (BEP 5, "Torrent File Extensions").
    pub(crate) fn nodes(&self) -> Vec<String> {
        let Source::Torrent(metainfo) = self else {
            return Vec::new();
        };
        let nodes = metainfo.nodes().iter();
        nodes
            .map(|(host, port)| match host.contains(':') {
                true => format!("[{host}]:{port}"),
                false => format!("{host}:{port}"),
            })
            .collect()
    }
}
