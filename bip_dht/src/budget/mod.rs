mod bucket;
#[cfg(test)]
mod tests;

use std::net::IpAddr;
use std::time::Instant;

use self::bucket::Bucket;
pub(crate) use self::bucket::Rate;
use crate::address::{is_local, network};
use crate::limits::{HOST_BUCKETS, NETWORK_BUCKETS};
use crate::security::siphash;

/// How many queries of others are answered: for each host, for each network and in all. What goes beyond stays
/// unanswered and costs nothing more. Nobody is banned, because whoever can forge a source address could have others
/// banned; a forger gets silence for the forged address, for as long as the flood lasts.
///
/// The memory is fixed, and taken when the first query comes. Each host and each network has two buckets, each out of
/// many and shared with whom the keyed hash happens to put there. It may spend while either is not full, and what it
/// spends is counted in both. So nobody gets more than the limit, and whoever keeps within it suffers only if both of
/// its buckets belong to somebody who floods: with 8 flooding hosts, one in 256.
#[derive(Debug)]
pub(crate) struct Budget {
    start: Instant,
    secret: [u64; 2],
    rates: BudgetRates,
    all: Bucket,
    /// Empty until the first query.
    buckets: Box<[Bucket]>,
}

/// The rates of a budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BudgetRates {
    /// For one IPv4 address or one IPv6 /64.
    pub(crate) host: Rate,
    /// For one IPv4 /24 or one IPv6 /56.
    pub(crate) network: Rate,
    /// For everybody together.
    pub(crate) all: Rate,
}

impl Budget {
    pub(crate) fn new(now: Instant, secret: [u64; 2], rates: BudgetRates) -> Budget {
        Budget {
            start: now,
            secret,
            rates,
            all: Bucket::default(),
            buckets: Box::default(),
        }
    }

    /// Whether a query from this address may be answered now; if so, it is counted. Hosts of local networks are bound
    /// by the rate for everybody only: many nodes may share an address there.
    pub(crate) fn spend(&mut self, now: Instant, ip: IpAddr) -> bool {
        let now = now.saturating_duration_since(self.start).as_millis() as u32;
        let BudgetRates { host, network, all } = self.rates;
        if !self.all.has_room(now, all) {
            return false;
        }
        if !is_local(ip) {
            if self.buckets.is_empty() {
                let count = 2 * (HOST_BUCKETS + NETWORK_BUCKETS);
                self.buckets = vec![Bucket::default(); count].into();
            }
            let (hosts, networks) = (self.hosts(ip), self.networks(ip));
            let has_room = |places: [usize; 2], rate| {
                let mut buckets = places.iter().filter_map(|at| self.buckets.get(*at));
                buckets.any(|bucket| bucket.has_room(now, rate))
            };
            if !has_room(hosts, host) || !has_room(networks, network) {
                return false;
            }
            for (places, rate) in [(hosts, host), (networks, network)] {
                for place in places {
                    self.buckets[place].fill(now, rate);
                }
            }
        }
        self.all.fill(now, all);
        true
    }

    /// Counts so many queries more for one that was answered at more length. They are owed where there is no room for them:
    /// nothing is answered until they have drained.
    pub(crate) fn charge(&mut self, now: Instant, ip: IpAddr, queries: u32) {
        let now = now.saturating_duration_since(self.start).as_millis() as u32;
        if is_local(ip) || self.buckets.is_empty() {
            return;
        }
        let BudgetRates { host, network, .. } = self.rates;
        for (places, rate) in [(self.hosts(ip), host), (self.networks(ip), network)] {
            for place in places {
                self.buckets[place].owe(now, rate, queries);
            }
        }
    }

    fn hosts(&self, ip: IpAddr) -> [usize; 2] {
        self.places(ip, 32, 64, HOST_BUCKETS)
    }

    fn networks(&self, ip: IpAddr) -> [usize; 2] {
        let places = self.places(ip, 24, 56, NETWORK_BUCKETS);
        places.map(|at| at + 2 * HOST_BUCKETS)
    }

    /// The two buckets of a host or a network: one in each half of `2 * count`.
    fn places(&self, ip: IpAddr, bits_v4: u32, bits_v6: u32, count: usize) -> [usize; 2] {
        let name = network(ip, bits_v4, bits_v6).to_be_bytes();
        let hash = siphash(self.secret, &name);
        let place = |hash: u64| hash as usize % count;
        [place(hash & 0xffff_ffff), count + place(hash >> 32)]
    }

    /// The heap and the budget itself, in bytes.
    pub(crate) fn size_in_bytes(&self) -> usize {
        size_of::<Budget>() + size_of_val(&*self.buckets)
    }
}

impl Default for BudgetRates {
    /// Far above what an honest node asks of one other: a lookup asks each node once or twice.
    fn default() -> BudgetRates {
        let rate = |per_second, burst| Rate { per_second, burst };
        BudgetRates {
            host: rate(10, 50),
            network: rate(40, 200),
            all: rate(500, 2000),
        }
    }
}
