use thiserror::Error;

use crate::error::MetainfoError;
use crate::names::names;

/// Why a torrent could not be changed as asked. Nothing was changed then.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EditError {
    /// A value that readers of torrents would leave out or misread.
    #[error("{key} cannot be {value:?}, which is not {expected}")]
    #[non_exhaustive]
    InvalidValue {
        /// The key.
        key: String,
        /// The value refused.
        value: String,
        /// What it should be, with its article.
        expected: &'static str,
    },
    /// There is no such tier of trackers.
    #[error("there is no tier {index}: the torrent has {count}")]
    #[non_exhaustive]
    NoSuchTier {
        /// The tier asked for, from 0.
        index: usize,
        /// Tiers that there are.
        count: usize,
    },
    /// `info` was to be set or removed as if it were any other key. See
    /// [`Metainfo::edit_info`](crate::Metainfo::edit_info).
    #[error("info is what the info-hash covers, and not for this editor to change")]
    InfoKey,
    /// A key of `info` that says what the pieces are. Another value makes another torrent, which has to be created.
    #[error("info.{key} says what the pieces are and cannot be edited")]
    #[non_exhaustive]
    ContentKey {
        /// The key.
        key: String,
    },
    /// What came of it could not be loaded again, so that it is kept back.
    #[error("the edited torrent would be unreadable")]
    Unreadable(#[from] MetainfoError),
}

names! {
    EditError, "no_such_tier":
    InvalidValue "invalid_value",
    NoSuchTier "no_such_tier",
    InfoKey "info_key",
    ContentKey "content_key",
    ; by_cause: Unreadable
}
