use std::net::SocketAddr;

use super::agenda::Entry;
use super::churn::Churn;
use super::host::Program;
use super::network::{HostId, Network};
use super::plan::NodePlan;
use crate::{DhtCore, Family};

impl Network {
    /// Lets nodes come and go from now on: those that are there, and those that take their places. Nodes that are added
    /// later stay.
    pub fn set_churn(&mut self, churn: Churn) {
        self.churn = Some(churn);
        let nodes: Vec<HostId> = self.nodes().map(|(node, _)| node).collect();
        for node in nodes {
            self.plan_departure(node);
        }
    }

    /// Ends the churn: who is there stays, and who is to come back still does.
    pub fn end_churn(&mut self) {
        self.churn = None;
    }

    /// Ends a node for ever, without a word to anybody.
    pub fn crash(&mut self, node: HostId) {
        if let Some(host) = self
            .hosts
            .get_mut(node.0 as usize)
            .filter(|host| host.core().is_some())
        {
            host.program = Program::Gone(None);
            host.wake = None;
        }
    }

    /// Shuts a node down, which saves what it knows; [`come_back`](Self::come_back) starts it again.
    pub fn leave(&mut self, node: HostId) {
        let Some(host) = self.hosts.get_mut(node.0 as usize) else {
            return;
        };
        if let Program::Node(core, plan) = &mut host.program {
            let saved = (core.save(), std::mem::take(plan));
            host.program = Program::Gone(Some(saved));
            host.wake = None;
        }
    }

    /// Starts a node again that has left, with what it had saved.
    pub fn come_back(&mut self, node: HostId) {
        let now = self.now();
        let seed = self.random.bytes();
        let Some(host) = self.hosts.get_mut(node.0 as usize) else {
            return;
        };
        let Program::Gone(saved) = &mut host.program else {
            return;
        };
        let Some((saved, plan)) = saved.take() else {
            return;
        };
        let mut core = DhtCore::new(now, plan.config_of_families(), seed);
        // What a node saved itself is well-formed; if not, it starts anew, as a program would.
        let restored = core.restore(now, &saved);
        host.program = Program::Node(Box::new(core), plan);
        if restored.is_err() {
            self.introduce(node);
        }
        self.drain(node.0);
        self.plan_departure(node);
    }

    /// Gives a host other addresses, as a provider does overnight: what was sent to the old ones is lost.
    pub fn relocate(&mut self, node: HostId) {
        for family in Family::ALL {
            let Some(old) = self.address(node, family) else {
                continue;
            };
            let new = SocketAddr::new(self.free_address(family), old.port());
            self.directory.remove(&old.ip());
            self.directory.insert(new.ip(), node.0);
            let host = &mut self.hosts[node.0 as usize];
            match family {
                Family::V4 => host.v4 = Some(new),
                Family::V6 => host.v6 = Some(new),
            }
        }
    }

    /// A session ends; somebody else comes, or later the same node.
    pub(super) fn depart(&mut self, node: HostId) {
        let Some(churn) = self.churn else { return };
        if self.node(node).is_none() {
            return;
        }
        if churn.returns(&mut self.random) {
            self.leave(node);
            if churn.moves(&mut self.random) {
                self.relocate(node);
            }
            let back = self.elapsed + churn.absence(&mut self.random);
            self.agenda.plan(back, Entry::Return(node.0));
        } else {
            let plan = self.hosts[node.0 as usize].plan_mut().map(std::mem::take);
            self.crash(node);
            self.replace(plan.unwrap_or_default());
        }
    }

    /// A stranger of the same kind comes, with an address of its own.
    fn replace(&mut self, mut plan: NodePlan) {
        (plan.v4, plan.v6) = (None, None);
        let stranger = self.add_node(plan);
        self.plan_departure(stranger);
    }

    fn plan_departure(&mut self, node: HostId) {
        if let Some(churn) = self.churn {
            let at = self.elapsed + churn.session(&mut self.random);
            self.agenda.plan(at, Entry::Departure(node.0));
        }
    }
}
