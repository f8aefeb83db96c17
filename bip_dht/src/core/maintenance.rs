//! What a node does by itself: it finds the network, keeps its tables fresh and comes back after a time offline.

use std::time::Instant;

use super::DhtCore;
use super::task::{Goal, Origin, Task};
use crate::family::Family;
use crate::limits::MAX_CHECKS;
use crate::lookup::Lookup;
use crate::rpc::Purpose;

impl DhtCore {
    /// Does what is due.
    pub(super) fn maintain(&mut self, now: Instant) {
        for family in Family::ALL {
            self.look_up(now, family);
            self.check_contacts(now, family);
        }
        self.renew_leases(now);
        self.reach.advance(now);
    }

    /// When there is something to do, leases apart.
    pub(super) fn maintenance_due(&self) -> Option<Instant> {
        let may_check = self.checks < MAX_CHECKS;
        let of_networks = self.networks.iter().flat_map(|network| {
            let lookup = match network.upkeep {
                Some(_) => None,
                None if network.is_ready() => {
                    let table = Some(network.table.next_lookup_at());
                    table.into_iter().chain(network.search_at).min()
                }
                None => network.search_at,
            };
            let check = network.table.next_ping_at().filter(|_| may_check);
            [lookup, check]
        });
        of_networks.flatten().chain(self.reach.due()).min()
    }

    /// Looks up our own id until the network is found, and then what the table wants looked up.
    fn look_up(&mut self, now: Instant, family: Family) {
        let Some(network) = self.networks.of_mut(family) else {
            return;
        };
        if network.upkeep.is_some() {
            return;
        }
        let target = if network.search_at.is_some_and(|at| at <= now) {
            Some(network.table.own())
        } else if network.is_ready() {
            network.table.next_lookup(now, &mut self.rng)
        } else {
            None
        };
        let Some(target) = target else {
            return;
        };
        let id = self.draw_id();
        if let Some(network) = self.networks.of_mut(family) {
            network.upkeep = Some(id);
        }
        let task = Task::new(now, Origin::Upkeep(family), Goal::FindNode, target);
        self.start(now, id, task);
    }

    pub(super) fn on_upkeep_ended(&mut self, now: Instant, family: Family, task: &Task) {
        let answered = task.lookups().map(Lookup::answered).sum();
        let Some(network) = self.networks.of_mut(family) else {
            return;
        };
        network.upkeep = None;
        // What nobody renews goes also where nobody writes any more.
        self.peers.expire(now);
        if let Some(items) = &mut self.items {
            items.expire(now);
        }
        if task.target != network.table.own() {
            return;
        }
        let was_ready = network.is_ready();
        network.on_searched(now, task.asked, answered);
        if answered > 0 && !was_ready {
            self.hasten_leases(now);
        }
    }

    /// Pings the contacts whose turn it is, few at once.
    pub(super) fn check_contacts(&mut self, now: Instant, family: Family) {
        while self.checks < MAX_CHECKS {
            let Some(network) = self.networks.of_mut(family) else {
                return;
            };
            let Some(node) = network.table.next_ping(now) else {
                return;
            };
            self.checks += 1;
            self.ask(now, node.address, Some(node.id), Purpose::Check);
        }
    }
}
