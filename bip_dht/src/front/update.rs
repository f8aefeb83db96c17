use crate::item::{MutableItem, TorrentPointer};

/// A version of what somebody publishes (BEP 46).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TorrentUpdate {
    /// The number of the version, greater than that of any before.
    pub seq: i64,
    /// The torrent that is the current one; `None` if this version points to none.
    pub torrent: Option<TorrentPointer>,
}

impl TorrentUpdate {
    pub(super) fn new(item: &MutableItem) -> TorrentUpdate {
        TorrentUpdate {
            seq: item.seq(),
            torrent: TorrentPointer::decode(item.value()),
        }
    }
}
