use std::time::Duration;

/// Bounds and patience of a [`MetadataDownload`](crate::MetadataDownload).
#[derive(Clone, Debug)]
pub struct MetadataLimits {
    pub(super) max_size: u64,
    pub(super) requests_per_peer: usize,
    pub(super) request_timeout: Duration,
    pub(super) retry_after: Duration,
}

impl Default for MetadataLimits {
    fn default() -> MetadataLimits {
        MetadataLimits {
            max_size: 32 * 1024 * 1024,
            requests_per_peer: 4,
            request_timeout: Duration::from_secs(10),
            retry_after: Duration::from_secs(30),
        }
    }
}

impl MetadataLimits {
    /// Largest info dictionary fetched, in bytes (default 32 MiB). A peer that claims more is not asked.
    pub fn max_size(mut self, bytes: u64) -> MetadataLimits {
        self.max_size = bytes;
        self
    }

    /// Requests under way to one peer at a time (default 4, at least 1).
    pub fn requests_per_peer(mut self, requests: usize) -> MetadataLimits {
        self.requests_per_peer = requests.max(1);
        self
    }

    /// How long one request may take (default 10 s).
    pub fn request_timeout(mut self, timeout: Duration) -> MetadataLimits {
        self.request_timeout = timeout;
        self
    }

    /// How long a peer is left alone that rejected a request or did not answer it (default 30 s).
    pub fn retry_after(mut self, pause: Duration) -> MetadataLimits {
        self.retry_after = pause;
        self
    }
}
