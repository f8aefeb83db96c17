use std::fmt;

/// Names one peer among many. A [`PeerManager`](crate::PeerManager) never gives the same key twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PeerKey(u64);

impl PeerKey {
    /// A key of one's own, for programs that drive sessions themselves.
    pub const fn new(key: u64) -> PeerKey {
        PeerKey(key)
    }

    /// The key as a number, for crates that name peers so.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for PeerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "peer {}", self.0)
    }
}
