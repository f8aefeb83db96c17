use crate::{PeerCommand, PeerKey};

/// Why a peer was not added. Its stream has been dropped.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddPeerError {
    /// There are as many peers as may be.
    #[error("the peer manager is full ({max_peers} peers)")]
    Full {
        /// The configured limit.
        max_peers: usize,
    },
    /// The manager is closed, or nobody takes its events any more.
    #[error("the peer manager is closed")]
    Closed,
}

/// The peer is gone: its end event has been or will be told. The command comes back.
#[expect(
    clippy::exhaustive_structs,
    reason = "who is gone, and what could not be said"
)]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{peer} is gone")]
pub struct SendError {
    /// The peer.
    pub peer: PeerKey,
    /// What was to be sent.
    pub command: PeerCommand,
}
