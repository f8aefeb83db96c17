use std::collections::{HashMap, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use super::agenda::Agenda;
use super::churn::Churn;
use super::course::NodeEvent;
use super::host::{Host, Program};
use super::link::Link;
use super::log::EventLog;
use super::plan::NodePlan;
use super::random::Random;
use super::stats::NetworkStats;
use crate::{DhtCore, Family};

/// A virtual network of nodes: virtual time, virtual addresses, and the same course of events for the same seed.
#[derive(Debug)]
pub struct Network {
    pub(super) seed: u64,
    pub(super) random: Random,
    /// What the nodes are told that time began with; only differences to it matter.
    pub(super) epoch: Instant,
    pub(super) elapsed: Duration,
    pub(super) link: Link,
    pub(super) hosts: Vec<Host>,
    /// Who is at which address.
    pub(super) directory: HashMap<IpAddr, u32>,
    pub(super) agenda: Agenda,
    pub(super) churn: Option<Churn>,
    pub(super) stats: NetworkStats,
    pub(super) events: VecDeque<NodeEvent>,
    pub(super) log: EventLog,
    pub(super) buffer: Vec<u8>,
}

/// Names one host of a [`Network`]: a node, or a socket of the test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HostId(pub(super) u32);

impl Network {
    /// A network without hosts.
    pub fn new(seed: u64) -> Network {
        Network {
            seed,
            random: Random::new(seed),
            epoch: epoch(),
            elapsed: Duration::ZERO,
            link: Link::default(),
            hosts: Vec::new(),
            directory: HashMap::new(),
            agenda: Agenda::default(),
            churn: None,
            stats: NetworkStats::default(),
            events: VecDeque::new(),
            log: EventLog::default(),
            buffer: Vec::new(),
        }
    }

    /// Sets how datagrams travel from now on.
    pub fn set_link(&mut self, link: Link) {
        self.link = link;
    }

    /// The virtual time, as nodes are told it.
    pub fn now(&self) -> Instant {
        self.epoch + self.elapsed
    }

    /// How long the network has run.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// What was carried so far.
    pub fn stats(&self) -> NetworkStats {
        self.stats
    }

    /// A hash of all datagrams that arrived, with their times: equal for equal seeds and commands.
    pub fn log_hash(&self) -> u64 {
        self.log.hash()
    }

    /// Adds nodes that join through those which are there: each is told of the first node and of two at random.
    pub fn add_nodes(&mut self, count: usize) -> Vec<HostId> {
        (0..count)
            .map(|_| self.add_node(NodePlan::default()))
            .collect()
    }

    /// Adds one node as planned, which joins through those that are there.
    pub fn add_node(&mut self, plan: NodePlan) -> HostId {
        let node = self.place_node(self.now(), plan);
        self.introduce(node);
        self.drain(node.0);
        node
    }

    /// Adds a socket whose datagrams the caller sends and reads: all of the ports at its address.
    pub fn add_socket(&mut self, address: IpAddr) -> HostId {
        let host = Host {
            v4: address.is_ipv4().then(|| SocketAddr::new(address, 0)),
            v6: address.is_ipv6().then(|| SocketAddr::new(address, 0)),
            nat: None,
            program: Program::Socket(VecDeque::new()),
            wake: None,
        };
        self.settle_in(host)
    }

    /// Sends a datagram; `from` may be an address of somebody else.
    pub fn send(&mut self, from: SocketAddr, to: SocketAddr, bytes: &[u8]) {
        self.stats.sent += 1;
        self.stats.sent_bytes += bytes.len() as u64;
        self.stats.longest = self.stats.longest.max(bytes.len());
        if !self.link.carries(bytes.len()) {
            self.stats.too_long += 1;
            return;
        }
        let copies = self.link.copies(&mut self.random);
        self.stats.lost += u64::from(copies == 0);
        let [here, there] = [from, to].map(|end| self.host_at(end.ip()).unwrap_or(u32::MAX));
        for _ in 0..copies {
            let delay = self.link.delay(self.seed, here, there, &mut self.random);
            self.agenda.send(self.elapsed + delay, from, to, bytes);
        }
    }

    /// Takes the oldest datagram that a socket received, with its sender.
    pub fn receive(&mut self, socket: HostId) -> Option<(SocketAddr, Vec<u8>)> {
        match &mut self.hosts.get_mut(socket.0 as usize)?.program {
            Program::Socket(inbox) => inbox.pop_front(),
            _ => None,
        }
    }

    /// The node's core; `None` for a socket, and while the node is gone.
    pub fn node(&self, node: HostId) -> Option<&DhtCore> {
        self.hosts.get(node.0 as usize)?.core()
    }

    /// Gives a command to a node, with the time, and sends what it has to send. `None` for a socket, and while the node is
    /// gone.
    pub fn drive<T>(
        &mut self,
        node: HostId,
        command: impl FnOnce(&mut DhtCore, Instant) -> T,
    ) -> Option<T> {
        let now = self.now();
        let core = self.hosts.get_mut(node.0 as usize)?.core_mut()?;
        let returned = command(core, now);
        self.drain(node.0);
        Some(returned)
    }

    /// The host's address in one network, as others see it; behind a symmetric router the port says nothing.
    pub fn address(&self, host: HostId, family: Family) -> Option<SocketAddr> {
        self.hosts.get(host.0 as usize)?.address(family)
    }

    /// All hosts on which a node runs at the moment.
    pub fn nodes(&self) -> impl Iterator<Item = (HostId, &DhtCore)> {
        let numbered = (0..).zip(&self.hosts);
        numbered.filter_map(|(number, host)| Some((HostId(number), host.core()?)))
    }
}

/// The one reading of a clock: `Instant` has no other beginning, and nothing but differences to it is ever looked at.
/// A day later, since nodes may be older than the network, and the machine's clock may have begun just now.
#[expect(clippy::disallowed_methods, reason = "an origin, not a time")]
fn epoch() -> Instant {
    Instant::now() + Duration::from_secs(86_400)
}
