use std::collections::BTreeSet;

use super::kind::LintKind;

/// What [`Metainfo::lint`](crate::Metainfo::lint) looks for, and from where on it minds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LintOptions {
    allowed: BTreeSet<LintKind>,
    pub(super) now: Option<i64>,
    pub(super) max_torrent_length: usize,
    pub(super) max_pad_percent: u8,
    pub(super) max_pieces: u32,
}

impl Default for LintOptions {
    fn default() -> Self {
        Self {
            allowed: BTreeSet::new(),
            now: None,
            max_torrent_length: 1 << 20,
            max_pad_percent: 10,
            max_pieces: 20_000,
        }
    }
}

impl LintOptions {
    /// Keeps quiet about this kind.
    #[must_use]
    pub fn allow(mut self, kind: LintKind) -> Self {
        self.allowed.insert(kind);
        self
    }

    /// The time in seconds since 1970: no creation date should be later. Without it, none is too late.
    #[must_use]
    pub fn now(mut self, seconds: i64) -> Self {
        self.now = Some(seconds);
        self
    }

    /// Bytes of a torrent file from which on it is `large_torrent`, not included. Default 1,048,576.
    #[must_use]
    pub fn max_torrent_length(mut self, bytes: usize) -> Self {
        self.max_torrent_length = bytes;
        self
    }

    /// Percent of all bytes that may be padding. Default 10.
    #[must_use]
    pub fn max_pad_percent(mut self, percent: u8) -> Self {
        self.max_pad_percent = percent;
        self
    }

    /// Pieces from which on their length is `small_piece_length`, not included; where files begin with pieces, two for
    /// each file are never too many. Default 20,000.
    #[must_use]
    pub fn max_pieces(mut self, pieces: u32) -> Self {
        self.max_pieces = pieces;
        self
    }

    pub(super) fn allows(&self, kind: LintKind) -> bool {
        self.allowed.contains(&kind)
    }
}
