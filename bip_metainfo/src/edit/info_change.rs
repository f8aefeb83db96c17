use crate::info::Info;
use crate::info_hash::InfoHash;
use crate::info_hash_v2::InfoHashV2;
use crate::metainfo::Metainfo;

/// What names a torrent in each version that it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct InfoHashes {
    /// The info-hash of version 1; `None` where the torrent is of version 2 only.
    pub v1: Option<InfoHash>,
    /// The info-hash of version 2; `None` where the torrent is of version 1 only.
    pub v2: Option<InfoHashV2>,
}

impl From<&Info> for InfoHashes {
    fn from(info: &Info) -> Self {
        Self {
            v1: info.info_hash_v1(),
            v2: info.info_hash_v2(),
        }
    }
}

/// A torrent that has become another one, of the same content, in a swarm of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InfoChange {
    /// The new torrent.
    pub torrent: Metainfo,
    /// What it was called before.
    pub old: InfoHashes,
    /// What it is called now; the same where nothing was changed after all.
    pub new: InfoHashes,
    /// Signatures (BEP 35) that were removed, since they vouched for the old info dictionary.
    pub removed_signatures: usize,
}
