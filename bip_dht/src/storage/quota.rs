use std::collections::BTreeMap;
use std::net::IpAddr;

use super::map_bytes;
use crate::address::{is_local, network};

/// How much each host and each network has stored: nobody fills a store alone, neither with one address nor with all
/// those that come with one contract. Local networks are exempt, as nobody else gets in there.
#[derive(Debug)]
pub(super) struct Quota {
    hosts: BTreeMap<u64, u32>,
    networks: BTreeMap<u64, u32>,
    total: u64,
    per_host: u32,
    per_network: u32,
}

impl Quota {
    pub(super) const fn new(per_host: u32, per_network: u32) -> Quota {
        Quota {
            hosts: BTreeMap::new(),
            networks: BTreeMap::new(),
            total: 0,
            per_host,
            per_network,
        }
    }

    /// Whether this address may store one more.
    pub(super) fn allows(&self, ip: IpAddr) -> bool {
        let (host, network) = names(ip);
        let of_host = self.hosts.get(&host).copied().unwrap_or(0);
        let of_network = self.networks.get(&network).copied().unwrap_or(0);
        is_local(ip) || (of_host < self.per_host && of_network < self.per_network)
    }

    /// Whether this address has at most what a host and a network have on average. In a full store only who is modest
    /// may make others' things go, so that nobody crowds them out alone.
    pub(super) fn is_modest(&self, ip: IpAddr) -> bool {
        let (host, network) = names(ip);
        is_local(ip)
            || (self.is_modest_in(&self.hosts, host) && self.is_modest_in(&self.networks, network))
    }

    fn is_modest_in(&self, counts: &BTreeMap<u64, u32>, name: u64) -> bool {
        let count = counts.get(&name).copied().unwrap_or(0);
        u64::from(count) * counts.len() as u64 <= self.total
    }

    pub(super) fn add(&mut self, ip: IpAddr) {
        if !is_local(ip) {
            let (host, network) = names(ip);
            self.total += 1;
            *self.hosts.entry(host).or_default() += 1;
            *self.networks.entry(network).or_default() += 1;
        }
    }

    pub(super) fn remove(&mut self, ip: IpAddr) {
        if !is_local(ip) {
            let (host, network) = names(ip);
            self.total -= 1;
            subtract(&mut self.hosts, host);
            subtract(&mut self.networks, network);
        }
    }

    pub(super) fn heap_bytes(&self) -> usize {
        map_bytes::<u64, u32>(self.hosts.len()) + map_bytes::<u64, u32>(self.networks.len())
    }
}

/// The host, over IPv6 a /64, and the network: a /24 or a /48.
fn names(ip: IpAddr) -> (u64, u64) {
    (network(ip, 32, 64), network(ip, 24, 48))
}

fn subtract(counts: &mut BTreeMap<u64, u32>, name: u64) {
    if let Some(count) = counts.get_mut(&name) {
        *count -= 1;
        if *count == 0 {
            counts.remove(&name);
        }
    }
}
