mod outbox;

use std::collections::VecDeque;
use std::fmt;
use std::net::SocketAddr;
use std::time::Instant;

use rand::SeedableRng;
use rand::rngs::StdRng;

use self::outbox::Outbox;
use crate::config::DhtConfig;
use crate::event::{DhtEvent, Transmit};

/// A DHT node without I/O: both address families, as client and as server.
///
/// After any `handle_*` or command, drain the polls, then sleep until `poll_timeout` or the next input.
pub struct DhtCore {
    config: DhtConfig,
    rng: StdRng,
    outbox: Outbox,
    events: VecDeque<DhtEvent>,
}

impl DhtCore {
    /// A node that draws its ids, tokens and transaction ids from `seed`. The seed has to be secret and fresh: who knows
    /// it can forge answers and tokens.
    pub fn new(config: DhtConfig, seed: [u8; 32]) -> DhtCore {
        DhtCore {
            config,
            rng: StdRng::from_seed(seed),
            outbox: Outbox::default(),
            events: VecDeque::new(),
        }
    }

    /// Gives the node another to begin with: a router, one of a torrent's file, or one whose PORT message came (BEP 5,
    /// "Contact Encoding" and "BitTorrent Protocol Extension"). It is asked before it is believed.
    pub fn add_node(&mut self, now: Instant, node: SocketAddr) {
        let _ = (now, node);
    }

    /// Takes a datagram that came from `from`. What is neither a query nor the answer to one of ours is ignored.
    pub fn handle_datagram(&mut self, now: Instant, from: SocketAddr, datagram: &[u8]) {
        let _ = (now, from, datagram);
    }

    /// Resends, gives up, refreshes and renews what is due.
    pub fn handle_timeout(&mut self, now: Instant) {
        let _ = now;
    }

    /// Writes the next datagram into `buf`, which is cleared before, and says where it goes.
    pub fn poll_transmit(&mut self, buf: &mut Vec<u8>) -> Option<Transmit> {
        let destination = self.outbox.pop(buf)?;
        Some(Transmit { destination })
    }

    /// The next event.
    pub fn poll_event(&mut self) -> Option<DhtEvent> {
        self.events.pop_front()
    }

    /// When `handle_timeout` has something to do.
    pub fn poll_timeout(&self) -> Option<Instant> {
        None
    }
}

impl fmt::Debug for DhtCore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Nothing that is drawn is shown: who reads it in a log can forge answers.
        f.debug_struct("DhtCore")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}
