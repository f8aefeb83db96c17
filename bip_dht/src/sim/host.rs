use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

use super::impostor::Impostor;
use super::nat::Nat;
use super::plan::NodePlan;
use crate::{DhtCore, Family};

/// One host of the virtual network.
#[derive(Debug)]
pub(super) struct Host {
    pub(super) v4: Option<SocketAddr>,
    pub(super) v6: Option<SocketAddr>,
    pub(super) nat: Option<Nat>,
    pub(super) program: Program,
    /// The earliest wake that is planned.
    pub(super) wake: Option<Duration>,
}

/// What runs on a host.
#[derive(Debug)]
pub(super) enum Program {
    /// A node.
    Node(Box<DhtCore>, Box<NodePlan>),
    /// A node that has left, and what it had saved; nothing if it crashed.
    Gone(Option<(Vec<u8>, Box<NodePlan>)>),
    /// Something that pretends to be a node.
    Impostor(Impostor),
    /// A socket whose datagrams a test sends and reads.
    Socket(VecDeque<(SocketAddr, Vec<u8>)>),
}

impl Host {
    pub(super) fn address(&self, family: Family) -> Option<SocketAddr> {
        match family {
            Family::V4 => self.v4,
            Family::V6 => self.v6,
        }
    }

    pub(super) fn core(&self) -> Option<&DhtCore> {
        match &self.program {
            Program::Node(core, _) => Some(core),
            _ => None,
        }
    }

    pub(super) fn core_mut(&mut self) -> Option<&mut DhtCore> {
        match &mut self.program {
            Program::Node(core, _) => Some(core),
            _ => None,
        }
    }

    pub(super) fn plan_mut(&mut self) -> Option<&mut NodePlan> {
        match &mut self.program {
            Program::Node(_, plan) => Some(plan),
            _ => None,
        }
    }

    /// The address from which others see a datagram to `remote` come.
    pub(super) fn source(&mut self, now: Duration, remote: SocketAddr) -> Option<SocketAddr> {
        let mut source = self.address(Family::of(remote))?;
        if let (Some(nat), true) = (&mut self.nat, source.is_ipv4()) {
            source.set_port(nat.send(now, remote));
        }
        Some(source)
    }

    /// Whether a datagram from `remote` to this address of the host reaches its program.
    pub(super) fn admits(&self, now: Duration, remote: SocketAddr, to: SocketAddr) -> bool {
        match (&self.program, &self.nat) {
            // A socket hears all ports of its host.
            (Program::Socket(_), _) => true,
            (Program::Gone(_), _) => false,
            (Program::Node(..), Some(nat)) if to.is_ipv4() => nat.admits(now, remote, to.port()),
            _ => self.address(Family::of(to)) == Some(to),
        }
    }
}
