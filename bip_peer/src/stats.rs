/// The figures of one session.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PeerStats {
    /// Bytes of blocks received that we had asked for.
    pub downloaded: u64,
    /// Bytes of blocks handed to the connection.
    pub uploaded: u64,
    /// Bytes of blocks received that we had not asked for, or had cancelled: dropped.
    pub wasted: u64,
    /// Bytes of blocks received lately, per second.
    pub download_rate_bytes_per_s: u64,
    /// Bytes of blocks sent lately, per second.
    pub upload_rate_bytes_per_s: u64,
    /// Requests under way to the peer.
    pub outstanding: usize,
    /// Requests that would be under way with a full pipeline.
    pub window: usize,
    /// Requests of the peer that wait for their block.
    pub upload_queue: usize,
    /// Requests of the peer that were dropped: sent while choked, doubled, or more than we take.
    pub dropped_requests: u64,
    /// Messages skipped because their id is not known here.
    pub skipped_messages: u64,
}
