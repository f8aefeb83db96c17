use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use super::address;
use super::host::{Host, Program};
use super::nat::Nat;
use super::network::{HostId, Network};
use super::plan::NodePlan;
use crate::{DhtCore, Family};

/// To how many nodes a new one is introduced, and how many hosts are drawn to find that many on which one runs.
const INTRODUCTIONS: usize = 3;
const DRAWS: usize = 64;

/// Who is where, and through whom a node joins.
impl Network {
    /// Places a node at an address of its own, knowing nobody.
    pub(super) fn place_node(&mut self, born: Instant, plan: NodePlan) -> HostId {
        let [v4, v6] = Family::ALL.map(|family| {
            let ip = plan.has(family).then(|| match plan.chosen(family) {
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

    pub(super) fn host_at(&self, ip: IpAddr) -> Option<u32> {
        self.directory.get(&ip).copied()
    }
}
