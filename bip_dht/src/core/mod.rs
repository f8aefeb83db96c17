//! The node: it routes what comes in to the machines that decide, and puts what they want sent into one queue.

mod ask;
mod begin;
mod finish;
mod lease;
mod maintenance;
mod network;
mod outbox;
mod reach;
mod receive;
mod saved;
mod server;
mod stats;
mod task;
#[cfg(test)]
mod tests;
#[cfg(feature = "tracing")]
mod trace;
mod verified;
mod waiting;

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use self::lease::Lease;
use self::network::Networks;
use self::outbox::Outbox;
use self::reach::Reach;
pub use self::stats::DhtStats;
use self::task::Task;
use crate::address::is_reachable;
use crate::budget::{Budget, BudgetRates};
use crate::config::DhtConfig;
use crate::event::{DhtEvent, Status, Transmit};
use crate::family::{Family, canonical};
use crate::krpc::{Body, MessageDecoder};
use crate::limits::{MAX_EVENTS, MAX_GATEWAYS};
use crate::node_id::NodeId;
use crate::operation::{LeaseId, OperationId};
use crate::rpc::{Expiry, RttEstimate, Transactions};
use crate::security::Tokens;
use crate::storage::{ItemStore, PeerStore};
use crate::table::Node;

/// A DHT node without I/O: both address families, as client and as server.
///
/// After any `handle_*` or command, drain the polls, then sleep until `poll_timeout` or the next input.
///
/// ```
/// use std::time::{Duration, Instant};
///
/// use bip_dht::{DhtConfig, DhtCore, DhtEvent, Key, Outcome, Role};
///
/// let mut now = Instant::now();
/// let config = || DhtConfig::default().role(Role::Server).without_v6();
/// let addresses = ["127.0.0.1:1001", "127.0.0.1:1002"].map(|text| text.parse().unwrap());
/// let mut nodes = [1, 2].map(|seed| DhtCore::new(now, config(), [seed; 32]));
/// nodes[1].add_node(now, addresses[0]);
///
/// let mut datagram = Vec::new();
/// let mut lookup = None;
/// for _ in 0..100 {
///     now += Duration::from_millis(10);
///     for at in [0, 1] {
///         if nodes[at].poll_timeout().is_some_and(|timeout| timeout <= now) {
///             nodes[at].handle_timeout(now);
///         }
///         while let Some(transmit) = nodes[at].poll_transmit(&mut datagram) {
///             let to = addresses.iter().position(|address| *address == transmit.destination).unwrap();
///             nodes[to].handle_datagram(now, addresses[at], &datagram);
///         }
///     }
///     if lookup.is_none() && nodes[1].stats().nodes_v4 == 1 {
///         lookup = Some(nodes[1].get_peers(now, Key::of_name("a room"))?);
///     }
///     while let Some(event) = nodes[1].poll_event() {
///         if let DhtEvent::Ended { id, result, .. } = event {
///             assert_eq!(Some(id), lookup);
///             assert_eq!(result, Ok(Outcome::Peers { count: 0 }));
///             return Ok(());
///         }
///     }
/// }
/// panic!("nothing came back");
/// # #[allow(unreachable_code)]
/// # Ok::<(), bip_dht::BeginError>(())
/// ```
pub struct DhtCore {
    config: DhtConfig,
    rng: StdRng,
    networks: Networks,
    transactions: Transactions,
    rtt: RttEstimate,
    /// Boxed, since even an empty map keeps room for eleven.
    tasks: BTreeMap<OperationId, Box<Task>>,
    /// Those that begin once the network is found.
    waiting: BTreeMap<OperationId, Box<Task>>,
    /// Until when nodes to begin with may still be named to us.
    expected_until: Option<Instant>,
    leases: BTreeMap<LeaseId, Lease>,
    /// How many operations were begun by commands and have not ended.
    commands: usize,
    /// The number of the next operation or lease.
    next_id: u64,
    tokens: Tokens,
    peers: PeerStore,
    /// Taken when the first item comes.
    items: Option<Box<ItemStore>>,
    budget: Budget,
    /// Pings of contacts that wait for an answer.
    checks: usize,
    reach: Reach,
    told: Option<Status>,
    outbox: Outbox,
    events: VecDeque<DhtEvent>,
    decoder: MessageDecoder,
    stats: DhtStats,
    /// Room for the contacts of one answer, kept so that none is allocated.
    nodes: Vec<Node>,
}

impl DhtCore {
    /// A node that draws its ids, tokens and transaction ids from `seed`. The seed has to be secret and fresh: who knows
    /// it can forge answers and tokens.
    pub fn new(now: Instant, config: DhtConfig, seed: [u8; 32]) -> DhtCore {
        let mut rng = StdRng::from_seed(seed);
        let tokens = Tokens::new([rng.random(), rng.random()], now);
        DhtCore {
            networks: Networks::new(now, &config, &mut rng),
            transactions: Transactions::default(),
            rtt: RttEstimate::default(),
            tasks: BTreeMap::new(),
            waiting: BTreeMap::new(),
            expected_until: None,
            leases: BTreeMap::new(),
            commands: 0,
            next_id: 0,
            tokens,
            peers: PeerStore::new(now),
            items: None,
            budget: Budget::new(now, [rng.random(), rng.random()], BudgetRates::default()),
            checks: 0,
            reach: Reach::new(config.role),
            told: None,
            outbox: Outbox::default(),
            events: VecDeque::new(),
            decoder: MessageDecoder::new(),
            stats: DhtStats::default(),
            nodes: Vec::new(),
            rng,
            config,
        }
    }

