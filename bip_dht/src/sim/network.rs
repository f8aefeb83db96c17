use std::collections::{HashMap, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use super::address;
use super::agenda::{Agenda, Entry};
use super::churn::Churn;
use super::host::{Host, Program};
use super::link::Link;
use super::log::EventLog;
use super::nat::Nat;
use super::plan::NodePlan;
use super::random::Random;
use crate::{DhtCore, DhtEvent, Family};

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
    events: VecDeque<NodeEvent>,
    log: EventLog,
    buffer: Vec<u8>,
}

/// Names one host of a [`Network`]: a node, or a socket of the test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HostId(pub(super) u32);

/// What one node of the network has to tell.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct NodeEvent {
    /// When, since the network began.
    pub at: Duration,
    /// Which node.
    pub node: HostId,
    /// What.
    pub event: DhtEvent,
}

/// What the network has carried so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct NetworkStats {
    /// Datagrams that nodes and sockets sent.
    pub sent: u64,
    /// Their bytes.
    pub sent_bytes: u64,
    /// The longest of them, in bytes.
    pub longest: usize,
    /// Datagrams that reached a program, repetitions counted.
    pub delivered: u64,
    /// Datagrams lost by chance.
    pub lost: u64,
    /// Datagrams longer than the network carries.
    pub too_long: u64,
    /// Datagrams to an address where nobody is, or where a router let them not pass.
    pub unreachable: u64,
    /// How often a node was woken by its own timer.
    pub wakes: u64,
}

/// How many datagrams a socket of a test keeps; the oldest makes room.
pub(super) const MAX_INBOX: usize = 4096;

/// A node is woken no sooner than this after it was last woken by its timer, as by a system's timers.
const TIMER_RESOLUTION: Duration = Duration::from_millis(1);

