//! The pool of addresses.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use rand::rngs::ChaCha8Rng;
use rand::{Rng, SeedableRng};

use super::config::CandidatesConfig;
use super::entry::{Entry, State, canonical, is_dialable};
use super::source::{Refusal, Source};
use crate::limits::{MAX_BANNED_ADDRESSES, MAX_OWN_ADDRESSES};

/// A bounded pool of addresses to dial.
///
/// Tell it every address found and what became of those dialled; [`next`](Self::next) says which to dial now.
/// After a failure an address rests for 5 s, 10 s, 20 s and so on, up to 30 min.
#[derive(Debug)]
pub struct Candidates {
    config: CandidatesConfig,
    rng: ChaCha8Rng,
    entries: BTreeMap<SocketAddr, Entry>,
    dialing_count: usize,
    connected_count: usize,
    banned: BTreeSet<IpAddr>,
    banned_order: VecDeque<IpAddr>,
    own: VecDeque<SocketAddr>,
}

impl Candidates {
    /// An empty pool.
    pub fn new(config: CandidatesConfig, seed: [u8; 32]) -> Candidates {
        Candidates {
            config,
            rng: ChaCha8Rng::from_seed(seed),
            entries: BTreeMap::new(),
            dialing_count: 0,
            connected_count: 0,
            banned: BTreeSet::new(),
            banned_order: VecDeque::new(),
            own: VecDeque::new(),
        }
    }

    /// An address was found.
    ///
    /// # Errors
    /// Why it was not taken. [`Refusal::Known`] is the everyday case; a better source is still noted then.
    pub fn add(&mut self, address: SocketAddr, source: Source) -> Result<(), Refusal> {
        let address = canonical(address);
        if !is_dialable(address) {
            return Err(Refusal::NotDialable);
        }
        if self.own.contains(&address) {
            return Err(Refusal::Own);
        }
        if self.banned.contains(&address.ip()) {
            return Err(Refusal::Banned);
        }
        if let Some(entry) = self.entries.get_mut(&address) {
            entry.source = entry.source.min(source);
            return Err(Refusal::Known);
        }
        let entry = Entry {
            source,
            state: State::Idle { ready_at: None },
            failures: 0,
            lot: self.rng.next_u32(),
        };
        self.make_room(&entry)?;
        self.entries.insert(address, entry);
        Ok(())
    }

    /// An address to dial now. It is in use until `on_failed` or `on_gone`. `None` while nothing is ready, or
    /// as many as allowed are being dialled or connected.
    ///
    /// Looks at every address: call it as often as dialling, not as often as blocks come.
    pub fn next(&mut self, now: Instant) -> Option<SocketAddr> {
        if !self.has_room() {
            return None;
        }
        let ready = self
            .entries
            .iter_mut()
            .filter(|(_, entry)| entry.is_ready(now));
        let (address, entry) = ready.min_by_key(|(_, entry)| entry.rank())?;
        entry.state = State::Dialing;
        self.dialing_count += 1;
        Some(*address)
    }

    /// When an address that rests now is ready again; `None` if there is none, or no room to dial it.
    /// Drain [`next`](Self::next) first.
    pub fn poll_timeout(&self) -> Option<Instant> {
        if !self.has_room() {
            return None;
        }
        let resting = self.entries.values().filter_map(|entry| match entry.state {
            State::Idle { ready_at } => ready_at,
            State::Dialing | State::Connected { .. } => None,
        });
        resting.min()
    }

    /// A handshake with the address succeeded, whoever dialled. An address that is not in the pool dialled us.
    pub fn on_connected(&mut self, now: Instant, address: SocketAddr) {
        let address = canonical(address);
        self.release(address);
        let lot = self.rng.next_u32();
        let entry = self.entries.entry(address).or_insert(Entry {
            source: Source::Incoming,
            state: State::Idle { ready_at: None },
            failures: 0,
            lot,
        });
        entry.state = State::Connected { since: now };
        self.connected_count += 1;
    }

