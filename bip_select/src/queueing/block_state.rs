//! One block of an unfinished piece.

use crate::block::PeerKey;
use crate::limits::MAX_ASKERS_PER_BLOCK;

/// ```text
///            ask              receive
///   Free ----------> Asked ------------> Received
///    ^  <----------  | ^  |                 ^
///    |  lose (last)  | +--+ ask, lose       |
///    +---------------+                      |
///    +--------------- receive (late) -------+
/// ```
/// `Free` is `Asked` of nobody.
#[derive(Debug, Clone, Copy)]
pub(crate) enum BlockState {
    Asked(Askers),
    Received(PeerKey),
}

/// The peers a block is asked of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Askers {
    peers: [PeerKey; MAX_ASKERS_PER_BLOCK],
    count: u8,
}

impl BlockState {
    pub(crate) const FREE: BlockState = BlockState::Asked(Askers {
        peers: [0; MAX_ASKERS_PER_BLOCK],
        count: 0,
    });

    /// The peers it is asked of; none once it is received.
    pub(crate) fn askers(&self) -> &[PeerKey] {
        match self {
            BlockState::Asked(askers) => &askers.peers[..usize::from(askers.count)],
            BlockState::Received(_) => &[],
        }
    }

    pub(crate) fn is_free(&self) -> bool {
        matches!(self, BlockState::Asked(askers) if askers.count == 0)
    }

    /// False when there is no room for one more.
    pub(super) fn ask(&mut self, peer: PeerKey) -> bool {
        let BlockState::Asked(askers) = self else {
            return false;
        };
        let Some(place) = askers.peers.get_mut(usize::from(askers.count)) else {
            return false;
        };
        *place = peer;
        askers.count += 1;
        true
    }

    /// False when the peer was not asked.
    pub(super) fn lose(&mut self, peer: PeerKey) -> bool {
        let Some(at) = self.askers().iter().position(|asked| *asked == peer) else {
            return false;
        };
        let BlockState::Asked(askers) = self else {
            return false;
        };
        askers.count -= 1;
        askers.peers.swap(at, usize::from(askers.count));
        true
    }
}