/// To how many nodes a new one is introduced, and how many hosts are drawn to find that many on which one runs.
const INTRODUCTIONS: usize = 3;
const DRAWS: usize = 64;

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

    /// Runs on, and returns what the nodes told meanwhile.
    pub fn run_for(&mut self, duration: Duration) -> Vec<NodeEvent> {
        let deadline = self.elapsed + duration;
        std::iter::from_fn(|| self.next_event(deadline)).collect()
    }

    /// Runs on until a node tells something, or until `deadline`, a time since the network began.
    pub fn next_event(&mut self, deadline: Duration) -> Option<NodeEvent> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Some(event);
            }
            match self.agenda.next_at() {
                Some(at) if at <= deadline => self.step(),
                _ => break,
            }
        }
        self.elapsed = self.elapsed.max(deadline);
        None
    }

    /// Lets the next thing happen.
    fn step(&mut self) {
        let Some((at, entry)) = self.agenda.next() else {
            return;
        };
        self.elapsed = self.elapsed.max(at);
        match entry {
            Entry::Arrival(place) => self.arrive(place),
            Entry::Wake(host) => self.wake(at, host),
            Entry::Departure(host) => self.depart(HostId(host)),
            Entry::Return(host) => self.come_back(HostId(host)),
        }
    }

    fn arrive(&mut self, place: u32) {
        let datagram = self.agenda.take(place);
        let (from, to, bytes) = (datagram.from, datagram.to, &datagram.bytes);
        let now = self.now();
        let host = self.host_at(to.ip());
        let reached = host.filter(|host| self.hosts[*host as usize].admits(self.elapsed, from, to));
        if let Some(number) = reached {
            self.stats.delivered += 1;
            self.log.record(self.elapsed, from, to, bytes);
            match &mut self.hosts[number as usize].program {
                Program::Node(core, _) => core.handle_datagram(now, from, bytes),
                Program::Socket(inbox) => {
                    if inbox.len() >= MAX_INBOX {
                        inbox.pop_front();
                    }
                    inbox.push_back((from, bytes.clone()));
                }
                Program::Impostor(_) => self.deceive(number, from, bytes),
                Program::Gone(_) => {}
            }
            self.drain(number);
        } else {
            self.stats.unreachable += 1;
        }
        self.agenda.recycle(place, datagram.bytes);
    }

    fn wake(&mut self, at: Duration, number: u32) {
        let now = self.now();
        let host = &mut self.hosts[number as usize];
        // A wake that an earlier one has overtaken.
        if host.wake != Some(at) {
            return;
        }
        host.wake = None;
        let Some(core) = host.core_mut() else {
            return;
        };
        if core.poll_timeout().is_some_and(|timeout| timeout <= now) {
            core.handle_timeout(now);
            self.stats.wakes += 1;
        }
        self.drain(number);
    }

    /// Takes everything that a node has to send and to tell, and plans when to wake it.
    pub(super) fn drain(&mut self, number: u32) {
        let mut buffer = std::mem::take(&mut self.buffer);
        let now = self.elapsed;
        loop {
            let host = &mut self.hosts[number as usize];
            let transmit = host
                .core_mut()
                .and_then(|core| core.poll_transmit(&mut buffer));
            let Some(transmit) = transmit else { break };
            if let Some(source) = host.source(now, transmit.destination) {
                self.send(source, transmit.destination, &buffer);
            }
        }
        self.buffer = buffer;
        let host = &mut self.hosts[number as usize];
        let Some(core) = host.core_mut() else { return };
        while let Some(event) = core.poll_event() {
            self.events.push_back(NodeEvent {
                at: now,
                node: HostId(number),
                event,
            });
        }
        if let Some(timeout) = core.poll_timeout() {
            let at = timeout.saturating_duration_since(self.epoch);
            let at = at.max(now + TIMER_RESOLUTION);
            if host.wake.is_none_or(|wake| at < wake) {
                host.wake = Some(at);
                self.agenda.plan(at, Entry::Wake(number));
            }
        }
    }

    /// Places a node at an address of its own, knowing nobody.
    pub(super) fn place_node(&mut self, born: Instant, plan: NodePlan) -> HostId {
        let [v4, v6] = Family::ALL.map(|family| {
            let ip = plan.has(family).then(|| match plan.address {
                Some(ip) => ip,
                None => self.free_address(family),
            });
            ip.map(|ip| SocketAddr::new(ip, address::port(&mut self.random)))
        });
        let nat = plan.nat.zip(v4);
        let nat = nat.map(|((kind, expiry), v4)| Nat::new(kind, expiry, v4.port()));
        let core = DhtCore::new(born, plan.config_of_families(), self.random.bytes());
        self.settle_in(Host {
            v4,
            v6,
            nat,
            program: Program::Node(Box::new(core), Box::new(plan)),
            wake: None,
        })
    }

    /// Tells a node of others through which it can join: of three that run, the first node among them if it does.
    pub(super) fn introduce(&mut self, node: HostId) {
        let mut told = 0;
        for draw in 0..DRAWS {
            let other = match draw {
                0 => 0,
                _ => self.random.below(self.hosts.len()),
            };
            if other == node.0 as usize || self.hosts[other].core().is_none() {
                continue;
            }
            for family in Family::ALL {
                let (now, address) = (self.now(), self.hosts[other].address(family));
                let core = self.hosts[node.0 as usize].core_mut();
                if let (Some(core), Some(address)) = (core, address) {
                    core.add_node(now, address);
                }
            }
            told += 1;
            if told == INTRODUCTIONS {
                break;
            }
        }
    }

    pub(super) fn free_address(&mut self, family: Family) -> IpAddr {
        loop {
            let ip = match family {
                Family::V4 => address::public_ipv4(&mut self.random),
                Family::V6 => address::public_ipv6(&mut self.random),
            };
            if !self.directory.contains_key(&ip) {
                return ip;
            }
        }
    }

    pub(super) fn settle_in(&mut self, host: Host) -> HostId {
        let number = self.hosts.len() as u32;
        for address in [host.v4, host.v6].into_iter().flatten() {
            self.directory.insert(address.ip(), number);
        }
        self.hosts.push(host);
        HostId(number)
    }

    fn host_at(&self, ip: IpAddr) -> Option<u32> {
        self.directory.get(&ip).copied()
    }
}

/// The one reading of a clock: `Instant` has no other beginning, and nothing but differences to it is ever looked at.
/// A day later, since nodes may be older than the network, and the machine's clock may have begun just now.
#[expect(clippy::disallowed_methods, reason = "an origin, not a time")]
fn epoch() -> Instant {
    Instant::now() + Duration::from_secs(86_400)
}