    /// Gives the node another to begin with: a router, one of a torrent's file, or one whose PORT message came (BEP 5,
    /// "Torrent File Extensions" and "BitTorrent Protocol Extension"). It is asked before it is believed. Of each family
    /// the last [`MAX_GATEWAYS`](crate::MAX_GATEWAYS) are remembered, to come back by after a time offline.
    pub fn add_node(&mut self, now: Instant, node: SocketAddr) {
        let node = canonical(node);
        if !is_reachable(node) {
            return;
        }
        let Some(network) = self.networks.of_mut(Family::of(node)) else {
            return;
        };
        let is_new = !network.gateways.contains(&node);
        network.gateways.retain(|known| *known != node);
        if network.gateways.len() >= MAX_GATEWAYS {
            network.gateways.pop_front();
        }
        network.gateways.push_back(node);
        if !network.is_ready() {
            network.hasten(now);
            if is_new {
                network.search_anew();
            }
        }
    }

    /// Takes a datagram that came from `from`. What is neither a query nor the answer to one of ours is ignored.
    pub fn handle_datagram(&mut self, now: Instant, from: SocketAddr, datagram: &[u8]) {
        self.stats.datagrams_in += 1;
        self.stats.bytes_in += datagram.len() as u64;
        let from = canonical(from);
        if !is_reachable(from) || self.networks.of(Family::of(from)).is_none() {
            return;
        }
        match self.decoder.decode(datagram) {
            Ok(message) => match message.body {
                Body::Query(query) => self.on_query(now, from, datagram.len(), &message, &query),
                Body::Response(response) => self.on_response(now, from, &message, &response),
                Body::Error(error) => self.on_error(now, from, message.transaction, error.code),
            },
            Err(error) => self.on_malformed(now, from, &error),
        }
        self.attend_waiting(now);
        self.tell_status();
    }

    /// Resends, gives up, refreshes and renews what is due.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some(expiry) = self.transactions.expire(now) {
            match expiry {
                Expiry::Stalled(id, pending) => self.on_stalled(now, id, &pending),
                Expiry::Dead(pending) => self.on_dead(now, &pending),
            }
        }
        self.maintain(now);
        self.attend_waiting(now);
        self.tell_status();
    }

    /// Writes the next datagram into `buf`, which is cleared before, and says where it goes.
    pub fn poll_transmit(&mut self, buf: &mut Vec<u8>) -> Option<Transmit> {
        let destination = self.outbox.pop(buf)?;
        self.stats.datagrams_out += 1;
        self.stats.bytes_out += buf.len() as u64;
        Some(Transmit { destination })
    }

    /// The next event.
    pub fn poll_event(&mut self) -> Option<DhtEvent> {
        let event = self.events.pop_front();
        if self.events.is_empty() && self.events.capacity() > 0 {
            self.events = VecDeque::new();
        }
        event
    }

    /// When `handle_timeout` has something to do.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let leases = self.leases.values().filter_map(Lease::due).min();
        let due = [self.transactions.next_due(), self.maintenance_due()];
        let waiting = [leases, self.waiting_due()];
        due.into_iter().chain(waiting).flatten().min()
    }

    /// The node's id in one network; `None` if it takes no part there. It changes when the external address does
    /// (BEP 42), unless the configuration gave it.
    pub fn id(&self, family: Family) -> Option<NodeId> {
        self.networks.of(family).map(|network| network.table.own())
    }

    /// How the node stands in the network; in the better of both, if it takes part in both.
    pub fn status(&self) -> Status {
        self.networks.status()
    }

    /// Whether the node answers queries now (BEP 43).
    pub fn is_server(&self) -> bool {
        self.reach.is_server()
    }

    /// The address under which others see the node, once nodes of at least 4 networks agree. There is no port in it: a NAT
    /// may show another one to everybody.
    pub fn external_address(&self, family: Family) -> Option<IpAddr> {
        self.networks.of(family)?.votes.believed()
    }

    /// About how many nodes one network has, from how densely they stood around the targets of finished lookups.
    pub fn size_estimate(&self, family: Family) -> Option<f64> {
        self.networks.of(family)?.size.nodes()
    }

    /// Tells an event, unless nobody has taken any for long. Ends are always told: they are bounded by themselves.
    fn tell(&mut self, event: DhtEvent) {
        #[cfg(feature = "tracing")]
        self.trace_event(&event);
        let is_end = matches!(event, DhtEvent::Ended { .. });
        if is_end || self.events.len() < MAX_EVENTS {
            self.events.push_back(event);
        }
    }

    /// Tells how the node stands when that became another, not when a number did.
    fn tell_status(&mut self) {
        let status = self.networks.kind();
        let told = self.told.map(|told| std::mem::discriminant(&told));
        if told != Some(std::mem::discriminant(&status)) {
            self.told = Some(status);
            let status = self.networks.status();
            self.tell(DhtEvent::Status(status));
        }
    }
}

impl fmt::Debug for DhtCore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Nothing that is drawn is shown: who reads it in a log can forge answers.
        f.debug_struct("DhtCore")
            .field("config", &self.config)
            .field("status", &self.status())
            .finish_non_exhaustive()
    }
}
