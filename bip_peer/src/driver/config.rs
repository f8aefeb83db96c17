/// How many peers, and how much may wait.
#[derive(Clone, Debug)]
pub struct PeerManagerConfig {
    pub(super) max_peers: usize,
    pub(super) event_capacity: usize,
    pub(super) command_capacity: usize,
    pub(super) spare_buffers: usize,
}

impl Default for PeerManagerConfig {
    fn default() -> PeerManagerConfig {
        PeerManagerConfig {
            max_peers: 1000,
            event_capacity: 4096,
            command_capacity: 64,
            spare_buffers: 32,
        }
    }
}

impl PeerManagerConfig {
    /// Most peers at a time (default 1000, at least 1). A peer counts until its end event has been taken.
    pub fn max_peers(mut self, peers: usize) -> PeerManagerConfig {
        self.max_peers = peers.max(1);
        self
    }

    /// Events that may wait for [`PeerEvents`](crate::PeerEvents), end events not counted (default 4096, at least 1).
    /// Past that, sockets are not read.
    pub fn event_capacity(mut self, events: usize) -> PeerManagerConfig {
        self.event_capacity = events.clamp(1, 1 << 20);
        self
    }

    /// Commands that may wait for one peer (default 64, at least 1).
    pub fn command_capacity(mut self, commands: usize) -> PeerManagerConfig {
        self.command_capacity = commands.max(1);
        self
    }

    /// Used read buffers of 256 KiB kept for further use, all peers together (default 32, that is 8 MiB).
    pub fn spare_buffers(mut self, buffers: usize) -> PeerManagerConfig {
        self.spare_buffers = buffers;
        self
    }
}
