use std::future::poll_fn;
use std::time::Duration;

use super::dht::MainlineDht;
use super::wait::{wait, wait_within};
use crate::front::{Lease, TorrentUpdate};

/// What somebody publishes (BEP 46): the versions, each newer than the one before, as they are found. Dropping it ends
/// the search.
///
/// Only the newest version waits to be taken, in place of the one before. Meanwhile the item is kept alive, whether its
/// publisher is there or not (BEP 46, "Consuming content").
#[derive(Debug)]
pub struct TorrentUpdates {
    lease: Lease,
    /// Keeps the node for as long as somebody waits.
    _node: MainlineDht,
}

impl TorrentUpdates {
    pub(super) fn new(lease: Lease, node: MainlineDht) -> TorrentUpdates {
        TorrentUpdates { lease, _node: node }
    }

    /// The next version, if there is one within `patience`; `None` also once the node is closed.
    pub fn next_within(&mut self, patience: Duration) -> Option<TorrentUpdate> {
        wait_within(patience, poll_fn(|context| self.lease.poll_update(context))).flatten()
    }
}

/// Ends only once the node is closed.
impl Iterator for TorrentUpdates {
    type Item = TorrentUpdate;

    fn next(&mut self) -> Option<TorrentUpdate> {
        wait(poll_fn(|context| self.lease.poll_update(context)))
    }
}
