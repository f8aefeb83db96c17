use std::ops::Range;
use std::sync::{Arc, OnceLock};

use crate::info_hash::InfoHash;
use crate::info_hash_v2::InfoHashV2;

/// The bytes of an info dictionary, where they stand in a whole torrent if there is one, and their hashes, which are
/// taken when they are first asked for: to list what a torrent has, none is needed.
#[derive(Debug, Clone)]
pub(crate) struct RawInfo {
    pub(crate) whole: Arc<[u8]>,
    span: Range<usize>,
    v1: OnceLock<InfoHash>,
    v2: OnceLock<InfoHashV2>,
}

impl RawInfo {
    pub(crate) fn new(whole: Arc<[u8]>, span: Range<usize>) -> Self {
        Self {
            whole,
            span,
            v1: OnceLock::new(),
            v2: OnceLock::new(),
        }
    }

    pub(crate) fn info(&self) -> &[u8] {
        self.slice(self.span.clone())
    }

    /// Bytes of the whole torrent.
    pub(crate) fn slice(&self, range: Range<usize>) -> &[u8] {
        self.whole.get(range).unwrap_or_default()
    }

    pub(crate) fn hash_v1(&self) -> InfoHash {
        *self.v1.get_or_init(|| InfoHash::digest(self.info()))
    }

    pub(crate) fn hash_v2(&self) -> InfoHashV2 {
        *self.v2.get_or_init(|| InfoHashV2::digest(self.info()))
    }
}

impl PartialEq for RawInfo {
    fn eq(&self, other: &Self) -> bool {
        self.info() == other.info()
    }
}

impl Eq for RawInfo {}
