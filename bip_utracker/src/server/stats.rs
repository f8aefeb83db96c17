/// What a tracker server holds and has done since it started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerStats {
    /// Torrents with at least one IPv4 peer.
    pub torrents_v4: usize,
    /// Torrents with at least one IPv6 peer.
    pub torrents_v6: usize,
    /// IPv4 peers over all torrents; some may have expired within the last minute.
    pub peers_v4: usize,
    /// IPv6 peers over all torrents; some may have expired within the last minute.
    pub peers_v6: usize,
    /// Connect requests answered.
    pub connects: u64,
    /// Announces answered.
    pub announces: u64,
    /// Scrapes answered.
    pub scrapes: u64,
    /// Announces refused because a limit was reached.
    pub refused: u64,
    /// Datagrams left without an answer: malformed, or without a valid connection id.
    pub ignored: u64,
}
