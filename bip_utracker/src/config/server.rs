use std::time::Duration;

#[cfg(feature = "tokio")]
use std::net::{Ipv4Addr, SocketAddr};

/// How a tracker server behaves.
#[derive(Clone, Debug)]
pub struct TrackerServerConfig {
    pub(crate) interval: Duration,
    pub(crate) peer_lifetime: Duration,
    pub(crate) default_num_want: usize,
    pub(crate) max_num_want: usize,
    pub(crate) max_torrents: usize,
    pub(crate) max_peers: usize,
    #[cfg(feature = "tokio")]
    pub(crate) listen_addrs: Vec<SocketAddr>,
}

impl Default for TrackerServerConfig {
    fn default() -> TrackerServerConfig {
        TrackerServerConfig {
            interval: Duration::from_secs(30 * 60),
            peer_lifetime: Duration::from_secs(45 * 60),
            default_num_want: 50,
            max_num_want: 100,
            max_torrents: 65_536,
            max_peers: 1_048_576,
            #[cfg(feature = "tokio")]
            listen_addrs: vec![SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0))],
        }
    }
}

impl TrackerServerConfig {
    /// How long clients are asked to wait between announces (default 30 min); whole seconds, at least 1.
    pub fn interval(mut self, interval: Duration) -> TrackerServerConfig {
        self.interval = interval.clamp(
            Duration::from_secs(1),
            Duration::from_secs(u64::from(u32::MAX)),
        );
        self
    }

    /// How long after its last announce a peer is still given to others (default 45 min); at least 1 s. Should be longer
    /// than the interval.
    pub fn peer_lifetime(mut self, lifetime: Duration) -> TrackerServerConfig {
        self.peer_lifetime = lifetime.max(Duration::from_secs(1));
        self
    }

    /// How many peers a client gets that leaves the number to the tracker (default 50).
    pub fn default_num_want(mut self, peers: usize) -> TrackerServerConfig {
        self.default_num_want = peers;
        self
    }

    /// How many peers a client gets at most (default 100). [`MAX_ANSWER_LENGTH`](crate::MAX_ANSWER_LENGTH) bounds it
    /// besides: 202 peers over IPv4, 67 over IPv6.
    pub fn max_num_want(mut self, peers: usize) -> TrackerServerConfig {
        self.max_num_want = peers;
        self
    }

    /// How many torrents are tracked at most in each family (default 65 536); announces of others are refused.
    pub fn max_torrents(mut self, torrents: usize) -> TrackerServerConfig {
        self.max_torrents = torrents;
        self
    }

    /// How many peers are tracked at most in each family, over all torrents (default 1 048 576, some 40 to 60 MiB);
    /// announces of others are refused.
    pub fn max_peers(mut self, peers: usize) -> TrackerServerConfig {
        self.max_peers = peers;
        self
    }

    /// Where the driver listens (default `0.0.0.0:0`, any free port). An IPv6 socket takes IPv6 only.
    #[cfg(feature = "tokio")]
    pub fn listen_addr(mut self, address: SocketAddr) -> TrackerServerConfig {
        self.listen_addrs = vec![address];
        self
    }

    /// One more address where the driver listens, for instance of the other family; the swarms are the same.
    #[cfg(feature = "tokio")]
    pub fn also_listen_addr(mut self, address: SocketAddr) -> TrackerServerConfig {
        self.listen_addrs.push(address);
        self
    }
}