    /// Dialling or the handshake failed. Of an address that was not given out it says nothing.
    pub fn on_failed(&mut self, now: Instant, address: SocketAddr) {
        let address = canonical(address);
        if let Some(entry) = self.entries.get_mut(&address)
            && entry.state == State::Dialing
        {
            self.dialing_count -= 1;
            entry.fail(now, &self.config);
        }
    }

    /// The connection ended.
    pub fn on_gone(&mut self, now: Instant, address: SocketAddr) {
        let address = canonical(address);
        let Some(entry) = self.entries.get_mut(&address) else {
            return;
        };
        let State::Connected { since } = entry.state else {
            return;
        };
        self.connected_count -= 1;
        if entry.source == Source::Incoming {
            self.entries.remove(&address);
        } else if now.saturating_duration_since(since) >= self.config.settled_after {
            entry.settle(now, &self.config);
        } else {
            entry.fail(now, &self.config);
        }
    }

    /// The address proved to be our own (a connection came with our own peer id): never dial it again.
    pub fn on_own(&mut self, address: SocketAddr) {
        let address = canonical(address);
        self.forget(address);
        if self.own.contains(&address) {
            return;
        }
        if self.own.len() >= MAX_OWN_ADDRESSES {
            self.own.pop_front();
        }
        self.own.push_back(address);
    }

    /// Never dial this host again, on any port. Connections with it are the caller's to close.
    pub fn ban(&mut self, ip: IpAddr) {
        let ip = ip.to_canonical();
        let addresses: Vec<SocketAddr> = self.entries.keys().copied().collect();
        for address in addresses.into_iter().filter(|address| address.ip() == ip) {
            self.forget(address);
        }
        if !self.banned.insert(ip) {
            return;
        }
        self.banned_order.push_back(ip);
        if self.banned_order.len() > MAX_BANNED_ADDRESSES
            && let Some(oldest) = self.banned_order.pop_front()
        {
            self.banned.remove(&oldest);
        }
    }

    /// Whether the host is banned: do not let it in either.
    pub fn is_banned(&self, ip: IpAddr) -> bool {
        self.banned.contains(&ip.to_canonical())
    }

    /// How many addresses are known, those in use included.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether no address is known.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many are given out and not yet connected or failed.
    pub fn dialing_count(&self) -> usize {
        self.dialing_count
    }

    /// How many are connected.
    pub fn connected_count(&self) -> usize {
        self.connected_count
    }

    fn has_room(&self) -> bool {
        self.dialing_count < self.config.max_dialing
            && self.dialing_count + self.connected_count < self.config.max_connected
    }

    /// In a full pool the worst idle address gives way to a better one.
    fn make_room(&mut self, newcomer: &Entry) -> Result<(), Refusal> {
        if self.entries.len() < self.config.capacity {
            return Ok(());
        }
        let idle = self.entries.iter().filter(|(_, entry)| !entry.is_in_use());
        let others = idle.filter(|(_, entry)| entry.source != Source::User);
        let worst = others.max_by_key(|(_, entry)| entry.rank());
        let (address, entry) = worst.ok_or(Refusal::Full)?;
        let (failures, source, _) = entry.rank();
        if (failures, source) <= (newcomer.failures, newcomer.source) {
            return Err(Refusal::Full);
        }
        let address = *address;
        self.entries.remove(&address);
        Ok(())
    }

    fn forget(&mut self, address: SocketAddr) {
        self.release(address);
        self.entries.remove(&address);
    }

    /// Takes an address out of the counts of those in use.
    fn release(&mut self, address: SocketAddr) {
        match self.entries.get(&address).map(|entry| entry.state) {
            Some(State::Dialing) => self.dialing_count -= 1,
            Some(State::Connected { .. }) => self.connected_count -= 1,
            Some(State::Idle { .. }) | None => {}
        }
    }
}
